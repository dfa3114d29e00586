"""Webhooks on real sockets: what arrives is proved by the specification's own package."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from hostile_servers import HERE, answer, certified, dripping, saying, serving
from standardwebhooks import Webhook, WebhookVerificationError

from diascribe.errors import OptionsError
from diascribe.jobs.webhooks.sending import LIMITS, Delivery, Sender
from diascribe.jobs.webhooks.signing import (
    new_secret,
    parse_secrets,
    signing_secret,
    tenant_secrets,
)
from diascribe.storage.asking import Guard
from diascribe.storage.pace import Limits

BODY = json.dumps({"type": "job.succeeded", "data": {"id": "1f", "file": "Grüße.mp3"}}).encode()
LOCAL = Sender(guard=Guard(allow_private=True))


def parts(request: bytes) -> tuple[str, Mapping[str, str], bytes]:
    """The first line, the headers and the body of what a server received."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def test_a_webhook_is_what_the_specification_wants() -> None:
    secret = new_secret()

    with serving(saying(answer(b"thanks", status=204))) as served:
        sent = LOCAL.send(f"http://{HERE}:{served.port}/hooks?a=b", secret, "msg_1f", BODY)

    first, headers, body = parts(served.requests[0])
    assert sent == Delivery(status=204)
    assert sent.ok
    assert first == "POST /hooks?a=b HTTP/1.1"
    assert body == BODY
    assert headers["webhook-id"] == "msg_1f"
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(BODY))
    assert Webhook(secret).verify(body, dict(headers)) == json.loads(BODY)


def test_whoever_changes_anything_is_found_out() -> None:
    secret = new_secret()
    with serving(saying(answer())) as served:
        LOCAL.send(f"http://{HERE}:{served.port}/", secret, "msg_1f", BODY)
    _, headers, body = parts(served.requests[0])

    for changed_headers, changed_body, key in (
        (headers, body.replace(b"1f", b"2f"), secret),
        ({**headers, "webhook-id": "msg_2f"}, body, secret),
        (
            {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
            body,
            secret,
        ),
        (headers, body, new_secret()),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(changed_body, dict(changed_headers))


def test_while_a_secret_takes_over_both_prove_it() -> None:
    old, new = new_secret(), new_secret()

    with serving(saying(answer())) as served:
        LOCAL.send(f"http://{HERE}:{served.port}/", f"{new} {old}", "msg_1f", BODY)

    _, headers, body = parts(served.requests[0])
    for one in (old, new):
        assert Webhook(one).verify(body, dict(headers)) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, dict(headers))


def test_while_a_secret_takes_over_each_tenant_has_one_of_both() -> None:
    old, new = new_secret(), new_secret()

    both = tenant_secrets(f"{new} {old}", "ada").split()

    assert both == [tenant_secrets(new, "ada"), tenant_secrets(old, "ada")]
    assert signing_secret(f"{new} {old}", "ada") == both[0]
    assert len({*both, tenant_secrets(new, "bob"), new, old}) == 5
    assert parse_secrets(" ".join(both)) == tuple(both)


def test_what_was_recorded_long_ago_proves_nothing() -> None:
    secret = new_secret()
    earlier = replace(LOCAL, now=lambda: datetime.now(UTC) - timedelta(minutes=6))

    with serving(saying(answer())) as served:
        earlier.send(f"http://{HERE}:{served.port}/", secret, "msg_1f", BODY)

    _, headers, body = parts(served.requests[0])
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(body, dict(headers))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with serving(saying(answer(b"secret"))) as bait:
        away = answer(b"", f"Location: http://{HERE}:{bait.port}/", status=status)
        with serving(saying(away)) as served:
            sent = LOCAL.send(f"http://{HERE}:{served.port}/", new_secret(), "msg_1f", BODY)

    assert (sent.status, sent.ok, sent.final) == (status, False, False)
    assert bait.connections == 0


@pytest.mark.parametrize(
    ("status", "ok", "final"),
    [(200, True, True), (202, True, True), (400, False, False), (401, False, False),
     (404, False, False), (410, False, True), (429, False, False), (500, False, False),
     (503, False, False)],
)  # fmt: skip
def test_what_a_status_means(status: int, ok: bool, final: bool) -> None:  # noqa: FBT001
    with serving(saying(answer(status=status))) as served:
        sent = LOCAL.send(f"http://{HERE}:{served.port}/", new_secret(), "msg_1f", BODY)

    assert (sent.status, sent.ok, sent.final) == (status, ok, final)


NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("999999999999999999999", 86_400.0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 21 Nov 2027 11:00:00 GMT", 86_400.0),
        ("Sat, 21 Nov 2026 12:01:00 -0000", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_receiver_may_ask_to_be_left_alone(said: str, seconds: float | None) -> None:
    sender = replace(LOCAL, now=lambda: NOW)
    with serving(saying(answer(b"", f"Retry-After: {said}", status=503))) as served:
        sent = sender.send(f"http://{HERE}:{served.port}/", new_secret(), "msg_1f", BODY)

    assert sent.retry_after_s == seconds


def test_an_endless_answer_is_not_read() -> None:
    def endless(connection: socket.socket, _request: bytes, over: Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.is_set():
            connection.sendall(b"x" * 65536)

    with serving(endless) as served:
        sent = LOCAL.send(f"http://{HERE}:{served.port}/", new_secret(), "msg_1f", BODY)

    assert sent.ok


def test_a_receiver_that_drips_is_given_up() -> None:
    brief = replace(LOCAL, limits=Limits(most_bytes=1000, most_s=0.3, silent_s=5))

    with serving(dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")) as served:
        sent = brief.send(f"http://{HERE}:{served.port}/", new_secret(), "msg_1f", BODY)

    assert (sent.status, sent.final) == (None, False)
    assert "took longer than 0.3 s" in sent.problem
    assert LIMITS.most_s == 20


def test_nobody_answering_is_no_end() -> None:
    with socket.socket() as closed:
        closed.bind((HERE, 0))
        port = closed.getsockname()[1]

    sent = LOCAL.send(f"http://{HERE}:{port}/hooks?token=hidden", new_secret(), "msg_1f", BODY)

    assert (sent.status, sent.ok, sent.final) == (None, False, False)
    assert "cannot be fetched" in sent.problem
    assert "hidden" not in sent.problem


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:{}/", "https://localhost:{}/", "https://2130706433:{}/", "https://[::1]:{}/",
     "https://user:pw@127.0.0.1:{}/", "https://169.254.169.254/{}", "file:///{}", "http://8.8.8.8:{}/"],
)  # fmt: skip
def test_private_and_plain_addresses_are_refused_for_good(url: str) -> None:
    with serving(saying(answer())) as bait:
        sent = Sender(guard=Guard()).send(url.format(bait.port), new_secret(), "msg_1f", BODY)

    assert (sent.status, sent.ok, sent.final) == (None, False, True)
    assert bait.connections == 0


def here(*_: object) -> Sequence[str]:
    return [HERE]


def test_an_encrypted_receiver_is_asked_by_its_name(tmp_path: Path) -> None:
    trust = certified("hooks.example", tmp_path)
    secret = new_secret()
    sender = Sender(guard=Guard(allow_private=True, resolver=here, tls=trust.client))

    with serving(saying(answer()), tls=trust.server) as served:
        sent = sender.send(f"https://hooks.example:{served.port}/", secret, "msg_1f", BODY)
        other = sender.send(f"https://evil.example:{served.port}/", secret, "msg_1f", BODY)

    assert sent.ok
    assert "certificate" in other.problem
    assert len(served.requests) == 1


def test_nobody_is_trusted_by_default_without_a_certificate(tmp_path: Path) -> None:
    trust = certified("hooks.example", tmp_path)
    sender = Sender(
        guard=Guard(allow_private=True, resolver=here, tls=ssl.create_default_context())
    )

    with serving(saying(answer()), tls=trust.server) as served:
        sent = sender.send(f"https://hooks.example:{served.port}/", new_secret(), "msg_1f", BODY)

    assert not sent.ok
    assert served.requests == []


@pytest.mark.parametrize(
    "secret",
    ["", "   ", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64", new_secret().removeprefix("whsec_"),
     f"{new_secret()} whsec_!", "whsec_" + "A" * 120],
)  # fmt: skip
def test_what_is_no_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(OptionsError, match="wanted whsec_ and base64 of 24 to 64 bytes") as told:
        parse_secrets(secret)

    assert not any(len(one) > 8 and one in str(told.value) for one in secret.split())
