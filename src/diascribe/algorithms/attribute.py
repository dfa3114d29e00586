"""Words to speakers, and segments split where the speaker changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from diascribe.span import Span
from diascribe.timeline import Index
from diascribe.transcript import Diarization, Segment, Turn, Word, mean_confidence

NEAREST = "nearest_turn"
"""Reason: no turn covers the word, one begins or ends close by."""

BETWEEN = "between_words"
"""Reason: no turn covers the word, but the same speaker says the words around it."""

NO_TURN = "no_turn_nearby"
"""Reason: nobody was found speaking within reach of the word."""

ENOUGH = 1e-6
"""Seconds: less than this is rounding, not time."""

INSTANT_S = 0.001
"""A word of no duration is looked for this far around: it has no share of any turn."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The turns on one channel."""

    turns: Index[Turn]
    exclusive: Index[Turn]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Gives words to the speakers of one diarization.

    A word goes to whoever speaks most of it; while several do, to the one whom the exclusive
    turns name, and else to who began first. Without any turn over it, it goes to the nearest
    turn at most `gap_s` away, and else to nobody. A word of a channel that has turns goes to
    one of those, and is overlapped by all.
    """

    everyone: Index[Turn]
    channels: Mapping[int | None, Channel]
    whole: Channel
    """For words of channels without turns."""
    gap_s: float

    @classmethod
    def of(cls, diarization: Diarization, *, gap_s: float) -> Attribution:
        """The attribution to a diarization's speakers."""
        everyone = Index(diarization.turns)
        whole = Channel(everyone, Index(diarization.exclusive))
        return cls(everyone, _by_channel(diarization), whole, gap_s)

    def attribute(self, segments: Iterable[Segment]) -> list[Segment]:
        """The segments with speakers on words, split where the speaker changes."""
        return [part for segment in segments for part in self._one(segment)]

    def _one(self, segment: Segment) -> list[Segment]:
        if not segment.words:
            return [replace(segment, speaker=self._word(_as_word(segment)).speaker)]
        words = _between([self._word(word) for word in segment.words])
        return split_by_speaker(replace(segment, words=tuple(words)))

    def _word(self, word: Word) -> Word:
        span, channel = _with_duration(word), self.channels.get(word.channel, self.whole)
        shares = _shares(channel.turns.overlapping(span), span)
        if not shares:
            return self._without_turn(word, channel)
        alone = _shares(channel.exclusive.overlapping(span), span)
        speaker = max(
            shares, key=lambda one: (_rounded(shares[one]), _rounded(alone.get(one, 0.0)))
        )
        share = min(1.0, shares[speaker] / span.duration)
        overlap = _at_once(self.everyone.overlapping(span), span)
        return replace(word, speaker=speaker, speaker_confidence=share, overlap=overlap)

    def _without_turn(self, word: Word, channel: Channel) -> Word:
        turn = channel.turns.nearest(word, within_s=self.gap_s)
        if turn is None:
            return replace(word, speaker_reason=NO_TURN)
        return replace(word, speaker=turn.speaker, speaker_confidence=0.0, speaker_reason=NEAREST)


def _by_channel(diarization: Diarization) -> dict[int | None, Channel]:
    """The turns on each channel that has any."""
    turns, exclusive = diarization.turns, diarization.exclusive
    return {
        channel: Channel(
            Index(turn for turn in turns if turn.channel == channel),
            Index(turn for turn in exclusive if turn.channel == channel),
        )
        for channel in dict.fromkeys(turn.channel for turn in turns)
    }


def _as_word(segment: Segment) -> Word:
    return Word(
        segment.start,
        segment.end,
        text=segment.text,
        timing="interpolated",
        channel=segment.channel,
    )


def _with_duration(word: Word) -> Span:
    """The word's time, an instant widened so that it has a share of the turn around it."""
    if word.duration > ENOUGH:
        return word
    return Span(max(0.0, word.start - INSTANT_S), word.end + INSTANT_S)


def _shares(turns: Iterable[Turn], span: Span) -> dict[str, float]:
    """Seconds of `span` that each speaker speaks, in order of their first turns over it."""
    shares: defaultdict[str, float] = defaultdict(float)
    for turn in turns:
        shares[turn.speaker] += turn.shared(span)
    return {speaker: seconds for speaker, seconds in shares.items() if seconds > ENOUGH}


def _at_once(turns: Iterable[Turn], span: Span) -> bool:
    """Whether two speakers speak at the same time within `span`, not just one after another."""
    return any(
        one.speaker != other.speaker
        and min(one.end, other.end, span.end) - max(one.start, other.start, span.start) > ENOUGH
        for one, other in combinations(turns, 2)
    )


def _rounded(seconds: float) -> float:
    """Shares that differ by rounding only are equal."""
    return round(seconds, 4)


def _between(words: Sequence[Word]) -> list[Word]:
    """The words, those that no turn covers given to the speaker of both neighbours."""
    smoothed = list(words)
    for place in range(1, len(words) - 1):
        word, before, after = words[place], smoothed[place - 1].speaker, words[place + 1].speaker
        uncovered = word.speaker_reason in {NEAREST, NO_TURN}
        if uncovered and before is not None and before == after:
            smoothed[place] = replace(
                word, speaker=before, speaker_confidence=0.0, speaker_reason=BETWEEN
            )
    return smoothed


def split_by_speaker(segment: Segment) -> list[Segment]:
    """One segment for every run of words by one speaker; the times are the words' own.

    The text of each part is its words, so a segment that is not split keeps its own text.
    """
    parts = [list(run) for _, run in groupby(segment.words, key=lambda word: word.speaker)]
    if len(parts) == 1:
        return [replace(segment, speaker=parts[0][0].speaker)]
    return [_part(segment, words) for words in parts]


def _part(segment: Segment, words: Sequence[Word]) -> Segment:
    return replace(
        segment,
        start=words[0].start,
        end=max(word.end for word in words),
        text=" ".join(word.text.strip() for word in words),
        words=tuple(words),
        speaker=words[0].speaker,
        confidence=mean_confidence(words),
    )
