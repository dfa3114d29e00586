"""What is asked of a queue of messages, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery of a message."""

    id: str
    body: str = field(repr=False)
    receipt: str = field(repr=False)
    """What this delivery is called towards the queue."""
    deliveries: int
    """How often it was delivered, this time included."""


class MessageQueue(Protocol):
    """A queue that delivers a message again unless it is deleted in time.

    After some deliveries, whose number the queue's owner sets, a message goes to the queue of dead
    letters instead.
    """

    def receive(self) -> list[Message]:
        """Messages, hidden from others for `hidden_s`; waits a while for the first.

        Raises:
            QueueError: the queue cannot be read.
        """
        ...

    def delete(self, message: Message) -> None:
        """The message is done with.

        Raises:
            QueueError: the queue cannot be told; it delivers the message again.
        """
        ...

    def hide(self, messages: list[Message], seconds: int) -> None:
        """Deliver the messages to nobody for so long from now; 0 gives them back at once.

        Raises:
            QueueError: the queue cannot be told, or it has delivered one of them again already.
        """
        ...

    def has_dead_letters(self) -> bool:
        """Whether what nobody can read goes somewhere in the end.

        Raises:
            QueueError: the queue cannot be read.
        """
        ...
