"""What the two sides of a comparison say about one recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diascribe.formats.txt import Paragraph
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Turn, Word

Missing = Literal["refuse", "silence", "leave-out"]
"""What becomes of recordings that only one side has: an error, silence on the other side, or
they are not scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one side, the reference or the hypothesis, says about one recording.

    A part is null where its file cannot hold it, as text in RTTM, and empty where the file
    could but holds none.
    """

    recording: str
    """The recording's name, by which the two sides find each other."""
    turns: tuple[Turn, ...] | None = None
    """Who spoke when."""
    utterances: tuple[Utterance, ...] | None = None
    """What was said, stretch by stretch, perhaps by whom."""
    words: tuple[Word, ...] | None = None
    """Words with times, perhaps with speakers; `timing` says which times are interpolated."""
    paragraphs: tuple[Paragraph, ...] | None = None
    """Who said what, in the file's order, where nothing says when."""
    text: str | None = None
    """All that was said, on one line, in the file's order."""
    language: str | None = None
    """ISO 639 code; null where the file does not say."""
    duration: float | None = None
    """Seconds of the recording; null where the file does not say."""
    unscored: tuple[Span, ...] = ()
    """What the file itself keeps out of every score, sorted and disjoint."""

    @property
    def end(self) -> float:
        """The last second that it tells of."""
        parts = (self.turns, self.utterances, self.words, self.unscored)
        ends = (one.end for part in parts if part for one in part)
        return max(self.duration or 0.0, max(ends, default=0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The reference and the hypothesis of one recording."""

    reference: Account
    hypothesis: Account
    title: str | None = None
    """The group whose components are summed, such as a series; null where none is told."""
    scored: tuple[Span, ...] | None = None
    """The stretches to score, sorted and disjoint (a UEM); null scores all."""
    uem: str | None = None
    """The file that names the stretches; null where none does."""

    @property
    def recording(self) -> str:
        """The recording's name."""
        return self.reference.recording
