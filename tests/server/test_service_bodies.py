"""Bodies of requests are read as they come, and refused where they cannot be."""

import pytest
from asking import FILE, TALK, client_of
from fake_jobs import FakeJobs

from diascribe.server.limits import Limits
from diascribe.server.service import Service


def test_fields_may_come_after_the_file() -> None:
    jobs = FakeJobs()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nsound\r\n'
        b'--b\r\nContent-Disposition: form-data; name="num_speakers"\r\n\r\n3\r\n--b--\r\n'
    )

    answer = client_of(jobs=jobs).post(
        "/v1/jobs", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 201
    assert answer.json()["options"] == {"num_speakers": 3}


def test_fields_of_a_form_have_the_types_of_options() -> None:
    fields = {
        "languages": "en, de",
        "num_speakers": "2",
        "vad_onset": "0.4",
        "align_output": "true",
        "language": "",
        "clustering_threshold": "null",
        "speaker_samples": '{"url": "https://example.org/ada.wav", "name": "ada"}',
        "metadata": '{"ticket": "7"}',
        "priority": "bulk",
    }
    jobs = FakeJobs()

    answer = client_of(jobs=jobs).post("/v1/jobs", files=FILE, data=fields)

    assert answer.status_code == 201, answer.text
    (kept,) = jobs.kept.values()
    assert kept.submission.options == {
        "languages": ["en", "de"],
        "num_speakers": 2,
        "vad_onset": 0.4,
        "align_output": True,
        "clustering_threshold": None,
        "speaker_samples": [{"url": "https://example.org/ada.wav", "name": "ada"}],
    }
    assert kept.submission.metadata == {"ticket": "7"}
    assert kept.submission.priority == "bulk"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"audio_file": "\\ud800"}', "application/json", 422),
        (b'{"audio_file": "https://a.b/\\u0000"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"x", "multipart/form-data", 415),
        (b"x", "multipart/form-data; boundary=b", 422),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 422),
        (b"--b\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b", 422),
        (b"", "application/json", 422),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(content: bytes, kind: str, status: int) -> None:
    answer = client_of().post("/v1/jobs", content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_form_that_ends_in_the_middle_leaves_nothing() -> None:
    jobs = FakeJobs()
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsou'

    answer = client_of(jobs=jobs).post(
        "/v1/jobs", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 422
    assert not jobs.uploads
    assert not jobs.kept


def test_files_that_are_too_large_are_refused_before_or_while_they_come() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs, limits=Limits(upload_bytes=1000, body_bytes=500))
    large = {"file": ("talk.wav", b"x" * 1001)}

    told = client.post("/v1/jobs", files=large)
    said = client.post("/v1/jobs", files={"file": ("talk.wav", b"x" * 9999)})
    fields = client.post("/v1/jobs", files=FILE, data={"initial_prompt": "x" * 501})
    body = client.post("/v1/jobs", json={"audio_file": TALK, "initial_prompt": "x" * 501})

    assert [one.status_code for one in (told, said, fields, body)] == [413] * 4
    assert not jobs.kept


def test_large_bodies_take_the_places_of_uploads_and_small_ones_take_none() -> None:
    service = Service(jobs=FakeJobs(), limits=Limits(uploads_each=1))
    large = {"audio_file": TALK, "initial_prompt": "x" * (1 << 18)}

    with service.uploads.one("local"):
        refused = client_of(service).post("/v1/jobs", json=large)
        small = client_of(service).post("/v1/jobs", json={"audio_file": TALK})
    taken = client_of(service).post("/v1/jobs", json=large)

    assert [one.status_code for one in (refused, small, taken)] == [429, 201, 201]
