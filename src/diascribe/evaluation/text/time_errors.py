"""How far words' times are from the reference's.

Measured on words that are the same after the normalizer and stand for one another in the
alignment with the fewest errors in which only words less than `NEAR_S` apart may do so; of
several such alignments in the one whose words are nearest in time. An error is the absolute
difference of the starts, or of the ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from diascribe.evaluation.scores import added, rate
from diascribe.evaluation.text.lines import Line
from diascribe.evaluation.text.time_alignment import Timed, align_in_time

NEAR_S = 2.0
"""Words further apart are not taken for the same: twice the longest pause within a phrase."""

LIMITS_MS = (20, 50, 100)

ROUNDING_MS = 1e-6
"""Times are read as decimal fractions, which binary ones miss by less."""


@dataclass(frozen=True, slots=True)
class WordTimeScore:
    """Errors of the words that both sides say, in milliseconds, and how many could have been."""

    words: int
    """Words of the reference."""
    starts_ms: tuple[float, ...]
    ends_ms: tuple[float, ...]

    def __add__(self, other: WordTimeScore, /) -> WordTimeScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """Mean, median and shares within each limit; null where no word was matched."""
        return {
            **_summary("start", self.starts_ms),
            **_summary("end", self.ends_ms),
            "timed_words": self.words,
            "timed_words_matched": len(self.starts_ms),
            "timed_words_matched_share": rate(len(self.starts_ms), self.words),
        }


def word_time_score(reference: Sequence[Line], hypothesis: Sequence[Line]) -> WordTimeScore | None:
    """Compare the times of words, each a line; null where too many are near each other."""
    wanted, found = _timed(reference), _timed(hypothesis)
    pairs = align_in_time(wanted, found, within_s=NEAR_S)
    if pairs is None:
        return None
    spans = [
        (wanted.spans[row], found.spans[column])
        for row, column in pairs
        if wanted.tokens[row] == found.tokens[column]
    ]
    return WordTimeScore(
        len(wanted.tokens),
        tuple(1000 * abs(one.start - other.start) for one, other in spans),
        tuple(1000 * abs(one.end - other.end) for one, other in spans),
    )


def _timed(lines: Sequence[Line]) -> Timed:
    """Written words; one that becomes several, as 21 does, is one still."""
    words = [(" ".join(line.tokens), line.span) for line in lines]
    said = [(word, span) for word, span in words if word and span]
    return Timed([word for word, _ in said], [span for _, span in said])


def _summary(edge: str, errors_ms: Sequence[float]) -> dict[str, float | None]:
    known = bool(errors_ms)
    within = {limit: sum(one <= limit + ROUNDING_MS for one in errors_ms) for limit in LIMITS_MS}
    return {
        f"{edge}_ms_mean": fmean(errors_ms) if known else None,
        f"{edge}_ms_median": median(errors_ms) if known else None,
        **{
            f"{edge}_within_{limit}_ms": near / len(errors_ms) if known else None
            for limit, near in within.items()
        },
    }
