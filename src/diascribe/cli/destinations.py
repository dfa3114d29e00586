"""Where results may go: over no input, over no other result, and where something can be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from diascribe.errors import InputError, OptionsError, OutputError
from diascribe.storage.folders import files_below

Mark = str | tuple[int, int]
"""What tells a file from others: where a name leads in the end, or the file's own numbers."""


def check_destinations(outputs: Mapping[str, Path | None], inputs: Iterable[Path]) -> None:
    """Refuse, before any work, what would overwrite an input or another result, or cannot be.

    Args:
        outputs: files to write by the option that names them; null where it is not given.
        inputs: files to read, looked for only where there is an output.

    Raises:
        OptionsError: an output is an input or another output; all are named at once.
        OutputError: an output cannot be written.
    """
    given = {name: path for name, path in outputs.items() if path is not None}
    marks = {name: _marks(path) for name, path in given.items()}
    problems = [
        f"{name}: wanted a file of its own, {given[name]} is what --{other} writes"
        for other, name in combinations(given, 2)
        if marks[name] & marks[other]
    ]
    read = [(one, _marks(one)) for one in inputs] if given else []
    problems += [
        f"{name}: wanted a file of its own, {path} is one of the inputs"
        for name, path in given.items()
        if any(marks[name] & other and _is_read(one) for one, other in read)
    ]
    if problems:
        raise OptionsError(tuple(problems))
    for path in given.values():
        check_file(path)


def files_of(path: Path | None, suffixes: Collection[str]) -> Iterator[Path]:
    """The files that are read where a file or a folder is named; none where it is null.

    Raises:
        SourceError: a folder cannot be looked into.
    """
    if path is None:
        return
    if os.path.isdir(path):  # noqa: PTH112 - `Path.is_dir` raises where it may not look
        yield from files_below(path, suffixes)
    else:
        yield path


def _marks(path: Path) -> frozenset[Mark]:
    """Two names of one file share a mark; a name that no file can have has none."""
    found: set[Mark] = set()
    with suppress(OSError, ValueError):
        found.add(os.path.realpath(path))
        numbers = path.stat()
        found.add((numbers.st_dev, numbers.st_ino))
    return frozenset(found)


def _is_read(path: Path) -> bool:
    """Whether a file that an output would replace is an input: profiles beside inputs are not."""
    if path.suffix.lower() != ".json":
        return True
    from diascribe.evaluation.reading.sources import find_source  # noqa: PLC0415 - opens pydantic

    try:
        return find_source(path) is not None
    except InputError:
        return True


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, without making it.

    Raises:
        OutputError: it, or the folder that it would be made in, is none or is read-only.
    """
    places = (folder, *folder.absolute().parents)
    there = next(one for one in places if os.path.exists(one))  # noqa: PTH110 - never raises
    if not there.is_dir():
        raise OutputError(f"{folder}: wanted a folder, {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: no permission to write to {there}")
    try:  # root may write to /proc, but cannot
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise OutputError(f"{folder}: cannot write to {there}: {error.strerror}") from error


def check_file(path: Path) -> None:
    """Refuse a file that cannot be written, before hours of work, without making it.

    Raises:
        OutputError: it is a folder or a device, or its own folder is none or is read-only.
    """
    if os.path.isdir(path):  # noqa: PTH112 - `Path.is_dir` raises where it may not look
        raise OutputError(f"{path}: wanted a file, it is a folder")
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # its folder tells
    except OSError as error:  # as where its name is too long
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    else:
        if not path.is_file():
            raise OutputError(f"{path}: wanted a file, it is a device or a pipe")
    check_folder(path.parent)
