"""What every aligner keeps to: the embedded one, those on CTC networks, and the fake."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from ctc_models import sing, write_model
from fakes import FakeAligner, silence

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.steps import finish_seconds
from diascribe.formats import rttm
from diascribe.media import decode
from diascribe.models.ctc import open_ctc
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Aligner
from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Segment, Word

EXAMPLES = Path(__file__).parents[2] / "examples"
SAID = ("Hello,", "and", "thank", "you", "for", "coming", "to", "the", "meeting.")
OTHERS = ("purple", "zzz", "elephants", "juggle", "broken", "umbrellas")


@dataclass(frozen=True)
class Heard:
    """An aligner and what it can hear: a sound in which `SAID` is said at `turn`."""

    aligner: Aligner
    audio: Audio
    turn: Span

    def align(self, *segments: Segment) -> list[Segment]:
        return list(self.aligner.align(self.audio, segments))

    def segment(self, texts: Sequence[str] = SAID, language: str = "en") -> Segment:
        """The texts as somebody recognized them, evenly spread."""
        spans = spread(texts, self.turn)
        words = tuple(
            Word(span.start, span.end, text=text, timing="recognizer", confidence=0.5)
            for text, span in zip(texts, spans, strict=True)
        )
        return Segment(
            self.turn.start, self.turn.end, text=" ".join(texts), language=language, words=words
        )


@pytest.fixture(scope="module", params=["fake", "pocketsphinx", "ctc", "masked ctc"])
def heard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Heard]:
    if request.param == "pocketsphinx":
        with Workers(2) as workers:
            yield Heard(PocketsphinxAligner(workers), *_conversation())
        return
    sung = sing([text.strip(",.") for text in SAID])
    audio = Audio(np.concatenate([sung.samples, silence(3)]))
    turn = Span(0.25, len(sung.samples) / SAMPLE_RATE - 0.25)
    if request.param == "fake":
        yield Heard(FakeAligner(), audio, turn)
        return
    folder = write_model(tmp_path_factory.mktemp("ctc"), masked="masked" in request.param)
    yield Heard(
        open_ctc(folder, name="tones", revision="1", languages=("en",), cores=2), audio, turn
    )


def _conversation() -> tuple[Audio, Span]:
    """The example and where its first sentence is."""
    (turns,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    audio = finish_seconds(decode(EXAMPLES / "conversation.opus")).mix()
    return audio, Span(turns[0].start, turns[0].end)


def timings(segment: Segment) -> list[str]:
    return [word.timing for word in segment.words]


def test_words_that_are_said_are_aligned_with_a_score(heard: Heard) -> None:
    (aligned,) = heard.align(heard.segment())

    assert [word.text for word in aligned.words] == list(SAID)
    assert set(timings(aligned)) == {"aligned"}
    assert all(word.score is not None and 0 <= word.score <= 1 for word in aligned.words)


def test_words_are_in_order_and_inside_their_segment(heard: Heard) -> None:
    (aligned,) = heard.align(heard.segment())

    assert all(one.end <= after.start + 1e-9 for one, after in pairwise(aligned.words))
    assert heard.turn.start <= aligned.words[0].start
    assert aligned.words[-1].end <= heard.turn.end


def test_nothing_else_of_a_segment_changes(heard: Heard) -> None:
    segment = replace(heard.segment(), speaker="SPEAKER_00", flags=("loop",), confidence=0.3)

    (aligned,) = heard.align(segment)

    assert replace(aligned, words=segment.words) == segment
    assert {word.confidence for word in aligned.words} == {0.5}


def test_a_segment_without_words_gets_those_of_its_text(heard: Heard) -> None:
    without = replace(heard.segment(), words=())

    (aligned,) = heard.align(without)

    assert [word.text for word in aligned.words] == list(SAID)


def test_a_word_that_cannot_be_found_keeps_its_times_where_they_lie_in_order(
    heard: Heard,
) -> None:
    (aligned,) = heard.align(heard.segment())
    before, after = aligned.words[4:6]
    own = Word(before.end, after.start, text="…", timing="recognizer")
    words = (*heard.segment().words[:5], own, *heard.segment().words[5:])

    (again,) = heard.align(replace(heard.segment(), words=words))

    assert again.words == (*aligned.words[:5], own, *aligned.words[5:])


def test_a_word_that_cannot_be_found_and_lies_elsewhere_is_interpolated(heard: Heard) -> None:
    lost = Word(heard.turn.start, heard.turn.end, text="…", timing="recognizer")
    words = (*heard.segment().words[:5], lost, *heard.segment().words[6:])

    (aligned,) = heard.align(replace(heard.segment(), words=words))

    before, word, after = aligned.words[4:7]
    assert (word.timing, word.score) == ("interpolated", None)
    assert (word.start, word.end) == (before.end, after.start)


def test_a_text_that_does_not_fit_keeps_its_times_and_is_flagged(heard: Heard) -> None:
    segment = heard.segment(OTHERS)

    (aligned,) = heard.align(segment)

    assert aligned == replace(segment, flags=("text_does_not_fit",))


def test_a_text_that_does_not_fit_spoils_no_other(heard: Heard) -> None:
    alone = heard.align(heard.segment())

    _, beside, _ = heard.align(heard.segment(OTHERS), heard.segment(), heard.segment(("…",)))

    assert [beside] == alone


def test_segments_come_back_in_their_order(heard: Heard) -> None:
    texts = [SAID, (), ("…",), SAID[:4], SAID]
    segments = [replace(heard.segment(text), words=()) for text in texts]

    aligned = heard.align(*segments)

    assert [one.text for one in aligned] == [one.text for one in segments]
    assert aligned[0] == aligned[4]


def test_no_segments_give_nothing(heard: Heard) -> None:
    assert heard.align() == []


@pytest.mark.parametrize("duration", [0.0, 0.01, 0.03])
def test_a_segment_too_short_for_its_text_is_flagged(heard: Heard, duration: float) -> None:
    if isinstance(heard.aligner, FakeAligner):
        pytest.skip("a fake hears nothing")
    short = Segment(1.0, 1.0 + duration, text=" ".join(SAID), language="en")

    (aligned,) = heard.align(short)

    assert aligned.flags == ("text_does_not_fit",)
    assert all(1.0 <= word.start <= word.end <= 1.0 + duration for word in aligned.words)


def test_two_threads_find_what_one_finds(heard: Heard) -> None:
    expected = heard.align(heard.segment(), heard.segment(SAID[:3]))

    with ThreadPoolExecutor(2) as threads:
        futures = [
            threads.submit(heard.align, heard.segment(), heard.segment(SAID[:3])) for _ in range(2)
        ]

    assert [future.result() for future in futures] == [expected, expected]


def test_a_caller_may_stop_in_between(heard: Heard) -> None:
    aligned = heard.aligner.align(heard.audio, [heard.segment()] * 40)

    first = next(aligned)
    del aligned

    assert [first] == heard.align(heard.segment())
