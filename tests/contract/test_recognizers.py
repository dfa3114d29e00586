"""What every recognizer keeps to: the embedded one, tiny Parakeets, and the fake."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeRecognizer, silence
from onnx_models import write_ctc, write_rnnt, write_tdt

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.steps import finish_seconds
from diascribe.errors import LanguageError, OptionsError
from diascribe.formats import rttm
from diascribe.media import decode
from diascribe.models.onnxasr import open_onnx_asr
from diascribe.models.pocketsphinx.recognizer import PocketsphinxRecognizer
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.span import Span
from diascribe.transcript import Segment

EXAMPLES = Path(__file__).parents[2] / "examples"
USUAL = Decoding()


PARAKEETS: dict[str, Callable[[Path], Path]] = {
    "tdt": write_tdt,
    "rnnt": write_rnnt,
    "ctc": write_ctc,
}


@pytest.fixture(scope="module", params=["fake", "pocketsphinx", *PARAKEETS])
def recognizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recognizer]:
    if request.param == "fake":
        yield FakeRecognizer()
        return
    if request.param in PARAKEETS:
        folder = PARAKEETS[request.param](tmp_path_factory.mktemp(request.param))
        yield open_onnx_asr(folder, name="tiny", revision="1", languages=("en",), cores=2)
        return
    with Workers(2) as workers:
        yield PocketsphinxRecognizer(workers)


@pytest.fixture(scope="module")
def turns() -> list[Span]:
    """Where the first three sentences of the conversation are."""
    (found,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    return [Span(turn.start, turn.end) for turn in found[:3]]


@pytest.fixture(scope="module")
def speech(turns: list[Span]) -> Audio:
    """The conversation up to the end of its third sentence."""
    recording = finish_seconds(decode(EXAMPLES / "conversation.opus"))
    return Audio(recording.samples[: round(turns[-1].end * SAMPLE_RATE)])


def english(spans: Sequence[Span]) -> list[Region]:
    return [Region(one.start, one.end, "en") for one in spans]


def recognize(
    recognizer: Recognizer, audio: Audio, regions: Sequence[Span], decoding: Decoding = USUAL
) -> list[Segment]:
    return list(recognizer.recognize(audio, english(regions), decoding))


def words_in(recognizer: Recognizer, audio: Audio) -> tuple[str, ...]:
    """The words of a recording that is one region."""
    (segment,) = recognize(recognizer, audio, [audio.span])
    return tuple(word.text for word in segment.words)


def test_each_region_gives_a_segment_in_the_regions_order(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    segments = recognize(recognizer, speech, turns)

    assert len(segments) == len(turns)
    for segment, turn in zip(segments, turns, strict=True):
        assert turn.start <= segment.start < segment.end <= turn.end


def test_words_are_in_order_and_inside_their_segment(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    segments = recognize(recognizer, speech, turns)

    assert all(segment.words for segment in segments)
    for segment in segments:
        edges = [segment.start, *(w.start for w in segment.words), segment.end]
        assert all(one <= following for one, following in pairwise(edges))
        assert all(word.start < word.end <= segment.end for word in segment.words)


def test_a_word_has_the_recognizers_times_and_a_probability(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    words = [w for segment in recognize(recognizer, speech, turns) for w in segment.words]

    assert {word.timing for word in words} == {"recognizer"}
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words)
    assert {word.score for word in words} == {None}


def test_the_text_is_the_words(recognizer: Recognizer, speech: Audio, turns: list[Span]) -> None:
    for segment in recognize(recognizer, speech, turns):
        assert segment.text.split() == [word.text for word in segment.words]


def test_no_regions_give_nothing(recognizer: Recognizer, speech: Audio) -> None:
    assert recognize(recognizer, speech, []) == []


@pytest.mark.parametrize("duration", [0.0, 0.01, 0.05, 1.0, 5.0])
def test_silence_has_no_words_but_is_answered(recognizer: Recognizer, duration: float) -> None:
    (segment,) = recognize(recognizer, Audio(silence(5)), [Span(0, duration)])

    assert (segment.words, segment.text, segment.confidence) == ((), "", None)
    assert (segment.start, segment.end) == (0, duration)


def test_sound_that_is_too_short_for_a_word_has_none(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    begin = turns[0].start + 0.2

    (segment,) = recognize(recognizer, speech, [Span(begin, begin + 0.04)])

    assert segment.words == ()


def test_one_click_has_no_words(recognizer: Recognizer) -> None:
    samples = silence(2)
    samples[16_000] = 32_767

    assert words_in(recognizer, Audio(samples)) == ()


def test_silence_after_the_speech_adds_no_words_in_it(
    recognizer: Recognizer, speech: Audio
) -> None:
    longer = Audio(np.concatenate([speech.samples, silence(4)]))

    (segment,) = recognize(recognizer, longer, [longer.span])

    assert segment.words[-1].start < speech.duration


def test_what_lies_outside_of_the_regions_is_not_heard(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    louder = Audio(np.concatenate([speech.samples, speech.samples]))

    assert recognize(recognizer, louder, turns) == recognize(recognizer, speech, turns)


def test_a_region_is_heard_the_same_whatever_came_before(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    together = recognize(recognizer, speech, turns)

    alone = [recognize(recognizer, speech, [turn])[0] for turn in reversed(turns)]

    assert alone[::-1] == together


def test_two_threads_hear_what_one_hears(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    expected = recognize(recognizer, speech, turns)

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(recognize, recognizer, speech, turns) for _ in range(2)]

    assert [future.result() for future in futures] == [expected, expected]


def test_a_caller_may_stop_in_between(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    segments = recognizer.recognize(speech, english(turns) * 20, USUAL)
    first = next(segments)

    del segments

    assert first == recognize(recognizer, speech, turns[:1])[0]


def test_no_language_asks_for_the_only_one(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    unknown = [Region(one.start, one.end) for one in turns[:1]]

    (segment,) = recognizer.recognize(speech, unknown, USUAL)

    assert segment.language == "en"


def test_a_language_that_it_does_not_speak_is_refused_before_any_work(
    recognizer: Recognizer, speech: Audio, turns: list[Span]
) -> None:
    german = [Region(one.start, one.end, "de") for one in turns]

    with pytest.raises(LanguageError, match="de"):
        recognizer.recognize(speech, german, USUAL)


def test_what_it_cannot_do_is_refused_before_anything_is_heard(recognizer: Recognizer) -> None:
    recognizer.check(USUAL)

    with pytest.raises(OptionsError, match="translate"):
        recognizer.check(Decoding(task="translate"))
