"""Regions heard by a recognizer that may fail at some: the others are heard all the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from diascribe.audio import Audio
from diascribe.errors import DiascribeError, InputError
from diascribe.protocols import Decoding, Recognizer, Region, Stepwise
from diascribe.transcript import Segment

MOST_IN_A_ROW = 3
"""Regions: a recognizer that fails at so many one after the other fails at all. Chosen by hand."""


@dataclass(slots=True)
class Hearing:
    """One recording heard by one recognizer, and where that failed."""

    recognizer: Recognizer
    audio: Audio
    decoding: Decoding
    failure: DiascribeError | None = None
    """The last one; null where there was none."""
    lost: list[Region] = field(default_factory=list)
    """Regions that it failed at, and after which it heard others."""
    cut_off: bool = False
    """Whether it failed at all regions from one on."""

    def segments(self, regions: Sequence[Region]) -> Iterator[Segment | None]:
        """At least one a region in order, until it is cut off; null where it may be stopped.

        After a failure each region that is left is heard by itself, for it is not known at which
        of a batch that was. Those that are lost have an empty segment.

        Raises:
            InputError: the recognizer refuses the regions, or how they are to be decoded.
        """
        done, ends = 0, [one.end for one in regions]
        try:
            for one in recognized(self.recognizer, self.audio, regions, self.decoding):
                if one is not None:
                    done = max(done, 1 + bisect_right(ends, one.start))
                yield one
        except InputError:
            raise
        except DiascribeError as failure:
            self.failure = failure
            yield from self._singly(regions, done)

    def _singly(self, regions: Sequence[Region], done: int) -> Iterator[Segment | None]:
        """The regions from a place on, each by itself."""
        failed: list[Region] = []
        for place in range(done, len(regions)):
            region = regions[place]
            found = yield from self._alone(region, first=place == 0)
            if not found:
                failed.append(region)
                if len(failed) == MOST_IN_A_ROW:
                    break
                continue
            yield from (empty(one) for one in failed)
            yield from found
            self.lost += failed
            failed = []
        self.cut_off = bool(failed)

    def _alone(
        self, region: Region, *, first: bool
    ) -> Generator[Segment | None, None, list[Segment]]:
        """The segments of one region; none where the recognizer fails at it.

        What the first region is told of the beginning, another one is not.
        """
        begun = replace(self.decoding, initial_prompt=None, prefix=None)
        decoding = self.decoding if first else begun
        found: list[Segment] = []
        try:
            for one in recognized(self.recognizer, self.audio, [region], decoding):
                if one is None:
                    yield None
                else:
                    found.append(one)
        except DiascribeError as failure:
            self.failure = failure
            return []
        return found


def recognized(
    recognizer: Recognizer, audio: Audio, regions: Sequence[Region], decoding: Decoding
) -> Iterator[Segment | None]:
    """The segments of a recognizer as they come; null where it only can be stopped."""
    if isinstance(recognizer, Stepwise):
        return recognizer.recognize_stepwise(audio, regions, decoding)
    return recognizer.recognize(audio, regions, decoding)


def empty(region: Region) -> Segment:
    """A region without text."""
    return Segment(region.start, region.end, text="", language=region.language)
