"""Speakers as the reference pipeline finds them: centroid linkage, then variational Bayes.

pyannote.audio's `VBxClustering`, equal to it stage by stage (docs/decisions/0019 has what is
added to it, and where it differs on purpose).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.assign import NOBODY
from diascribe.algorithms.cluster import Groups, Tree, cut, group_nearby, unit
from diascribe.algorithms.kmeans import kmeans
from diascribe.algorithms.linkage import centroid_labels, centroid_tree
from diascribe.algorithms.speakers import NEARBY, steadiness, within
from diascribe.algorithms.vbx import VbxSettings, vbx
from diascribe.models.windowed.finding import BLOCK, Found, assigned, similarities
from diascribe.models.windowed.prepared import LocalVoices
from diascribe.protocols import Clustering, SpeakerCount

DIRECT_LIMIT = 12_000
"""Vectors clustered at once: 720 MB of distances."""

LONG_LIMIT = 4_000
"""More are grouped in blocks of so many first, until so many groups are left: 80 MB."""

MOST_CLUSTERS = 512
"""Clusters that variational Bayes begins with: 50 MB a copy of what it keeps. Where voices are
so unlike one another that there are more, the members of the smallest begin as nobody's."""

DEFAULT_VBX = VbxSettings()


class VoiceSpace(Protocol):
    """A space in which speakers differ along axes; `Plda` is one."""

    @property
    def phi(self) -> NDArray[np.float64]:
        """Variance (axis,) between speakers, where that within a speaker is 1."""
        ...

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Features (vector, axis) of raw vectors (vector, dimension)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Training:
    """The voices that speakers are found by; in long recordings those nearly equal are one."""

    means: NDArray[np.float32]
    """Raw vectors (group, dimension)."""
    sizes: NDArray[np.float64]
    """Voices (group,) in each."""
    tree: Tree
    """How their unit vectors merge, up to the highest threshold that is looked at."""
    features: NDArray[np.float64]
    """(group, axis)."""
    phi: NDArray[np.float64]
    """Variance (axis,) between speakers."""

    @classmethod
    def of(cls, vectors: NDArray[np.float32], threshold: float, space: VoiceSpace) -> _Training:
        whole = len(vectors) <= DIRECT_LIMIT
        groups = group_nearby(
            unit(vectors),
            threshold=threshold,
            at_most=DIRECT_LIMIT if whole else LONG_LIMIT,
            cutting=centroid_labels,
        )
        means = vectors if whole else Groups.singles(vectors).joined(groups.labels).means
        tree = centroid_tree(groups.means, up_to=threshold * max(NEARBY), sizes=groups.sizes)
        return cls(means, groups.sizes, tree, space.features(means), space.phi)

    def centroids(self, shares: NDArray[np.float64]) -> NDArray[np.float32]:
        """Means (speaker, dimension) of raw vectors, by shares (group, speaker)."""
        weights = shares * self.sizes[:, None]
        return np.asarray(weights.T @ self.means / weights.sum(axis=0)[:, None], np.float32)

    def forced(self, count: int) -> NDArray[np.float32]:
        """Means (speaker, dimension) of raw vectors in `count` clusters, or as many as differ."""
        labels = kmeans(unit(self.means), count, self.sizes)
        return self.centroids(np.eye(labels.max() + 1)[labels])


class VbxFinder:
    """Centroid linkage, PLDA, variational Bayes, and each voice to its nearest speaker."""

    def __init__(
        self,
        space: VoiceSpace,
        *,
        threshold: float = 0.6,
        least_alone: float = 0.2,
        settings: VbxSettings = DEFAULT_VBX,
    ) -> None:
        """The defaults are those of community-1.

        `threshold` is the Euclidean distance between means of unit vectors that parts two
        voices; who speaks alone for less of a window than `least_alone` trains nothing.
        """
        self._space = space
        self.threshold = threshold
        self._least_alone = least_alone
        self._settings = settings

    def voice_distance(self, threshold: float) -> float:
        """The cosine distance of unit vectors that are `threshold` apart in a straight line."""
        return threshold**2 / 2

    def find(self, voices: LocalVoices, active: NDArray[np.bool_], clustering: Clustering) -> Found:
        """Who everybody is; `active` (window, local speaker) says who speaks at all."""
        vectors = self._training(voices, clustering.speakers.low)
        if len(vectors) < 2:
            return _everybody_one(vectors if len(vectors) else voices.vectors, active)
        threshold = self.threshold if clustering.threshold is None else clustering.threshold
        training = _Training.of(vectors, threshold, self._space)
        centroids = self._centroids(training, threshold)
        wanted = min(within(len(centroids), clustering.speakers), len(vectors))
        steady = self._steadiness(training, threshold, wanted, clustering.speakers)
        if wanted == len(centroids):
            speakers = unit(centroids)
            return Found(assigned(voices, speakers, active), speakers, steady)
        speakers = unit(training.forced(wanted))
        return Found(_nearest(voices, speakers, active), speakers, steady)

    def _training(self, voices: LocalVoices, wanted: int) -> NDArray[np.float32]:
        """Raw vectors (vector, dimension) of who is alone enough, or all for a wanted number."""
        enough = voices.alone >= self._least_alone
        few = enough.sum() < wanted and wanted > 1
        return voices.vectors if few else voices.vectors[enough]

    def _centroids(self, training: _Training, threshold: float) -> NDArray[np.float32]:
        """Raw means (speaker, dimension) of those whom variational Bayes keeps."""
        labels = largest(cut(training.tree, threshold=threshold), training.sizes, MOST_CLUSTERS)
        shares = vbx(
            training.features, training.phi, labels, self._settings, sizes=training.sizes
        ).kept()
        voice = same_voices(training.centroids(shares), threshold)
        return training.centroids(shares @ np.eye(voice.max() + 1)[voice])

    def _steadiness(
        self, training: _Training, threshold: float, found: int, wanted: SpeakerCount
    ) -> float | None:
        """How many thresholds nearby give as many speakers; equal cuts are looked at once."""
        if wanted.exact is not None:
            return None
        heights, counts = training.tree.heights, dict[int, int]()
        cuts = [int((heights <= share * threshold).sum()) for share in NEARBY]
        for share, merges in zip(NEARBY, cuts, strict=True):
            if merges not in counts:
                counts[merges] = len(self._centroids(training, share * threshold))
        return steadiness([counts[merges] for merges in cuts], found, wanted)


def largest(labels: NDArray[np.intp], sizes: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """The labels (group,), -1 for all but the `most` largest clusters."""
    weights = np.bincount(labels, sizes)
    if len(weights) <= most:
        return labels
    kept = np.sort(np.argsort(-weights, kind="stable")[:most])
    numbers = np.full(len(weights), -1)
    numbers[kept] = np.arange(most)
    return numbers[labels]


def same_voices(centroids: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    """Which speakers (speaker,) are one voice: those whom linkage would join, met as means.

    Variational Bayes may keep two for one voice, the second a phantom.
    """
    return cut(centroid_tree(unit(centroids), up_to=threshold), threshold=threshold)


def _everybody_one(vectors: NDArray[np.float32], active: NDArray[np.bool_]) -> Found:
    """One speaker for all who speak; nobody where no voice was heard."""
    speakers = unit(vectors.mean(axis=0, keepdims=True)) if len(vectors) else vectors
    return Found(np.where(active & (len(vectors) > 0), 0, NOBODY), speakers)


def _nearest(
    voices: LocalVoices, speakers: NDArray[np.float32], active: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """The nearest speaker (window, local speaker) of each, though two of a window may be one.

    Where the number of speakers was given, one voice may be two, or two one. Who is active
    without a vector is the first.
    """
    labels = np.full(active.shape, NOBODY)
    for first in range(0, len(active), BLOCK):
        part = slice(first, first + BLOCK)
        similarity = similarities(voices, speakers, active[part].shape, first)
        labels[part] = np.where(active[part], np.nan_to_num(similarity).argmax(axis=2), NOBODY)
    return labels
