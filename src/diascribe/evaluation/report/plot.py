"""The picture of one file as a PNG, where matplotlib is installed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from diascribe.errors import MissingExtraError, OutputError
from diascribe.evaluation.scores import FileScore


def draw_plot(file: FileScore, path: Path) -> None:
    """Write the timelines, errors and error over time of one file; the PNG is whole or not there.

    Raises:
        MissingExtraError: matplotlib is not installed.
        OutputError: the file cannot be written.
    """
    try:
        from diascribe.evaluation.report.figure import png_of  # noqa: PLC0415 - opens matplotlib
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "--plot draws with matplotlib, which is not installed",
            hint="pip install 'diascribe[evaluate]'",
        ) from error
    _write_whole(path, png_of(file))


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
