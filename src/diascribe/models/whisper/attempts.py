"""Which text of a window is kept: the checks of each attempt and the ladder of temperatures.

As Whisper's authors define them. A text fails that compresses better than
`compression_ratio_threshold`, for it repeats itself, or whose mean log probability is below
`log_prob_threshold`. Its window alone is decoded again, 0.2 warmer, up to temperature 1. A window
likelier than `no_speech_threshold` to hold no speech, with a log probability below its threshold,
is silence: it is left empty, and nothing warmer is tried. Where every attempt fails, they keep the
last; as in faster-whisper, here it is the likeliest of those that do not repeat themselves, else
the likeliest of all.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from diascribe.flags import (
    LOW_CONFIDENCE,
    NO_SPEECH,
    REPETITIVE,
    TEMPERATURE_FALLBACK,
)
from diascribe.models.whisper.network import Draft
from diascribe.protocols import Decoding
from diascribe.transcript import Quality

T = TypeVar("T")

STEP = 0.2
"""Of the ladder of temperatures."""

WARMEST = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A window's text at one temperature, and what the checks say of it."""

    draft: Draft
    quality: Quality
    repetitive: bool
    doubtful: bool
    """Its log probability is below the threshold."""
    silent: bool
    """It is doubtful, and so is that anybody speaks."""

    @property
    def passes(self) -> bool:
        """Whether no warmer attempt is wanted."""
        return self.silent or not (self.repetitive or self.doubtful)


def ladder(start: float) -> Iterator[float]:
    """Temperatures from `start` up to the warmest.

    >>> list(ladder(0.5))
    [0.5, 0.7, 0.9]
    """
    steps = int((WARMEST - start) / STEP + 1e-6)
    yield from (round(start + STEP * step, 6) for step in range(steps + 1))


def judge(draft: Draft, text: str, temperature: float, decoding: Decoding) -> Attempt:
    """An attempt with its checks made."""
    ratio = compression_ratio(text)
    doubtful = draft.log_prob < decoding.log_prob_threshold
    return Attempt(
        draft,
        Quality(
            log_prob=draft.log_prob,
            compression_ratio=ratio,
            no_speech=draft.no_speech,
            temperature=temperature,
        ),
        repetitive=ratio > decoding.compression_ratio_threshold,
        doubtful=doubtful,
        silent=doubtful and draft.no_speech > decoding.no_speech_threshold,
    )


def compression_ratio(text: str) -> float:
    """Bytes of a text over those of its zlib compression; 0 for none."""
    spelled = text.encode()
    return len(spelled) / len(zlib.compress(spelled))


Pausing = Generator[None, None, T]
"""Work that yields between the calls of a network, where it may be stopped."""


def climb(
    windows: int, decode: Callable[[Sequence[int], float], Pausing[list[Attempt]]], start: float
) -> Pausing[list[Attempt]]:
    """The best attempt for each window; `decode` is asked for some of them at a temperature."""
    attempts: list[list[Attempt]] = [[] for _ in range(windows)]
    pending = list(range(windows))
    for temperature in ladder(start):
        found = yield from decode(pending, temperature)
        for row, attempt in zip(pending, found, strict=True):
            attempts[row].append(attempt)
        pending = [row for row in pending if not attempts[row][-1].passes]
        if not pending:
            break
    return [best(one) for one in attempts]


def best(attempts: Sequence[Attempt]) -> Attempt:
    """The last attempt where it passes, else the likeliest, loops only among themselves."""
    if attempts[-1].passes:
        return attempts[-1]
    sound = [one for one in attempts if not one.repetitive]
    return max(sound or attempts, key=lambda one: one.draft.log_prob)


def flags(attempt: Attempt, decoding: Decoding) -> tuple[str, ...]:
    """What to mistrust about the text that was kept."""
    if attempt.silent:
        return (NO_SPEECH,)
    found = {
        TEMPERATURE_FALLBACK: attempt.quality.temperature > decoding.temperature,
        LOW_CONFIDENCE: attempt.doubtful,
        REPETITIVE: attempt.repetitive,
    }
    return tuple(name for name, holds in found.items() if holds)
