"""Aligning a given text, over fakes: plain ones, cues, transcripts, and what is refused."""

import io
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fakes import (
    FakeAligner,
    FakeDiarizer,
    FakeRecognizer,
    FakeShelf,
    FakeVad,
    fake_model,
    silence,
    tone,
)
from invariants import check
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.beside import Progress
from diascribe.engine.engine import Engine
from diascribe.engine.opening import LateAligner
from diascribe.errors import LanguageError, ModelError, TranscriptFormatError, WeightsError
from diascribe.protocols import Aligner
from diascribe.transcript import Model, Notice, Segment, Speaker, Transcript, Turn, Word


def file_of(*parts: NDArray[np.int16]) -> io.BytesIO:
    """A wave file of int16 (time, 1) parts."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(np.concatenate(parts).tobytes())
    file.seek(0)
    return file


def talk() -> io.BytesIO:
    """Four seconds of speech from second 1, six in all."""
    return file_of(silence(1), tone(4), silence(1))


@dataclass(frozen=True)
class BrokenAligner(FakeAligner):
    model: Model = field(default_factory=lambda: fake_model("broken"))

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        raise ModelError(f"ctc.onnx: failed in {audio.duration} s of {len(segments)} segments")


@dataclass(frozen=True)
class Aligners(FakeShelf):
    several: tuple[Aligner, ...] = ()

    def aligners(self, language: str) -> Sequence[Aligner]:
        return [one for one in self.several if language in one.languages]


def engine(*aligners: Aligner, recognizer: FakeRecognizer | None = None) -> Engine:
    shelf = Aligners(one=recognizer or FakeRecognizer(), several=aligners or (FakeAligner(),))
    return Engine(vad=FakeVad(), shelf=shelf, diarizer=FakeDiarizer())


def cues(*cues: tuple[float, float, str]) -> Transcript:
    segments = tuple(Segment(start, end, text=text, language=None) for start, end, text in cues)
    return Transcript(duration=99, language=None, segments=segments)


def codes(transcript: Transcript) -> list[str]:
    return [one.code for one in transcript.warnings]


def test_each_line_and_each_sentence_is_a_segment() -> None:
    found = engine().align(talk(), "One two. Three\nfour five", language="en")

    check(found)
    assert [one.text for one in found.segments] == ["One two.", "Three", "four five"]
    assert {word.timing for word in found.words} == {"aligned"}
    assert (found.language, found.duration) == ("en", 6.0)


def test_words_lie_within_the_speech() -> None:
    found = engine().align(talk(), "one two three four", language="en")

    assert found.words[0].start >= 0.7
    assert found.words[-1].end <= 5.3


@pytest.mark.parametrize("text", ["one two", cues((1.0, 3.0, "one two"))])
def test_the_only_language_that_there_is_needs_no_saying(text: str | Transcript) -> None:
    found = engine().align(talk(), text)

    assert found.language == "en"
    assert codes(found) == ["language_assumed"]


def test_numbers_are_found_as_they_are_spoken() -> None:
    found = engine().align(talk(), "paid $5 on 3/4", language="en")

    assert [(word.text, word.timing) for word in found.words] == [
        ("paid", "aligned"),
        ("$5", "aligned"),
        ("on", "aligned"),
        ("3/4", "aligned"),
    ]


def test_a_text_that_does_not_fit_is_said_and_flagged() -> None:
    found = engine().align(talk(), "one zzz two", language="en")

    check(found)
    assert codes(found) == ["text_does_not_fit"]
    assert {one.flags for one in found.segments} == {("text_does_not_fit",)}
    assert {word.timing for word in found.words} == {"interpolated"}


def test_the_next_aligner_takes_over_and_the_failure_is_said() -> None:
    found = engine(BrokenAligner(), FakeAligner()).align(talk(), "one two", language="en")

    assert codes(found) == ["alignment_failed"]
    assert "fake-alignment found its words" in found.warnings[0].message
    assert {word.timing for word in found.words} == {"aligned"}


def damaged() -> LateAligner:
    """An installed aligner that cannot be opened."""

    def fail() -> Aligner:
        raise WeightsError("model.onnx: cannot be opened")

    return LateAligner(("en",), fail)


@pytest.mark.parametrize("text", ["one two", cues((1, 3, "one two"))], ids=["plain", "cues"])
def test_an_aligner_that_cannot_be_opened_is_passed_over_and_said(text: str | Transcript) -> None:
    found = engine(damaged(), FakeAligner()).align(talk(), text, language="en")

    assert codes(found) == ["alignment_failed"]
    assert "fake-alignment found its words: model.onnx: cannot" in found.warnings[0].message
    assert [(word.text, word.timing) for word in found.words] == [
        ("one", "aligned"),
        ("two", "aligned"),
    ]


def test_aligners_that_cannot_be_opened_are_no_result() -> None:
    with pytest.raises(ModelError, match=r"^no aligner could work: en: model\.onnx: cannot be o"):
        engine(damaged()).align(talk(), "one two", language="en")


@dataclass(frozen=True)
class Tiring(FakeAligner):
    """Fails after its first segment."""

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        yield from super().align(audio, segments[:1])
        raise ModelError("tired")


def test_progress_of_several_languages_and_aligners_goes_on_and_never_back() -> None:
    seen: list[Progress] = []
    english = Tiring(), FakeAligner()
    german = FakeAligner(fake_model("german"), languages=("de",))
    segments = [
        Segment(place, place + 1, text="word", language="en" if place % 2 else "de")
        for place in range(6)
    ]
    text = Transcript(duration=6, language="en", segments=tuple(segments))

    engine(*english, german).align(talk(), text, on_progress=seen.append)

    alignment = [(one.done, one.total) for one in seen if one.stage == "alignment"]
    done = pytest.approx([1, 2, 3, 4, 4, 5, 6])
    assert [one for one, _ in alignment] == done
    assert {total for _, total in alignment} == {6.0}


def test_speech_is_looked_for_once_where_the_language_is_not_said() -> None:
    seen: list[Progress] = []

    engine().align(talk(), "one two", on_progress=seen.append)

    activity = [one.done for one in seen if one.stage == "activity"]
    assert activity == sorted(set(activity))
    assert activity[-1] == 6


def test_without_any_aligner_that_works_there_is_no_result() -> None:
    failed = r"^no aligner could work: en: ctc\.onnx: failed in 6\.0 s of 1 segments$"
    with pytest.raises(ModelError, match=failed):
        engine(BrokenAligner()).align(talk(), "one two", language="en")


def test_cues_after_the_end_stand_there_and_are_told() -> None:
    found = engine().align(talk(), cues((1, 3, "one two"), (7, 8, "three")), language="en")

    check(found)
    assert codes(found) == ["beyond_end"]
    assert "1 of 2 segments begin after the recording's end at 6.0 s, first at 7.0 s" in (
        found.warnings[0].message
    )


@pytest.mark.parametrize("text", ["one zzz", cues((1, 3, "one zzz"))], ids=["plain", "cues"])
def test_where_nobody_speaks_that_is_told(text: str | Transcript) -> None:
    found = engine().align(file_of(silence(6)), text, language="en")

    check(found)
    assert sorted(codes(found)) == ["no_speech", "text_does_not_fit"]


@pytest.mark.parametrize("text", ["", " \n ", "—", "..."])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(TranscriptFormatError, match="without words"):
        engine().align(talk(), text)


def test_a_transcript_without_words_is_refused() -> None:
    with pytest.raises(TranscriptFormatError, match="without words"):
        engine().align(talk(), Transcript(duration=6, language=None))


def test_a_language_that_no_aligner_knows_is_refused() -> None:
    with pytest.raises(LanguageError, match="'de'"):
        engine().align(talk(), "eins zwei", language="de")


def test_cues_come_back_as_segments_with_words() -> None:
    found = engine().align(talk(), cues((1, 3, "one two"), (3, 5, "three four")), language="en")

    check(found)
    assert [one.text for one in found.segments] == ["one two", "three four"]
    assert all(one.words for one in found.segments)
    assert found.duration == 6


def test_cues_behind_the_recordings_end_stay_within_it() -> None:
    found = engine().align(talk(), cues((1, 3, "one"), (5, 9, "two"), (9, 12, "zzz")))

    check(found)
    assert found.segments[-1].flags == ("text_does_not_fit",)


def test_a_transcripts_speakers_and_warnings_stay() -> None:
    word = Word(1, 2, text="one", timing="aligned", score=0.1, speaker="SPEAKER_00")
    given = Transcript(
        duration=6,
        language="en",
        segments=(Segment(1, 3, text="one", language="en", words=(word,), speaker="SPEAKER_00"),),
        turns=(Turn(1, 3, speaker="SPEAKER_00"),),
        exclusive_turns=(Turn(1, 3, speaker="SPEAKER_00"),),
        speakers=(Speaker("SPEAKER_00", 2.0),),
        warnings=(Notice("before", "media", "told before"),),
    )

    found = engine().align(talk(), given)

    check(found)
    assert (found.turns, found.speakers) == (given.turns, given.speakers)
    assert codes(found) == ["before"]
    assert found.words == (replace(word, score=1.0),)


def test_a_text_that_leaves_speech_bare_is_said() -> None:
    clipped = engine(ShortAligner()).align(talk(), "one", language="en")

    assert codes(clipped) == ["text_does_not_fit"]


@dataclass(frozen=True)
class ShortAligner(FakeAligner):
    """Finds every word within half a second of its beginning."""

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        for one in super().align(audio, segments):
            words = (replace(word, end=min(word.end, word.start + 0.5)) for word in one.words)
            yield replace(one, words=tuple(words))


def name_of(place: int) -> str:
    """A word without digits for each number."""
    return "w" + "".join(chr(ord("a") + int(digit)) for digit in str(place))


@dataclass(frozen=True)
class Sayer(FakeRecognizer):
    """Hears each loud half second as the next word of an alphabet."""

    def _segment(self, audio: Audio, region: object) -> Segment:
        segment = super()._segment(audio, region)  # type: ignore[arg-type]  # as the fake has it
        words = tuple(replace(word, text=name_of(round(2 * word.start))) for word in segment.words)
        return replace(segment, words=words, text=" ".join(word.text for word in words))


@dataclass(frozen=True)
class Impatient(FakeAligner):
    """Aligns half a minute at most, and keeps what it was given."""

    longest_s: float | None = 30.0
    seen: list[Segment] = field(default_factory=list)

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        self.seen.extend(segments)
        return super().align(audio, segments)


@pytest.mark.parametrize("better", [(), (BrokenAligner(),)], ids=["alone", "after another"])
def test_a_long_text_is_cut_where_a_recognizer_hears_it(better: tuple[Aligner, ...]) -> None:
    spoken, aligner = 90, Impatient()
    names = [name_of(place) for place in range(2 * spoken)]
    text = " ".join(names)

    found = engine(*better, aligner, recognizer=Sayer()).align(
        file_of(tone(spoken)), text, language="en"
    )

    check(found)
    assert len(aligner.seen) >= 3
    assert max(one.duration for one in aligner.seen) < 30
    for segment in aligner.seen:
        place = names.index(segment.words[0].text)
        assert segment.start == pytest.approx(place / 2, abs=0.3)
    assert [word.text for word in found.words] == text.split()


def test_a_title_before_a_name_ends_no_segment() -> None:
    found = engine().align(talk(), "Dr. Fox met Mr. Dog. Then they left.", language="en")

    assert [one.text for one in found.segments] == ["Dr. Fox met Mr. Dog.", "Then they left."]


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("de", "diascribe models pull ctc-de --from FOLDER takes an ONNX export of jonatas"),
        ("sv", "diascribe models pull ctc-sv --from FOLDER takes an ONNX export of KBLab"),
        ("tlh", "diascribe models pull ctc-tlh --from FOLDER takes an ONNX export of a wav2vec2"),
    ],
)
def test_without_an_aligner_the_way_to_one_is_told(language: str, hint: str) -> None:
    with pytest.raises(LanguageError) as refused:
        engine().align(talk(), "eins zwei", language=language)

    assert refused.value.hint.startswith(hint)


def test_a_transcript_in_what_is_no_language_says_so() -> None:
    text = replace(cues((1, 3, "eins")), language="klingon")

    with pytest.raises(LanguageError, match="'klingon'") as refused:
        engine().align(talk(), text)

    assert refused.value.hint == "wanted an ISO 639 code such as en"


def test_of_several_texts_those_that_do_not_fit_are_counted_among_texts() -> None:
    found = engine().align(talk(), cues((1, 2, "one"), (2, 3, "zzz"), (3, 5, "two")), language="en")

    message = "in the sound the text of 1 of 3 segments is not found, first at"
    assert found.warnings[0].message.startswith(message)
