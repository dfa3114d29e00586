"""Several files about one recording as one account: each part from the file that knows best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diascribe.evaluation.account import Account
from diascribe.evaluation.reading.files import recording_name, shown
from diascribe.evaluation.reading.kinds import Kind
from diascribe.timeline import merge

RANKS: MappingProxyType[Kind, int] = MappingProxyType(
    {
        "rttm": 0,
        "diascribe": 1,
        "stm": 2,
        "seglst": 3,
        "whisperx": 4,
        "textgrid": 5,
        "ctm": 6,
        "txt": 7,
    }
)
"""Lower goes first: RTTM knows turns, our JSON is what our other files were made of, and a
transcript with times knows more than words alone or text alone."""

CONTENTS = MappingProxyType(
    {
        "turns": "who spoke when",
        "utterances": "what was said",
        "words": "when each word was said",
        "paragraphs": "who said what",
        "text": "what was said",
    }
)
"""The parts of an account, as a message calls them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one file says about a recording."""

    path: Path
    kind: Kind
    account: Account


def conflict(recording: str, pieces: Sequence[Piece]) -> str | None:
    """Which two files of equal rank both say something; null where each part has one teller.

    Of files of one kind, that which is called like the recording goes first.
    """
    for part, content in CONTENTS.items():
        telling = [one for one in pieces if getattr(one.account, part) is not None]
        best = [one for one in telling if _rank(one) == min(map(_rank, telling))]
        if len(best) > 1:
            both = " and ".join(shown(one.path) for one in best[:2])
            return f"{both} both say {content} in {recording!r}"
    return None


def merged(recording: str, pieces: Sequence[Piece]) -> Account:
    """The account of that name which pieces without conflict give together."""
    accounts = [piece.account for piece in sorted(pieces, key=_rank)]
    parts = {name: _first(accounts, name) for name in (*CONTENTS, "language", "duration")}
    unscored = merge(span for one in accounts for span in one.unscored)
    return Account(recording=recording, unscored=tuple(unscored), **parts)


def passed_over(pieces: Sequence[Piece]) -> list[Path]:
    """The files that give way to one of their kind that is called like the recording."""
    named = {piece.kind for piece in pieces if _is_namesake(piece)}
    return [one.path for one in pieces if one.kind in named and not _is_namesake(one)]


def _rank(piece: Piece) -> tuple[int, bool]:
    return RANKS[piece.kind], not _is_namesake(piece)


def _is_namesake(piece: Piece) -> bool:
    return recording_name(piece.path) == piece.account.recording


def _first(accounts: Iterable[Account], part: str) -> Any:  # noqa: ANN401 - any part of an account
    values = (getattr(one, part) for one in accounts)
    return next((value for value in values if value is not None), None)
