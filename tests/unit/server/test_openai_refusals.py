"""Errors have OpenAI's shape and statuses, and say whether asking again may help."""

import pytest

from diascribe.errors import (
    DatabaseError,
    DiascribeError,
    FetchLimitError,
    IdempotencyError,
    KeyRefusedError,
    LanguageError,
    MediaError,
    NoAudioError,
    OptionsError,
    QuotaError,
    RecognizerError,
    UnknownModelError,
)
from diascribe.jobs.job import Failure
from diascribe.server.openai.refusals import invalid, refusal_of, refusal_of_failure, shape
from diascribe.server.problems import Problem

INVALID, SERVER = "invalid_request_error", "server_error"


@pytest.mark.parametrize(
    ("error", "status", "type_", "code"),
    [
        (KeyRefusedError("no"), 401, INVALID, "invalid_api_key"),
        (UnknownModelError("no"), 404, INVALID, "model_not_found"),
        (QuotaError("no"), 429, "requests", "rate_limit_exceeded"),
        (IdempotencyError("no"), 409, INVALID, "idempotency_key_reused"),
        (MediaError("no"), 400, INVALID, "invalid_media"),
        (NoAudioError("no"), 400, INVALID, "no_audio"),
        (LanguageError("no"), 400, INVALID, "unsupported_language"),
        (FetchLimitError("no"), 413, INVALID, "fetch_limit"),
        (RecognizerError("no"), 500, SERVER, "recognizer"),
        (DatabaseError("no"), 503, SERVER, "database"),
    ],
)
def test_an_error_has_the_status_type_and_code_that_clients_expect(
    error: DiascribeError, status: int, type_: str, code: str
) -> None:
    refusal = refusal_of(error)

    assert refusal.status == status
    assert (refusal.type, refusal.code) == (type_, code)


def test_a_body_has_all_four_keys() -> None:
    body = invalid("temperature", "too warm").refusal.body

    assert body == {
        "error": {
            "message": "too warm",
            "type": INVALID,
            "param": "temperature",
            "code": None,
        }
    }


def test_an_option_s_problem_names_the_client_s_field() -> None:
    refusal = refusal_of(OptionsError(("hotwords: wanted text, got 1",)))

    assert (refusal.status, refusal.param) == (400, "keywords")


def test_a_hint_is_told_in_terms_of_the_interface() -> None:
    refusal = refusal_of(UnknownModelError("no model", hint="diascribe models pull small"))

    assert refusal.message == "no model: GET /openai/v1/models lists all"


@pytest.mark.parametrize("error", [RecognizerError("no"), IdempotencyError("no")])
def test_what_would_fail_again_is_not_asked_again(error: DiascribeError) -> None:
    assert refusal_of(error).headers == {"x-should-retry": "false"}


@pytest.mark.parametrize("error", [DatabaseError("no"), QuotaError("no")])
def test_what_may_pass_is_asked_again_as_clients_do(error: DiascribeError) -> None:
    assert "x-should-retry" not in refusal_of(error).headers


def test_a_job_that_failed_over_its_recording_is_the_client_s_fault() -> None:
    refusal = refusal_of_failure(Failure(code="no_audio", message="no sound in it"))

    assert (refusal.status, refusal.code, refusal.param) == (400, "no_audio", "file")
    assert refusal.message == "no sound in it"


def test_a_job_that_failed_for_a_reason_unheard_of_is_ours() -> None:
    refusal = refusal_of_failure(Failure(code="lost_worker", message="gone", hint="try less"))

    assert (refusal.status, refusal.type, refusal.code) == (500, SERVER, "lost_worker")
    assert refusal.message == "gone: try less"
    assert refusal.headers == {"x-should-retry": "false"}


def test_a_job_that_failed_without_a_word_is_ours() -> None:
    assert refusal_of_failure(None).status == 500


def test_what_the_service_refuses_before_reading_has_the_same_shape() -> None:
    body = shape(Problem(status=404, code="not_found", message="Not Found"))

    assert body == {
        "error": {"message": "Not Found", "type": INVALID, "param": None, "code": "not_found"}
    }
