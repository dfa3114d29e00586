"""The bodies of requests: received bounded in bytes and seconds, recordings straight to storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from diascribe.errors import (
    BodyLimitError,
    BodyTypeError,
    InputError,
    OptionsError,
    SlowRequestError,
    printable,
)
from diascribe.jobs.job import Upload
from diascribe.jobs.seam import Jobs
from diascribe.said import kind_said
from diascribe.server.metrics import Metrics
from diascribe.server.multipart import Part, boundary_of, parts
from diascribe.server.service import Service, service_of

PIECE = 1 << 18
"""Bytes that go from the connection to a thread at once."""

SMALL_BYTES = 1 << 18
"""A body of which there may be as many as there are connections."""

NUL = chr(0)
"""Which databases refuse in texts."""

UNNAMED = "recording"
"""What a recording is called that its sender has no name for."""

FILE = "file"
"""The field of a form that holds the recording."""

JSON = "application/json"

UPLOADED = f"with curl, -F {FILE}=@talk.wav sends what the file holds"

LONGEST_PATH = 4096
"""Bytes."""

LONGEST_NAME = 255
"""Characters of a file's name."""


Keep = Callable[[Iterator[bytes], str], Upload]
"""Keeps a recording that comes, which its sender calls by a name."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was received."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    """Texts by name; several where a field came several times."""
    upload: Upload | None = None
    """The recording; null where none came."""
    filename: str = UNNAMED
    """What its sender calls it."""
    strays: tuple[str, ...] = ()
    """Names of other fields that files came in."""


def is_form(request: Request) -> bool:
    """Whether the body is a form, not JSON."""
    return request.headers.get("content-type", "").lower().startswith("multipart/")


async def receive_json(
    request: Request, *, wanted: str = f"{JSON} or multipart/form-data"
) -> dict[str, Any]:
    """The object that a body is; `wanted` are the types that the route takes.

    Raises:
        BodyTypeError: it says that it is something else than JSON.
        BodyLimitError: it has more bytes than allowed.
        OptionsError: it is no object in JSON.
        SlowRequestError: it does not come.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        got = printable(kind) or "no type"
        raise BodyTypeError(f"body: wanted {wanted}, got {got}", hint=f"Content-Type: {JSON}")
    service, body = service_of(request), bytearray()
    most = service.limits.body_bytes
    _check_length(request, most)
    with _place(request, service):
        async for chunk in _Incoming(request, service):
            body += chunk
            if len(body) > most:
                raise BodyLimitError(f"body: wanted at most {most} bytes, got more")
        return _parsed(bytes(body))


async def receive_changes(request: Request) -> dict[str, Any]:
    """The object that a body is; no body is an object without fields.

    Raises:
        InputError: as `receive_json`.
    """
    headers = request.headers
    bare = "content-type" not in headers and "transfer-encoding" not in headers
    if bare and headers.get("content-length", "0") == "0":
        return {}
    return await receive_json(request, wanted=JSON)


def _place(request: Request, service: Service) -> AbstractContextManager[None]:
    """A large body takes the place of an upload, for it is in memory; small ones take none."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) <= SMALL_BYTES:
        return nullcontext()
    return service.uploads.one(request.scope["diascribe.tenant"])


async def receive_form(
    request: Request, tenant: str, *, most_bytes: int, keep: Keep | None = None
) -> Form:
    """A form, its recording kept while it comes; by the jobs, where nobody else does.

    Raises:
        BodyTypeError: the body is no form.
        BodyLimitError: its fields have more bytes than allowed.
        FetchLimitError: the recording has more than `most_bytes`.
        InputError: the form cannot be read.
        SlowRequestError: it does not come.
        BusyError: too many forms come at once.
    """
    service, metrics = service_of(request), request.app.state.metrics
    assert isinstance(metrics, Metrics), "create_app put it there"
    boundary = boundary_of(request.headers.get("content-type", ""))
    _check_length(request, most_bytes + service.limits.body_bytes)
    incoming = _Incoming(request, service)
    jobs_keep = partial(_keep, service.jobs, tenant, most_bytes)
    reader = _Reader(keep or jobs_keep, service.limits.body_bytes)
    with service.uploads.one(tenant):
        form = await anyio.to_thread.run_sync(
            reader.read, parts(incoming.pieces(), boundary), limiter=service.threads
        )
    metrics.count_upload(form.upload.size if form.upload else 0)
    return form


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes a form apart, in a thread."""

    keep: Keep
    most_field_bytes: int

    def read(self, found: Iterator[Part]) -> Form:
        fields: dict[str, list[str]] = {}
        upload: Upload | None = None
        strays: list[str] = []
        filename, left = UNNAMED, self.most_field_bytes
        for part in found:
            if part.name == FILE:
                if upload is not None:
                    raise OptionsError((f"{FILE}: wanted one recording, got several",))
                filename = _file_name(part.filename) or filename
                upload = self.keep(_sound(part), filename)
            else:
                strays += [part.name] if part.filename is not None else []
                content = _whole(part, left)
                left -= len(content)
                fields.setdefault(part.name, []).append(_text(part, content))
        return Form(fields, upload, filename, tuple(strays))


def _keep(jobs: Jobs, tenant: str, most_bytes: int, content: Iterator[bytes], name: str) -> Upload:
    return jobs.keep(tenant, content, name=name, most_bytes=most_bytes)


@dataclass(frozen=True, slots=True)
class _Incoming:
    """What comes of a body, as long as it comes."""

    request: Request
    service: Service

    async def __aiter__(self) -> Any:  # noqa: ANN401 - an iterator of bytes
        limits, clock = self.service.limits, self.service.clock
        deadline = clock.now() + limits.upload_s
        stream = self.request.stream()
        while True:
            try:
                with anyio.fail_after(limits.silent_s):
                    chunk = await anext(stream, b"")
            except TimeoutError as error:
                raise SlowRequestError(f"body: nothing came for {limits.silent_s:g} s") from error
            except ClientDisconnect as error:
                raise SlowRequestError("body: its sender left") from error
            if not chunk:
                return
            if clock.now() > deadline:
                raise SlowRequestError(f"body: took longer than {limits.upload_s:g} s")
            yield chunk

    def pieces(self) -> Iterator[bytes]:
        """The same for a thread, in larger pieces."""
        chunks = aiter(self)

        async def following() -> bytes:
            piece = bytearray()
            while len(piece) < PIECE and (chunk := await anext(chunks, b"")):
                piece += chunk
            return bytes(piece)

        while piece := anyio.from_thread.run(following):
            yield piece


def _check_length(request: Request, most: int) -> None:
    """Refuse a body that says itself that it is too long, before any of it comes."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise BodyLimitError(f"body: wanted at most {most} bytes, got {int(said)}")


def _parsed(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise OptionsError(("body: wanted an object in JSON, got nothing",))
    try:
        parsed = json.loads(body)
        json.dumps(parsed, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise OptionsError((f"body: wanted JSON, at {place} it is none: {error.msg}",)) from error
    except RecursionError as error:
        raise OptionsError(("body: wanted JSON, got lists in lists without end",)) from error
    except ValueError as error:  # half a character is none either
        raise OptionsError(("body: wanted JSON in UTF-8",)) from error
    if not isinstance(parsed, dict):
        raise OptionsError((f"body: wanted an object in JSON, got {kind_said(parsed)}",))
    if any(NUL in text for text in _texts(parsed)):
        raise OptionsError(("body: wanted texts without the character 0",))
    return parsed


def _texts(value: object) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def misnamed(name: str) -> str:
    """What is wrong with a form that brings a file as some other field."""
    return f"{FILE}: wanted the recording in this field, got a file in {printable(name)[:60]}"


def _sound(part: Part) -> Iterator[bytes]:
    """What a recording's field holds.

    Raises:
        OptionsError: its sender means a file, and sends its name.
    """
    begun = bytearray()
    while len(begun) <= LONGEST_PATH and (piece := next(part.content, b"")):
        begun += piece
    if part.filename is None and _is_path(begun):
        raise OptionsError((f"{FILE}: wanted a recording, got a text: {UPLOADED}",))
    yield bytes(begun)
    yield from part.content


def _is_path(content: bytes | bytearray) -> bool:
    """Whether it can be nothing but a path: no recording is so short a text."""
    try:
        return 0 < len(content) <= LONGEST_PATH and content.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _whole(part: Part, most: int) -> bytes:
    content = bytearray()
    for piece in part.content:
        content += piece
        if len(content) > most and part.filename is not None:
            raise OptionsError((misnamed(part.name),))
        if len(content) > most:
            raise BodyLimitError(f"fields beside {FILE}: more bytes than allowed")
    return bytes(content)


def _text(part: Part, content: bytes) -> str:
    name = part.name
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if part.filename is not None:
            raise OptionsError((misnamed(name),)) from error
        raise InputError(f"{printable(name)}: wanted text in UTF-8") from error
    if NUL in text:
        raise InputError(f"{printable(name)}: wanted text without the character 0")
    return text


def _file_name(name: str | None) -> str:
    """The last part of a path, on one line."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return printable(last)[-LONGEST_NAME:]
