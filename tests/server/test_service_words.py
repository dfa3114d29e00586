"""What the service says of requests that it cannot use: in its own terms, and how to mend them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from asking import FILE, SOUND, TALK, Keys, client_of, submitted
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient

from diascribe.errors import DiascribeError, LanguageError, MissingExtraError, UnknownModelError
from diascribe.jobs.job import Failure
from diascribe.server.openai.routes import surface
from diascribe.server.problems import of_error
from diascribe.server.service import Doors, Service

PYTHON = re.compile(r"\b(str|int|float|bool|dict|list of str|tuple|NoneType|None|True|False)\b")
"""Words of Python, which nobody needs to know who asks over HTTP."""


def said(client: TestClient, **body: object) -> str:
    """What is said of a job that is asked for in JSON, and refused."""
    answer = client.post("/v1/jobs", json={"audio_file": TALK, **body})
    assert answer.status_code == 422, answer.text
    return str(answer.json()["error"]["message"])


@pytest.mark.parametrize(
    ("uri", "got"),
    [
        ("/tmp/talk.wav", "a path"),  # noqa: S108 - nothing is read
        ("talk.wav", "a path"),
        ("C:\\talk.wav", "a path"),
        ("ftp://example.org/talk.wav", "ftp://"),
        ("file:///talk.wav", "file://"),
    ],
)
def test_a_recording_that_is_no_address_is_told_with_what_may_be_given(uri: str, got: str) -> None:
    answer = client_of().post("/v1/jobs", json={"audio_file": uri})

    error = answer.json()["error"]
    assert error["message"].startswith("audio_file: wanted a web address (https://…)")
    assert error["message"].endswith(f", got {got}")
    assert error["details"]["hint"] == "a form brings a recording itself, in its field file"
    assert "talk" not in answer.text


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("ftp://example.org/told", "webhook: wanted https://, got ftp://"),
        ("http://example.org/told", "webhook: wanted https://, got http://"),
        ("told", "webhook: wanted https://, got a path"),
        ("https://", "webhook: wanted a host after https://"),
        ("https://a:b@example.org/", "webhook: wanted an address without a name and a password"),
    ],
)
def test_a_webhook_that_could_not_be_sent_is_refused_at_once(uri: str, problem: str) -> None:
    assert said(client_of(), webhook=uri) == problem


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "127.0.0.1:9000", "localhost", "api.localhost", "[::1]", "2130706433", "a.b:25"],
)
@pytest.mark.parametrize("field", ["audio_file", "webhook"])
def test_addresses_that_are_private_as_they_stand_are_refused_at_once(
    field: str, host: str
) -> None:
    answer = client_of().post("/v1/jobs", json={"audio_file": TALK, field: f"https://{host}/x"})

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "address_refused")
    assert error["message"].startswith(f"{field}: ")


def test_samples_of_voices_are_looked_at_like_recordings() -> None:
    samples = [{"url": "ftp://example.org/ada.wav"}, "https://10.0.0.1/bob.wav"]

    answer = client_of().post("/v1/jobs", json={"audio_file": TALK, "speaker_samples": samples})

    first, second = answer.json()["error"]["details"]["problems"]
    assert first == "speaker_samples[0]: wanted https://, http:// or data:, got ftp://"
    assert second.startswith("speaker_samples[1]: 10.0.0.1: is on a private network")


def test_private_addresses_are_taken_where_the_settings_allow_them() -> None:
    client = client_of(allow_private_urls=True)

    taken = client.post(
        "/v1/jobs", json={"audio_file": "http://10.0.0.1/x", "webhook": "http://localhost:9000/"}
    )
    machinery = client.post("/v1/jobs", json={"audio_file": "http://169.254.169.254/x"})

    assert taken.status_code == 201
    assert machinery.json()["error"]["code"] == "address_refused"


@pytest.mark.parametrize("route", ["/v1/jobs", "/v1/transcribe", "/openai/v1/audio/transcriptions"])
@pytest.mark.parametrize("sound", [SOUND, b"ID3\xff\x00\xfb"])
def test_a_file_in_a_field_of_another_name_is_told_where_it_belongs(
    route: str, sound: bytes
) -> None:
    client = client_of(surfaces=(surface(),))

    answer = client.post(
        route, files={"files": ("talk.wav", sound)}, data={"model": "pocketsphinx-en-us"}
    )

    message = answer.json()["error"]["message"]
    assert message == "file: wanted the recording in this field, got a file in files"


def test_a_large_file_in_a_field_of_another_name_is_no_question_of_size() -> None:
    jobs = FakeJobs()
    service = Service(jobs=jobs)
    large = b"\0" * (service.limits.body_bytes + 1)

    answer = client_of(service).post("/v1/jobs", files={"audio": ("talk.wav", large)})

    assert answer.status_code == 422
    assert "got a file in audio" in answer.json()["error"]["message"]
    assert not jobs.uploads


def test_a_file_s_name_in_place_of_the_file_is_no_recording() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntalk.wav\r\n--b--\r\n'

    answer = client_of().post(
        "/v1/jobs", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("file: wanted a recording, got a text")


def test_a_recording_without_a_name_is_one() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nRIFF\0\1\r\n--b--\r\n'
    jobs = FakeJobs()

    answer = client_of(jobs=jobs).post(
        "/v1/jobs", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 201
    assert list(jobs.uploads.values()) == [b"RIFF\0\1"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a": 1,\n "b": }', "body: wanted JSON, at line 2, column 7 it is none"),
        (b"", "body: wanted an object in JSON, got nothing"),
        (b"[]", "body: wanted an object in JSON, got a list"),
        (b"null", "body: wanted an object in JSON, got null"),
        (b'"x"', "body: wanted an object in JSON, got text"),
        (b"[" * 100_000, "body: wanted JSON, got lists in lists without end"),
        (b'{"a": "\xff"}', "body: wanted JSON in UTF-8"),
    ],
)
def test_a_body_that_is_no_json_is_told_where(body: bytes, message: str) -> None:
    answer = client_of().post(
        "/v1/jobs", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": 3},
        {"num_speakers": "2"},
        {"temperature": None},
        {"align_output": "x"},
        {"languages": "en"},
        {"speaker_samples": None},
        {"speaker_samples": [3]},
        {"metadata": None},
        {"formats": True},
        {"audio_file": 3},
    ],
)
def test_types_are_told_in_words_of_json(wrong: dict[str, object]) -> None:
    message = said(client_of(), **wrong)

    assert not PYTHON.search(message), message
    assert "SpeakerSample" not in message


def test_a_misspelt_option_is_told_with_what_was_meant() -> None:
    assert said(client_of(), num_speaker=2).startswith(
        "num_speaker: no such field, near it is num_speakers"
    )


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/jobs", "the address is /v1/jobs"),
        ("/api/v1/jobs", "the address is /v1/jobs"),
        ("/v2/jobs/some-id", "the address is /v1/jobs/{job}"),
        ("/v1/audio/transcriptions", "the address is /openai/v1/audio/transcriptions"),
        ("/audio/transcriptions", "the address is /openai/v1/audio/transcriptions"),
        ("/openai/v1/jobs", "the address is /v1/jobs"),
        ("/v1/healthz", "the address is /healthz"),
        ("/v1/job", "near it is /v1/jobs"),
        ("/", "GET /openapi.json lists the addresses"),
        ("/v1/secret-thing", "GET /openapi.json lists the addresses"),
    ],
)
def test_an_address_that_there_is_not_is_told_with_the_right_one(path: str, hint: str) -> None:
    answer = client_of(surfaces=(surface(),)).get(path)

    told = answer.json()["error"]
    assert answer.status_code == 404
    assert hint in f"{told.get('details')} {told['message']}"
    assert "secret" not in answer.text


def test_a_method_that_an_address_does_not_take_is_told_with_those_it_does() -> None:
    client = client_of()

    jobs, short = client.put("/v1/jobs"), client.get("/v1/transcribe")

    assert jobs.json()["error"]["details"] == {"hint": "/v1/jobs takes GET and POST"}
    assert short.json()["error"]["details"] == {"hint": "/v1/transcribe takes POST"}


@pytest.mark.parametrize(
    ("header", "lack"),
    [
        ("Basic YWRhOnNlY3JldA==", "wanted it as Bearer, got Basic"),
        ("hush-key", "wanted it as Bearer, got another scheme"),
        ("Bearer hush", "it is not known, or was withdrawn"),
        (None, "there is none"),
    ],
)
def test_a_key_that_opens_nothing_is_told_how_it_is_wanted(header: str | None, lack: str) -> None:
    client = client_of(keys=Keys(), doors=Doors(hosts=frozenset(), local=False))

    answer = client.get("/v1/jobs", headers={"Authorization": header} if header else {})

    error = answer.json()["error"]
    assert answer.status_code == 401
    assert error["message"] == f"an API key is wanted: {lack}"
    assert error["details"]["hint"] == "Authorization: Bearer KEY"
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (UnknownModelError("x", hint="diascribe models pull x"), "GET /v1/models lists all"),
        (
            LanguageError("x", hint="leave it out, or say --language en"),
            "GET /v1/models says which languages each model knows",
        ),
        (
            MissingExtraError("x", hint="pip install 'diascribe[onnx]'"),
            "whoever runs the service can mend it",
        ),
        (UnknownModelError("x", hint="wait for it"), "wait for it"),
    ],
)
def test_hints_are_in_terms_of_the_interface(error: DiascribeError, hint: str) -> None:
    assert of_error(error).details["hint"] == hint


def test_no_hint_of_ours_that_names_a_command_gets_out() -> None:
    sources = Path(__file__).parents[2] / "src" / "diascribe"
    written = [
        text
        for path in sources.rglob("*.py")
        if "cli" not in path.parts
        for text in re.findall(r'hint=f?"([^"]+)"', path.read_text())
    ]
    commands = [one for one in written if re.search(r"diascribe [a-z]+ |pip install|--[a-z]", one)]

    told = [of_error(DiascribeError("x", hint=one)).details["hint"] for one in commands]

    assert len(commands) > 5
    assert set(told) == {"whoever runs the service can mend it"}


def test_a_failed_job_s_hint_is_in_terms_of_the_interface() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.fail(job, Failure(code="unknown_model", message="x", hint="diascribe models pull x"))

    assert client.get(f"/v1/jobs/{job}").json()["failure"]["hint"] == "GET /v1/models lists all"


def test_openai_s_clients_are_told_of_their_own_addresses() -> None:
    client = client_of(surfaces=(surface(),))

    answer = client.post("/openai/v1/audio/transcriptions", files=FILE, data={"model": "nothing"})

    assert "GET /openai/v1/models lists all" in answer.json()["error"]["message"]


def test_a_rerun_changes_options_alone_and_says_so() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.finish(job, b"{}")

    answer = client.post(f"/v1/jobs/{job}/rerun", json={"priority": "bulk", "num_speaker": 2})

    assert answer.json()["error"]["details"]["problems"] == [
        "priority: stays as the job has it, a rerun changes options",
        "num_speaker: no such option, near it is num_speakers or min_speakers",
    ]


def test_a_rerun_without_a_body_is_one_without_changes() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.finish(job, b"{}")

    bare = client.post(f"/v1/jobs/{job}/rerun")
    empty = client.post(f"/v1/jobs/{job}/rerun", json={})
    form = client.post(f"/v1/jobs/{job}/rerun", data={"num_speakers": "2"})

    assert bare.status_code == empty.status_code < 300
    assert bare.json()["id"] == empty.json()["id"]
    assert form.status_code == 415
    assert form.json()["error"]["message"].startswith("body: wanted application/json, got ")
