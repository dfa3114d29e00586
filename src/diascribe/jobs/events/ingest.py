"""Takes messages about objects out of a queue and makes jobs of them; none is lost or done twice.

A message is deleted when the jobs of all its objects are kept. What cannot be read stays, and the
queue itself moves it to its dead letters after the number of deliveries that its owner has set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import monotonic

import structlog

from diascribe.errors import (
    DatabaseError,
    DiascribeError,
    EventError,
    IdempotencyError,
    QueueError,
    QuotaError,
)
from diascribe.jobs.events.intake import Intake
from diascribe.jobs.events.notice import ObjectEvent, parse_notice
from diascribe.jobs.events.queue import Message, MessageQueue
from diascribe.jobs.seam import Jobs

HIDDEN_S = 60
"""How long a received message is hidden from others; renewed while it is worked on."""

RENEWED_S = HIDDEN_S / 3
"""A renewal may fail once before another receives the message."""

MOST_HIDDEN_S = 900
"""The longest until an unreadable message is delivered again."""

LOG = structlog.get_logger("diascribe.events")


class StoppedError(DiascribeError):
    """The ingester is to end before a message could become a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How an ingester waits, so that tests need not."""

    stopping: Event = field(default_factory=Event)
    """Set when it is to end."""
    pause_s: float = 5.0
    """Between tries of what may succeed later."""
    again_s: int = HIDDEN_S
    """Until a message that failed is delivered again; doubled with every delivery."""
    clock: Callable[[], float] = monotonic
    pause: Callable[[float], object] | None = None
    """Waits so many seconds; null waits for `stopping`."""

    def wait(self) -> None:
        """Let a pause go by; `stopping` ends it."""
        (self.pause or self.stopping.wait)(self.pause_s)


class Ingester:
    """Makes jobs of what a queue says; any number of them may share one queue."""

    def __init__(
        self, queue: MessageQueue, jobs: Jobs, intake: Intake, patience: Patience | None = None
    ) -> None:
        self._queue = queue
        self._jobs = jobs
        self._intake = intake
        self._patience = patience or Patience()

    def run(self) -> None:
        """Work until `stopping` is set; then messages not yet done with are given back."""
        self._ask_for_dead_letters()
        while not self._patience.stopping.is_set():
            try:
                self.take()
            except QueueError as error:
                LOG.warning("queue_away", error=str(error))
                self._patience.wait()

    def take(self) -> int:
        """Receive once, and work on what comes; how many messages are done with.

        Raises:
            QueueError: the queue cannot be read or told.
        """
        held = Held(self._queue, self._queue.receive(), self._patience.clock)
        done = 0
        try:
            while held.messages and not self._patience.stopping.is_set():
                done += self._work_on(held.messages[0], held)
                held.messages.pop(0)
        except StoppedError:
            LOG.info("stopping", given_back=len(held.messages))
        finally:
            held.give_back()
        return done

    def _work_on(self, message: Message, held: Held) -> bool:
        """Whether a message is done with; what failed is delivered again later."""
        try:
            for event in parse_notice(message.body):
                self._work_on_object(event, held)
        except (StoppedError, QueueError):
            raise
        except DiascribeError as error:
            self._leave(message, error)
            return False
        self._queue.delete(message)
        return True

    def _work_on_object(self, event: ObjectEvent, held: Held) -> None:
        reason = self._intake.left(event)
        if reason is not None:
            LOG.info("object_left", bucket=event.bucket, reason=reason)
            return
        while True:
            held.renew()
            try:
                submitted = self._jobs.submit(self._intake.submission(event))
            except IdempotencyError:
                LOG.warning("object_known", bucket=event.bucket, reason="options have changed")
                return
            except (DatabaseError, QuotaError) as error:
                self._wait(error)
            else:
                created = submitted.created
                LOG.info("object_taken", bucket=event.bucket, job=submitted.job.id, new=created)
                return

    def _wait(self, error: DiascribeError) -> None:
        """Wait for what will be well again; the message keeps its number of deliveries."""
        LOG.warning("waiting", code=error.code, error=str(error))
        self._patience.wait()
        if self._patience.stopping.is_set():
            raise StoppedError("wanted to submit an object, was stopped") from error

    def _leave(self, message: Message, error: DiascribeError) -> None:
        hidden_s = min(
            self._patience.again_s * 2 ** min(message.deliveries, 10) // 2, MOST_HIDDEN_S
        )
        LOG.error(
            "message_left" if isinstance(error, EventError) else "message_failed",
            message=message.id,
            deliveries=message.deliveries,
            code=error.code,
            error=str(error),
        )
        self._queue.hide([message], hidden_s)

    def _ask_for_dead_letters(self) -> None:
        try:
            if not self._queue.has_dead_letters():
                LOG.warning("no_dead_letters", meaning="what cannot be read is tried until it ages")
        except QueueError as error:
            LOG.warning("queue_away", error=str(error))


class Held:
    """Messages that were received and are not done with."""

    def __init__(
        self, queue: MessageQueue, messages: list[Message], clock: Callable[[], float]
    ) -> None:
        self.messages = messages
        self._queue = queue
        self._clock = clock
        self._renewed = clock()

    def renew(self) -> None:
        """Keep them hidden from others.

        Raises:
            QueueError: the queue cannot be told, or has delivered one of them again.
        """
        if self._clock() - self._renewed > RENEWED_S:
            self._queue.hide(self.messages, HIDDEN_S)
            self._renewed = self._clock()

    def give_back(self) -> None:
        """Let others have them now."""
        if self.messages:
            self._queue.hide(self.messages, 0)
