"""Who is let in."""

import pytest
from asking import Hands, Keys, client_of

from diascribe.server.limits import Limits
from diascribe.server.service import Doors


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:99", "[::1]:8000"])
def test_this_machine_is_called_by_its_own_names(host: str) -> None:
    answer = client_of().get("/v1/queue/depth", headers={"Host": host})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1:80", ""])
def test_a_name_that_leads_here_by_rebinding_is_refused(host: str) -> None:
    answer = client_of().get("/v1/queue/depth", headers={"Host": host})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "origin_refused"


def test_whoever_watches_may_use_any_name_to_ask_for_health() -> None:
    client = client_of()

    statuses = [
        client.get(path, headers={"Host": "10.1.2.3:8000"}).status_code
        for path in ("/healthz", "/readyz", "/metrics")
    ]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "http://localhost"}, 404),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://good.example"}, 404),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 404),
    ],
)
def test_other_pages_may_not_write(headers: dict[str, str], status: int) -> None:
    doors = Doors(origins=frozenset({"https://good.example"}))

    answer = client_of(doors=doors).delete("/v1/nothing", headers=headers)

    assert answer.status_code == status


def test_without_keys_this_machine_needs_none() -> None:
    assert client_of().get("/v1/queue/depth").status_code == 200


def test_without_keys_any_key_will_do_for_clients_that_cannot_go_without() -> None:
    assert client_of(key="sk-anything").get("/v1/queue/depth").status_code == 200


def test_without_keys_other_machines_are_not_let_in() -> None:
    client = client_of(client=("192.0.2.7", 5))

    assert client.get("/v1/queue/depth").status_code == 401


def test_a_service_for_other_machines_is_never_open() -> None:
    client = client_of(doors=Doors(hosts=frozenset(), local=False))

    assert client.get("/v1/queue/depth").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic ada-key"}, 401),
        ({"X-API-Key": "wrong"}, 401),
        ({"Authorization": "Bearer ada-key"}, 200),
        ({"X-API-Key": "ada-key"}, 200),
    ],
)
def test_with_keys_everybody_needs_one(headers: dict[str, str], status: int) -> None:
    answer = client_of(keys=Keys()).get("/v1/queue/depth", headers=headers)

    assert answer.status_code == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "wrong" not in answer.text


def test_whoever_asks_too_often_is_told_when_to_come_back() -> None:
    hands = Hands()
    client = client_of(clock=hands.clock, limits=Limits(requests_per_s=2))

    statuses = [client.get("/v1/queue/depth").status_code for _ in range(5)]
    refused = client.get("/v1/queue/depth")
    hands.time += int(refused.headers["Retry-After"])
    later = client.get("/v1/queue/depth")

    assert statuses == [200, 200, 200, 200, 429]
    assert refused.json()["error"]["code"] == "rate_limit"
    assert later.status_code == 200


def test_one_tenant_s_haste_is_not_another_s() -> None:
    hands, limits = Hands(), Limits(requests_per_s=1)
    client = client_of(keys=Keys(), clock=hands.clock, limits=limits)

    hasty = [
        client.get("/v1/queue/depth", headers={"X-API-Key": "ada-key"}).status_code
        for _ in range(3)
    ]
    other = client.get("/v1/queue/depth", headers={"X-API-Key": "bob-key"})

    assert hasty == [200, 200, 429]
    assert other.status_code == 200
