"""Word and character errors, counted by jiwer.

WER = (substitutions + deletions + insertions) / words of the reference, of the alignment with
the fewest of them (Levenshtein); CER the same of characters. The alignment takes time in
proportion to the product of both lengths over 64, and memory in proportion to their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from diascribe.evaluation.scores import added, rate
from diascribe.evaluation.text.extra import package


@dataclass(frozen=True, slots=True)
class Edits:
    """What turns the reference into the hypothesis, in tokens."""

    hits: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __add__(self, other: Edits, /) -> Edits:
        return added(self, other)

    @property
    def total(self) -> int:
        """Tokens of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def errors(self) -> int:
        """Tokens that are wrong, lacking or too many."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Errors over the reference; null where only the reference is empty."""
        return rate(self.errors, self.total)


@dataclass(frozen=True, slots=True)
class WordScore:
    """Errors in words, or in characters of a language written without blanks."""

    edits: Edits

    def __add__(self, other: WordScore, /) -> WordScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The rate, and the words that it is made of."""
        return {
            "wer": self.edits.rate,
            "words": self.edits.total,
            "word_hits": self.edits.hits,
            "word_substitutions": self.edits.substitutions,
            "word_deletions": self.edits.deletions,
            "word_insertions": self.edits.insertions,
        }


@dataclass(frozen=True, slots=True)
class CharacterScore:
    """Errors in characters; one blank between words is a character too."""

    edits: Edits

    def __add__(self, other: CharacterScore, /) -> CharacterScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The rate and the characters of the reference."""
        return {"cer": self.edits.rate, "characters": self.edits.total}


def aligned(reference: Sequence[str], hypothesis: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the tokens that stand for one another, the same or substituted, in order."""
    if not reference or not hypothesis:
        return []
    return [
        pair
        for piece in _compared(reference, hypothesis).alignments[0]
        if piece.type in ("equal", "substitute")
        for pair in zip(
            range(piece.ref_start_idx, piece.ref_end_idx),
            range(piece.hyp_start_idx, piece.hyp_end_idx),
            strict=True,
        )
    ]


def count_edits(reference: Sequence[str], hypothesis: Sequence[str]) -> Edits:
    """The fewest edits between two sequences of tokens."""
    if not reference or not hypothesis:  # jiwer refuses an empty reference
        return Edits(deletions=len(reference), insertions=len(hypothesis))
    found = _compared(reference, hypothesis)
    return Edits(found.hits, found.substitutions, found.deletions, found.insertions)


def _compared(reference: Sequence[str], hypothesis: Sequence[str]) -> Any:  # noqa: ANN401 - jiwer's WordOutput
    """Jiwer's answer on the tokens as they are.

    Each is given to it as a number, since it would take blanks and case for its own.
    """
    numbers: dict[str, str] = {}
    following = count()
    texts = [
        " ".join(numbers.setdefault(token, str(next(following))) for token in tokens)
        for tokens in (reference, hypothesis)
    ]
    return package("jiwer", "the word error rate").process_words(*texts)
