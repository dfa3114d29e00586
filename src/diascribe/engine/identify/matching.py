"""Who the voices of a recording are, where they are anybody known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.assign import assign_one_to_one
from diascribe.engine.identify.people import Known
from diascribe.transcript import Likeness


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a speaker is; all null for somebody unknown whom nobody known is like."""

    name: str | None = None
    voice: str | None = None
    """What a voice is called that has been met in other recordings."""
    score: float | None = None
    """Cosine similarity to the voice found; null where none was."""
    runner_up: Likeness | None = None
    """The known voice that is the likest else."""


def match(
    voices: Mapping[str, NDArray[np.float32]],
    known: Known,
    *,
    threshold: float,
    one_to_one: bool,
) -> dict[str, Identity]:
    """Who each speaker is.

    A speaker below the threshold to everybody is nobody known. One to one, nobody is two
    speakers, and the similarities above the threshold are largest in sum.

    Args:
        voices: unit vectors (dimension,) by speaker.
        known: whom they may be, of the same encoder.
        threshold: least cosine similarity.
        one_to_one: whether speakers are different people.
    """
    if not voices or not len(known):
        return {speaker: Identity() for speaker in voices}
    similarity = np.stack(list(voices.values())) @ known.vectors.T
    if one_to_one:
        pairs = dict(assign_one_to_one(_gain(similarity, threshold)))
    else:
        best = similarity.argmax(axis=1)
        pairs = {row: int(who) for row, who in enumerate(best) if similarity[row, who] >= threshold}
    return {
        speaker: _identity(similarity[row], pairs.get(row), known)
        for row, speaker in enumerate(voices)
    }


def _gain(similarity: NDArray[np.float32], threshold: float) -> NDArray[np.float64]:
    """What a pair is worth: above 0 from the threshold up."""
    margin = similarity.astype(np.float64) - threshold
    return np.where(margin >= 0, margin + 1e-9, 0.0)


def _identity(similarity: NDArray[np.float32], who: int | None, known: Known) -> Identity:
    """Of one speaker: similarities (person,), and whom it was given to."""
    others = similarity.copy()
    if who is not None:
        others[who] = -np.inf
    second = int(others.argmax())
    runner_up = None
    if np.isfinite(others[second]):
        runner_up = Likeness(str(known.who(second)), float(others[second]))
    if who is None:
        return Identity(runner_up=runner_up)
    found = known.who(who)
    return Identity(found.name, found.voice, float(similarity[who]), runner_up)
