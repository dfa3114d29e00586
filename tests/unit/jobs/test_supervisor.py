"""Slots are kept filled, by a clock that the tests turn; their processes are real and tiny."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest

from diascribe.jobs.supervisor import Post, Supervisor


@dataclass
class Posts:
    """Starts processes that end with a status, or wait to be told."""

    now: float = 0.0
    statuses: list[str] = field(default_factory=list)
    started: list[int] = field(default_factory=list)

    def start(self, number: int) -> subprocess.Popen[bytes]:
        self.started.append(number)
        code = self.statuses.pop(0) if self.statuses else "import time; time.sleep(600)"
        return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)


@pytest.fixture
def posts() -> Posts:
    return Posts()


@pytest.fixture
def supervisor(posts: Posts) -> Iterator[Supervisor]:
    one = Supervisor(1, posts.start, clock=lambda: posts.now)
    yield one
    one.stop()


def fill(supervisor: Supervisor, posts: Posts) -> Post:
    """The one post, without the thread that watches it."""
    post = Post(0, posts.start(0), posts.now)
    supervisor._posts = [post]
    return post


def die(post: Post) -> None:
    post.process.wait(10)
    if post.process.stdin is not None:
        post.process.stdin.close()


def test_a_slot_that_died_is_filled_at_once(supervisor: Supervisor, posts: Posts) -> None:
    posts.statuses = ["raise SystemExit(1)"]
    die(fill(supervisor, posts))

    supervisor.look()
    supervisor.look()

    assert posts.started == [0, 0]


def test_a_slot_that_dies_again_and_again_waits_longer_each_time(
    supervisor: Supervisor, posts: Posts
) -> None:
    posts.statuses = ["raise SystemExit(1)"] * 4
    post = fill(supervisor, posts)
    waits = []
    for _ in range(3):
        die(post)
        supervisor.look()
        assert post.due is not None
        waits.append(post.due - posts.now)
        posts.now = post.due
        supervisor.look()
    die(post)

    assert waits == [0.0, 1.0, 2.0]


def test_a_slot_that_left_is_not_filled_and_all_having_left_is_the_end(
    supervisor: Supervisor, posts: Posts
) -> None:
    posts.statuses = ["raise SystemExit(0)"]
    die(fill(supervisor, posts))

    supervisor.look()
    supervisor.wait(Event())

    assert posts.started == [0]
