"""A queue of messages in memory, whose time passes when told."""

from __future__ import annotations

from dataclasses import dataclass, field

from diascribe.errors import QueueError
from diascribe.jobs.events.queue import Message


@dataclass
class Kept:
    """One message and its deliveries."""

    id: str
    body: str
    deliveries: int = 0
    hidden_until: float = 0.0


@dataclass
class FakeQueue:
    """Implements `MessageQueue`."""

    hidden_s: int = 60
    most_deliveries: int | None = None
    """After these a message goes to `dead`; null keeps it."""
    now: float = 0.0
    kept: dict[str, Kept] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    hides: list[tuple[int, int]] = field(default_factory=list)
    """How many messages were hidden, and for how long, each time."""
    failures: dict[str, int] = field(default_factory=dict)
    """How many of the next calls of a method fail."""
    sent: int = 0

    def send(self, body: str) -> str:
        self.sent += 1
        self.kept[f"m{self.sent}"] = Kept(f"m{self.sent}", body)
        return f"m{self.sent}"

    def receive(self) -> list[Message]:
        self._maybe_fail("receive")
        seen = [one for one in list(self.kept.values()) if one.hidden_until <= self.now][:10]
        return [message for one in seen for message in self._delivered(one)]

    def delete(self, message: Message) -> None:
        self._maybe_fail("delete")
        self.kept.pop(message.id, None)

    def hide(self, messages: list[Message], seconds: int) -> None:
        self._maybe_fail("hide")
        self.hides.append((len(messages), seconds))
        for message in messages:
            one = self.kept.get(message.id)
            if one is None or message.receipt != str(one.deliveries):
                raise QueueError(f"{message.id}: was delivered again")
            one.hidden_until = self.now + seconds

    def has_dead_letters(self) -> bool:
        return self.most_deliveries is not None

    def _delivered(self, one: Kept) -> list[Message]:
        if self.most_deliveries is not None and one.deliveries >= self.most_deliveries:
            self.dead.append(self.kept.pop(one.id).body)
            return []
        one.deliveries += 1
        one.hidden_until = self.now + self.hidden_s
        receipt = str(one.deliveries)
        return [Message(id=one.id, body=one.body, receipt=receipt, deliveries=one.deliveries)]

    def _maybe_fail(self, method: str) -> None:
        if self.failures.get(method, 0):
            self.failures[method] -= 1
            raise QueueError(f"{method}: the queue is away")
