"""The engine, imported only when a command works: others work where a runtime is broken."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from diascribe.errors import DiascribeError


def loaded(cores: int | None) -> AbstractContextManager[Any]:
    """The engine.

    Raises:
        DiascribeError: a runtime cannot be imported, or a model is damaged.
    """
    try:
        from diascribe.api import load  # noqa: PLC0415 - opens all runtimes

        return load(cores=cores)
    except ImportError as error:
        raise DiascribeError(
            f"a runtime cannot be imported: {error}", hint="diascribe doctor shows what works"
        ) from error
