"""Known voices handed to a child that has no database: a file, there while a stage needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from diascribe.engine.identify.book import Copied, Met
from diascribe.engine.identify.people import Known, Stamp
from diascribe.engine.keeping.records import dump, load
from diascribe.errors import FindingError, SpoolError
from diascribe.jobs.seam import VOICES

PRIVATE = 0o600
"""Voiceprints are for their owner only."""


def filed(voices: Copied) -> bytes:
    """The file that known voices are handed over in."""
    return dump(voices)


def lay(voices: bytes, workspace: Path) -> None:
    """Put known voices, as `filed` makes them, into a workspace.

    Raises:
        SpoolError: there is no room for them.
    """
    path = workspace / VOICES
    try:
        path.unlink(missing_ok=True)
        path.touch(PRIVATE)
        path.write_bytes(voices)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise SpoolError(f"no room for the known voices: {error.strerror}") from error


def take_away(workspace: Path) -> None:
    """Leave no known voices in a workspace."""
    (workspace / VOICES).unlink(missing_ok=True)


@dataclass(frozen=True)  # without slots: the file is read once
class Laid:
    """The known voices in a workspace: a `VoiceBook` that keeps nothing."""

    workspace: Path

    def known(self, stamp: Stamp) -> Known:
        """Every named person, as vectors of one encoder.

        Raises:
            FindingError: they are not there, or the file is damaged.
        """
        return self._copied.known(stamp)

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """Nothing is kept."""
        return self._copied.meet(met)

    @cached_property
    def _copied(self) -> Copied:
        try:
            data = (self.workspace / VOICES).read_bytes()
        except OSError as error:
            raise FindingError(f"the known voices are not there: {error.strerror}") from error
        return load(data, Copied)
