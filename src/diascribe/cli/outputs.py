"""Results to files and to the terminal. A file is whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diascribe.cli.destinations import check_folder
from diascribe.errors import OptionsError, OutputError, printable
from diascribe.formats.clock import milliseconds, short_stamp
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS, write
from diascribe.transcript import Transcript

JSON = "json"
KNOWN = (JSON, *FORMATS)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Which files to write for each recording, and where."""

    folder: Path
    formats: tuple[str, ...]
    rules: CueRules

    def paths(self, name: Path) -> list[Path]:
        """The files of one recording's results."""
        return [self.folder / f"{name}{suffix_of(one)}" for one in self.formats]

    def check(self) -> None:
        """Refuse a folder that cannot be written to before hours of work, without making it.

        Raises:
            OutputError: it, or the folder that it would be made in, is none or is read-only.
        """
        check_folder(self.folder)

    def write(self, transcript: Transcript, name: Path) -> None:
        """Write every format.

        Raises:
            OutputError: a file cannot be written; it is not there then.
        """
        for path, chosen in zip(self.paths(name), self.formats, strict=True):
            write_whole(path, rendered(chosen, transcript, name, self.rules))


def parse_formats(text: str) -> tuple[str, ...]:
    """The formats in a list with commas, each once.

    Raises:
        OptionsError: names every unknown one.
    """
    names = tuple(dict.fromkeys(one.strip().lower() for one in text.split(",") if one.strip()))
    unknown = tuple(
        f"format: wanted {', '.join(KNOWN)}; got {name!r}" for name in names if name not in KNOWN
    )
    if unknown or not names:
        raise OptionsError(unknown or (f"format: wanted {', '.join(KNOWN)}; got nothing",))
    return names


def suffix_of(chosen: str) -> str:
    """How a format's files end."""
    return ".json" if chosen == JSON else FORMATS[chosen].suffix


def rendered(chosen: str, transcript: Transcript, name: Path, rules: CueRules) -> str:
    """The transcript as text; the recording's name in it is valid Unicode."""
    if chosen == JSON:
        from diascribe.wire.encode import to_json  # noqa: PLC0415 - opens pydantic

        return to_json(transcript)
    return write(chosen, transcript, name=printable(name.name), rules=rules)


def write_whole(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Write a file beside its place, then move it there; text as UTF-8.

    Null takes the mode that new files have.

    Raises:
        OutputError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                Path(file.name).chmod(_usual_mode() if mode is None else mode)
                Path(file.name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error


def _usual_mode() -> int:
    """The mode of a file made without saying; temporary files are their owner's only."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def readable(transcript: Transcript, *, words: bool) -> str:
    """What a person wants to see: who said what, or who spoke when."""
    if words and transcript.segments:
        return write("txt", transcript, name="")
    if words or not transcript.turns:
        return "(nobody speaks)\n"
    return "".join(_turn_lines(transcript))


def _turn_lines(transcript: Transcript) -> Sequence[str]:
    return [
        f"[{_tenths(turn.start)} - {_tenths(turn.end)}] {transcript.name_of(turn.speaker)}\n"
        for turn in transcript.turns
    ]


def _tenths(seconds: float) -> str:
    whole = milliseconds(seconds)
    return f"{short_stamp(whole)}.{whole % 1000 // 100}"
