"""Puts sentences of the corpus one after another, with pauses, at their own speeds and levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from corpus import Corpus, Entry
from lexicon import GRAMMARS, Language
from numpy.typing import NDArray
from sound import Samples, faster

RATE = 16_000
LONGEST_S = 30
GERMAN_SHARE = 0.2
FLITE_SHARE = 0.2
"""Of English sentences, on top of those that are drawn from all voices."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence in a window: times are seconds of the window."""

    entry: Entry
    times: NDArray[np.float64]
    """(word, edge)"""
    phone_times: NDArray[np.float64]
    """(phone, edge)"""


class Mixer:
    """Draws sequences of sentences; the same random state draws the same."""

    def __init__(self, folder: Path, random: Random) -> None:
        self._corpus, self._random = Corpus(folder), random
        self._by_language = {
            language: [one for one in self._corpus.entries if one.language == language]
            for language in GRAMMARS
        }
        self._of_flite = [one for one in self._corpus.entries if one.voice.is_flite]

    @property
    def phones(self) -> tuple[str, ...]:
        """Every phone that occurs, sorted."""
        return tuple(sorted({phone for one in self._corpus.entries for phone in one.phones}))

    def language(self) -> Language:
        """English or, more seldom, German."""
        return "de" if self._random.random() < GERMAN_SHARE else "en"

    def sentences(self, language: Language) -> Sequence[Entry]:
        """All of one language."""
        return self._by_language[language]

    def _entry(self, language: Language) -> Entry:
        """A sentence; flite's few voices speak more often than in the corpus."""
        return self._random.choice(
            self._of_flite
            if language == "en" and self._random.random() < FLITE_SHARE
            else self._by_language[language]
        )

    def mixed(
        self, language: Language, wanted_s: float, pause_s: float
    ) -> tuple[Samples, list[Placed]]:
        """Samples (time,) of sentences by any voices, at least so long, and where each is.

        Pauses are up to `pause_s`.
        """
        random = self._random
        now = random.uniform(0, pause_s if random.random() < 0.9 else 3 * pause_s)
        parts, placed = [np.zeros(round(now * RATE), np.float32)], list[Placed]()
        while now < wanted_s:
            entry, factor = self._entry(language), random.uniform(0.88, 1.14)
            spoken = faster(self._corpus.samples(entry), factor)
            spoken *= 10 ** (random.uniform(-4, 4) / 20)
            edges = (entry.times.astype(np.float64), entry.phone_times.astype(np.float64))
            placed.append(Placed(entry, *(now + edge / factor for edge in edges)))
            pause = np.zeros(round(random.uniform(0.05, pause_s) * RATE), np.float32)
            parts += [spoken, pause]
            now += (len(spoken) + len(pause)) / RATE
        return np.concatenate(parts)[: LONGEST_S * RATE], placed


def frame_phones(
    placed: Sequence[Placed], phones: Mapping[str, int], frames: int
) -> NDArray[np.int64]:
    """(frame of 20 ms,): the number of the phone that sounds, 0 for none."""
    labels = np.zeros(frames, np.int64)
    for one in placed:
        for phone, (start, end) in zip(one.entry.phones, one.phone_times.tolist(), strict=True):
            labels[round(start / 0.02) : round(end / 0.02)] = phones[phone]
    return labels
