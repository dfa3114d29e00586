"""Laws of forms: however a body is cut into pieces, it is read as the same form."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import BodyTypeError, InputError
from diascribe.server.multipart import MOST_PARTS, boundary_of, parts

BOUNDARY = b"b0undary"

NAMES = st.text(
    st.characters(codec="ascii", exclude_characters='"\\', min_codepoint=32), max_size=9
)
PARTS = st.lists(st.tuples(NAMES, st.none() | NAMES, st.binary(max_size=200)), max_size=6)
"""Name, file name and content."""


def written(form: list[tuple[str, str | None, bytes]]) -> bytes:
    body = b""
    for name, filename, content in form:
        said = f'; filename="{filename}"' if filename is not None else ""
        header = f'Content-Disposition: form-data; name="{name}"{said}'
        body += b"--" + BOUNDARY + b"\r\n" + header.encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--" + BOUNDARY + b"--\r\n"


def cut(body: bytes, places: list[int]) -> Iterator[bytes]:
    ends = sorted({place % (len(body) + 1) for place in places} | {len(body)})
    start = 0
    for end in ends:
        if end > start:
            yield body[start:end]
        start = end


@given(PARTS, st.lists(st.integers(0, 10_000), max_size=20))
def test_a_form_is_read_the_same_however_it_comes(
    form: list[tuple[str, str | None, bytes]], places: list[int]
) -> None:
    if any(BOUNDARY in content for *_, content in form):
        return

    read = [
        (part.name, part.filename, b"".join(part.content))
        for part in parts(cut(written(form), places), BOUNDARY)
    ]

    assert read == form


@given(PARTS)
def test_parts_that_nobody_reads_are_skipped(form: list[tuple[str, str | None, bytes]]) -> None:
    if any(BOUNDARY in content for *_, content in form):
        return

    names = [part.name for part in parts([written(form)], BOUNDARY)]

    assert names == [name for name, *_ in form]


@given(st.integers(0, 200), st.binary(max_size=100))
def test_a_form_that_ends_early_is_refused(length: int, content: bytes) -> None:
    body = written([("file", "a", content)])

    with pytest.raises(InputError, match="form:"):
        list(parts([body[: min(length, len(body) - 5)]], BOUNDARY))


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        found = [b"".join(part.content) for part in parts([body], BOUNDARY)]
    except InputError:
        return

    assert sum(map(len, found)) <= len(body)


def test_a_form_of_very_many_fields_is_refused() -> None:
    body = written([("a", None, b"")] * (MOST_PARTS + 1))

    with pytest.raises(InputError, match=f"at most {MOST_PARTS}"):
        list(parts([body], BOUNDARY))


@pytest.mark.parametrize(
    "kind", ["", "multipart/form-data", "multipart/mixed; boundary=b", "text/plain; boundary=b"]
)
def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(BodyTypeError, match="boundary"):
        boundary_of(kind)
