"""How long an exchange may take, and how slow it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from diascribe.errors import FetchLimitError

FRAMING = 8
"""How many times its own size a body may have on the wire: chunks of one byte have six."""
ENVELOPE_BYTES = 1 << 20
"""What headers may add."""

Clock = Callable[[], float]
"""Seconds that only grow."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a machine one exchange may hold, and for how long."""

    most_bytes: int
    most_s: float
    """Seconds, from the first connection to the last byte, redirects included."""
    silent_s: float = 15.0
    """Seconds that the other side may say nothing."""
    least_bytes_per_s: float = 0.0
    """How slow it may be, over each stretch of `stretch_s`; 0 allows any."""
    stretch_s: float = 30.0


@dataclass(slots=True)
class Pace:
    """One exchange against its limits: told of every byte on the wire, headers included.

    A mean over the whole would let a fast start pay for hours of silence, so each stretch has
    to be fast enough.
    """

    limits: Limits
    what: str
    """What is fetched, as messages call it."""
    clock: Clock = monotonic
    stopped: Callable[[], bool] = _never
    """Whether nobody waits for it any more."""
    _ends_s: float = field(init=False)
    _began_s: float = field(init=False)
    _came: int = field(init=False, default=0)
    _wire: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._began_s = self.clock()
        self._ends_s = self._began_s + self.limits.most_s

    def patience_s(self) -> float:
        """How long the next byte may be waited for.

        Raises:
            FetchLimitError: the time is up, or nobody waits any more.
        """
        if self.stopped():
            raise FetchLimitError(f"{self.what}: was stopped")
        left_s = self._ends_s - self.clock()
        if left_s <= 0:
            raise FetchLimitError(f"{self.what}: took longer than {self.limits.most_s:g} s")
        return min(left_s, self.limits.silent_s)

    def came(self, count: int) -> None:
        """Some bytes have come.

        Raises:
            FetchLimitError: too few have, for too long, or too many for what is allowed.
        """
        self._wire += count
        most = self.limits.most_bytes
        if self._wire > FRAMING * most + ENVELOPE_BYTES:
            raise FetchLimitError(f"{self.what}: wanted at most {most} bytes, it has more")
        self._came += count
        lasted_s = self.clock() - self._began_s
        if lasted_s < self.limits.stretch_s:
            return
        if self._came < self.limits.least_bytes_per_s * lasted_s:
            least = self.limits.least_bytes_per_s
            raise FetchLimitError(
                f"{self.what}: was slower than {least:g} bytes/s for {lasted_s:.0f} s"
            )
        self._began_s, self._came = self.clock(), 0
