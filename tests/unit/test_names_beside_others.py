"""The page for those who come from other programs names options that there are."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import faster_whisper

from diascribe.engine.engine import Engine
from diascribe.engine.options import Options
from diascribe.settings import NAMES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "how-to" / "come-from-whisperx.md"


def names(column: int) -> Iterator[str]:
    """The names in a column of the table, from 1."""
    for row in PAGE.read_text().splitlines():
        if row.startswith("| ") and "---" not in row:
            yield from re.findall(r"`([^`]+)`", row.split("|")[column])


def test_options_of_ours_exist() -> None:
    commands = (DOCS / "reference" / "cli.md").read_text()
    known = {one.name for one in fields(Options)} | set(NAMES.values())
    known |= inspect.signature(Engine.transcribe).parameters.keys()

    unknown = [
        one for one in names(3) if one not in known and f"`{one}" not in commands.replace(",", "`,")
    ]

    assert unknown == []


def test_options_of_faster_whisper_exist() -> None:
    model = faster_whisper.WhisperModel
    known = {*inspect.signature(model).parameters, *inspect.signature(model.transcribe).parameters}

    assert [one for one in names(2) if one not in known] == []
