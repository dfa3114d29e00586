"""Slots as processes: started, started again when they die, told to leave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

import structlog

from diascribe.jobs.opening import ENGINE_STAGES

LOOK_S = 0.2
LEAVE_S = 30.0
"""How long a slot may take to hand its job on."""

STEADY_S = 60.0
"""A slot that ran for so long is started again at once."""

LONGEST_WAIT_S = 30.0

LOG = structlog.get_logger()

Start = Callable[[int], "subprocess.Popen[bytes]"]


@dataclass(slots=True)
class Post:
    """One slot's place, whoever fills it."""

    number: int
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    """One after another, none of which came late."""
    due: float | None = None
    """When the next process starts; null while one runs."""


@dataclass(slots=True)
class Supervisor:
    """Keeps slots filled until told otherwise."""

    slots: int
    start_slot: Start
    clock: Callable[[], float] = time.monotonic
    _posts: list[Post] = field(default_factory=list)
    _stopped: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Start every slot, and watch them in a thread until `stop`."""
        self._posts = [
            Post(number, self.start_slot(number), self.clock()) for number in range(self.slots)
        ]
        self._thread = Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def wait(self, leaving: Event) -> None:
        """Until somebody says so, or every slot has left because there was nothing to do."""
        while not leaving.wait(LOOK_S):
            if all(post.process.poll() == 0 for post in self._posts):
                return

    def stop(self) -> None:
        """Tell the slots to leave, and wait until they have; those that do not are ended."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        for post in self._posts:
            if post.process.poll() is None:
                post.process.terminate()
        until = self.clock() + LEAVE_S
        for post in self._posts:
            try:
                post.process.wait(max(0.1, until - self.clock()))
            except subprocess.TimeoutExpired:
                post.process.kill()
                post.process.wait()
            if post.process.stdin is not None:
                post.process.stdin.close()

    def look(self) -> None:
        """Start again what has died, each time after a longer wait."""
        now = self.clock()
        for post in self._posts:
            if post.due is not None and now >= post.due:
                post.process, post.started, post.due = self.start_slot(post.number), now, None
            elif post.due is None and post.process.poll() not in {None, 0}:
                post.deaths = 1 if now - post.started > STEADY_S else post.deaths + 1
                wait_s = 0.0 if post.deaths == 1 else min(2.0 ** (post.deaths - 2), LONGEST_WAIT_S)
                post.due = now + wait_s
                LOG.warning(
                    "jobs.slot_died", slot=post.number, status=post.process.poll(), wait_s=wait_s
                )

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_S):
            self.look()


def slot_command(number: int, *, stages: str, idle_s: float | None) -> Sequence[str]:
    """How a slot is started."""
    # -P: a file in the current folder must not stand in for a module of ours.
    command = [sys.executable, "-P", "-m", "diascribe.jobs.slot", str(number), "--stages", stages]
    return command if idle_s is None else [*command, "--idle-s", str(idle_s)]


def open_supervisor(
    slots: int, *, stages: str = ENGINE_STAGES, idle_s: float | None = None
) -> Supervisor:
    """Slots that end when this process does: their standard input closes then."""

    def start(number: int) -> subprocess.Popen[bytes]:
        command = slot_command(number, stages=stages, idle_s=idle_s)
        return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own module

    return Supervisor(slots, start)
