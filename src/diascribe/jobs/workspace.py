"""The folder in which a job's stages run, and the artefacts that outlive it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diascribe.errors import OutputError
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.identity import canonical
from diascribe.jobs.job import Failure
from diascribe.jobs.seam import LOST

Print = tuple[int, int, int]
"""What changes when a file is replaced: its number, its size and when it was written."""


def folder_of(tenant: str, job: str) -> str:
    """The prefix of a job's artefacts."""
    return f"{tenant}/jobs/{job}/"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A job's folder on this machine; its artefacts lie below `prefix`."""

    folder: Path
    prefix: str
    artefacts: Artefacts

    def prepare(self, files: Iterable[str]) -> None:
        """Have exactly those findings here; what a stage left that did not end is removed.

        Raises:
            SourceError: a finding is gone.
        """
        wanted = set(files)
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in self._names():
            if name not in wanted:
                (self.folder / name).unlink()
        for name in sorted(wanted - set(self._names())):
            self.artefacts.get(self.prefix + name, self.folder / name)

    def seen(self) -> Mapping[str, Print]:
        """What is here now."""
        return {name: _print(self.folder / name) for name in self._names()}

    def keep(self, before: Mapping[str, Print]) -> tuple[str, ...]:
        """Keep what is new or was replaced since; the names.

        Raises:
            OutputError: it cannot be kept.
        """
        fresh = tuple(name for name, mark in self.seen().items() if before.get(name) != mark)
        for name in fresh:
            self.artefacts.put(self.prefix + name, self.folder / name)
        return fresh

    def lose(self, stage: str, failure: Failure) -> None:
        """Tell the stages to come why one has no findings."""
        path = self.folder / LOST / f"{stage}.json"
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(canonical(_told(failure)), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{stage}: {error.strerror}") from error

    def remove(self) -> None:
        """Remove the folder; the artefacts stay."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _names(self) -> Iterator[str]:
        found = [one for one in self.folder.rglob("*") if not one.is_dir()]
        return iter(sorted(str(one.relative_to(self.folder)) for one in found))


def remove_left(folder: Path, before: float) -> None:
    """Remove what processes that were killed left in a folder and nobody has touched since."""
    for one in list(folder.iterdir()) if folder.is_dir() else ():
        with suppress(OSError):
            if one.stat().st_mtime < before:
                shutil.rmtree(one) if one.is_dir() else one.unlink()


def _print(path: Path) -> Print:
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _told(failure: Failure) -> dict[str, Any]:
    return {"code": failure.code, "message": failure.message}
