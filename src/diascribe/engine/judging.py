"""What to mistrust about recognized texts, and which of them to leave out (decision 0018)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from diascribe.algorithms.coverage import MARGIN_S, share_in_speech
from diascribe.algorithms.loops import Loop, find_loops, least_seconds, plain
from diascribe.algorithms.phantoms import phantom_in
from diascribe.flags import (
    LOOP,
    LOOP_REMOVED,
    LOW_CONFIDENCE,
    NO_SPEECH,
    OUTSIDE_SPEECH,
    OUTSIDE_SPEECH_REMOVED,
    PHANTOM,
    PHANTOM_REMOVED,
    REPETITIVE,
    joined,
)
from diascribe.formats.tokens import is_spaced
from diascribe.protocols import Decoding
from diascribe.span import Span
from diascribe.timeline import Index
from diascribe.transcript import Segment, Word, mean_confidence

DOUBTS = frozenset({LOW_CONFIDENCE, REPETITIVE, LOOP, PHANTOM, OUTSIDE_SPEECH})
"""Flags of texts that are worth hearing again."""

LEAST_IN_SPEECH = 0.2
"""Below this share of its words near speech, a text lies outside of it. Not 0: the detector
may have heard a click in the middle of a phantom. Chosen by hand, not measured."""

APART_S = 1.0
"""A phantom is alone after a pause this long: within a sentence few pause for as long. Chosen by
hand, not measured."""

Place = tuple[int, int]
"""A word: the place of its segment, and its own place in there."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges texts by where speech was heard, and by what the recognizer says of them."""

    speech: Index[Span]
    """As the detector heard it at its usual thresholds at least, not padded."""
    decoding: Decoding

    def judged(self, segments: Sequence[Segment]) -> list[Segment]:
        """The same stretches, flagged; texts that nobody said are gone from theirs."""
        apart = (part for one in segments for part in _set_apart(one))
        left = [self._judged(one) if one.text.strip() else one for one in apart]
        looping = {place for _, words in looping_words(left) for place, _ in words}
        return [flagged(one, LOOP) if i in looping else one for i, one in enumerate(left)]

    def doubts(self, segment: Segment) -> bool:
        """Whether the recognizer itself doubts that this was said."""
        quality, given = segment.quality, {LOW_CONFIDENCE, NO_SPEECH} & {*segment.flags}
        if quality is None:
            return bool(given)
        unlikely = quality.log_prob < self.decoding.log_prob_threshold
        return bool(given) or unlikely or quality.no_speech > self.decoding.no_speech_threshold

    def _judged(self, segment: Segment) -> Segment:
        doubted = self.doubts(segment)
        outside = share_in_speech(segment.words, self.speech) < LEAST_IN_SPEECH
        unheard = outside or _too_fast(segment)
        kind = phantom_in(segment.text)
        if (kind == "credit" and (doubted or unheard)) or (kind and doubted and unheard):
            return emptied(segment, PHANTOM_REMOVED)
        if outside and doubted:
            return emptied(segment, OUTSIDE_SPEECH_REMOVED)
        phantom = kind is not None and (doubted or unheard)
        found = ((PHANTOM, phantom), (OUTSIDE_SPEECH, outside))
        return flagged(segment, *(flag for flag, holds in found if holds))

    def shortened(self, segments: Sequence[Segment]) -> list[Segment]:
        """The segments, loops that nobody can have said brought down to their phrase."""
        gone: set[Place] = set()
        for loop, words in looping_words(segments):
            if not self._can_be_said([segments[one].words[other] for one, other in words]):
                gone.update(words[loop.size :])
        kept = list(segments)
        for place in {place for place, _ in gone}:
            own = enumerate(segments[place].words)
            left = [word for i, word in own if (place, i) not in gone]
            kept[place] = flagged(part_of(segments[place], left), LOOP_REMOVED)
        return kept

    def _can_be_said(self, words: Sequence[Word]) -> bool:
        """Whether there is speech enough for all that these words say."""
        span = Span(words[0].start, max(word.end for word in words))
        heard_s = sum(span.shared(one) for one in self.speech.overlapping(span))
        return least_seconds("".join(word.text for word in words)) <= heard_s + 2 * MARGIN_S


def looping_words(segments: Sequence[Segment]) -> Iterator[tuple[Loop, list[Place]]]:
    """Each loop and the words in it, across the segments too; signs without letters are none."""
    stream = [
        ((place, i), letters)
        for place, one in enumerate(segments)
        for i, word in enumerate(one.words)
        if (letters := plain(word.text))
    ]
    for loop in find_loops([letters for _, letters in stream]):
        yield loop, [place for place, _ in stream[loop.first : loop.last]]


def _set_apart(segment: Segment) -> list[Segment]:
    """The segment, a phantom phrase after its last pause made a segment of its own."""
    words = segment.words
    pauses = [i for i, (one, other) in enumerate(pairwise(words), 1) if one.gap(other) >= APART_S]
    if not pauses or phantom_in("".join(word.text for word in words[pauses[-1] :])) is None:
        return [segment]
    return [part_of(segment, words[: pauses[-1]]), part_of(segment, words[pauses[-1] :])]


def _too_fast(segment: Segment) -> bool:
    """Whether the text takes longer to say than it lasts."""
    return least_seconds(segment.text) > segment.duration + 2 * MARGIN_S


def is_doubtful(segment: Segment) -> bool:
    """Whether there is a text that is worth hearing again."""
    return bool(segment.text.strip()) and not DOUBTS.isdisjoint(segment.flags)


def flagged(segment: Segment, *flags: str) -> Segment:
    """The segment with more flags."""
    return replace(segment, flags=joined(segment.flags, flags))


def emptied(segment: Segment, flag: str) -> Segment:
    """The segment without its text, which is removed for the reason that the flag names."""
    return replace(flagged(segment, flag), text="", words=(), confidence=None)


def part_of(segment: Segment, words: Sequence[Word]) -> Segment:
    """The segment as these of its words alone; empty without any."""
    if tuple(words) == segment.words:
        return segment
    if not words:
        return replace(segment, text="", words=(), confidence=None)
    blanks = _blanks(segment)
    return replace(
        segment,
        start=words[0].start,
        end=max(word.end for word in words),
        text="".join(blanks[_same(word)] + word.text.strip() for word in words).strip(),
        words=tuple(words),
        confidence=mean_confidence(words),
    )


def _blanks(segment: Segment) -> dict[tuple[float, str], str]:
    """What stands before each word: a blank or nothing, as in the text.

    The language alone does not tell: Chinese texts hold Latin words, translations are English.
    """
    found: dict[tuple[float, str], str] = {}
    reached = 0
    for word in segment.words:
        place = segment.text.find(word.text.strip(), reached)
        before = segment.text[place - 1] if place > 0 else ""
        parted = before.isspace() if before else is_spaced(segment.language)
        reached = max(reached, place + len(word.text.strip()) if place >= 0 else 0)
        found[_same(word)] = " " if parted else ""
    return found


def _same(word: Word) -> tuple[float, str]:
    """What stays of a word that is cut short."""
    return word.start, word.text
