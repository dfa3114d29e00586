"""Which recordings a command line names, and what each one's results are called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import SourceError
from diascribe.storage.folders import files_below
from diascribe.storage.suffixes import SUFFIXES

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One recording: where it is and what its results are called."""

    source: Path | str
    """A path, or `-` for standard input."""
    name: Path
    """Below the output folder, without suffix."""

    def __str__(self) -> str:
        return "standard input" if self.source == STDIN else str(self.source)


def find_inputs(arguments: Iterable[str]) -> list[Input]:
    """The recordings that the arguments name, folders searched through, in order.

    Raises:
        SourceError: an empty name, or a folder that is unreadable or holds no recordings.
    """
    return [one for argument in arguments for one in _inputs_of(argument)]


def _inputs_of(argument: str) -> Iterator[Input]:
    path = Path(argument)
    if argument == STDIN:
        yield Input(STDIN, Path("stdin"))
    elif not argument:
        raise SourceError("wanted a file or a folder, got an empty name")
    elif os.path.isdir(argument):  # noqa: PTH112 - `Path.is_dir` raises where it may not look
        yield from _inside(path)
    else:
        yield Input(path, Path(path.stem))


def _inside(folder: Path) -> Iterator[Input]:
    """The recordings in a folder and the folders below, which results keep."""
    found = files_below(folder, SUFFIXES)
    if not found:
        raise SourceError(
            f"{folder}: wanted recordings, found no file with a known suffix",
            hint="name the files themselves: a file that is named is always tried",
        )
    yield from (Input(path, path.relative_to(folder).with_suffix("")) for path in found)


def check_names(inputs: Iterable[Input]) -> None:
    """Refuse recordings whose files would overwrite each other's.

    Raises:
        SourceError: two have the same name.
    """
    counted = Counter(one.name for one in inputs)
    twice = [str(name) for name, count in counted.items() if count > 1]
    if twice:
        raise SourceError(
            f"more than one recording is called {twice[0]}: their results would be one file",
            hint="run them one by one, with an output folder each",
        )
