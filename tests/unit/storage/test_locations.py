"""Where URIs lead, and who may go there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import AddressRefusedError
from diascribe.storage.locations import (
    Location,
    folder_location,
    location,
    object_within,
    prefix_within,
)

ADA = ("s3://calls/ada/", "gs://other-calls/shared/ada")


@pytest.mark.parametrize(
    "uri",
    ["s3://calls/ada/x.mp3", "s3://calls/ada/2026/a b+c.mp3", "s3://calls/ada/100%.wav",
     "s3://calls/ada/..x/x...", "s3://calls/ada/ü#?.mp3", "gs://other-calls/shared/ada/x",
     "s3://calls/ada/ada/bob/x", "s3://calls/ada/%41.mp3"],
)  # fmt: skip
def test_a_tenant_s_own_objects_are_taken_as_they_are_written(uri: str) -> None:
    assert object_within(uri, ADA).uri == uri


@pytest.mark.parametrize(
    "uri",
    [
        # another's
        *("s3://calls/bob/x", "s3://calls/x", "s3://calls/ada2/x", "s3://calls/ad", "s3://calls/ada"),
        *("s3://other/ada/x", "gs://calls/ada/x", "az://calls/ada/x", "gs://other-calls/shared/x"),
        # case
        *("s3://calls/Ada/x", "s3://CALLS/ada/x", "S3://calls/ada/x", "s3://calls/ADA/x"),
        # ways up
        *("s3://calls/ada/../bob/x", "s3://calls/ada/./x", "s3://calls/ada/..", "s3://calls/./ada/x"),
        *("s3://calls/bob/../ada/x", "s3://calls/../calls/ada/x", "s3://../calls/ada/x"),
        *("s3://calls/ada/%2e%2e/bob/x", "s3://calls/ada/%2E%2E/x", "s3://calls/ada/.%2e/bob/x"),
        *("s3://calls/ada/%252e%252e/bob/x", "s3://calls/ada%2f..%2fbob/x", "s3://calls/ada%2fx"),
        *("s3://calls/ada/..%5cbob/x", "s3://calls/ada\\x", "s3://calls/ada/..\\..\\bob\\x"),
        # slashes
        *("s3://calls//ada/x", "s3://calls/ada//x", "s3:///calls/ada/x", "s3:/calls/ada/x"),
        *("s3://calls/ada/%2f/x", "s3:calls/ada/x", "//calls/ada/x", "/calls/ada/x"),
        # other parts of addresses
        *("s3://key:secret@calls/ada/x", "s3://calls@evil/ada/x", "s3://calls:9000/ada/x"),
        *("s3://calls?x/ada/x", "s3://calls#/ada/x", "s3://calls%2fada/x", "s3://10.0.0.1:80/ada/x"),
        *("s3://calls/ada/x\n", "s3://calls/ada/\x00x", "s3://calls/ada/x\x7f", " s3://calls/ada/x"),
        *("s3://calls/ada/\u202ex", "s3://calls\u2215ada/x", "s3://c\u00e4lls/ada/x", "s3://calls"),
        # folders are no objects, and local ones nobody's
        *("s3://calls/ada/", "s3://calls/ada/x/", "s3://", "file:///calls/ada/x", "file://calls/x"),
        *("https://calls/ada/x", "s3://calls/ada/" + "x" * 1025),
    ],
)  # fmt: skip
def test_nothing_else_is(uri: str) -> None:
    with pytest.raises(AddressRefusedError):
        object_within(uri, ADA)


@pytest.mark.parametrize("uri", ["s3://calls/ada", "s3://calls/ada/", "s3://calls/ada/results"])
def test_folders_below_a_prefix_are_a_tenant_s_too(uri: str) -> None:
    assert prefix_within(uri, ADA).uri.removesuffix("/") == uri.removesuffix("/")


@pytest.mark.parametrize("uri", ["s3://calls/", "s3://calls", "s3://calls/ad", "s3://calls/ada2"])
def test_folders_above_and_beside_are_not(uri: str) -> None:
    with pytest.raises(AddressRefusedError, match="below none"):
        prefix_within(uri, ADA)


def test_a_tenant_without_prefixes_has_nothing() -> None:
    with pytest.raises(AddressRefusedError):
        object_within("s3://calls/ada/x", ())


def test_a_whole_bucket_can_be_a_prefix() -> None:
    assert object_within("s3://calls/x", ["s3://calls/"]).key == "x"


def test_an_error_shows_no_password() -> None:
    with pytest.raises(AddressRefusedError) as refused:
        location("s3://key:secret@calls/x")

    assert "secret" not in str(refused.value)


def test_folders_have_locations(tmp_path: Path) -> None:
    place = folder_location(tmp_path).below("a")

    assert f"/{place.key}" == str(tmp_path / "a")


KEYS = st.text(max_size=60)


@given(key=KEYS)
def test_what_is_taken_says_itself_and_stays_below(key: str) -> None:
    uri = f"s3://calls/ada/{key}"
    try:
        place = object_within(uri, ADA)
    except AddressRefusedError:
        return

    assert place == Location("s3", "calls", f"ada/{key}")
    assert place == location(place.uri)
    assert not {"", ".", ".."} & set(place.key.split("/"))
