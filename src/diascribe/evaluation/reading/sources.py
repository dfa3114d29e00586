"""One file as the accounts that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from diascribe.errors import TranscriptFormatError
from diascribe.evaluation.account import Account
from diascribe.evaluation.reading import praat, whisperx
from diascribe.evaluation.reading.files import naming, read_text, recording_name, shown
from diascribe.evaluation.reading.kinds import Kind, check_suffix, kind_of
from diascribe.evaluation.reading.ours import read as read_ours
from diascribe.evaluation.reading.turns import turns_of_utterances
from diascribe.formats import ctm, rttm, seglst, stm, txt
from diascribe.formats.utterances import Utterance
from diascribe.span import Span

LONGEST_S = 1_000_000.0
"""Eleven days: later times are milliseconds or clock times, which no scorer should try."""

JSON_WANTED = (
    "JSON of Diascribe (with schema_version), of WhisperX (with segments) or SegLST (a list of "
    "segments with session_id)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file and what it says."""

    path: Path
    kind: Kind
    accounts: tuple[Account, ...]


def read_accounts(path: Path) -> list[Account]:
    """The accounts in a file, one a recording.

    RTTM, CTM, STM and SegLST name their recordings; one that is empty says that nothing is
    in the recording that the file's name gives, as the other formats give theirs.

    Raises:
        SourceError: the file cannot be read.
        TranscriptFormatError: names the file, the line or field, and what was wanted.
    """
    return list(read_source(path).accounts)


def read_source(path: Path) -> Source:
    """The file as a source; raises as `read_accounts` does."""
    source = find_source(path)
    if source is None:
        raise TranscriptFormatError((f"{shown(path)}: wanted {JSON_WANTED}, got other JSON",))
    return source


def find_source(path: Path) -> Source | None:
    """The file as a source; null where it is JSON of some other kind."""
    if path.is_file():  # a recording's name says more than that its bytes are no text
        with naming(path):
            check_suffix(path)
    text = read_text(path)
    with naming(path):
        kind = kind_of(path, text)
        if kind is None:
            return None
        accounts = tuple(READERS[kind](text, recording_name(path)))
        _refuse_absurd(accounts)
    return Source(path, kind, accounts)


def _refuse_absurd(accounts: Iterable[Account]) -> None:
    for account in accounts:
        parts = (account.turns or (), account.utterances or (), account.words or ())
        last = max((one.end for part in parts for one in part), default=0.0)
        if last > LONGEST_S:
            wanted = f"times in seconds, at most {LONGEST_S:.0f}"
            problem = f"recording {account.recording!r}: wanted {wanted}, got {last}"
            raise TranscriptFormatError((problem,))


def _from_rttm(text: str, name: str) -> list[Account]:
    turns, unscored = rttm.parse(text), rttm.unscored(text)
    return [
        Account(recording=one, turns=turns.get(one, ()), unscored=unscored.get(one, ()))
        for one in dict.fromkeys((*turns, *unscored)) or (name,)
    ]


def _from_ctm(text: str, name: str) -> list[Account]:
    words = ctm.parse(text) or {name: ()}
    return [
        Account(recording=one, words=found, text=" ".join(word.text for word in found))
        for one, found in words.items()
    ]


def _from_stm(text: str, name: str) -> list[Account]:
    return _spoken(stm.parse(text) or {name: ()}, stm.unscored(text))


def _from_seglst(text: str, name: str) -> list[Account]:
    return _spoken(seglst.parse(text) or {name: ()}, {})


def _from_txt(text: str, name: str) -> list[Account]:
    said = tuple(txt.parse(text))
    return [
        Account(
            recording=name,
            paragraphs=said if any(one.speaker for one in said) else None,
            text=" ".join(one.text for one in said if one.text),
        )
    ]


def _spoken(
    said: Mapping[str, Sequence[Utterance]], unscored: Mapping[str, tuple[Span, ...]]
) -> list[Account]:
    return [
        Account(
            recording=recording,
            turns=turns_of_utterances(utterances),
            utterances=tuple(utterances),
            text=" ".join(one.text for one in utterances if one.text),
            unscored=unscored.get(recording, ()),
        )
        for recording, utterances in said.items()
    ]


READERS: MappingProxyType[Kind, Callable[[str, str], Iterable[Account]]] = MappingProxyType(
    {
        "rttm": _from_rttm,
        "ctm": _from_ctm,
        "stm": _from_stm,
        "seglst": _from_seglst,
        "txt": _from_txt,
        "diascribe": lambda text, name: [read_ours(text, name)],
        "whisperx": lambda text, name: [whisperx.read(text, name)],
        "textgrid": lambda text, name: [praat.read(text, name)],
    }
)
"""What reads a kind of file: its text and the recording that its name gives."""
