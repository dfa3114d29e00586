"""Results in a bucket, which AWS's own client reads."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

import pytest
from aws import ACCOUNT, Cloud, private_cloud

from diascribe.adapters.runpod.environment import read_environment
from diascribe.adapters.runpod.uploads import Uploads, open_uploads, this_month
from diascribe.errors import OptionsError, OutputError
from diascribe.settings import read_settings

RESULT: dict[str, Any] = {
    "segments": [{"start": 0.0, "end": 1.0, "text": "hello", "words": []}],
    "detected_language": "en",
    "language_probability": 1.0,
    "duration": 1.0,
    "warnings": [],
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with private_cloud() as found:
        yield found


def fetched(address: str) -> bytes:
    """What whoever has an address gets."""
    with urlopen(address) as reply:  # noqa: S310 - on loopback
        content: bytes = reply.read()
    return content


def said(cloud: Cloud, **further: str) -> dict[str, str]:
    return {
        "STORAGE_ENDPOINT": cloud.address,
        "STORAGE_REGION": ACCOUNT["AWS_DEFAULT_REGION"],
        "STORAGE_BUCKET": "results",
        "STORAGE_ACCESS_KEY": ACCOUNT["AWS_ACCESS_KEY_ID"],
        "STORAGE_SECRET_KEY": ACCOUNT["AWS_SECRET_ACCESS_KEY"],
        **further,
    }


def uploads(environment: dict[str, str]) -> Uploads:
    found = open_uploads(read_environment(environment), read_settings({"HOME": "/"}))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def bucket(cloud: Cloud) -> str:
    return cloud.bucket("results")


def test_a_result_is_uploaded_and_answered_with_addresses(cloud: Cloud, bucket: str) -> None:
    answer = uploads(said(cloud)).answer("job-1", "team", RESULT, {"srt": "1\n", "vtt": "WEBVTT\n"})

    assert answer["segments"] == RESULT["segments"]
    assert answer["transcript_key"].startswith("transcripts/")
    assert json.loads(fetched(answer["transcript_url"])) == RESULT
    assert json.loads(fetched(answer["segments_url"])) == RESULT["segments"]
    assert fetched(answer["srt_url"]) == b"1\n"
    held = cloud.client("s3").get_object(Bucket=bucket, Key=answer["vtt_key"])
    assert held["ContentType"].startswith("text/vtt")


@pytest.mark.usefixtures("bucket")
def test_of_a_large_result_only_addresses_are_answered(cloud: Cloud) -> None:
    large = {**RESULT, "segments": RESULT["segments"] * 200_000}

    answer = uploads(said(cloud)).answer("job-2", "team", large, {})

    assert "segments" not in answer
    assert answer["detected_language"] == "en"
    assert len(json.loads(fetched(answer["segments_url"]))) == 200_000


@pytest.mark.usefixtures("bucket")
def test_tiny_answers_hold_addresses_only(cloud: Cloud) -> None:
    answer = uploads(said(cloud, FORCE_TINY_OUTPUT="1")).answer("job-3", "team", RESULT, {})

    assert "segments" not in answer
    assert "transcript_url" in answer


def test_fifty_jobs_with_one_file_name_overwrite_nothing(cloud: Cloud) -> None:
    cloud.bucket("fifty")
    writer = uploads(said(cloud, STORAGE_BUCKET="fifty"))

    def give(place: int) -> dict[str, Any]:
        return writer.answer("local_test", "team", {**RESULT, "duration": float(place)}, {})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, range(50)))

    client = cloud.client("s3")
    assert client.list_objects_v2(Bucket="fifty")["KeyCount"] == 100
    for place, answer in enumerate(answers):
        held = client.get_object(Bucket="fifty", Key=answer["transcript_key"])["Body"].read()
        assert json.loads(held)["duration"] == place


def test_an_id_or_a_name_of_somebody_leads_nowhere_else(cloud: Cloud, bucket: str) -> None:
    assert bucket
    answer = uploads(said(cloud)).answer("../../x", "../../y", RESULT, {})

    assert answer["transcript_key"].startswith("transcripts/_jobs/")
    assert ".." not in answer["transcript_key"]


def test_runpod_s_own_variables_count_too(cloud: Cloud) -> None:
    name = cloud.bucket(this_month())
    environment = {
        "BUCKET_ENDPOINT_URL": cloud.address,
        "BUCKET_ACCESS_KEY_ID": ACCOUNT["AWS_ACCESS_KEY_ID"],
        "BUCKET_SECRET_ACCESS_KEY": ACCOUNT["AWS_SECRET_ACCESS_KEY"],
        "PREFIX_TRANSCRIPTS": "theirs/",
    }

    answer = uploads(environment).answer("job", "team", RESULT, {})

    assert answer["transcript_key"].startswith("theirs/")
    assert cloud.client("s3").head_object(Bucket=name, Key=answer["transcript_key"])


def test_without_a_store_nothing_is_uploaded() -> None:
    assert open_uploads(read_environment({}), read_settings({"HOME": "/"})) is None


def test_half_a_store_is_refused_with_what_lacks() -> None:
    with pytest.raises(OptionsError) as caught:
        open_uploads(
            read_environment({"STORAGE_BUCKET": "x-results"}), read_settings({"HOME": "/"})
        )

    assert {one.split(":")[0] for one in caught.value.problems} == {
        "STORAGE_ACCESS_KEY",
        "STORAGE_SECRET_KEY",
    }


def test_a_prefix_that_is_none_is_refused() -> None:
    environment = {
        "STORAGE_BUCKET": "results",
        "STORAGE_ACCESS_KEY": "a",
        "STORAGE_SECRET_KEY": "b",
        "PREFIX_TRANSCRIPTS": "../others/",
    }

    with pytest.raises(OptionsError, match="PREFIX_TRANSCRIPTS"):
        open_uploads(read_environment(environment), read_settings({"HOME": "/"}))


def test_a_bucket_that_is_not_there_is_told(cloud: Cloud) -> None:
    with pytest.raises(OutputError):
        uploads(said(cloud, STORAGE_BUCKET="absent")).answer("job", "team", RESULT, {})
