"""Samples of voices heard in a child process: it has the models, and no database."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from diascribe.api import usable_cores
from diascribe.engine.beside import Steps
from diascribe.engine.identify.people import Voiceprint, Who
from diascribe.engine.load import load_engine
from diascribe.errors import WeightsError
from diascribe.jobs.seam import SOURCE, Traits
from diascribe.wire.voiceprints import voices_to_json

SAMPLE = "sample"
"""The one stage."""

VOICE, THRESHOLD = "voice.json", "threshold"
"""Files that it leaves: the voiceprint, and from which similarity on voices are one person's."""


class SampleStages:
    """Implements `Stages`: a sample is one stage, and leaves a voiceprint."""

    def plan(self, options: Mapping[str, Any], workspace: Path) -> Sequence[str]:
        """One stage."""
        del options, workspace
        return (SAMPLE,)

    def traits(self, stage: str, options: Mapping[str, Any]) -> Traits:
        """It reads media."""
        del stage, options
        return Traits(hostile=True)

    def duration(self, workspace: Path) -> float | None:
        """Nobody asks."""
        del workspace
        return None

    def run(self, stage: str, options: Mapping[str, Any], workspace: Path) -> Iterator[float]:
        """Hear the sample called `options["name"]`.

        Raises:
            SampleError: it does not say enough about one voice.
            MediaError: it is no usable recording.
        """
        assert stage == SAMPLE, "there is one stage"
        with load_engine(cores=usable_cores()) as engine:
            enroller = engine.enroller
            assert enroller is not None, "the engine has a voice encoder"
            threshold = enroller.encoder.verification_threshold
            if threshold is None:
                raise WeightsError(f"{enroller.stamp}: tells nobody from anybody")
            steps = enroller.hear(workspace / SOURCE, name=options["name"])
            heard = yield from _shares(steps)
        (workspace / VOICE).write_text(voices_to_json({Who(None, "VOICE_001"): [heard]}))
        (workspace / THRESHOLD).write_text(str(threshold))


def _shares(steps: Steps[Voiceprint]) -> Generator[float, None, Voiceprint]:
    """The same steps; of how much is done nobody asks."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            heard: Voiceprint = end.value
            return heard
        yield 0.5


def open_stages() -> SampleStages:
    """What the child works with."""
    return SampleStages()
