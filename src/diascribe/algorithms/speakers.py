"""Which clusters of voice vectors are speakers, and how many there are.

Average linkage: thresholds, and the shares of them, are cosine distances.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from diascribe.protocols import Calibration, SpeakerCount

DIRECT_LIMIT = 3072
"""Vectors clustered at once: 36 MiB of distances; more are grouped in blocks first."""

FINER_CUTS = 64
"""How many more clusters than wanted speakers a cut may have when speakers are sought in it."""

BELOW_ALL = -1.0
"""A height under every merge: undoes all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Voice vectors of unit length (vector, dimension) and the seconds (vector,) behind each."""

    vectors: NDArray[np.float32]
    seconds: NDArray[np.float32]


def find_speakers(
    voices: Voices, calibration: Calibration, *, count: SpeakerCount
) -> NDArray[np.float32]:
    """One unit vector per speaker (speaker, dimension), most speech first.

    Fewer than `count.low` come back only where there are fewer vectors, or, in recordings of
    more than `DIRECT_LIMIT` vectors, fewer that differ. Speakers of equal speech keep the
    order of their first vectors.
    """
    if len(voices.vectors) == 0:
        return voices.vectors
    threshold = calibration.threshold
    groups = group_nearby(
        voices.vectors, threshold=threshold, at_most=DIRECT_LIMIT, cutting=average_labels
    )
    tree = agglomerate(groups)
    found = _separate(_clusters(voices, groups, cut(tree, threshold=threshold)), calibration)
    wanted = max(len(found), count.low)
    wanted = min(wanted, count.high) if count.high is not None else wanted
    if wanted == len(found):
        return found
    cuts = _cuts(tree, threshold, wanted=wanted, fewer=wanted < len(found))
    return _best_of([_clusters(voices, groups, cut(tree, threshold=one)) for one in cuts], wanted)


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
