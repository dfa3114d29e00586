"""Findings in files of a folder, so that a pipeline goes on where another left off."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import Recording, Remark
from diascribe.engine.beside import Steps
from diascribe.engine.keeping.kept import Found
from diascribe.engine.keeping.records import dump, load
from diascribe.errors import DiascribeError, FindingError, SpoolError
from diascribe.media.spool import mapped

T = TypeVar("T")

DECODED = "decoding"
"""The stage that decodes."""

SAMPLES = "decoding.int16"
"""File of the decoded sound: int16 (time, channel), little endian."""

LOST = "lost"
"""Folder of reasons: `lost/<stage>.json` has the `message` of why a stage has no finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A recording without its sound."""

    samples: int
    """Of each channel."""
    channels: int
    name: str
    container: str
    codec: str
    source_rate_hz: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InFolder:
    """What is found in a folder; one stage may be worked on, the others must have been."""

    folder: Path
    only: str | None = None
    """The stage that may be worked on; null for none."""
    prefix: str = ""
    """What the names of its stages begin with."""
    trouble: list[DiascribeError] = field(default_factory=list, compare=False)
    """How the one stage failed, where it did."""

    def read(self, stage: str, kind: type[T]) -> T | None:
        """A stage's finding; null where there is none yet.

        Raises:
            FindingError: it is damaged.
        """
        path = self._path(stage)
        if not path.exists():
            return None
        found: tuple[float, T] = load(path.read_bytes(), tuple[float, kind])  # type: ignore[valid-type]  # a type at run time
        return found[1]

    def lost(self, stage: str) -> bool:
        """Whether a stage was tried in vain."""
        return (self.folder / LOST / f"{self._name(stage)}.json").exists()

    def found(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[Found[T]]:
        """What is kept, else, of the one stage, what its steps find.

        Raises:
            FindingError: there is no finding and it is not to be made, or it is damaged.
        """
        path = self._path(stage)
        if path.exists():
            seconds, value = load(path.read_bytes(), tuple[float, kind])  # type: ignore[valid-type]  # a type at run time
            return Found(value, seconds)
        self._check(self._name(stage))
        begun = perf_counter()
        try:
            value = yield from steps()
        except DiascribeError as failure:
            self.trouble.append(failure)
            raise
        seconds = perf_counter() - begun
        write(path, dump((seconds, value)))
        return Found(value, seconds)

    def decoded(self, steps: Callable[[], Steps[Recording]]) -> Steps[Found[Recording]]:
        """The recording, its sound mapped from the folder.

        Raises:
            FindingError: it is not there and not to be made, or it is damaged.
        """
        found = yield from self.found(DECODED, Facts, lambda: self._keep(steps))
        return Found(self.recording(), found.seconds)

    def recording(self) -> Recording:
        """The decoded recording, which must be there.

        Raises:
            FindingError: it is not, or it is damaged.
        """
        facts = self.read(DECODED, Facts)
        if facts is None:
            raise FindingError(f"{DECODED}: nothing is found yet")
        return Recording(
            samples=mapped(self.folder / SAMPLES, facts.channels),
            name=facts.name,
            container=facts.container,
            codec=facts.codec,
            source_rate_hz=facts.source_rate_hz,
            remarks=facts.remarks,
        )

    def has(self, stage: str) -> bool:
        """Whether it is kept."""
        return self._path(stage).exists()

    def whole(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[T]:
        """What is kept, else what the steps give, which is kept where it is the one stage."""
        if self.has(stage):
            return (yield from self.found(stage, kind, steps)).value
        value = yield from steps()
        if self._name(stage) == self.only:
            write(self._path(stage), dump((0.0, value)))
        return value

    def side(self, place: int) -> InFolder:
        """The same for one of several views."""
        return replace(self, prefix=f"{self.prefix}{place}-")

    def _keep(self, steps: Callable[[], Steps[Recording]]) -> Steps[Facts]:
        """Decode, and keep the sound in the folder."""
        recording = yield from steps()
        write_samples(self.folder / SAMPLES, recording.samples)
        return Facts(
            samples=len(recording.samples),
            channels=recording.channels,
            name=recording.name,
            container=recording.container,
            codec=recording.codec,
            source_rate_hz=recording.source_rate_hz,
            remarks=recording.remarks,
        )

    def _name(self, stage: str) -> str:
        return f"{self.prefix}{stage}"

    def _path(self, stage: str) -> Path:
        return self.folder / f"{self._name(stage)}.npz"

    def _check(self, name: str) -> None:
        """Refuse to work on a stage that was tried in vain, or is not the one."""
        lost = self.folder / LOST / f"{name}.json"
        if lost.exists():
            raise FindingError(str(json.loads(lost.read_bytes())["message"]))
        if name != self.only:
            raise FindingError(f"{name}: nothing is found yet")


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        SpoolError: there is no room for it.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SpoolError(f"no room for {path.name}: {error.strerror}") from error


def write_samples(path: Path, samples: NDArray[np.int16]) -> None:
    """Write int16 (time, channel) whole or not at all, a minute at a time.

    Raises:
        SpoolError: there is no room for it.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    minute = 60 * 16_000
    try:
        with beside.open("wb") as file:
            for first in range(0, len(samples), minute):
                file.write(np.ascontiguousarray(samples[first : first + minute], "<i2").data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SpoolError(f"no room for the decoded sound: {error.strerror}") from error
