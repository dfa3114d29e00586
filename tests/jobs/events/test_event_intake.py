"""Which objects become jobs."""

from __future__ import annotations

import pytest

from diascribe.errors import OptionsError
from diascribe.jobs.events.intake import Intake
from diascribe.jobs.events.notice import ObjectEvent
from diascribe.jobs.job import BESIDE


def at(key: str, bucket: str = "talks") -> ObjectEvent:
    return ObjectEvent(bucket=bucket, key=key, etag="e", version="v", size=4)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (at("in/a.wav"), None),
        (at("in/deep/er/A.MP4"), None),
        (at("input/a.wav"), "outside"),
        (at("in/a.wav", bucket="others"), "outside"),
        (at("in/../theirs/a.wav"), "outside"),
        (at("in/%2e%2e/theirs/a.wav"), "outside"),
        (at("in/done/a.wav"), "result"),
        (at("in/a.wav/"), "folder"),
        (at("in/a.srt"), "suffix"),
        (at("in/a"), "suffix"),
    ],
)
def test_only_recordings_under_the_tenant_s_prefixes_are_taken(
    event: ObjectEvent, reason: str | None
) -> None:
    intake = Intake(tenant="ada", prefixes=("s3://talks/in/",), results="s3://talks/in/done")

    assert intake.left(event) == reason


def test_results_beside_recordings_never_become_jobs() -> None:
    intake = Intake(tenant="ada", prefixes=("s3://talks/in/",), results=BESIDE)

    told = [intake.left(at(one)) for one in ("in/a.mp3", "in/a.mp3.srt")]

    assert told == [None, "suffix"]
    with pytest.raises(OptionsError):
        Intake(tenant="ada", prefixes=("s3://talks/in/",), results=BESIDE, suffixes=frozenset())


def test_without_suffixes_every_object_is_taken() -> None:
    intake = Intake(tenant="ada", prefixes=("s3://talks",), suffixes=frozenset())

    assert intake.left(at("anything")) is None


@pytest.mark.parametrize(
    "prefixes", [(), ("talks/in",), ("s3://talks/", "https://example.org/"), ("file:///srv/",)]
)
def test_prefixes_name_object_stores(prefixes: tuple[str, ...]) -> None:
    with pytest.raises(OptionsError):
        Intake(tenant="ada", prefixes=prefixes)


def test_what_is_asked_for_is_the_tenant_s_and_names_the_version_by_its_hash() -> None:
    intake = Intake(
        tenant="ada",
        prefixes=("s3://talks/",),
        options={"language": "en"},
        results="s3://out/",
        formats=("json", "srt"),
        priority="bulk",
    )

    asked = intake.submission(at("a b.wav"))

    assert (asked.tenant, asked.source.uri, asked.source.kind) == (
        "ada",
        "s3://talks/a b.wav",
        "object",
    )
    assert (asked.source.version, asked.source.size) == ("e", 4)
    assert (asked.results, asked.formats, asked.priority) == ("s3://out/", ("json", "srt"), "bulk")
    assert asked.options == {"language": "en"}
