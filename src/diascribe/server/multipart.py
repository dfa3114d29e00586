"""Forms with files, read piece by piece: no piece waits for the next, none is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from diascribe.errors import BodyTypeError, InputError

MOST_PARTS = 200
"""Fields of a form: three times as many as there are options."""


@dataclass(frozen=True, slots=True)
class Begin:
    """A part of a form begins."""

    name: str
    filename: str | None
    """What its sender calls the file; null where it is a field."""


END = None
"""A part of a form has ended."""

Event = Begin | bytes | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form; its content is read before the next part is asked for, or skipped."""

    name: str
    filename: str | None
    content: Iterator[bytes]


def boundary_of(content_type: str) -> bytes:
    """What stands between the parts of a form.

    Raises:
        BodyTypeError: the body is no form, or does not say.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise BodyTypeError("body: wanted multipart/form-data with a boundary, or JSON")
    return boundary


def parts(chunks: Iterable[bytes], boundary: bytes) -> Iterator[Part]:
    """The parts of a form, in order.

    Raises:
        InputError: it is no form, ends too early, or has too many parts.
    """
    events = _events(chunks, boundary)
    for count, begin in enumerate(events, start=1):
        assert isinstance(begin, Begin), "the content of the part before was read to its end"
        if count > MOST_PARTS:
            raise InputError(f"form: wanted at most {MOST_PARTS} fields, got more")
        content = _content(events)
        yield Part(begin.name, begin.filename, content)
        for _ in content:
            pass


def _content(events: Iterator[Event]) -> Iterator[bytes]:
    """What is left of a part."""
    for event in events:
        if not isinstance(event, bytes):
            return
        yield event


@dataclass(slots=True)
class _Found:
    """What the parser finds, until somebody takes it."""

    events: deque[Event] = field(default_factory=deque)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    key: bytes = b""
    text: bytes = b""
    over: bool = False

    def begin(self) -> None:
        self.headers = {}

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.key += data[start:end]

    def header_text(self, data: bytes, start: int, end: int) -> None:
        self.text += data[start:end]

    def header_end(self) -> None:
        self.headers[self.key.lower()] = self.text
        self.key = self.text = b""

    def headers_end(self) -> None:
        self.events.append(_begin(self.headers))

    def data(self, data: bytes, start: int, end: int) -> None:
        self.events.append(data[start:end])

    def part_end(self) -> None:
        self.events.append(END)

    def end(self) -> None:
        self.over = True

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self.begin,
                "on_header_field": self.header_name,
                "on_header_value": self.header_text,
                "on_header_end": self.header_end,
                "on_headers_finished": self.headers_end,
                "on_part_data": self.data,
                "on_part_end": self.part_end,
                "on_end": self.end,
            },
        )


def _events(chunks: Iterable[bytes], boundary: bytes) -> Iterator[Event]:
    found = _Found()
    try:
        parser = found.parser(boundary)
        for chunk in chunks:
            parser.write(chunk)
            while found.events:
                yield found.events.popleft()
    except FormParserError as error:
        raise InputError(f"form: cannot be read: {error}") from error
    if not found.over:
        raise InputError("form: wanted its last boundary, the body ends before it")


def _begin(headers: Mapping[bytes, bytes]) -> Begin:
    """Where a part's name and file stand.

    Raises:
        InputError: it has no name.
    """
    kind, options = parse_options_header(headers.get(b"content-disposition", b""))
    name = options.get(b"name")
    if kind != b"form-data" or name is None:
        raise InputError("form: wanted parts with a name, got one without")
    filename = options.get(b"filename")
    return Begin(
        name.decode(errors="replace"),
        None if filename is None else filename.decode(errors="replace"),
    )
