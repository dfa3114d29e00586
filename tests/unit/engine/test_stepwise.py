"""A recognizer that works long between segments can be stopped there, whatever asks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from fakes import FakeRecognizer, FakeShelf, FakeVad, TroubledRecognizer, silence, tone

from diascribe.audio import Audio
from diascribe.engine.beside import Progress
from diascribe.engine.options import Options
from diascribe.engine.recognition import Listener
from diascribe.engine.steps import finish
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.transcript import Segment

TALK = Audio(np.concatenate([tone(12), silence(6), tone(3)]))


@dataclass(frozen=True)
class Stepping(TroubledRecognizer):
    """Pauses before each of its segments, and counts its pauses."""

    pauses: list[int] = field(default_factory=list)

    def recognize_stepwise(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        for one in self.recognize(audio, regions, decoding):
            self.pauses.append(len(regions))
            yield None
            yield one


def listener(recognizer: Recognizer) -> Listener:
    return Listener(vad=FakeVad(), recognizer=recognizer, shelf=FakeShelf(recognizer))


@pytest.mark.parametrize("deaf_above_s", [np.inf, 11.0])
def test_pauses_change_nothing_but_progress(deaf_above_s: float) -> None:
    seen: list[Progress] = []
    stepping = Stepping(deaf_above_s=deaf_above_s)

    found = finish(listener(stepping).listen(TALK, Options()), seen.append)

    plain = TroubledRecognizer(deaf_above_s=deaf_above_s)
    assert found.segments == finish(listener(plain).listen(TALK, Options())).segments
    heard = [one for one in seen if one.stage in {"recognition", "repair"}]
    assert len(heard) == 2 * len(stepping.pauses)
    for stage in ("recognition", "repair"):
        done = [one.done for one in heard if one.stage == stage]
        assert done == sorted(done)


def test_it_stops_at_the_first_pause() -> None:
    stepping = Stepping()
    steps = listener(stepping).listen(TALK, Options())

    next(one for one in steps if one.stage == "recognition")
    steps.close()

    assert len(stepping.pauses) == 1


def test_one_that_knows_no_pauses_is_asked_as_ever() -> None:
    found = finish(listener(FakeRecognizer()).listen(TALK, Options()))

    assert any(one.text for one in found.segments)
