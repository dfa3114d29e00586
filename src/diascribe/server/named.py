"""What paths name: ids, which are checked before anybody is asked."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Path

from diascribe.errors import UnknownJobError, printable

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What an id may look like: databases refuse some characters instead of finding nothing."""


def job_id(job: Annotated[str, Path(description="Its id.")]) -> str:
    """The id of a job.

    Raises:
        UnknownJobError: no job has such an id.
    """
    if not ID.fullmatch(job):
        raise UnknownJobError(f"there is no job {printable(job)[:64]}")
    return job


JobId = Annotated[str, Depends(job_id)]
"""The id of a job in the path."""
