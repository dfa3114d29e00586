"""Files as text, folders as files, and errors that name them."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from diascribe.errors import SourceError, TranscriptFormatError, printable
from diascribe.storage.folders import files_below

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How such a file starts; Praat writes UTF-16 where ASCII does not do."""

SHOWN_PROBLEMS = 20
"""More would bury the first, which is mostly the cause of the others."""

INNER_SUFFIXES = frozenset(
    (
        *(".wav", ".flac", ".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".webm", ".sph"),
        *(".seglst", ".whisperx", ".diascribe", ".ref", ".hyp"),
    )
)
"""What is no part of a recording's name, as in `talk.wav.json` or `talk.seglst.json`."""


def recording_name(path: Path) -> str:
    """What the recording is called of which the file itself does not say it.

    >>> recording_name(Path("talks/2024.05.06.wav.json"))
    '2024.05.06'
    """
    name = Path(path.stem)
    return name.stem if name.suffix.lower() in INNER_SUFFIXES else str(name)


def read_text(path: Path) -> str:
    """The file's text, of UTF-8 or, where it starts as such, UTF-16.

    Raises:
        SourceError: it cannot be read.
        TranscriptFormatError: it is no text.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # the latter of names that no file can have
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{shown(path)}: wanted a readable file: {reason}") from error
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8"
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{content[error.start]:02x}"
        problem = f"{shown(path)}: line {line}: wanted {encoding.upper()} text, got {byte}"
        raise TranscriptFormatError((problem,)) from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Say which file it is in which something is wrong."""
    try:
        yield
    except TranscriptFormatError as error:
        problems = [f"{shown(path)}: {problem}" for problem in error.problems[:SHOWN_PROBLEMS]]
        more = len(error.problems) - len(problems)
        problems += [f"and {more} more"] if more else []
        raise TranscriptFormatError(tuple(problems), hint=error.hint) from error


def readable_below(folder: Path, suffixes: Collection[str]) -> list[Path]:
    """The files with one of the suffixes in the folder and those below, hidden ones left out.

    Raises:
        SourceError: a folder is unreadable, or there is no such file.
    """
    found = [one for one in files_below(folder, suffixes) if not _is_hidden(one, folder)]
    if not found:
        known = ", ".join(sorted(suffixes))
        raise SourceError(f"{shown(folder)}: wanted files that end in {known}, found none")
    return found


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def shown(path: Path) -> str:
    """The path on one line."""
    return printable(str(path))
