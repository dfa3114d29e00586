"""The components of cpWER and tcpWER beyond meeteval's limits: 20 speakers, or some hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from diascribe.algorithms.match import match
from diascribe.evaluation.text.lines import Line, tokens
from diascribe.evaluation.text.speakers import Speakers
from diascribe.evaluation.text.time_alignment import Timed, align_in_time
from diascribe.evaluation.text.word_errors import Edits, count_edits
from diascribe.span import Span
from diascribe.timeline import spread

Count = Callable[[Sequence[Line], Sequence[Line]], Edits]
"""Counts the edits between two speakers' lines."""


class TooNearError(Exception):
    """More words are near each other than can be kept."""


def paired(reference: Speakers, hypothesis: Speakers) -> Edits:
    """The fewest edits of each speaker's words, over all pairings of speakers."""
    return _best(reference, hypothesis, lambda one, other: count_edits(tokens(one), tokens(other)))


def paired_in_time(reference: Speakers, hypothesis: Speakers, *, collar_s: float) -> Edits | None:
    """As `paired`, of words whose times, widened by the collar, overlap.

    Null where too many words are near each other.
    """

    def count(one: Sequence[Line], other: Sequence[Line]) -> Edits:
        wanted, found = timed(one), _points(timed(other))
        pairs = align_in_time(wanted, found, within_s=collar_s)
        if pairs is None:
            raise TooNearError
        same = sum(wanted.tokens[row] == found.tokens[column] for row, column in pairs)
        missed, spare = len(wanted.tokens) - len(pairs), len(found.tokens) - len(pairs)
        return Edits(same, len(pairs) - same, missed, spare)

    try:
        return _best(reference, hypothesis, count)
    except TooNearError:
        return None


def timed(lines: Sequence[Line]) -> Timed:
    """The lines' tokens, each with its share of its line's time by its characters."""
    words = tokens(lines)
    spans = [
        span for line in lines if line.span is not None for span in spread(line.tokens, line.span)
    ]
    return Timed(words, spans)


def _points(words: Timed) -> Timed:
    """The words at the instants of their middles, as meeteval takes a hypothesis."""
    return Timed(words.tokens, [Span(span.middle, span.middle) for span in words.spans])


def _best(reference: Speakers, hypothesis: Speakers, count: Count) -> Edits:
    """The edits of the pairing with the fewest; who has no partner is paired with silence."""
    size = max(len(reference), len(hypothesis))
    wanted = [*reference.values(), *[[]] * (size - len(reference))]
    found = [*hypothesis.values(), *[[]] * (size - len(hypothesis))]
    edits = [[count(one, other) for other in found] for one in wanted]
    errors = np.array([[cell.errors for cell in row] for row in edits], np.float64)
    chosen = match(-errors.reshape(size, size))  # (reference speaker, hypothesis speaker)
    return sum((edits[row][column] for row, column in chosen), Edits())
