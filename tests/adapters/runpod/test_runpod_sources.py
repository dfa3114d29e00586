"""Recordings from wherever a job says."""

import base64
from pathlib import Path

import pytest
from runpod_worker import serving_files

from diascribe.adapters.runpod.sources import Sources, kind_of, stem_of
from diascribe.errors import AddressRefusedError, FetchError, SourceError
from diascribe.storage.fetching import media_fetcher
from diascribe.storage.locations import location
from diascribe.storage.objects import Access, open_objects

SOUND = bytes(range(256)) * 4
LONG = base64.b64encode(SOUND).decode()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("https://example.org/a.mp3", "web"),
        ("HTTP://example.org/a.mp3", "web"),
        ("data:audio/wav;base64,AAAA", "data"),
        (LONG, "base64"),
        (LONG[:80] + "\n" + LONG[80:], "base64"),
        ("AAAA", None),
        ("/etc/passwd", None),
        ("s3://calls/a.mp3", None),
        ("gs://calls/a.mp3", None),
    ],
)
def test_a_source_is_known_by_how_it_looks(said: str, kind: str | None) -> None:
    assert kind_of(said, bucket=False, local=False) == kind


def test_objects_are_taken_where_there_is_a_bucket() -> None:
    assert kind_of("s3://calls/a.mp3", bucket=True, local=False) == "object"


def test_paths_are_taken_from_whoever_sits_here(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(SOUND)

    assert kind_of(str(path), bucket=False, local=True) == "path"
    assert kind_of(str(path), bucket=False, local=False) is None


@pytest.mark.parametrize(
    "said", [LONG, LONG.rstrip("="), f"data:audio/wav;base64,{LONG}"], ids=["plain", "bare", "data"]
)
def test_base64_comes_as_it_was(tmp_path: Path, said: str) -> None:
    kind = kind_of(said, bucket=False, local=False)
    assert kind is not None

    path = Sources(fetcher=media_fetcher(allow_private=False)).bring(said, kind, tmp_path)

    assert path.read_bytes() == SOUND


def test_an_address_is_fetched_into_the_job_s_folder(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(SOUND)
    folder = tmp_path / "job"
    folder.mkdir()

    with serving_files(tmp_path) as address:
        sources = Sources(fetcher=media_fetcher(allow_private=True))
        path = sources.bring(f"{address}/a.wav?Signature=s", "web", folder)

    assert path.parent == folder
    assert path.read_bytes() == SOUND


def test_a_private_network_is_not_asked(tmp_path: Path) -> None:
    with serving_files(tmp_path) as address, pytest.raises(AddressRefusedError):
        Sources(fetcher=media_fetcher(allow_private=False)).bring(address, "web", tmp_path)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    sources = Sources(fetcher=media_fetcher(allow_private=True))

    with serving_files(tmp_path) as address, pytest.raises(FetchError, match="status 404"):
        sources.bring(f"{address}/absent.wav", "web", tmp_path)


def test_objects_of_other_buckets_are_refused(tmp_path: Path) -> None:
    objects = open_objects(Access())
    sources = Sources(fetcher=media_fetcher(allow_private=False), objects=objects, bucket="ours")

    with pytest.raises(AddressRefusedError, match="below none"):
        sources.bring("s3://theirs/a.wav", "object", tmp_path)
    with pytest.raises(SourceError, match="no bucket is set up"):
        Sources(fetcher=media_fetcher(allow_private=False)).bring(
            location("s3://ours/a.wav").uri, "object", tmp_path
        )


@pytest.mark.parametrize(
    ("said", "kind", "stem"),
    [
        ("https://example.org/calls/Team%20call.mp3?X-Amz-Signature=s", "web", "Team call"),
        ("https://example.org/", "web", "recording"),
        ("data:,x", "data", "recording"),
        ("s3://calls/2026/a.b.mp3", "object", "a.b"),
    ],
)
def test_results_are_called_after_their_recording(said: str, kind: str, stem: str) -> None:
    assert stem_of(said, kind) == stem  # type: ignore[arg-type]  # a kind, as text
