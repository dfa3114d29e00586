"""What makes a cue readable, as options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diascribe.errors import OptionsError


@dataclass(frozen=True, slots=True, kw_only=True)
class CueRules:
    """The limits of one subtitle. Only a single word that is too much alone exceeds them.

    Raises:
        OptionsError: names every limit that is out of range.
    """

    max_line_chars: int = 42
    """Characters of one line, at least 10; a wide character (Chinese, Japanese) counts as two."""
    max_lines: int = 2
    """Lines of one cue, 1 to 10."""
    max_duration_s: float = 7.0
    """The longest that a cue stays, in seconds."""
    min_duration_s: float = 5 / 6
    """A shorter cue stays until then, unless the next cue or the recording's end comes first."""
    max_gap_s: float = 1.5
    """A longer pause between two words starts a new cue, in seconds."""

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    def _problems(self) -> Iterator[str]:
        if self.max_line_chars < 10:
            yield f"max_line_chars: wanted at least 10, got {self.max_line_chars}"
        if not 1 <= self.max_lines <= 10:
            yield f"max_lines: wanted 1 to 10, got {self.max_lines}"
        if not 0 < self.max_duration_s <= 3600:
            yield f"max_duration_s: wanted more than 0 and at most 3600, got {self.max_duration_s}"
        if not 0 <= self.min_duration_s <= self.max_duration_s:
            yield f"min_duration_s: wanted 0 to max_duration_s, got {self.min_duration_s}"
        if not 0 <= self.max_gap_s <= 3600:
            yield f"max_gap_s: wanted 0 to 3600, got {self.max_gap_s}"


DEFAULT_RULES = CueRules()
"""What most subtitle guides ask for."""

CUE_TEXTS = {
    "max_line_chars": "Characters of one subtitle line.",
    "max_lines": "Lines of one subtitle.",
    "max_duration_s": "Longest a subtitle stays, in seconds.",
    "min_duration_s": "Shortest a subtitle stays where there is room, in seconds.",
    "max_gap_s": "A longer pause starts a new subtitle, in seconds.",
}
"""What each limit is, in a line."""
