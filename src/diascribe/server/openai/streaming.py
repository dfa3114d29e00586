"""A transcription as a stream of events, told while it is found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import anyio.to_thread
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from diascribe.errors import DiascribeError, UnfinishedJobError
from diascribe.jobs.job import Job
from diascribe.server.openai.asked import Asked
from diascribe.server.openai.events import ALIVE, END, Event, diarized, ending, further, line
from diascribe.server.openai.finished import transcript_of
from diascribe.server.openai.refusals import RefusedError, refusal_of
from diascribe.server.openai.waiting import LeftError, Waiting
from diascribe.server.routes.events import QUIET_S
from diascribe.transcript import Transcript
from diascribe.wire.decode import from_json


@dataclass(slots=True)
class Stream:
    """What one caller is told."""

    waiting: Waiting
    asked: Asked
    told: str = field(default="", init=False)
    """The text of all deltas so far."""

    async def lines(self) -> AsyncIterator[bytes]:
        """The events as they are sent; a comment where there is nothing to tell for long.

        Raises:
            RefusedError: the job failed.
            LeftError: the caller is gone.
        """
        clock = self.waiting.service.clock
        spoken, seen = clock.now(), -1.0
        async for job in self.waiting.looks():
            if job.over:
                break
            news = self._fresh(await self._partial(job)) if job.progress > seen else []
            seen = max(seen, job.progress)
            for event in news:
                yield line(event)
            if not news and clock.now() - spoken >= QUIET_S:
                yield ALIVE
            elif not news:
                continue
            spoken = clock.now()
        for event in self._last(await transcript_of(self.waiting)):
            yield line(event)
        yield END

    def _fresh(self, found: Transcript | None) -> list[Event]:
        """What was not told yet; with speakers nothing before all are known."""
        if found is None or self.asked.form == "diarized_json":
            return []
        news = further(self.told, found, self.asked)
        self.told += "".join(one["delta"] for one in news)
        return news

    def _last(self, found: Transcript) -> list[Event]:
        """What is told once all is found."""
        if self.asked.form == "diarized_json":
            return [*diarized(found), ending(found, self.asked)]
        return [*self._fresh(found), ending(found, self.asked)]

    async def _partial(self, job: Job) -> Transcript | None:
        """What is found so far; null before there is anything."""
        jobs = self.waiting.service.jobs

        def found() -> Transcript | None:
            try:
                return from_json(jobs.result(job.tenant, job.id, partial=True).decode())
            except UnfinishedJobError:
                return None

        return await anyio.to_thread.run_sync(found)


class EventResponse(StreamingResponse):
    """The events, the first of which is known; the place is given back when it is over."""

    def __init__(
        self, first: bytes, rest: AsyncIterator[bytes], waiting: Waiting, place: ExitStack
    ) -> None:
        super().__init__(
            _told(first, rest),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._waiting, self._place = waiting, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; whoever leaves early has his work cancelled."""
        with self._place:
            try:
                await super().__call__(scope, receive, send)
            finally:
                await self._waiting.leave()


async def _told(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The events; a failure is the last one, since the status has been sent."""
    yield first
    try:
        async for one in rest:
            yield one
    except LeftError:
        return
    except RefusedError as error:
        yield line(error.refusal.body)
    except DiascribeError as error:
        yield line(refusal_of(error).body)
