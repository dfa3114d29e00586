"""Which tokens a full speaker cache keeps: the most telling ones of every speaker.

The scores, their boosts and their order are those of NVIDIA NeMo's `SortformerModules`, with
whose cache the networks were trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPEAKS = 0.5
"""Above this probability a speaker is active in a token."""

NEVER = -np.inf
"""Score of what is not kept however much room there is."""

LOG_HALF = math.log(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What a cache is to hold; the shares are of the slots that each speaker may count on."""

    speakers: int
    silent_slots: int
    """Slots of silence after the tokens of each speaker."""
    silent_below: float = 0.2
    """A token is silent if its speakers' probabilities sum to less."""
    floor: float = 0.25
    """Lower probabilities count as this much, so that no single one decides."""
    newest_bonus: float = 0.05
    """On the scores of tokens new to the cache, so that voices may change."""
    strong_share: float = 0.75
    """So many tokens of each speaker are nearly sure to be kept…"""
    weak_share: float = 1.5
    """…and beyond so many one speaker hardly crowds out the others."""
    enough_share: float = 0.5
    """With so many tokens to themselves, a speaker's overlapped ones are not kept."""

    def slots(self, size: int) -> int:
        """Slots of a cache of `size` that each speaker may count on, less the silent ones."""
        return size // self.speakers - self.silent_slots


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Where the tokens of a full cache came from."""

    places: NDArray[np.intp]
    """Place (slot,) among the tokens that there were; any where a slot is empty."""
    empty: NDArray[np.bool_]
    """Slots (slot,) that hold no token."""

    def of(self, rows: NDArray[np.float32], *, empty: NDArray[np.float32]) -> NDArray[np.float32]:
        """The rows (slot, …) that are kept, and `empty` in the empty slots."""
        kept: NDArray[np.float32] = np.where(self.empty[:, None], empty, rows[self.places])
        return kept


def keep(activity: NDArray[np.float32], *, size: int, keeping: Keeping) -> Kept:
    """The `size` most telling of more tokens, by speaker and within a speaker by time.

    `activity` (token, speaker) is the probability of each speaker in each token; those from
    place `size` on are new to the cache. Where two speakers want one token it is kept twice.
    Of equals the earlier is kept.
    """
    ranked = boosted(scores(activity, size=size, keeping=keeping), size=size, keeping=keeping)
    silent = np.full((keeping.silent_slots, keeping.speakers), np.inf)
    by_speaker = np.concatenate([ranked, silent]).T  # (speaker, token)
    flat = by_speaker.ravel()
    best = np.argsort(-flat, kind="stable")[:size]
    filled = np.sort(best[flat[best] > NEVER])
    places = filled % by_speaker.shape[1]
    empty = np.concatenate([places >= len(activity), np.ones(size - len(filled), bool)])
    where = np.concatenate([places, np.zeros(size - len(filled), places.dtype)])
    return Kept(np.where(empty, 0, where), empty)


def scores(activity: NDArray[np.float32], *, size: int, keeping: Keeping) -> NDArray[np.float64]:
    """How telling each token is of each speaker (token, speaker).

    Above 0, the speaker is likelier than not to speak alone. `NEVER` where he does not speak,
    or not alone while enough tokens have him alone.
    """
    active = np.log(np.maximum(activity, keeping.floor), dtype=np.float64)
    quiet = np.log(np.maximum(1 - activity, keeping.floor), dtype=np.float64)
    scored: NDArray[np.float64] = active - quiet + quiet.sum(axis=1, keepdims=True) - LOG_HALF
    scored[activity <= SPEAKS] = NEVER
    alone = scored > 0
    enough = alone.sum(axis=0) >= math.floor(keeping.slots(size) * keeping.enough_share)
    scored[~alone & enough] = NEVER
    scored[size:] += keeping.newest_bonus
    return scored


def boosted(scored: NDArray[np.float64], *, size: int, keeping: Keeping) -> NDArray[np.float64]:
    """The scores (token, speaker) with each speaker's best raised, twice over for the very best.

    So every speaker keeps some tokens, however faint his voice and however talkative the others.
    """
    raised = scored.copy()
    for share, bonus in ((keeping.strong_share, -2 * LOG_HALF), (keeping.weak_share, -LOG_HALF)):
        count = math.floor(keeping.slots(size) * share)
        best = np.argsort(-raised, axis=0, kind="stable")[:count]
        np.put_along_axis(raised, best, np.take_along_axis(raised, best, axis=0) + bonus, axis=0)
    return raised
