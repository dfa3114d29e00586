"""Which clusters of voice vectors are speakers, and how many there are.

Average linkage: thresholds, and the shares of them, are cosine distances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import (
    Groups,
    Tree,
    agglomerate,
    average_labels,
    cut,
    group_nearby,
    unit,
)
from diascribe.calibration import Calibration
from diascribe.protocols import SpeakerCount

DIRECT_LIMIT = 3072
"""Vectors clustered at once: 36 MiB of distances; more are grouped in blocks first."""

FINER_CUTS = 64
"""How many more clusters than wanted speakers a cut may have when speakers are sought in it."""

BELOW_ALL = -1.0
"""A height under every merge: undoes all of them."""


NEARBY = (0.9, 0.95, 1.05, 1.1)
"""Thresholds, in thresholds, at which speakers are counted again to tell how sure the number is."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Voice vectors of unit length (vector, dimension) and the seconds (vector,) behind each."""

    vectors: NDArray[np.float32]
    seconds: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Speakers:
    """Who speaks in a recording."""

    vectors: NDArray[np.float32]
    """A unit vector (speaker, dimension) each, most speech first."""
    steadiness: float | None
    """Share of the thresholds nearby at which as many are found; null where a number was given."""


def find_speakers(voices: Voices, calibration: Calibration, *, count: SpeakerCount) -> Speakers:
    """The speakers of some voices.

    Fewer than `count.low` come back only where there are fewer vectors, or, in recordings of
    more than `DIRECT_LIMIT` vectors, fewer that differ. Speakers of equal speech keep the
    order of their first vectors.
    """
    if len(voices.vectors) == 0:
        return Speakers(voices.vectors, None)
    groups = group_nearby(
        voices.vectors,
        threshold=calibration.threshold,
        at_most=DIRECT_LIMIT,
        cutting=average_labels,
    )
    tree = agglomerate(groups)

    def at(share: float) -> NDArray[np.float32]:
        rules = replace(calibration, threshold=share * calibration.threshold)
        return _separate(_clusters(voices, groups, cut(tree, threshold=rules.threshold)), rules)

    found = at(1.0)
    wanted = within(len(found), count)
    steady = steadiness([len(at(share)) for share in NEARBY], wanted, count)
    if wanted == len(found):
        return Speakers(found, steady)
    cuts = _cuts(tree, calibration.threshold, wanted=wanted, fewer=wanted < len(found))
    candidates = [_clusters(voices, groups, cut(tree, threshold=one)) for one in cuts]
    return Speakers(_best_of(candidates, wanted), steady)


def within(found: int, wanted: SpeakerCount) -> int:
    """The number of speakers nearest to the one found that a caller allows."""
    enough = max(found, wanted.low)
    return enough if wanted.high is None else min(enough, wanted.high)


def steadiness(counts: Sequence[int], found: int, wanted: SpeakerCount) -> float | None:
    """Share of other clusterings' counts that come to the same; null where a number was given."""
    if wanted.exact is not None:
        return None
    return sum(within(one, wanted) == found for one in counts) / len(counts)


def _clusters(voices: Voices, groups: Groups, labels: NDArray[np.intp]) -> Voices:
    """Each cluster's mean voice and its seconds, most speech first."""
    members = labels[groups.labels]
    means = unit(groups.joined(labels).means)
    seconds = np.bincount(members, voices.seconds).astype(np.float32)
    order = np.argsort(-seconds, kind="stable")
    return Voices(means[order], seconds[order])


def _separate(clusters: Voices, rules: Calibration) -> NDArray[np.float32]:
    """The clusters that are speakers: enough speech, and far enough from any larger one."""
    total_s = float(clusters.seconds.sum())
    least_s = min(rules.least_speech_s, rules.least_share * total_s)
    kept = [0]
    for row in range(1, len(clusters.vectors)):
        distance = 1 - clusters.vectors[kept] @ clusters.vectors[row]
        minor = clusters.seconds[row] < rules.minor_share * clusters.seconds[kept]
        shares = np.where(minor, rules.minor_distance, rules.major_distance)
        far = (distance >= rules.threshold * shares).all()
        if clusters.seconds[row] >= least_s and far:
            kept.append(row)
    return clusters.vectors[kept]


def _cuts(tree: Tree, threshold: float, *, wanted: int, fewer: bool) -> list[float]:
    """Heights at which to look for `wanted` speakers, coarsest first.

    For fewer speakers than found, those at the threshold and above it: voices are joined, and
    none is split. For more, those below; cutting into exactly `wanted` would give odd single
    vectors clusters of their own, so finer cuts are looked at as well.
    """
    heights = np.sort(tree.heights)[::-1]
    if fewer:
        return [*heights[heights > threshold].tolist(), threshold]
    return [*heights[max(0, wanted - 1) : wanted + FINER_CUTS].tolist(), BELOW_ALL]


def _best_of(candidates: list[Voices], wanted: int) -> NDArray[np.float32]:
    """The `wanted` largest clusters of the cut whose `wanted`-th cluster has most speech."""
    enough = [one for one in candidates if len(one.seconds) >= wanted]
    if not enough:  # there are not so many vectors that differ
        return candidates[-1].vectors
    return max(enough, key=lambda one: float(one.seconds[wanted - 1])).vectors[:wanted]
