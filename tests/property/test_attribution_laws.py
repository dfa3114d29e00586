"""What is true of attribution, whatever was said by whomever."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from diascribe.algorithms.attribute import Attribution
from diascribe.timeline import merge
from diascribe.transcript import Diarization, Segment, Turn, Word

QUARTERS = 80
"""Times are quarters of a second, so that sums of them are exact and ties happen."""

GAP_S = 0.5

quarters = st.integers(0, QUARTERS).map(lambda count: count / 4)
labels = st.sampled_from(["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"])


@st.composite
def diarizations(draw: DrawFn) -> Diarization:
    """Turns that may overlap, and the same speech with whoever comes first alone."""
    drawn = draw(st.lists(st.tuples(quarters, quarters, labels), max_size=6))
    turns = [
        Turn(span.start, span.end, speaker=who)
        for who in sorted({one[2] for one in drawn})
        for span in merge(Turn(min(a, b), max(a, b), speaker=x) for a, b, x in drawn if x == who)
        if span.duration
    ]
    turns.sort(key=lambda turn: (turn.start, turn.end, turn.speaker))
    return Diarization(tuple(turns), tuple(_alone(turns)))


def _alone(turns: Sequence[Turn]) -> list[Turn]:
    alone = []
    for quarter in range(QUARTERS):
        start, end = quarter / 4, (quarter + 1) / 4
        first = next((one for one in turns if one.start <= start and end <= one.end), None)
        if first is not None:
            alone.append(Turn(start, end, speaker=first.speaker))
    return alone


@st.composite
def segments(draw: DrawFn) -> list[Segment]:
    """Segments of words in order, and segments without any."""
    return [draw(_segment(number)) for number in range(draw(st.integers(1, 3)))]


@st.composite
def _segment(draw: DrawFn, number: int) -> Segment:
    edges = sorted(draw(st.lists(quarters, min_size=2, max_size=12)))
    words = tuple(
        Word(start, end, text=f"w{number}.{place}", timing="recognizer")
        for place, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    )
    kept = words if draw(st.booleans()) else ()
    text = " ".join(word.text for word in words)
    return Segment(edges[0], edges[-1], text=text, language="en", words=kept)


def attributed(found: Diarization, spoken: Sequence[Segment]) -> list[Segment]:
    return Attribution.of(found, gap_s=GAP_S).attribute(spoken)


def words_of(spoken: Sequence[Segment]) -> list[Word]:
    return [word for segment in spoken for word in segment.words]


@given(diarizations(), segments())
def test_no_word_is_lost_added_moved_or_changed(found: Diarization, spoken: list[Segment]) -> None:
    after = words_of(attributed(found, spoken))

    bare = [
        replace(word, speaker=None, speaker_confidence=None, speaker_reason=None, overlap=False)
        for word in after
    ]
    assert bare == words_of(spoken)


@given(diarizations(), segments())
def test_the_text_of_all_parts_is_the_text(found: Diarization, spoken: list[Segment]) -> None:
    after = attributed(found, spoken)

    assert " ".join(one.text for one in after) == " ".join(one.text for one in spoken)


@given(diarizations(), segments())
def test_every_speaker_named_has_a_turn(found: Diarization, spoken: list[Segment]) -> None:
    after = attributed(found, spoken)

    named = {word.speaker for word in words_of(after)} | {one.speaker for one in after}
    assert named - {None} <= {turn.speaker for turn in found.turns}


@given(diarizations(), segments())
def test_a_segments_words_are_all_its_speakers_and_inside_it(
    found: Diarization, spoken: list[Segment]
) -> None:
    for part in attributed(found, spoken):
        assert {word.speaker for word in part.words} <= {part.speaker}
        assert all(part.start <= word.start <= word.end <= part.end for word in part.words)


@given(diarizations(), segments())
def test_a_word_that_no_turn_covers_says_how_it_got_its_speaker(
    found: Diarization, spoken: list[Segment]
) -> None:
    for word in words_of(attributed(found, spoken)):
        covered = any(turn.shared(word) > 0 for turn in found.turns)
        assert not (covered and word.speaker_reason)
        assert word.speaker is not None or word.speaker_reason == "no_turn_nearby"
        assert (word.speaker is None) == (word.speaker_confidence is None)


@given(diarizations(), segments())
def test_a_word_inside_one_turn_gets_it(found: Diarization, spoken: list[Segment]) -> None:
    for word in words_of(attributed(found, spoken)):
        touching = [turn for turn in found.turns if turn.gap(word) == 0]
        if len(touching) == 1 and touching[0].start < word.start <= word.end < touching[0].end:
            assert word.speaker == touching[0].speaker
            assert word.speaker_confidence == 1
            assert not word.overlap


def instants_of(found: Diarization, word: Word) -> list[float]:
    """One instant of the word between each two edges of turns."""
    edges = {edge for turn in found.turns for edge in (turn.start, turn.end)}
    inside = sorted({word.start, word.end, *(e for e in edges if word.start < e < word.end)})
    return [(before + after) / 2 for before, after in pairwise(inside) if after - before > 1e-5]


def voices_at(found: Diarization, instant: float) -> set[str]:
    return {turn.speaker for turn in found.turns if turn.start <= instant < turn.end}


@given(diarizations(), segments())
def test_overlap_is_where_two_speak_during_the_word(
    found: Diarization, spoken: list[Segment]
) -> None:
    for word in words_of(attributed(found, spoken)):
        if word.duration:
            at_once = [voices_at(found, instant) for instant in instants_of(found, word)]
            assert word.overlap == any(len(voices) > 1 for voices in at_once)


@given(diarizations(), segments(), st.permutations(["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"]))
def test_attribution_commutes_with_renaming_speakers(
    found: Diarization, spoken: list[Segment], others: list[str]
) -> None:
    names: dict[str | None, str] = dict(zip(sorted(others), others, strict=True))

    def renamed(turns: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(replace(turn, speaker=names[turn.speaker]) for turn in turns)

    after = attributed(Diarization(renamed(found.turns), renamed(found.exclusive)), spoken)

    before = attributed(found, spoken)
    assert [one.speaker for one in after] == [names.get(one.speaker) for one in before]
    assert [w.speaker for w in words_of(after)] == [names.get(w.speaker) for w in words_of(before)]


@given(diarizations(), segments(), st.integers(1, 4000))
def test_attribution_commutes_with_time_shift(
    found: Diarization, spoken: list[Segment], quarters_later: int
) -> None:
    offset = quarters_later / 4
    assume(all(word.start for word in words_of(spoken)))  # nothing is searched before second 0

    later = Diarization(
        tuple(turn.shifted(offset) for turn in found.turns),
        tuple(turn.shifted(offset) for turn in found.exclusive),
    )
    after = attributed(later, [_shifted(one, offset) for one in spoken])

    assert [one.speaker for one in after] == [one.speaker for one in attributed(found, spoken)]
    assert [
        (w.start - offset, w.speaker, w.speaker_reason, w.overlap) for w in words_of(after)
    ] == [
        (w.start, w.speaker, w.speaker_reason, w.overlap)
        for w in words_of(attributed(found, spoken))
    ]


def _shifted(one: Segment, offset: float) -> Segment:
    words = tuple(word.shifted(offset) for word in one.words)
    return replace(one.shifted(offset), words=words)
