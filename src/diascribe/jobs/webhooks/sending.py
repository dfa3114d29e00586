"""Sends one webhook, once: signed, guarded as whatever strangers name, and without following."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from diascribe.errors import AddressRefusedError, FetchError
from diascribe.jobs.webhooks.schedule import LONGEST_S, is_delivered, is_final
from diascribe.jobs.webhooks.signing import signed_headers
from diascribe.storage.asking import Guard, Question, asked
from diascribe.storage.pace import Limits, Pace
from diascribe.storage.shown import shown

LIMITS = Limits(most_bytes=1 << 16, most_s=20.0, silent_s=15.0)
"""A receiver answers first and works afterwards; what it says besides the status is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of one try."""

    status: int | None
    """What the receiver answered; null where nobody did."""
    retry_after_s: float | None = None
    """How long the receiver wants to be left alone; null where it does not say."""
    problem: str = ""
    """Why nobody answered; it holds no secret."""
    refused: bool = False
    """Whether the address is one that is never asked."""

    @property
    def ok(self) -> bool:
        """Whether it arrived."""
        return self.status is not None and is_delivered(self.status)

    @property
    def final(self) -> bool:
        """Whether another try makes no sense."""
        return self.refused or (self.status is not None and is_final(self.status))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends webhooks. One instance serves all threads."""

    guard: Guard
    limits: Limits = LIMITS
    now: Callable[[], datetime] = field(default=_now, repr=False)

    def send(self, url: str, secret: str, message_id: str, body: bytes) -> Delivery:
        """Send a body once; redirects are answers like others, and not followed.

        Connections without encryption are made only where private networks are allowed.

        Args:
            url: Where to.
            secret: What it is signed with; several, with blanks between, while one takes over.
            message_id: The same for every try.
            body: JSON.

        Raises:
            OptionsError: the secret is none.
        """
        now = self.now()
        headers = signed_headers(secret, message_id, body, now)
        question = Question(uri=url, method="POST", headers=headers, content=body)
        try:
            if not (self.guard.allow_private or url.lower().startswith("https://")):
                raise AddressRefusedError(f"{shown(url)}: wanted https://")  # noqa: TRY301
            with asked(question, self.guard, Pace(self.limits, shown(url))) as answer:
                waited = answer.headers.get("retry-after")
                return Delivery(status=answer.status, retry_after_s=_seconds(waited, now))
        except AddressRefusedError as error:
            return Delivery(status=None, problem=str(error), refused=True)
        except FetchError as error:
            return Delivery(status=None, problem=str(error))


def _seconds(said: str | None, now: datetime) -> float | None:
    """What Retry-After says (RFC 9110, 10.2.3): seconds or a date; a day at most."""
    if said is None:
        return None
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), LONGEST_S)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_S)
