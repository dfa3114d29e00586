"""Results of jobs in their tenants' buckets, and nowhere else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aws import ACCOUNT, Cloud, private_cloud

from diascribe.errors import AddressRefusedError, MissingExtraError, SourceError
from diascribe.jobs.artefacts import Artefacts, FolderArtefacts
from diascribe.jobs.giving import TenantBuckets, open_artefacts, open_buckets
from diascribe.jobs.job import BESIDE, Failure, Source, Submission
from diascribe.jobs.places import Buckets
from diascribe.settings import read_settings
from diascribe.storage.artefacts import BucketArtefacts

RESULT = (Path(__file__).parents[1] / "golden" / "formats" / "meeting.json").read_bytes()
OWN = {"ada": ("s3://calls/ada/", "s3://out/ada/"), "bob": ("s3://calls/bob/",)}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with private_cloud() as running:
        for name in ("calls", "out", "failed"):
            running.bucket(name)
        yield running


def environment(cloud: Cloud, **more: str) -> dict[str, str]:
    return {"HOME": "/home/ada", "AWS_ENDPOINT_URL": cloud.address, **ACCOUNT, **more}


@pytest.fixture
def buckets(cloud: Cloud) -> TenantBuckets:
    return open_buckets(read_settings(environment(cloud)), prefixes)


def prefixes(tenant: str) -> Sequence[str]:
    return OWN.get(tenant, ())


def keys(cloud: Cloud, bucket: str) -> list[str]:
    found = cloud.client("s3").list_objects_v2(Bucket=bucket)
    return [one["Key"] for one in found.get("Contents", [])]


ASKED = Submission(
    tenant="ada",
    source=Source(kind="object", uri="s3://calls/ada/a.mp3", shown="s3://calls/ada/a.mp3"),
    options={},
    results="s3://out/ada/",
    formats=("json", "srt", "rttm"),
)


def test_a_result_lies_in_each_format_where_it_was_wanted(
    buckets: TenantBuckets, cloud: Cloud
) -> None:
    as_jobs_want_it: Buckets = buckets

    places = as_jobs_want_it.give(ASKED, "1f", RESULT)

    start = "ada/calls/ada/a.mp3"
    assert places == tuple(f"s3://out/{start}.{one}" for one in ASKED.formats)
    assert keys(cloud, "out") == [f"{start}.json", f"{start}.rttm", f"{start}.srt"]
    client = cloud.client("s3")
    written = client.get_object(Bucket="out", Key=f"{start}.json")
    assert written["Body"].read() == RESULT
    assert written["ContentType"] == "application/json"
    subtitles = client.get_object(Bucket="out", Key=f"{start}.srt")["Body"].read()
    assert subtitles.startswith(b"1\n00:")


def test_a_result_without_formats_is_json_and_may_lie_beside(
    buckets: TenantBuckets, cloud: Cloud
) -> None:
    buckets.give(replace(ASKED, results=BESIDE, formats=()), "1f", RESULT)

    assert keys(cloud, "calls") == ["ada/a.mp3.json"]


def test_an_upload_s_result_lies_by_its_job(buckets: TenantBuckets, cloud: Cloud) -> None:
    upload = Source(kind="upload", uri="ada/uploads/7", shown="Team call.mp3")

    buckets.give(replace(ASKED, source=upload, formats=("txt",)), "1f", RESULT)

    assert keys(cloud, "out") == ["ada/_jobs/1f/Team call.mp3.txt"]


def test_a_failure_says_why_and_goes_with_the_next_result(cloud: Cloud) -> None:
    settings = read_settings(environment(cloud, DIASCRIBE_FAILURES="s3://failed/all"))
    buckets = open_buckets(settings, prefixes)
    failure = Failure(code="no_audio", message="no sound", stage="fetch")

    place = buckets.give_failure(ASKED, "1f", failure)

    assert place == "s3://failed/all/calls/ada/a.mp3.failure"
    body = cloud.client("s3").get_object(Bucket="failed", Key=keys(cloud, "failed")[0])["Body"]
    assert json.loads(body.read())["error"]["code"] == "no_audio"
    buckets.give(ASKED, "1f", RESULT)
    assert keys(cloud, "failed") == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASKED, results="s3://out/bob/"),
        replace(ASKED, results="s3://out/"),
        replace(ASKED, results="s3://out/ada/../bob/"),
        replace(ASKED, results="file:///tmp/"),
        replace(ASKED, tenant="bob"),
        replace(ASKED, tenant="nobody", results=BESIDE),
        replace(ASKED, source=replace(ASKED.source, uri="s3://calls/bob/a.mp3")),
    ],
)
def test_nothing_is_written_outside_a_tenant_s_own(
    buckets: TenantBuckets, cloud: Cloud, changed: Submission
) -> None:
    with pytest.raises(AddressRefusedError):
        buckets.give(changed, "1f", RESULT)

    assert [*keys(cloud, "out"), *keys(cloud, "calls")] == []


def test_a_recording_is_brought_for_its_tenant_only(
    buckets: TenantBuckets, cloud: Cloud, tmp_path: Path
) -> None:
    cloud.put("calls", "ada/a b+ü.mp3", b"sound")

    buckets.fetch("ada", "s3://calls/ada/a b+ü.mp3", tmp_path / "media")

    assert (tmp_path / "media").read_bytes() == b"sound"
    with pytest.raises(AddressRefusedError):
        buckets.fetch("bob", "s3://calls/ada/a b+ü.mp3", tmp_path / "other")
    with pytest.raises(SourceError, match="no such object"):
        buckets.fetch("ada", "s3://calls/ada/absent.mp3", tmp_path / "other")


def test_artefacts_lie_where_the_settings_say(cloud: Cloud, tmp_path: Path) -> None:
    settings = read_settings(environment(cloud, DIASCRIBE_ARTEFACTS="s3://out/jobs"))
    (tmp_path / "one").write_bytes(b"1")

    kept: Artefacts = open_artefacts(settings)
    kept.put("ada/jobs/1f/spans.json", tmp_path / "one")

    assert isinstance(kept, BucketArtefacts)
    assert keys(cloud, "out") == ["jobs/ada/jobs/1f/spans.json"]
    assert isinstance(open_artefacts(read_settings({"HOME": "/home/ada"})), FolderArtefacts)


@pytest.mark.parametrize("said", ["out/jobs", "https://out/jobs", "s3:///jobs", "s3://out/../x"])
def test_settings_that_name_no_prefix_are_refused(said: str) -> None:
    with pytest.raises(AddressRefusedError):
        open_artefacts(read_settings({"HOME": "/", "DIASCRIBE_ARTEFACTS": said}))
    with pytest.raises(AddressRefusedError):
        open_buckets(read_settings({"HOME": "/", "DIASCRIBE_FAILURES": said}), prefixes)


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "diascribe.storage.buckets", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)

    with pytest.raises(MissingExtraError) as told:
        open_buckets(read_settings({"HOME": "/"}), prefixes)

    assert "diascribe[server]" in told.value.hint
