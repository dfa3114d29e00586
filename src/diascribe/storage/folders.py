"""The files in a folder and those below, linked folders followed."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

from diascribe.errors import SourceError, printable


def files_below(folder: Path, suffixes: Collection[str]) -> list[Path]:
    """The files with one of the suffixes (small letters), sorted; a folder is searched once.

    Raises:
        SourceError: a folder cannot be looked into.
    """
    seen: set[str] = set()
    found: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        seen.add(os.path.realpath(where))
        folders[:] = [one for one in folders if os.path.realpath(Path(where, one)) not in seen]
        found += [Path(where, one) for one in names if Path(one).suffix.lower() in suffixes]
    return sorted(found)


def _refuse(error: OSError) -> NoReturn:
    """Leaving out a folder that cannot be looked into would lose recordings in silence."""
    wanted = f"{printable(str(error.filename))}: wanted a readable folder"
    raise SourceError(f"{wanted}: {error.strerror}") from error
