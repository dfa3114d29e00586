"""Alignment: known words found in sound, numbers in between, nothing ever lost."""

import wave
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fakes import silence

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.steps import finish_seconds
from diascribe.formats import rttm
from diascribe.media import decode
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner, spoken_parts
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.span import Span
from diascribe.transcript import Segment, Word

EXAMPLES = Path(__file__).parents[3] / "examples"
SAID = "Hello, and thank you for coming to the meeting."


@pytest.fixture(scope="module")
def aligner() -> Iterator[PocketsphinxAligner]:
    with Workers(1) as workers:
        yield PocketsphinxAligner(workers)


@pytest.fixture(scope="module")
def audio() -> Audio:
    return finish_seconds(decode(EXAMPLES / "conversation.opus")).mix()


@pytest.fixture(scope="module")
def turn() -> Span:
    """Where the conversation's first sentence is."""
    (turns,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    return Span(turns[0].start, turns[0].end)


def align(aligner: PocketsphinxAligner, audio: Audio, segment: Segment) -> Segment:
    (aligned,) = aligner.align(audio, [segment])
    return aligned


def said(turn: Span, text: str, language: str = "en") -> Segment:
    return Segment(turn.start, turn.end, text=text, language=language)


def timings(segment: Segment) -> list[str]:
    return [word.timing for word in segment.words]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello,", ("hello",)),
        ("don\N{RIGHT SINGLE QUOTATION MARK}t", ("don't",)),
        ("forty-two", ("forty", "two")),
        ("'Tis", ("tis",)),
        ("café", ("cafe",)),
        ("B2B", ("#",)),
        ("—", ()),
        ("日本", ("#",)),
    ],
)
def test_a_written_word_is_spoken_as_spoken_parts(written: str, spoken: tuple[str, ...]) -> None:
    assert spoken_parts(written) == spoken


def test_every_word_of_the_text_is_found_in_order(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    aligned = align(aligner, audio, said(turn, SAID))

    assert [word.text for word in aligned.words] == SAID.split()
    assert set(timings(aligned)) == {"aligned"}
    assert all(one.end <= after.start for one, after in pairwise(aligned.words))
    assert turn.start <= aligned.words[0].start
    assert aligned.words[-1].end <= turn.end


def test_silence_between_words_belongs_to_neither(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    sentence = audio.samples[round(turn.start * SAMPLE_RATE) : round(turn.end * SAMPLE_RATE)]
    twice = Audio(np.concatenate([sentence, silence(2), sentence]))

    aligned = align(aligner, twice, said(twice.span, f"{SAID} {SAID}"))

    last, first = aligned.words[8], aligned.words[9]
    assert last.end == pytest.approx(turn.duration, abs=0.1)
    assert first.start == pytest.approx(turn.duration + 2, abs=0.1)


def test_a_word_that_no_dictionary_holds_is_found_by_its_spelling(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    known = align(aligner, audio, said(turn, SAID))

    respelled = align(aligner, audio, said(turn, SAID.replace("coming", "kumingg")))

    assert set(timings(respelled)) == {"aligned"}
    for one, other in zip(known.words, respelled.words, strict=True):
        assert other.start == pytest.approx(one.start, abs=0.05)


def test_a_number_lies_between_its_neighbours_without_score(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    aligned = align(aligner, audio, said(turn, SAID.replace("coming", "2000")))

    before, number, after = aligned.words[4:7]
    assert (number.timing, number.score) == ("interpolated", None)
    assert (number.start, number.end) == (before.end, after.start)
    assert {before.timing, after.timing} == {"aligned"}


def test_a_dash_at_either_end_reaches_to_the_segments_end(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    aligned = align(aligner, audio, said(turn, "- Hello, and thank you for coming to the -"))

    assert (aligned.words[0].start, aligned.words[-1].end) == (turn.start, turn.end)
    assert timings(aligned) == ["interpolated", *["aligned"] * 8, "interpolated"]


def test_the_right_word_scores_higher_than_a_wrong_one(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    right = align(aligner, audio, said(turn, SAID))
    wrong = align(aligner, audio, said(turn, SAID.replace("meeting", "spoon")))

    assert score(right.words[-1]) > score(wrong.words[-1]) + 0.1
    assert score(right.words[0]) == pytest.approx(score(wrong.words[0]), abs=0.05)


def score(word: Word) -> float:
    assert word.score is not None
    assert 0 <= word.score <= 1
    return word.score


def test_what_a_word_already_carries_is_kept(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    word = Word(turn.start, turn.end, text="hello", timing="recognizer", confidence=0.5, channel=1)
    segment = replace(said(turn, "hello"), words=(word,), speaker="SPEAKER_00", flags=("loop",))

    aligned = align(aligner, audio, segment)

    (found,) = aligned.words
    assert replace(found, start=word.start, end=word.end, timing="recognizer", score=None) == word
    assert replace(aligned, words=segment.words) == segment


def test_a_text_that_cannot_fit_keeps_its_times(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    instant = Span(turn.start, turn.start + 0.1)
    word = Word(instant.start, instant.end, text="hello", timing="recognizer")
    segment = replace(said(instant, "hello"), words=(word,) * 9)

    assert align(aligner, audio, segment) == replace(segment, flags=("text_does_not_fit",))


def test_another_text_than_what_is_said_is_flagged_and_not_placed(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    aligned = align(aligner, audio, said(turn, "purple elephants juggle broken umbrellas"))

    assert aligned.flags == ("text_does_not_fit",)
    assert set(timings(aligned)) == {"interpolated"}


def test_a_text_without_times_that_cannot_fit_is_spread_evenly(
    aligner: PocketsphinxAligner,
) -> None:
    segment = said(Span(0, 0.04), "ab cd")

    aligned = align(aligner, Audio(silence(1)), segment)

    assert [(word.start, word.end) for word in aligned.words] == [(0, 0.02), (0.02, 0.04)]
    assert timings(aligned) == ["interpolated"] * 2


@pytest.mark.parametrize("text", ["", "   "])
def test_a_segment_without_text_stays_without_words(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span, text: str
) -> None:
    assert align(aligner, audio, said(turn, text)).words == ()


def test_another_language_is_spread_and_not_guessed(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    aligned = align(aligner, audio, said(turn, "guten Tag", language="de"))

    assert timings(aligned) == ["interpolated"] * 2


def test_segments_come_back_in_their_order(
    aligner: PocketsphinxAligner, audio: Audio, turn: Span
) -> None:
    segments = [said(turn, text) for text in (SAID, "", "guten", SAID)]

    aligned = list(aligner.align(audio, segments))

    assert [segment.text for segment in aligned] == [segment.text for segment in segments]
    assert aligned[0] == aligned[3]


def test_word_times_are_those_that_people_marked(
    aligner: PocketsphinxAligner, shared_data: Path
) -> None:
    folder = shared_data / "word_align"
    with wave.open(str(folder / "praatio_mary.wav")) as file:
        assert file.getnchannels() == 1
    audio = finish_seconds(decode(folder / "praatio_mary.wav")).mix()
    marked = [line.split() for line in (folder / "praatio_mary.ctm").read_text().splitlines()]

    aligned = align(aligner, audio, said(audio.span, "mary rolled the barrel"))

    for word, (_, _, start, _, text) in zip(aligned.words, marked, strict=True):
        assert word.text == text
        assert word.start == pytest.approx(float(start), abs=0.06)
