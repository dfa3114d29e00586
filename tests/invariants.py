"""What is true of every transcript, whoever made it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from diascribe.span import Span
from diascribe.timeline import merge, total
from diascribe.transcript import Segment, Transcript, Turn, Word

ROUNDING_S = 0.002
"""Times of a result that was read back may be half a millisecond off at either end."""


def check(transcript: Transcript) -> None:
    """Raise an AssertionError that names everything untrue of a transcript."""
    problems = [problem for law in LAWS for problem in law(transcript)]
    assert not problems, "\n".join(problems)


def _inside(transcript: Transcript) -> Iterator[str]:
    """Every time lies inside the recording."""
    recording = Span(0.0, transcript.duration)
    spans = (*transcript.segments, *transcript.turns, *transcript.exclusive_turns)
    for one in (*spans, *transcript.words):
        if not _within(one, recording):
            yield f"outside of the recording's {transcript.duration} s: {one}"


def _sorted(transcript: Transcript) -> Iterator[str]:
    """Segments and turns are sorted by start."""
    rows = (transcript.segments, transcript.turns, transcript.exclusive_turns)
    for row in rows:
        yield from _not_rising(row)


def _words_inside_segments(transcript: Transcript) -> Iterator[str]:
    """Words are in order and inside their segment."""
    for segment in transcript.segments:
        yield from _not_rising(segment.words)
        for word in segment.words:
            if not _within(word, segment):
                yield f"outside of its segment [{segment.start}, {segment.end}): {word}"


def _one_speaker_a_segment(transcript: Transcript) -> Iterator[str]:
    """A segment's words are its speaker's or nobody's."""
    for segment in transcript.segments:
        for word in segment.words:
            if word.speaker not in {None, segment.speaker}:
                yield f"another speaker than its segment's {segment.speaker}: {word}"


def _speakers_have_turns(transcript: Transcript) -> Iterator[str]:
    """Every speaker named anywhere is listed once and has a turn."""
    turning = {turn.speaker for turn in transcript.turns}
    listed = [speaker.id for speaker in transcript.speakers]
    if len(set(listed)) < len(listed):
        yield f"a speaker is listed twice: {listed}"
    for who in sorted(_named(transcript) - turning):
        yield f"named, but without a turn: {who}"
    for who in sorted((_named(transcript) | turning) ^ set(listed)):
        yield f"not both listed and speaking: {who}"


def _speaking_time(transcript: Transcript) -> Iterator[str]:
    """A speaker's time is what their turns cover."""
    for speaker in transcript.speakers:
        turns = [turn for turn in transcript.turns if turn.speaker == speaker.id]
        if abs(speaker.time - total(turns)) > ROUNDING_S * (1 + len(turns)):
            yield f"{speaker.id} has {total(turns)} s of turns, but time {speaker.time}"


def _labels_in_order(transcript: Transcript) -> Iterator[str]:
    """`SPEAKER_00`, `SPEAKER_01`… are numbered in order of first speech."""
    first: dict[str, float] = {}
    for turn in transcript.turns:
        first.setdefault(turn.speaker, turn.start)
    numbered = sorted(who for who in first if who.startswith("SPEAKER_"))
    for before, after in pairwise(numbered):
        if first[after] < first[before]:
            yield f"{after} speaks before {before}"


def _exclusive(transcript: Transcript) -> Iterator[str]:
    """Exclusive turns hold the speech of the turns, one speaker at a time."""
    exclusive, turns = transcript.exclusive_turns, transcript.turns
    for before, after in pairwise(exclusive):
        if after.start < before.end:
            yield f"exclusive turns overlap: {before}, {after}"
    lost = _uncovered(turns, exclusive) + _uncovered(exclusive, turns)
    if lost > ROUNDING_S * (1 + len(turns)):
        yield f"turns and exclusive turns differ by {lost} s of speech"
    for one in exclusive:
        if not any(_within(one, span) for span in _own(one, turns)):
            yield f"not within its speaker's turns: {one}"


def _truth_about_words(transcript: Transcript) -> Iterator[str]:
    """Unknown is null, and null speakers have a reason where somebody looked for them."""
    for word in transcript.words:
        if word.score is not None and word.timing != "aligned":
            yield f"an aligner's score without alignment: {word}"
        if word.speaker is None and word.speaker_confidence is not None:
            yield f"sure of a speaker that it has not: {word}"
        if word.speaker is None and transcript.turns and not word.speaker_reason:
            yield f"no speaker and no reason: {word}"


def _shares(transcript: Transcript) -> Iterator[str]:
    """Probabilities and shares are 0 to 1."""
    confident: tuple[Word | Segment | Turn, ...] = (
        *transcript.words,
        *transcript.segments,
        *transcript.turns,
        *transcript.exclusive_turns,
    )
    shares = [
        transcript.language_probability,
        transcript.speaker_count_confidence,
        *(one.confidence for one in confident),
    ]
    shares += [share for one in transcript.words for share in (one.score, one.speaker_confidence)]
    for share in shares:
        if share is not None and not 0 <= share <= 1:
            yield f"not within 0 to 1: {share}"


def _language(transcript: Transcript) -> Iterator[str]:
    """What was recognized has a language."""
    if transcript.segments and transcript.language is None:
        yield "segments, but no language"


LAWS = (
    _inside,
    _sorted,
    _words_inside_segments,
    _one_speaker_a_segment,
    _speakers_have_turns,
    _speaking_time,
    _labels_in_order,
    _exclusive,
    _truth_about_words,
    _shares,
    _language,
)


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _not_rising(row: Sequence[Span]) -> Iterator[str]:
    for before, after in pairwise(row):
        if after.start < before.start:
            yield f"out of order: {before}, {after}"


def _named(transcript: Transcript) -> set[str]:
    """Ids that a word, a segment or an exclusive turn names."""
    found = {word.speaker for word in transcript.words}
    found |= {segment.speaker for segment in transcript.segments}
    return {who for who in found if who} | {turn.speaker for turn in transcript.exclusive_turns}


def _own(one: Turn, turns: Sequence[Turn]) -> list[Span]:
    """What the speaker of a turn covers, adjoining turns made one."""
    return merge([turn for turn in turns if turn.speaker == one.speaker])


def _uncovered(spans: Sequence[Span], cover: Sequence[Span]) -> float:
    """Seconds of `spans` that `cover` does not cover."""
    return total((*spans, *cover)) - total(cover)
