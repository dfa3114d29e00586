"""Times for pieces of a text of which only the whole has times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from diascribe.span import Span


def spread(texts: Sequence[str], span: Span) -> list[Span]:
    """One span a text, back to back over `span`, each as long as its share of characters.

    >>> spread(["abc", "d"], Span(0, 8))
    [Span(start=0, end=6.0), Span(start=6.0, end=8)]
    """
    if not texts:
        return []
    total = sum(map(len, texts))
    ends = [
        min(span.end, span.start + span.duration * done / total)
        for done in accumulate(map(len, texts))
    ]
    ends[-1] = span.end
    return [Span(start, end) for start, end in zip([span.start, *ends], ends, strict=False)]
