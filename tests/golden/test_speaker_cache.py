"""The speaker cache holds what its originals in NeMo and Transformers hold.

`tools/aosc_reference.py` writes what they hold, and says of which versions.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cache_world import LENGTHS, opinion, tokens
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Heard, Memory, Schedule, SpeakerCache
from diascribe.models.streaming import published

GOLDEN = json.loads((Path(__file__).parent / "aosc.json").read_text())


def held(name: str, *, learnt: bool, frames: int) -> Memory:
    """What is remembered of the world that was heard with a schedule."""
    schedule: Schedule = getattr(published, name)
    keeping = published.NEMOTRON_KEEPING if learnt else published.SORTFORMER_KEEPING
    cache, world = SpeakerCache(schedule, keeping), tokens(LENGTHS[name])
    memory = cache.begin(2, np.zeros(2, np.float32) if learnt else None)
    for first in range(0, len(world), schedule.chunk):
        last, left = min(len(world), first + schedule.chunk), min(schedule.left, first)
        chunk = world[first - left : last + schedule.right]
        heard = opinion(np.concatenate([memory.cache, memory.fifo, chunk]), keeping.speakers)
        activity = np.repeat(heard[:, None], frames, axis=1)
        memory, _ = cache.advance(memory, Heard(chunk, activity), slice(left, left + last - first))
    return memory


def numbers(rows: NDArray[np.float32]) -> list[int]:
    """The tokens' numbers; 0 for silence that was made up."""
    return [int(number) if speaks or number == int(number) else 0 for number, speaks in rows]


@pytest.mark.parametrize("name", LENGTHS)
def test_it_holds_the_tokens_that_the_original_holds(name: str) -> None:
    original: dict[str, Any] = GOLDEN[name]
    learnt = name.startswith("NEMOTRON")

    memory = held(name, learnt=learnt, frames=8 if learnt else 1)

    assert memory.full
    assert numbers(memory.cache) == original["cache"]
    assert numbers(memory.fifo) == original["fifo"]
    assert memory.silent_tokens == original.get("silent")
    np.testing.assert_allclose(memory.silence, original.get("silence", [0, 0]), rtol=1e-5)
