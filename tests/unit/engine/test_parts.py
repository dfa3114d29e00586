"""Recognition in parts: each one goes on where the one before it ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from fakes import FakeRecognizer

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.beside import Progress
from diascribe.engine.parts import PART_S, hear_part, parts
from diascribe.engine.steps import finish
from diascribe.protocols import Decoding, Region
from diascribe.transcript import Segment


@dataclass(frozen=True)
class Stepping(FakeRecognizer):
    """May be stopped before it has heard anything."""

    def recognize_stepwise(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        yield None
        yield from self.recognize(audio, regions, decoding)


def test_progress_never_falls_from_one_part_to_the_next() -> None:
    regions = [Region(start, start + 30.0) for start in np.arange(0, 3 * PART_S, 30.0)]
    audio = Audio(np.ones((round(3 * PART_S) * SAMPLE_RATE, 1), np.int16))
    told: list[Progress] = []

    for part in parts(regions):
        finish(hear_part(Stepping(), audio, part, Decoding()), told.append)

    done = [one.done for one in told]
    assert done == sorted(done)
    assert done[-1] > 2 * PART_S
