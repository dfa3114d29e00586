"""Objects of tenants' buckets as recordings: the same one is the same job, while it is the same."""

from collections.abc import Iterator

import pytest
from asking import Keys, client_of
from aws import ACCOUNT, Cloud, private_cloud
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient

from diascribe.settings import read_settings
from diascribe.storage.locations import Location
from diascribe.storage.objects import Held, open_objects

TALK = {"audio_file": "s3://talks/ada/a b.wav"}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with private_cloud() as running:
        running.bucket("talks")
        yield running


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def asked() -> list[str]:
    """The objects that the store was asked about."""
    return []


@pytest.fixture
def client(cloud: Cloud, jobs: FakeJobs, asked: list[str]) -> TestClient:
    settings = read_settings({"HOME": "/home/ada", "AWS_ENDPOINT_URL": cloud.address, **ACCOUNT})
    objects = open_objects(settings.access)

    def head(place: Location) -> Held:
        asked.append(place.uri)
        return objects.head(place)

    return client_of(
        jobs=jobs,
        keys=Keys(),
        key="ada-key",
        prefixes=lambda tenant: (f"s3://talks/{tenant}/",),
        head=head,
    )


def test_the_same_object_is_the_same_job_until_it_changes(
    client: TestClient, cloud: Cloud, jobs: FakeJobs
) -> None:
    cloud.put("talks", "ada/a b.wav", b"sound")
    first, again = (client.post("/v1/jobs", json=TALK) for _ in range(2))
    source = next(iter(jobs.kept.values())).submission.source
    cloud.put("talks", "ada/a b.wav", b"another sound")
    changed = client.post("/v1/jobs", json=TALK)

    assert (first.status_code, again.status_code, changed.status_code) == (201, 200, 201)
    assert first.json()["id"] == again.json()["id"] != changed.json()["id"]
    assert (source.version, source.size) == ("0b8263d341de01f741e4deadfb18f9eb", 5)


def test_whoever_waits_for_an_object_gets_the_same_job(
    client: TestClient, cloud: Cloud, jobs: FakeJobs
) -> None:
    cloud.put("talks", "ada/a b.wav")
    made = client.post("/v1/jobs", json=TALK).json()["id"]
    jobs.cancel("ada", made)

    known = client.post("/v1/jobs", json=TALK).json()["id"]
    jobs.finish(known, b"{}")
    client.post("/v1/transcribe", json=TALK)

    assert list(jobs.kept) == [made, known]


def test_a_key_says_what_is_the_same_and_the_store_is_not_asked(
    client: TestClient, cloud: Cloud, asked: list[str]
) -> None:
    key = {"Idempotency-Key": "one write"}
    cloud.put("talks", "ada/a b.wav", b"sound")
    first = client.post("/v1/jobs", json=TALK, headers=key)
    cloud.put("talks", "ada/a b.wav", b"another sound")
    again = client.post("/v1/jobs", json=TALK, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert asked == []


def test_nothing_is_asked_about_what_a_tenant_may_not_name(
    client: TestClient, cloud: Cloud, asked: list[str]
) -> None:
    cloud.put("talks", "bob/a.wav")

    refused = client.post("/v1/jobs", json={"audio_file": "s3://talks/bob/a.wav"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "address_refused")
    assert asked == []


def test_an_object_that_is_not_there_is_for_its_job_to_tell(
    client: TestClient, jobs: FakeJobs, asked: list[str]
) -> None:
    answered = client.post("/v1/jobs", json=TALK)

    (kept,) = jobs.kept.values()
    assert answered.status_code == 201
    assert kept.submission.source.version is None
    assert asked == [TALK["audio_file"]]
