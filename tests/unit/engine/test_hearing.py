"""Recognizers that fail at some regions, or at all from one on: what can be had is had."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from fakes import FakeRecognizer, tone

from diascribe.audio import Audio
from diascribe.engine.hearing import MOST_IN_A_ROW, Hearing
from diascribe.errors import LanguageError, ModelError, OptionsError
from diascribe.protocols import Decoding, Region
from diascribe.transcript import Segment

PROMPTED = Decoding(initial_prompt="Anna", prefix="So", hotwords="Bert", beam_size=2)


@dataclass(frozen=True)
class Failing(FakeRecognizer):
    """Hears batches of regions, and fails at those with some of them."""

    at: frozenset[float] = frozenset()
    """The seconds at which regions begin that it cannot hear."""
    batch: int = 2
    asked: list[tuple[list[float], Decoding]] = field(default_factory=list)

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        self.asked.append(([one.start for one in regions], decoding))
        for start in range(0, len(regions), self.batch):
            some = regions[start : start + self.batch]
            if any(one.start in self.at for one in some):
                raise ModelError("Whisper failed at decoding")
            yield from super().recognize(audio, some, decoding)


def heard(recognizer: FakeRecognizer, count: int) -> tuple[Hearing, list[Segment]]:
    """What is heard in so many regions of ten seconds, each a tone."""
    audio = Audio(np.concatenate([tone(10) for _ in range(count)]))
    regions = [Region(10.0 * i, 10.0 * (i + 1), "en") for i in range(count)]
    hearing = Hearing(recognizer, audio, PROMPTED)
    return hearing, [one for one in hearing.segments(regions) if one is not None]


def test_of_a_batch_that_fails_only_the_region_that_it_fails_at_is_lost() -> None:
    recognizer = Failing(at=frozenset({30.0}))

    hearing, found = heard(recognizer, 6)
    _, whole = heard(FakeRecognizer(), 6)

    assert [one.text == "" for one in found] == [False, False, False, True, False, False]
    assert [one for one in found if one.text] == [*whole[:3], *whole[4:]]
    assert (found[3].start, found[3].end, found[3].language) == (30.0, 40.0, "en")
    assert [one.start for one in hearing.lost] == [30.0]
    assert not hearing.cut_off
    assert isinstance(hearing.failure, ModelError)
    assert [one for one, _ in recognizer.asked] == [
        [0.0, 10.0, 20.0, 30.0, 40.0, 50.0],
        *([start] for start in (20.0, 30.0, 40.0, 50.0)),
    ]


def test_only_the_first_region_is_told_of_the_beginning() -> None:
    recognizer = Failing(at=frozenset({0.0}))

    heard(recognizer, 3)

    told = [decoding for _, decoding in recognizer.asked]
    assert told[:2] == [PROMPTED, PROMPTED]
    assert told[2:] == [Decoding(hotwords="Bert", beam_size=2)] * 2


def test_a_recognizer_that_fails_at_all_from_one_on_is_given_up() -> None:
    recognizer = Failing(at=frozenset(10.0 * i for i in range(4, 20)))

    hearing, found = heard(recognizer, 20)

    assert len(found) == 4
    assert (hearing.cut_off, hearing.lost) == (True, [])
    assert len(recognizer.asked) == 1 + MOST_IN_A_ROW


def test_a_recognizer_that_never_fails_is_asked_once() -> None:
    recognizer = Failing()

    hearing, found = heard(recognizer, 5)

    assert len(found) == 5
    assert (hearing.failure, hearing.lost, hearing.cut_off) == (None, [], False)
    assert len(recognizer.asked) == 1


@pytest.mark.parametrize("error", [OptionsError(("task: cannot",)), LanguageError("no xx")])
def test_what_is_refused_is_not_tried_again(error: Exception) -> None:
    class Refusing(Failing):
        def recognize(
            self, audio: Audio, regions: Sequence[Region], decoding: Decoding
        ) -> Iterator[Segment]:
            self.asked.append(([audio.duration, len(regions)], decoding))
            raise error

    recognizer = Refusing()
    with pytest.raises(type(error)):
        heard(recognizer, 3)

    assert len(recognizer.asked) == 1
