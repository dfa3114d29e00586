"""One side of a comparison: the recordings that a file or a folder tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import InputError
from diascribe.evaluation.account import Account
from diascribe.evaluation.reading.files import readable_below, shown
from diascribe.evaluation.reading.kinds import SUFFIXES
from diascribe.evaluation.reading.merging import Piece, conflict, merged, passed_over
from diascribe.evaluation.reading.sources import Source, find_source, read_source


@dataclass(frozen=True, slots=True)
class Told:
    """What a side says about one recording."""

    account: Account
    files: tuple[Path, ...]
    title: str | None = None
    """The first folder below the one that was named; null where there is none, or several."""


@dataclass(frozen=True, slots=True)
class Side:
    """The reference or the hypothesis: its recordings by name."""

    path: Path
    recordings: Mapping[str, Told]
    notes: tuple[str, ...] = ()
    """What was left out, and why."""

    @property
    def sole(self) -> Told | None:
        """The only recording; null where there are several or none."""
        return next(iter(self.recordings.values())) if len(self.recordings) == 1 else None


def read_side(path: Path) -> Side:
    """The recordings of a file, or of all files of known suffixes in a folder and below.

    Files of a folder that tell of one recording are put together: turns from RTTM, words
    and text from the others. Recordings of one name in several folders are several: their
    folders become part of their names.

    Raises:
        SourceError: a file or folder cannot be read.
        TranscriptFormatError: a file is wrong.
        InputError: two files say the same about one recording.
    """
    if not path.is_dir():
        accounts = read_source(path).accounts
        return Side(path, {one.recording: Told(one, (path,)) for one in accounts})
    files = readable_below(path, SUFFIXES)
    found = [(file, find_source(file)) for file in files]
    pieces = [piece for _, one in found if one for piece in _pieces(one)]
    recordings = _put_together(path, pieces)
    other = _left_out([file for file, one in found if not one], "other JSON")
    return Side(path, recordings, (*other, *_passed_over(pieces)))


def _left_out(files: Sequence[Path], why: str) -> Iterator[str]:
    """A note on files that say nothing here, if there are any."""
    if files:
        more = f" and {len(files) - 1} more" if files[1:] else ""
        yield f"{shown(files[0])}{more} left out: {why}"


def _pieces(source: Source) -> Iterable[Piece]:
    return (Piece(source.path, source.kind, account) for account in source.accounts)


def _put_together(root: Path, pieces: Iterable[Piece]) -> dict[str, Told]:
    by_name: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_name.setdefault(piece.account.recording, []).append(piece)
    problems: list[str] = []
    recordings: dict[str, Told] = {}
    for name, same in by_name.items():
        groups = _without_conflict(root, name, same)
        problems += [problem for one in groups if (problem := conflict(one, groups[one]))]
        recordings |= {one: _told(root, one, groups[one]) for one in groups}
    if problems:
        hint = "name the files themselves, or list them in a manifest"
        raise InputError("; ".join(problems), hint=hint)
    return recordings


def _passed_over(pieces: Iterable[Piece]) -> Iterator[str]:
    """A note on files that give way to others of their kind."""
    by_place: dict[tuple[str, Path], list[Piece]] = {}
    for piece in pieces:
        by_place.setdefault((piece.account.recording, piece.path.parent), []).append(piece)
    files = [file for same in by_place.values() for file in passed_over(same)]
    yield from _left_out(files, "another file of the kind is called like the recording")


def _without_conflict(root: Path, name: str, pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    """The pieces by recording: together, else by first folder, else by whole folder."""
    ways: tuple[Callable[[Path], Path], ...] = (_nowhere, _first_folder, _folder)
    groups: dict[str, list[Piece]] = {}
    for way in ways:
        groups = {}
        for piece in pieces:
            folder = way(piece.path.relative_to(root))
            groups.setdefault((folder / name).as_posix(), []).append(piece)
        if not any(conflict(one, groups[one]) for one in groups):
            break
    return groups


def _nowhere(_path: Path) -> Path:
    return Path()


def _first_folder(path: Path) -> Path:
    return Path(*path.parent.parts[:1])


def _folder(path: Path) -> Path:
    return path.parent


def _told(root: Path, name: str, pieces: Sequence[Piece]) -> Told:
    files = tuple(piece.path for piece in pieces)
    folders = {_first_folder(file.relative_to(root)) for file in files}
    title = next(iter(folders)).name or None if len(folders) == 1 else None
    return Told(merged(name, pieces), files, title)
