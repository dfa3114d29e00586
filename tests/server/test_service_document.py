"""The OpenAPI document is true: whatever is asked, the answer is one that it names."""

from dataclasses import fields
from typing import Any

import schemathesis
from asking import Hands, Keys, client_of, speakers_in
from fake_jobs import FakeJobs
from hypothesis import HealthCheck, settings
from meeting import MEETING
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from diascribe.engine.options import Options, rule_of
from diascribe.formats.table import FORMATS
from diascribe.jobs.job import Failure
from diascribe.server.app import create_app
from diascribe.server.asked import MODELS
from diascribe.server.contract import HERE, LIBRARY_ONLY
from diascribe.server.service import Doors, Service
from diascribe.store.database import Database
from diascribe.wire.encode import to_json

WIRE = to_json(MEETING).encode()

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
"""All but those that know better than we what a field may hold: rules span several fields."""


def busy_service() -> Service:
    """A service with a job in every state, whose time passes while somebody waits."""
    jobs = FakeJobs(most_unfinished=50)

    def finish(_: float) -> None:
        for one in list(jobs.kept.values()):
            if not one.job.over:
                jobs.finish(one.job.id, WIRE)

    hands = Hands(meanwhile=finish)
    service = Service(
        jobs=jobs,
        keys=Keys(),
        doors=Doors(hosts=frozenset(), local=False),
        clock=hands.clock,
        speakers=speakers_in(Database("sqlite:///:memory:")),
    )
    client = client_of(service, key="ada-key")
    made = [
        client.post("/v1/jobs", files={"file": ("a.wav", str(i))}).json()["id"] for i in range(4)
    ]
    jobs.begin(made[1], "decoding")
    jobs.finish(made[2], WIRE)
    jobs.fail(made[3], Failure(code="no_audio", message="no sound", stage="decoding"))
    return service


SERVICE = busy_service()
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", create_app(SERVICE))


@SCHEMA.parametrize()
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    deadline=None,
)
def test_every_answer_is_documented(case: schemathesis.Case[Any]) -> None:
    known = sorted(SERVICE.jobs.kept)  # type: ignore[attr-defined]  # the fake's
    if "job" in case.path_parameters and known:
        case.path_parameters["job"] = known[hash(str(case.body)) % len(known)]

    case.call_and_validate(headers={"Authorization": "Bearer ada-key"}, checks=CHECKS)


DOCUMENT = create_app(SERVICE).openapi()


def test_the_document_follows_the_standard() -> None:
    validate(DOCUMENT)


def test_every_option_is_in_it_with_its_default_and_meaning() -> None:
    schemas: dict[str, Any] = DOCUMENT["components"]["schemas"]

    for name in ("JobRequest", "JobForm", "Changes"):
        properties = schemas[name]["properties"]
        for one in fields(Options):
            if one.name not in LIBRARY_ONLY:
                shown = properties[one.name]
                assert shown["description"].startswith(rule_of(one.name).text)
                assert shown["default"] == (list(one.default) if one.default == () else one.default)
    assert not LIBRARY_ONLY & schemas["JobRequest"]["properties"].keys()


def test_files_of_forms_are_files_to_generators_of_clients() -> None:
    schemas: dict[str, Any] = DOCUMENT["components"]["schemas"]

    for name in ("JobForm", "SampleForm"):
        assert schemas[name]["properties"]["file"]["format"] == "binary"
        assert "file" in schemas[name]["required"]
        assert {*schemas[name]["required"]} <= schemas[name]["properties"].keys()
    assert schemas["JobRequest"]["required"] == ["audio_file"]


def test_no_option_that_may_name_a_file_is_forgotten() -> None:
    naming = {
        one.name
        for one in fields(Options)
        if any(word in rule_of(one.name).text.lower() for word in ("folder", "file", "path"))
    }

    assert naming == {*HERE, *LIBRARY_ONLY}
    assert {*HERE} == {*MODELS, "speaker_samples"}


def test_every_format_is_in_it() -> None:
    (parameter,) = (
        one
        for one in DOCUMENT["paths"]["/v1/jobs/{job}/result"]["get"]["parameters"]
        if one["name"] == "format"
    )

    assert parameter["schema"]["enum"] == ["json", *FORMATS]


def test_every_parameter_is_explained() -> None:
    unexplained = [
        (path, one["name"])
        for path, methods in DOCUMENT["paths"].items()
        for operation in methods.values()
        for one in operation.get("parameters", ())
        if not one.get("description")
    ]

    assert not unexplained


def test_operations_have_names_of_their_own_for_generated_clients() -> None:
    names = [
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
    ]

    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
