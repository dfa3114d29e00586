"""A database that is away for a while stops nobody's work: whoever wants to write waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from diascribe.errors import DatabaseError

PATIENCE_S = 1800.0
"""A restart takes seconds, a move to another machine minutes."""

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0


async def patiently(call: Callable[..., Any], *values: object) -> Any:  # noqa: ANN401 - what the call gives
    """What a call gives, made in a thread, and again while the database refuses.

    Raises:
        DatabaseError: it has refused for half an hour.
    """
    until, wait_s = time.monotonic() + PATIENCE_S, FIRST_WAIT_S
    while True:
        try:
            return await asyncio.to_thread(call, *values)
        except DatabaseError:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)
