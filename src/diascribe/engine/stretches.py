"""Which stretches to hear again: those whose text is doubtful, and speech without a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from diascribe.algorithms.coverage import missed
from diascribe.algorithms.hysteresis import pad
from diascribe.algorithms.packing import pack
from diascribe.engine.judging import is_doubtful
from diascribe.engine.regions import PAD_S, Speech
from diascribe.flags import LOOP
from diascribe.protocols import Region
from diascribe.span import Span
from diascribe.timeline import Index, merge
from diascribe.transcript import Segment

LONGEST_PIECE_S = 10.0
"""A third of what the largest recognizers hear at once: errors do not spread as far. Chosen by
hand, not measured."""

SHORTEST_PIECE_S = 3.0
"""No speech is cut into shorter pieces, which are heard worse, not better; what is shorter
between two pauses is a piece as it is. Chosen by hand, not measured."""

LONGEST_STRETCH_S = 60.0
"""Longer ones are several: what is heard again is limited, and whole stretches are chosen."""

SAME_S = 0.1
"""Regions whose edges differ by less sound the same."""

JOINED_S = 1.0
"""Missed speech with less between is one stretch: a word between is heard with it, and cuts no
piece. Chosen by hand, not measured."""

Why = Literal["loop", "missed", "thin", "doubtful"]
"""Words that come again and again; speech without words, between words that have times or
under a text that has none; a text that is doubted."""


@dataclass(frozen=True, slots=True)
class Stretch(Span):
    """A stretch to hear again."""

    places: range
    """The segments that it holds; none where words are missing between others."""
    why: Why
    language: str | None


@dataclass(frozen=True)  # without slots: what is asked for often is kept
class Finder:
    """Finds stretches among judged segments, sorted by start."""

    speech: Speech
    regions: Sequence[Region]
    """In which the segments were recognized."""

    @cached_property
    def _places(self) -> Index[Region]:
        return Index(self.regions)

    def stretches(self, segments: Sequence[Segment]) -> list[Stretch]:
        """Sorted and disjoint; no segment is in two of them."""
        found: list[Stretch] = []
        for one in (*self._doubtful(segments), *self._without_text(segments)):
            place = bisect_right(found, one.start, key=lambda other: other.start)
            beside = found[max(0, place - 1) : place + 1]
            if one.duration > 0 and not any(one.shared(other) > 0 for other in beside):
                found.insert(place, one)
        return found

    def missed(self, segments: Iterable[Segment]) -> list[Span]:
        """Speech over which there is no text."""
        return missed(self.speech.lasting, words_of(segments))

    def pieces(self, stretch: Stretch) -> list[Region]:
        """What to hear of a stretch: its speech in smaller pieces, cut at pauses.

        Each is in the language of its own region: a stretch may lie over several.
        """
        cut: list[Span] = []
        for part in self._parts(stretch):
            quiet = self.speech.pauses_in(part)
            spans = self.speech.within(part)
            for piece in pack(spans, max_s=LONGEST_PIECE_S, gap_s=PAD_S, quiet=quiet):
                self._append(cut, piece)
        return [Region(one.start, one.end, self._language(one) or stretch.language) for one in cut]

    def _parts(self, stretch: Stretch) -> Sequence[Span]:
        """The halves of a stretch that is one piece and has a pause; else all of it.

        What was missed was no piece of its own before: it need not be cut to be another.
        """
        pause = self._pause_in(stretch)
        if stretch.why == "missed" or stretch.duration > LONGEST_PIECE_S or pause is None:
            return [stretch]
        return [Span(stretch.start, pause), Span(pause, stretch.end)]

    def _append(self, cut: list[Span], piece: Span) -> None:
        """Add a piece; where speech was cut too close to its end, cut it elsewhere."""
        last = cut[-1] if cut else None
        short = last and min(last.duration, piece.duration) < SHORTEST_PIECE_S
        if last is None or last.end < piece.start or not short:
            cut.append(piece)
            return
        whole = Span(last.start, piece.end)
        middle = self._pause_in(whole) or whole.middle
        fits = whole.duration <= LONGEST_PIECE_S
        cut[-1:] = [whole] if fits else [Span(last.start, middle), Span(middle, piece.end)]

    def _pause_in(self, span: Span) -> float | None:
        """The pause nearest to a span's middle; null for none, or for scraps at its ends only."""
        pauses = self.speech.pauses_in(span)
        edges = span.start + SHORTEST_PIECE_S, span.end - SHORTEST_PIECE_S
        inner = [one for one in pauses if edges[0] <= one <= edges[1]]
        return min(inner, key=lambda one: abs(one - span.middle), default=None)

    def is_heard(self, piece: Span) -> bool:
        """Whether the very same was a region before: it would sound the same again."""
        return any(
            abs(one.start - piece.start) < SAME_S and abs(one.end - piece.end) < SAME_S
            for one in self._places.overlapping(piece)
        )

    def _doubtful(self, segments: Sequence[Segment]) -> Iterator[Stretch]:
        """Doubtful texts, those of one region or of one loop together."""
        run: list[int] = []
        for place, one in enumerate(segments):
            if run and not self._goes_on(segments, run, place):
                yield self._run(segments, run)
                run = []
            if is_doubtful(one):
                run.append(place)
        if run:
            yield self._run(segments, run)

    def _goes_on(self, segments: Sequence[Segment], run: Sequence[int], place: int) -> bool:
        """Whether a segment is heard again together with those before it."""
        first, last, one = segments[run[0]], segments[run[-1]], segments[place]
        if not is_doubtful(one) or place > run[-1] + 1:
            return False
        loops = LOOP in last.flags and LOOP in one.flags
        fits = one.end - first.start <= LONGEST_STRETCH_S
        return fits and (loops or self._region(last) == self._region(one))

    def _run(self, segments: Sequence[Segment], run: Sequence[int]) -> Stretch:
        loops = any(LOOP in segments[place].flags for place in run)
        why: Why = "loop" if loops else "doubtful"
        return self._stretch(segments, range(run[0], run[-1] + 1), why)

    def _region(self, span: Span) -> Region | None:
        """The region that holds most of it; null where none holds any."""
        return max(self._places.overlapping(span), key=span.shared, default=None)

    def _language(self, span: Span) -> str | None:
        """The language that it was recognized in; null where the recognizer found out."""
        region = self._region(span)
        return region.language if region else None

    def _without_text(self, segments: Sequence[Segment]) -> Iterator[Stretch]:
        """Speech between words; under words without times, all of their segment."""
        vague = [i for i, one in enumerate(segments) if one.text.strip() and not has_times(one)]
        gaps = merge(self.missed(segments), gap_s=JOINED_S)
        padded = pad(gaps, pad_s=PAD_S, within=self.speech.recording)
        for gap in pack(padded, max_s=LONGEST_STRETCH_S, quiet=self.speech.pauses):
            around = [place for place in vague if segments[place].shared(gap) > 0]
            if around:
                yield self._stretch(segments, range(around[0], around[0] + 1), "thin")
            else:
                yield Stretch(gap.start, gap.end, range(0), "missed", self._language(gap))

    def _stretch(self, segments: Sequence[Segment], places: range, why: Why) -> Stretch:
        """Segments with their half of the room around them, as far as the limit allows."""
        first, last = segments[places[0]], segments[places[-1]]
        own = Span(first.start, last.end)
        room: Sequence[Span] = self._places.overlapping(own) or [own]
        before = _next_text(segments, range(places[0] - 1, -1, -1))
        after = _next_text(segments, range(places[-1] + 1, len(segments)))
        start, end = room[0].start, room[-1].end
        start = max(start, (first.start + before.end) / 2) if before else start
        end = min(end, (last.end + after.start) / 2) if after else end
        most = max(0.0, LONGEST_STRETCH_S - own.duration) / 2
        start, end = max(start, own.start - most), min(end, own.end + most)
        return Stretch(min(own.start, start), max(own.end, end), places, why, first.language)


def _next_text(segments: Sequence[Segment], places: range) -> Segment | None:
    """The first of some segments that has a text."""
    return next((segments[place] for place in places if segments[place].text.strip()), None)


def words_of(segments: Iterable[Segment]) -> list[Span]:
    """All words, and texts without words as they are."""
    return [
        span
        for one in segments
        if one.text.strip()
        for span in (one.words or (Span(one.start, one.end),))
    ]


def has_times(segment: Segment) -> bool:
    """Whether any of its words was found in the sound, not only spread over it."""
    return any(word.timing != "interpolated" for word in segment.words)
