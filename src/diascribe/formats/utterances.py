"""What somebody said, as the formats hold it that know neither words nor cues."""

from __future__ import annotations

from dataclasses import dataclass

from diascribe.span import Span


@dataclass(frozen=True, slots=True)
class Utterance(Span):
    """A stretch of speech, its text on one line."""

    text: str
    speaker: str | None = None
    """Null where nobody is known."""
