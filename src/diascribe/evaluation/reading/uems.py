"""UEM files: which stretches of each recording are scored."""

from __future__ import annotations

from pathlib import Path

from diascribe.evaluation.reading.files import naming, read_text, readable_below
from diascribe.formats import uem
from diascribe.span import Span
from diascribe.timeline import merge

SUFFIX = ".uem"


def read_uem(path: Path) -> dict[str, tuple[Span, ...]]:
    """The stretches of each recording, sorted and disjoint; of a folder, all its UEMs'.

    Raises:
        SourceError: a file cannot be read, or a folder holds no UEM.
        TranscriptFormatError: names the file, the line and what it should have held.
    """
    scored: dict[str, list[Span]] = {}
    for file in readable_below(path, {SUFFIX}) if path.is_dir() else [path]:
        text = read_text(file)
        with naming(file):
            for recording, spans in uem.parse(text).items():
                scored.setdefault(recording, []).extend(spans)
    return {recording: tuple(merge(spans)) for recording, spans in scored.items()}
