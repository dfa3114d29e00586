"""Every queue keeps the seam's promises: Amazon's, as moto's server plays it, and the fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aws import ACCOUNT, Cloud, private_cloud
from fake_queue import FakeQueue

from diascribe.errors import OptionsError, QueueError
from diascribe.jobs.events.queue import MessageQueue
from diascribe.jobs.events.sqs import Sqs


@dataclass
class Tried:
    """A queue, and how messages come into it."""

    queue: MessageQueue
    cloud: Cloud | None
    url: str

    def send(self, body: str) -> None:
        if isinstance(self.queue, FakeQueue):
            self.queue.send(body)
        else:
            assert self.cloud is not None
            self.cloud.send(self.url, body)


@pytest.fixture(params=["sqs", "fake"])
def tried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    if request.param == "fake":
        yield Tried(FakeQueue(most_deliveries=2), None, "")
        return
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    with private_cloud() as cloud:
        dead = cloud.queue("dead")
        url = cloud.queue("talks", dead_letters=cloud.arn(dead), deliveries=2)
        yield Tried(Sqs(url, hidden_s=60, waited_s=0), cloud, url)


def test_a_received_message_is_hidden_until_it_is_given_back(tried: Tried) -> None:
    tried.send("hello")

    (first,) = tried.queue.receive()
    assert tried.queue.receive() == []
    tried.queue.hide([first], 0)
    (second,) = tried.queue.receive()

    assert (first.body, first.deliveries) == ("hello", 1)
    assert (second.id, second.deliveries) == (first.id, 2)


def test_a_deleted_message_never_comes_again(tried: Tried) -> None:
    tried.send("hello")

    (message,) = tried.queue.receive()
    tried.queue.delete(message)

    assert tried.queue.receive() == []


def test_what_was_delivered_too_often_is_a_dead_letter(tried: Tried) -> None:
    tried.send("hello")

    for _ in range(2):
        tried.queue.hide(tried.queue.receive(), 0)

    assert tried.queue.receive() == []
    assert tried.queue.has_dead_letters()


def test_several_messages_are_hidden_at_once(tried: Tried) -> None:
    tried.send("one")
    tried.send("two")

    messages = tried.queue.receive()
    tried.queue.hide(messages, 0)

    assert {one.body for one in tried.queue.receive()} == {"one", "two"}


def test_a_queue_that_is_absent_or_unreachable_is_our_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {**ACCOUNT, "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    with private_cloud() as cloud:
        queue = Sqs(f"{cloud.address}/123456789012/none", hidden_s=60, waited_s=0)
        with pytest.raises(QueueError, match="none"):
            queue.receive()
    with pytest.raises(QueueError):
        queue.receive()


def test_a_queue_without_dead_letters_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    with private_cloud() as cloud:
        queue = Sqs(cloud.queue("plain"), hidden_s=60, waited_s=0)

        assert not queue.has_dead_letters()


@pytest.mark.parametrize("url", ["", "talks", "arn:aws:sqs:eu-west-1:1:talks", "ftp://host/q"])
def test_only_an_address_names_a_queue(url: str) -> None:
    with pytest.raises(OptionsError, match="queue"):
        Sqs(url, hidden_s=60)
