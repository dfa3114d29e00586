"""The seam between hearing voices and knowing whose they are, and the rules for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.assign import NOBODY, assign_speakers
from diascribe.algorithms.cluster import unit
from diascribe.algorithms.speakers import Voices, find_speakers
from diascribe.calibration import Calibration
from diascribe.models.windowed.prepared import LocalVoices
from diascribe.protocols import Clustering

BLOCK = 4096
"""Windows whose voices are compared with all speakers at once."""

SURE = 16
"""Trust in a label that is beyond doubt."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Who the local speakers of a recording are."""

    labels: NDArray[np.intp]
    """The speaker (window, local speaker) of each, `NOBODY` where there is none."""
    centroids: NDArray[np.float32]
    """A unit vector (speaker, dimension) each."""
    steadiness: float | None = None
    """Share of the clusterings at thresholds nearby that find as many speakers; null where
    there is nothing to find: no voice, or a number that the caller gave."""
    trust: NDArray[np.uint8] | None = None
    """How sure each label (window, local speaker) is, 1 to `SURE`; null where all are alike."""


class SpeakerFinder(Protocol):
    """Tells which local speakers are one person; keeps nothing of a recording."""

    @property
    def threshold(self) -> float:
        """The distance that parts two voices where a caller gives none."""
        ...

    def voice_distance(self, threshold: float) -> float:
        """The cosine distance of voices that a threshold stands for."""
        ...

    def find(self, voices: LocalVoices, active: NDArray[np.bool_], clustering: Clustering) -> Found:
        """Who everybody is; `active` (window, local speaker) says who speaks at all."""
        ...


class RulesFinder:
    """Average linkage, and rules for which clusters are speakers (`algorithms.speakers`)."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self.threshold = calibration.threshold

    def voice_distance(self, threshold: float) -> float:
        """The threshold itself, which is one."""
        return threshold

    def find(self, voices: LocalVoices, active: NDArray[np.bool_], clustering: Clustering) -> Found:
        """Who everybody is; `active` (window, local speaker) says who speaks at all."""
        wanted, calibration = clustering.speakers, self._calibration
        if clustering.threshold is not None:
            calibration = replace(calibration, threshold=clustering.threshold)
        training = _training(voices, calibration.least_training_s, wanted.low)
        speakers = find_speakers(training, calibration, count=wanted)
        labels = assigned(voices, speakers.vectors, active)
        trust = trusted(voices, speakers.vectors, labels, calibration.sure_margin)
        return Found(labels, speakers.vectors, speakers.steadiness, trust)


def _training(voices: LocalVoices, least_s: float, wanted: int) -> Voices:
    """The vectors that help to find speakers: those of enough speech, or all if too few are."""
    enough = voices.seconds >= least_s
    rows = enough if enough.sum() >= wanted else np.ones(len(enough), bool)
    return Voices(unit(voices.vectors[rows]), voices.seconds[rows])


def assigned(
    voices: LocalVoices, speakers: NDArray[np.float32], active: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """The speaker (window, local speaker) of each; no two of one window are the same."""
    labels = np.full(active.shape, NOBODY)
    for first in range(0, len(active), BLOCK):
        part = slice(first, first + BLOCK)
        similarity = similarities(voices, speakers, active[part].shape, first)
        labels[part] = assign_speakers(similarity, active[part])
    return labels


def trusted(
    voices: LocalVoices, speakers: NDArray[np.float32], labels: NDArray[np.intp], sure: float
) -> NDArray[np.uint8] | None:
    """How sure each label (window, local speaker) is, 1 to `SURE`; null if `sure` is 0.

    By how much more the voice is like its speaker than like any other, `sure` being enough.
    Least sure are labels that the other voices of a window left, of voices without a vector.
    """
    if sure == 0:
        return None
    trust = np.ones(labels.shape, np.uint8)
    owners = tuple(voices.owners.T)
    label, rows = labels[owners], np.arange(len(voices.owners))
    for first in range(0, len(rows), BLOCK):
        part = rows[first : first + BLOCK]
        part = part[label[part] != NOBODY]
        likeness = unit(voices.vectors[part]) @ speakers.T
        own = likeness[np.arange(len(part)), label[part]].copy()
        likeness[np.arange(len(part)), label[part]] = -1.0
        margin = (own - likeness.max(axis=1)) / sure
        trust[tuple(voices.owners[part].T)] = np.rint(margin * SURE).clip(1, SURE)
    return trust


def similarities(
    voices: LocalVoices, speakers: NDArray[np.float32], shape: tuple[int, ...], first: int
) -> NDArray[np.float32]:
    """Cosine similarity (window, local speaker, speaker) of windows from `first` on.

    NaN where there is no vector. Voices are in order of windows, speakers unit vectors.
    """
    begin, end = np.searchsorted(voices.owners[:, 0], (first, first + shape[0]))
    window, local = voices.owners[begin:end].T
    similarity = np.full((*shape, len(speakers)), np.nan, np.float32)
    similarity[window - first, local] = unit(voices.vectors[begin:end]) @ speakers.T
    return similarity
