"""Repair from end to end: a recognizer with faults, and what the result says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fakes import FakeRecognizer, FakeShelf, FakeVad, TroubledRecognizer, silence, tone
from invariants import check
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.beside import Progress
from diascribe.engine.options import Options
from diascribe.engine.recognition import Listener, Recognition
from diascribe.engine.steps import finish
from diascribe.errors import ModelError, RecognizerError
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.transcript import Quality, Segment, Transcript

SURE = Quality(log_prob=-0.2, compression_ratio=1.1, no_speech=0.1, temperature=0.0)
TWO_TALKS = (silence(1), tone(9), silence(1), tone(9), silence(40))


def listen(
    recognizer: Recognizer,
    *parts: NDArray[np.int16],
    options: Options | None = None,
    seen: list[Progress] | None = None,
) -> Recognition:
    audio = Audio(np.concatenate(parts))
    listener = Listener(vad=FakeVad(), recognizer=recognizer, shelf=FakeShelf(recognizer))
    found = finish(
        listener.listen(audio, options or Options(language="en")),
        None if seen is None else seen.append,
    )
    written = [one for one in found.segments if one.text]
    check(Transcript(duration=audio.duration, language="en", segments=tuple(written)))
    return found


def texts(found: Recognition) -> list[str]:
    return [one.text for one in found.segments if one.text]


def codes(found: Recognition) -> list[str]:
    return [one.code for one in found.warnings]


def message(found: Recognition, code: str) -> str:
    (warning,) = [one for one in found.warnings if one.code == code]
    return warning.message


def flags(found: Recognition) -> list[tuple[str, ...]]:
    return [one.flags for one in found.segments]


def seconds_asked(recognizer: TroubledRecognizer) -> float:
    """What was heard again, in seconds."""
    return sum(one.duration for regions, _ in recognizer.asked[1:] for one in regions)


def test_what_nobody_doubts_is_heard_once_and_not_changed() -> None:
    recognizer = TroubledRecognizer()

    found = listen(recognizer, *TWO_TALKS)

    assert len(recognizer.asked) == 1
    assert flags(found) == [()]
    assert (found.repairs, found.warnings) == ({}, ())


def test_a_loop_is_heard_again_in_smaller_pieces_and_replaced() -> None:
    found = listen(TroubledRecognizer(loops_above_s=15), *TWO_TALKS)

    assert "and so on" not in " ".join(texts(found))
    assert {*flags(found)} == {("redecoded",)}
    assert found.repairs == {"redecoded": 2}
    assert codes(found) == []


def test_a_loop_that_is_heard_twice_stays_and_says_so() -> None:
    found = listen(TroubledRecognizer(loops_above_s=0), *TWO_TALKS)

    assert flags(found) == [("loop", "redecoding_rejected")]
    assert found.repairs == {"redecoding_rejected": 1}
    assert texts(found)[0].startswith("and so on and so on and so on and so on")


def test_a_recognizer_that_heeds_nothing_is_not_asked_again() -> None:
    recognizer = TroubledRecognizer(heeds=frozenset(), loops_above_s=15)

    found = listen(recognizer, *TWO_TALKS)

    assert len(recognizer.asked) == 1
    assert flags(found) == [("loop",)]


def test_a_loop_faster_than_anybody_speaks_is_brought_down_to_its_phrase() -> None:
    @dataclass(frozen=True)
    class Fast(FakeRecognizer):
        def _segment(self, audio: Audio, region: Region) -> Segment:
            heard = super()._segment(audio, region)
            words = tuple(replace(one, text="interminable" * 2) for one in heard.words)
            return replace(heard, words=words, text=" ".join(one.text for one in words))

    found = listen(Fast(), tone(8))

    assert texts(found) == ["interminable" * 2]
    assert flags(found) == [("loop", "loop_removed")]
    assert found.repairs == {"loop_removed": 1}
    assert message(found, "text_removed") == "1 loop_removed: 0.0 to 0.5 s"


@pytest.mark.parametrize(
    ("phantom", "removed"),
    [
        ("Thanks for watching!", "phantom_removed"),
        ("Subtitles by the Amara.org community", "phantom_removed"),
        ("Here is a sentence", "outside_speech_removed"),
    ],
)
def test_what_is_written_into_silence_is_removed_and_counted(phantom: str, removed: str) -> None:
    parts = (tone(5), silence(4.5), tone(5))

    found = listen(TroubledRecognizer(phantom=phantom), *parts)

    assert phantom not in texts(found)
    assert found.repairs == {removed: 1}
    assert message(found, "text_removed") == f"1 {removed}: 6.0 to 8.5 s"


@pytest.mark.parametrize(("said", "kept"), [("a b c", True), ("a zzz c", False)])
def test_a_text_in_silence_is_removed_where_the_aligner_does_not_find_it(
    said: str, *, kept: bool
) -> None:
    parts = (tone(5), silence(4.5), tone(5))
    recognizer = TroubledRecognizer(phantom=said, phantom_quality=SURE, heeds=frozenset())
    options = Options(language="en", align_output=True)

    found = listen(recognizer, *parts, options=options)

    assert (said in texts(found)) == kept
    assert found.repairs == ({} if kept else {"outside_speech_removed": 1})
    assert ("text_removed" in codes(found)) != kept


def test_missed_speech_is_heard_again_and_found() -> None:
    found = listen(TroubledRecognizer(deaf_above_s=15), tone(9), silence(1), tone(9), silence(2))

    assert flags(found) == [(), ("recovered",), ("recovered",)]
    assert found.repairs == {"recovered": 2}
    assert codes(found) == []
    words = [word for one in found.segments for word in one.words]
    assert sum(word.duration for word in words) == pytest.approx(18, abs=1.5)


def test_speech_that_stays_without_words_is_a_warning_with_places() -> None:
    found = listen(TroubledRecognizer(deaf_above_s=0), tone(9), silence(6), tone(9), silence(2))

    assert codes(found) == ["speech_without_text"]
    assert "s of speech have no words: " in message(found, "speech_without_text")


def test_speech_without_words_is_told_of_a_recognizer_that_is_not_asked_again_too() -> None:
    recognizer = TroubledRecognizer(heeds=frozenset(), deaf_above_s=15)

    found = listen(recognizer, tone(9), silence(1), tone(9), silence(2))

    assert message(found, "speech_without_text") == (
        "16.7 s of speech have no words: 1.3 to 9.0 s, 10.0 to 19.0 s"
    )


def test_a_doubtful_text_is_replaced_by_a_sure_one() -> None:
    found = listen(TroubledRecognizer(doubts_above_s=15), *TWO_TALKS)

    assert {*flags(found)} == {("redecoded",)}


def test_a_text_that_stays_doubtful_is_kept_as_it_was() -> None:
    recognizer = TroubledRecognizer(doubts_above_s=0)

    found = listen(recognizer, *TWO_TALKS)

    assert flags(found) == [("low_confidence", "redecoding_rejected")]


def test_a_stretch_that_cannot_be_cut_is_decoded_at_a_higher_temperature() -> None:
    recognizer = TroubledRecognizer(doubts_above_s=0)

    listen(recognizer, tone(2), silence(40))

    (_, first), (regions, second) = recognizer.asked
    assert len(regions) == 1
    assert (first.temperature, second.temperature) == (0.0, 0.2)


def test_without_a_temperature_to_raise_the_same_is_not_heard_again() -> None:
    recognizer = TroubledRecognizer(doubts_above_s=0, heeds=frozenset({"beam_size"}))

    listen(recognizer, tone(2), silence(40))

    assert len(recognizer.asked) == 1


def test_a_prompt_is_for_the_first_hearing_only() -> None:
    recognizer = TroubledRecognizer(
        doubts_above_s=15, heeds=frozenset({"temperature", "initial_prompt", "prefix", "hotwords"})
    )

    listen(
        recognizer,
        *TWO_TALKS,
        options=Options(initial_prompt="names", prefix="So", hotwords="Diascribe"),
    )

    (_, first), (_, again) = recognizer.asked
    assert (first.initial_prompt, first.prefix) == ("names", "So")
    assert (again.initial_prompt, again.prefix, again.hotwords) == (None, None, "Diascribe")


def test_no_more_than_a_quarter_of_the_recording_is_heard_again() -> None:
    recognizer = TroubledRecognizer(doubts_above_s=0)
    talks = [part for i in range(20) for part in (tone(12 + i / 2), silence(6))]

    found = listen(recognizer, *talks)

    assert 60 < seconds_asked(recognizer) <= sum(len(one) for one in talks) / 16_000 / 4
    assert "repair_limit" in codes(found)


def test_each_stretch_is_heard_again_once() -> None:
    recognizer = TroubledRecognizer(doubts_above_s=0)

    listen(recognizer, *TWO_TALKS)

    (again, _) = recognizer.asked[1]
    assert len(recognizer.asked) == 2
    assert sum(one.duration for one in again) == pytest.approx(18.8, abs=0.2)


@dataclass(frozen=True)
class FailsLater(TroubledRecognizer):
    """Fails when it is asked for the second time, after a first answer."""

    failures: list[str] = field(default_factory=list)

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        answers = super().recognize(audio, regions, decoding)
        yield next(answers)
        if len(self.asked) > 1:
            raise RecognizerError("out of memory")
        yield from answers


def test_a_failure_while_repairing_leaves_what_was_there() -> None:
    whole = listen(TroubledRecognizer(doubts_above_s=15, heeds=frozenset()), *TWO_TALKS)

    found = listen(FailsLater(doubts_above_s=15), *TWO_TALKS)

    assert found.segments == whole.segments
    assert message(found, "repair_failed") == "what was heard first is kept: out of memory"


@dataclass(frozen=True)
class CutOff(TroubledRecognizer):
    """Fails after the first region, and then for good."""

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        if not self.asked:
            yield from super().recognize(audio, regions[:1], decoding)
        raise RecognizerError("the recognizer's process died")


def test_a_recognizer_that_failed_is_not_asked_again_nor_blamed_for_the_rest() -> None:
    recognizer = CutOff(doubts_above_s=0)

    found = listen(recognizer, tone(9), silence(20), tone(9))

    assert len(recognizer.asked) == 1
    assert codes(found) == ["recognition_cut_off"]


def test_progress_of_repair_rises_and_stays_within_the_recording() -> None:
    seen: list[Progress] = []

    listen(TroubledRecognizer(doubts_above_s=0), *TWO_TALKS, tone(2), silence(9), seen=seen)

    done = [one.done for one in seen if one.stage == "repair"]
    assert len(done) > 2
    assert done == sorted(done)
    assert done[-1] == pytest.approx(71)


@dataclass(frozen=True)
class Counted(TroubledRecognizer):
    """Counts how often it was let go."""

    let_go: list[bool] = field(default_factory=list)

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        try:
            yield from super().recognize(audio, regions, decoding)
        finally:
            self.let_go.append(True)


def test_repair_may_be_left_at_any_point() -> None:
    audio = Audio(np.concatenate(TWO_TALKS))
    recognizer = Counted(loops_above_s=15)
    listener = Listener(vad=FakeVad(), recognizer=recognizer, shelf=FakeShelf(recognizer))
    whole = finish(listener.listen(audio, Options()))
    told = [one.stage for one in listener.listen(audio, Options())]

    for stop in range(len(told)):
        steps = listener.listen(audio, Options())
        for _ in range(stop):
            next(steps)
        asked = len(recognizer.asked)
        steps.close()
        assert len(recognizer.asked) == asked == len(recognizer.let_go)

    assert "repair" in told
    again = finish(listener.listen(audio, Options()))
    assert replace(again, timings=()) == replace(whole, timings=())


@dataclass(frozen=True)
class Stumbles(TroubledRecognizer):
    """Fails at regions that begin within some seconds and are longer than others."""

    longest_s: float = 10.0

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        for region in regions:
            if 20 < region.start < 40 and region.duration > self.longest_s:
                raise ModelError("Whisper failed at decoding")
            yield from super().recognize(audio, [region], decoding)


THREE_TALKS = (tone(12), silence(10), tone(12), silence(10), tone(12))


def test_a_region_at_which_the_recognizer_fails_is_heard_again_in_smaller_pieces() -> None:
    found = listen(Stumbles(), *THREE_TALKS)

    whole = listen(TroubledRecognizer(), *THREE_TALKS)
    assert "failed at 21.8 to 34.2 s: Whisper" in message(found, "recognition_gaps")
    assert len([one for segment in found.segments for one in segment.words]) >= 0.9 * len(
        [one for segment in whole.segments for one in segment.words]
    )


def test_a_region_that_stays_lost_is_a_warning_with_its_place() -> None:
    found = listen(Stumbles(longest_s=0.0), *THREE_TALKS)

    assert codes(found)[0] == "recognition_gaps"
    assert found.segments[-1].start > 40
    assert not found.cut_off
