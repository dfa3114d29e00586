"""The components of cpWER and tcpWER, counted by meeteval."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from diascribe.evaluation.text.extra import package
from diascribe.evaluation.text.lines import tokens
from diascribe.evaluation.text.speakers import Speakers
from diascribe.evaluation.text.word_errors import Edits


def concatenated(reference: Speakers, hypothesis: Speakers) -> Edits:
    """The fewest edits of each speaker's words, over all pairings of speakers."""
    wanted, found = [
        {speaker: " ".join(tokens(lines)) for speaker, lines in speakers.items()}
        for speakers in (reference, hypothesis)
    ]
    engine = package("meeteval.wer", "cpWER")
    return _edits(
        engine.cp_word_error_rate(wanted, found, reference_sort=False, hypothesis_sort=False)
    )


def concatenated_in_time(reference: Speakers, hypothesis: Speakers, *, collar_s: float) -> Edits:
    """As `concatenated`, of words whose times, widened by the collar, overlap."""
    engine = package("meeteval.wer", "tcpWER")
    sides = [
        package("meeteval.io", "tcpWER").SegLST(_segments(one)) for one in (reference, hypothesis)
    ]
    with _unlogged():
        return _edits(
            engine.time_constrained_minimum_permutation_word_error_rate(
                *sides, collar=_decimal(collar_s)
            )
        )


def _segments(speakers: Speakers) -> list[dict[str, str | Decimal]]:
    """Lines as meeteval has them in SegLST, all with times."""
    return [
        {
            "speaker": speaker,
            "words": " ".join(line.tokens),
            "start_time": _decimal(line.span.start),
            "end_time": _decimal(line.span.end),
        }
        for speaker, lines in speakers.items()
        for line in lines
        if line.span is not None
    ]


def _decimal(seconds: float) -> Decimal:
    """The number as it was written, as meeteval reads files."""
    return Decimal(str(seconds))


def _edits(answer: Any) -> Edits:  # noqa: ANN401 - meeteval ships no types
    hits = answer.length - answer.substitutions - answer.deletions
    return Edits(hits, answer.substitutions, answer.deletions, answer.insertions)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep meeteval's remarks on a speaker's overlapping utterances off the terminal."""
    logger = logging.getLogger("preprocess")
    logger.addFilter(_nothing)
    try:
        yield
    finally:
        logger.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False
