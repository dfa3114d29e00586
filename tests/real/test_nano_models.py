"""The models of tests/data/nano keep what their cards promise, on voices and texts held out.

They are opened and asked as any Whisper and any aligner of letters is.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import fmean, median

import jiwer
import numpy as np
import pytest

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.ctc import CtcAligner, open_ctc
from diascribe.models.whisper import WhisperRecognizer, open_whisper
from diascribe.protocols import Decoding, Region
from diascribe.span import Span
from diascribe.transcript import Segment

NANO = Path(__file__).parents[1] / "data" / "nano"
MEGABYTE = 1_000_000
GREEDY = Decoding(beam_size=1)
TIMED = replace(GREEDY, timestamps=True)


@dataclass(frozen=True, slots=True)
class Heard:
    """A held-out recording and what is said in it when."""

    language: str
    text: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    audio: Audio

    @property
    def segment(self) -> Segment:
        """All of it, its words without times."""
        return Segment(0.0, self.audio.duration, text=self.text, language=self.language)


@pytest.fixture(scope="module")
def recordings() -> list[Heard]:
    rows = json.loads((NANO / "heldout" / "heldout.json").read_text(encoding="utf-8"))
    return [
        Heard(
            row["language"],
            row["text"],
            tuple(word for word, _, _ in row["words"]),
            tuple(Span(start, end) for _, start, end in row["words"]),
            finish_seconds(decode(NANO / "heldout" / row["file"])).mix(),
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def english(recordings: list[Heard]) -> list[Heard]:
    return [one for one in recordings if one.language == "en"]


@pytest.fixture(scope="module")
def whisper() -> WhisperRecognizer:
    return open_whisper(
        NANO / "whisper", name="nano", revision="tests", device="cpu", compute_type="int8", cores=2
    )


@pytest.fixture(scope="module")
def aligner() -> CtcAligner:
    return open_ctc(NANO / "ctc", name="nano", revision="tests", languages=("en", "de"))


@pytest.fixture(scope="module")
def transcripts(whisper: WhisperRecognizer, recordings: list[Heard]) -> list[list[Segment]]:
    return [recognized(whisper, [one]) for one in recordings]


def recognized(
    whisper: WhisperRecognizer, spoken: Sequence[Heard], decoding: Decoding = GREEDY
) -> list[Segment]:
    """Recordings of one language one after another, heard in one window."""
    audio = joined(spoken)
    region = Region(0.0, audio.duration, spoken[0].language)
    return list(whisper.recognize(audio, [region], decoding))


def joined(spoken: Sequence[Heard]) -> Audio:
    return Audio(np.concatenate([one.audio.samples for one in spoken]))


def edges(spoken: Sequence[Heard]) -> list[float]:
    """Where each of some recordings begins when they are joined, and where the last ends."""
    lengths = [one.audio.duration for one in spoken]
    return list(accumulate(lengths, initial=0.0))


def plain(text: str) -> str:
    """Small letters without punctuation."""
    kept = "".join(letter for letter in text.lower() if letter.isalpha() or letter in "' ")
    return " ".join(kept.split())


def text_of(segments: Sequence[Segment]) -> str:
    return plain(" ".join(segment.text for segment in segments))


def said(spoken: Sequence[Heard]) -> str:
    return plain(" ".join(one.text for one in spoken))


def test_the_folders_are_small() -> None:
    limits = {"whisper": 10.0, "ctc": 10.0, "heldout": 1.5}
    for name, limit in limits.items():
        size = sum(file.stat().st_size for file in (NANO / name).iterdir())
        assert size <= limit * MEGABYTE


def test_at_most_one_word_in_ten_is_wrong_with_timestamps(
    whisper: WhisperRecognizer, recordings: list[Heard]
) -> None:
    came = [text_of(recognized(whisper, [one], TIMED)) for one in recordings]

    assert jiwer.wer([said([one]) for one in recordings], came) <= 0.10


def test_about_one_word_in_eight_is_wrong_without_timestamps(
    transcripts: list[list[Segment]], recordings: list[Heard]
) -> None:
    came = [text_of(segments) for segments in transcripts]

    assert jiwer.wer([said([one]) for one in recordings], came) <= 0.15


@pytest.mark.parametrize(("longest_s", "most"), [(10.0, 0.35), (30.0, 0.6)])
def test_windows_of_several_sentences_are_read_in_part(
    whisper: WhisperRecognizer, english: list[Heard], longest_s: float, most: float
) -> None:
    some = list(fitting(english, longest_s))

    came = recognized(whisper, some, TIMED)

    assert len(some) >= longest_s / 4
    assert jiwer.wer(said(some), text_of(came)) <= most


def fitting(spoken: Sequence[Heard], longest_s: float) -> Iterator[Heard]:
    """The first recordings that are together no longer."""
    for one, end in zip(spoken, edges(spoken)[1:], strict=True):
        if end > longest_s:
            return
        yield one


def test_times_that_the_decoder_writes_are_where_a_sentence_begins(
    whisper: WhisperRecognizer, recordings: list[Heard]
) -> None:
    errors = [
        abs(recognized(whisper, [one], TIMED)[0].start - one.spans[0].start) for one in recordings
    ]

    assert median(errors) <= 0.1


def test_windows_in_a_batch_say_what_they_say_alone(
    whisper: WhisperRecognizer, english: list[Heard], transcripts: list[list[Segment]]
) -> None:
    some = english[:6]
    regions = [Region(start, end, "en") for start, end in pairwise(edges(some))]

    together = list(whisper.recognize(joined(some), regions, GREEDY))

    alone = [text_of(one) for one in transcripts[: len(some)]]
    assert jiwer.wer(alone, [text_of([one]) for one in merged(together, regions)]) <= 0.05


def merged(segments: Sequence[Segment], regions: Sequence[Region]) -> Iterator[Segment]:
    """All segments of each region as one."""
    for region in regions:
        texts = [one.text for one in segments if region.start <= one.start < region.end]
        yield Segment(region.start, region.end, text=" ".join(texts), language="en")


def test_english_and_german_are_told_apart(
    whisper: WhisperRecognizer, recordings: list[Heard]
) -> None:
    assert whisper.detector is not None
    for one in recordings:
        (heard,) = whisper.detector.detect(one.audio, [one.audio.span])

        assert max(heard, key=heard.__getitem__) == one.language


def test_a_language_that_is_not_given_is_found_out(
    whisper: WhisperRecognizer, recordings: list[Heard]
) -> None:
    german = next(one for one in recordings if one.language == "de")

    found = list(whisper.recognize(german.audio, [Region(0.0, german.audio.duration)], GREEDY))

    assert {one.language for one in found} == {"de"}


def test_quiet_is_less_like_speech_than_any_sentence(
    whisper: WhisperRecognizer, transcripts: list[list[Segment]]
) -> None:
    quiet = np.random.default_rng(0).normal(0, 3, (10 * SAMPLE_RATE, 1)).round().astype(np.int16)

    found = whisper.recognize(Audio(quiet), [Region(0.0, 10.0, "en")], GREEDY)

    spoken = max(no_speech(segments) for segments in transcripts)
    assert no_speech(list(found)) > 2 * spoken


def no_speech(segments: Sequence[Segment]) -> float:
    """How likely nobody speaks, of the segments of one window."""
    assert segments[0].quality is not None
    return segments[0].quality.no_speech


def test_words_are_about_where_they_sound_without_an_aligner(
    transcripts: list[list[Segment]], recordings: list[Heard]
) -> None:
    errors = []
    for segments, one in zip(transcripts, recordings, strict=True):
        words = [word for segment in segments for word in segment.words]
        if len(words) == len(one.spans):
            errors += [
                abs(word.start - span.start) for word, span in zip(words, one.spans, strict=True)
            ]

    assert fmean(errors) <= 0.1


def test_special_tokens_have_the_numbers_of_the_real_model() -> None:
    numbers = {
        "<|endoftext|>": 50_257,
        "<|startoftranscript|>": 50_258,
        "<|en|>": 50_259,
        "<|de|>": 50_261,
        "<|su|>": 50_357,
        "<|transcribe|>": 50_359,
        "<|startofprev|>": 50_361,
        "<|nospeech|>": 50_362,
        "<|notimestamps|>": 50_363,
        "<|0.00|>": 50_364,
        "<|30.00|>": 51_864,
    }
    tokens = json.loads((NANO / "whisper" / "vocabulary.json").read_text(encoding="utf-8"))

    assert {token: tokens.index(token) for token in numbers} == numbers


def test_aligned_words_are_off_by_at_most_40_ms(
    aligner: CtcAligner, recordings: list[Heard]
) -> None:
    errors = []
    for one in recordings:
        (aligned,) = aligner.align(one.audio, [one.segment])
        assert tuple(word.text for word in aligned.words) == one.words
        assert {word.timing for word in aligned.words} == {"aligned"}
        for word, span in zip(aligned.words, one.spans, strict=True):
            errors += [abs(word.start - span.start), abs(word.end - span.end)]

    assert fmean(errors) <= 0.040


def test_a_text_that_nobody_said_does_not_fit(aligner: CtcAligner, english: list[Heard]) -> None:
    heard, other = english[0], english[3]

    (found,) = aligner.align(heard.audio, [replace(heard.segment, text=other.text)])

    assert fmean(word.confidence or 0.0 for word in found.words) < 0.3 or found.flags


def test_what_whisper_writes_is_found_by_the_aligner(
    aligner: CtcAligner, recordings: list[Heard], transcripts: list[list[Segment]]
) -> None:
    errors = []
    for segments, one in zip(transcripts, recordings, strict=True):
        aligned = aligner.align(one.audio, segments)
        words = [word for segment in aligned for word in segment.words]
        if [plain(word.text) for word in words] == [plain(word) for word in one.words]:
            errors += [
                abs(word.start - span.start) for word, span in zip(words, one.spans, strict=True)
            ]

    assert len(errors) > 20
    assert fmean(errors) <= 0.040
