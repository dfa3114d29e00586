"""What every reader of a text format needs: numbered lines, and refusals that name them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from diascribe.errors import TranscriptFormatError
from diascribe.span import Span

SHOWN_CHARS = 200
"""Enough of a wrong line to find it in a file."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file and its number, from 1."""

    number: int
    text: str

    def refuse(self, wanted: str, got: str) -> TranscriptFormatError:
        """The error that says what this line should have held."""
        shown = got if len(got) <= SHOWN_CHARS else f"{got[:SHOWN_CHARS]}…"
        return TranscriptFormatError((f"line {self.number}: wanted {wanted}, got {shown!r}",))

    def span(self, start: float, end: float) -> Span:
        """The stretch between two times of this line.

        Raises:
            TranscriptFormatError: if it ends before it starts, or never.
        """
        if end < start:
            raise self.refuse("an end not before the start", self.text)
        if end == math.inf:  # as 1e308 and as much again
            raise self.refuse("a finite end", self.text)
        return Span(start, end)


def numbered(text: str) -> Iterator[Line]:
    """The lines of a file, a byte order mark and Windows line ends taken off."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        yield Line(number, line.removesuffix("\r"))


def load_json(text: str) -> object:
    """What the JSON says.

    Raises:
        TranscriptFormatError: there is nothing, it is damaged, or more than Python takes.
    """
    if not text.strip():
        raise TranscriptFormatError(("wanted JSON, the file is empty",))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptFormatError((f"line {error.lineno}: wanted JSON: {error.msg}",)) from error
    except ValueError as error:
        raise TranscriptFormatError(("wanted a result, got a number too long",)) from error
    except RecursionError as error:
        raise TranscriptFormatError(("wanted a result, got JSON nested too deep",)) from error


def rows(text: str) -> Iterator[Line]:
    """The lines that are not empty."""
    return (line for line in numbered(text) if line.text.strip())


def blocks(text: str) -> Iterator[list[Line]]:
    """The groups of lines between empty lines."""
    block: list[Line] = []
    for line in numbered(text):
        if line.text.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
