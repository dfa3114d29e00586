"""Tenants never meet: every route is tried, so that none is forgotten."""

from collections.abc import Iterator

import pytest
from asking import FILE, KEYS, Keys, client_of, speakers_in
from fake_jobs import FakeJobs
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from meeting import MEETING

from diascribe.server.app import create_app
from diascribe.server.service import Service
from diascribe.store.database import Database
from diascribe.wire.encode import to_json

FREE = {"/healthz", "/readyz", "/metrics", "/openapi.json"}
"""Paths that need no key, and tell of nobody."""

BODIES = {"/v1/jobs/{job}/rerun": {"num_speakers": 2}}
"""What a route wants to be sent before it looks for anything."""


def whole(jobs: FakeJobs) -> Service:
    """A service with all its routes."""
    database = Database("sqlite:///:memory:")
    return Service(jobs=jobs, keys=Keys(), speakers=speakers_in(database))


def operations() -> Iterator[tuple[str, str]]:
    """Every path with every method that it takes."""
    document = create_app(whole(FakeJobs())).openapi()
    for path, methods in document["paths"].items():
        for method in methods:
            yield path, method.upper()


OPERATIONS = list(operations())
NAMING = [one for one in OPERATIONS if "{" in one[0]]
"""Those that name something of a tenant's."""

REST = [one for one in OPERATIONS if "{" not in one[0] and one[0] not in FREE]


def test_the_document_names_every_route() -> None:
    app = create_app(whole(FakeJobs()))

    routed = {
        (route.path_format, method)
        for route in _routes(app.router.routes)
        for method in (route.methods or set()) - {"HEAD"}
    }

    assert routed == set(OPERATIONS)
    assert len(NAMING) >= 9


def _routes(routes: object) -> Iterator[APIRoute]:
    for one in routes:  # type: ignore[attr-defined]  # a list
        if isinstance(one, APIRoute):
            yield one
        else:
            inner = getattr(one, "original_router", None)
            yield from _routes(inner.routes if inner else [])


@pytest.fixture(name="service")
def _service() -> Service:
    """Ada's finished job, and nothing of Bob's."""
    jobs = FakeJobs()
    service = whole(jobs)
    ada = client_of(service, key="ada-key")
    made = ada.post("/v1/jobs", files=FILE).json()
    ada.post("/v1/speakers", files={"file": ("ada.wav", b"1")}, data={"name": "Ada"})
    jobs.finish(made["id"], to_json(MEETING).encode())
    return service


def ask(client: TestClient, path: str, method: str, job: str) -> tuple[int, str]:
    answer = client.request(method, path.format(job=job, name="Ada"), json=BODIES.get(path))
    return answer.status_code, answer.text


@pytest.mark.parametrize(("path", "method"), NAMING)
def test_another_tenant_s_things_are_not_found(service: Service, path: str, method: str) -> None:
    (job,) = service.jobs.kept  # type: ignore[attr-defined]  # the fake's
    bob = client_of(service, key="bob-key")

    theirs, told = ask(bob, path, method, job)
    nobody_s, wording = ask(bob, path, method, "0" * 32)

    assert (theirs, nobody_s) == (404, 404)
    assert told.replace(job, "") == wording.replace("0" * 32, "")
    assert job in service.jobs.kept  # type: ignore[attr-defined]  # the fake's


@pytest.mark.parametrize(("path", "method"), NAMING)
def test_their_owner_finds_them(service: Service, path: str, method: str) -> None:
    (job,) = service.jobs.kept  # type: ignore[attr-defined]  # the fake's

    status, _ = ask(client_of(service, key="ada-key"), path, method, job)

    assert status in {200, 201, 204, 409}


@pytest.mark.parametrize(("path", "method"), REST)
def test_what_names_nothing_shows_nothing_of_others(
    service: Service, path: str, method: str
) -> None:
    (job,) = service.jobs.kept  # type: ignore[attr-defined]  # the fake's

    _, told = ask(client_of(service, key="bob-key"), path, method, job)

    assert job not in told
    assert "talk.wav" not in told
    assert "Ada" not in told


@pytest.mark.parametrize(("path", "method"), [*NAMING, *REST])
@pytest.mark.parametrize("key", [None, "wrong"])
def test_nobody_is_let_in_without_a_key(
    service: Service, path: str, method: str, key: str | None
) -> None:
    status, told = ask(client_of(service, key=key), path, method, "x")

    assert status == 401
    assert not any(one in told for one in KEYS)


@pytest.mark.parametrize("path", sorted(FREE))
def test_what_needs_no_key_names_nobody(service: Service, path: str) -> None:
    (job,) = service.jobs.kept  # type: ignore[attr-defined]  # the fake's

    answer = client_of(service).get(path)

    assert answer.status_code == 200
    assert not any(one in answer.text for one in (job, "bob", "talk.wav"))


def test_the_same_request_of_two_tenants_is_two_jobs(service: Service) -> None:
    ada = client_of(service, key="ada-key").post("/v1/jobs", files=FILE)
    bob = client_of(service, key="bob-key").post("/v1/jobs", files=FILE)

    assert ada.json()["id"] != bob.json()["id"]
    assert (ada.status_code, bob.status_code) == (200, 201)


def test_the_same_idempotency_key_of_two_tenants_is_two_keys(service: Service) -> None:
    headers = {"Idempotency-Key": "1"}
    address = {"audio_file": "https://example.org/a.wav"}
    other = {"audio_file": "https://example.org/b.wav"}

    ada = client_of(service, key="ada-key").post("/v1/jobs", json=address, headers=headers)
    bob = client_of(service, key="bob-key").post("/v1/jobs", json=other, headers=headers)

    assert (ada.status_code, bob.status_code) == (201, 201)
