"""Voices to speakers by variational Bayes: how many there are, and whose each vector is.

Landini, Profant, Diez and Burget 2022, "Bayesian HMM clustering of x-vector sequences (VBx) in
speaker diarization" (arXiv:2012.14952), without the HMM: each vector is of its own. Numbers in
brackets are its equations. Speakers whom no vector needs lose their share of the prior, so that
too many to begin with do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

FLOOR = 1e-8
"""Added to shares under the logarithm, as in the reference."""

ABSENT = 1e-10
"""Expected vectors with which a speaker is left out of further rounds: far below those that
`LEAST_SHARE` leaves, and the sums of all others change by no more than that."""

LEAST_SHARE = 1e-7
"""Speakers with a smaller share of the prior are none."""

BLOCK = 8192
"""Vectors whose responsibilities are computed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VbxSettings:
    """How speakers are weighed; the defaults are those of the reference pipeline."""

    data_weight: float = 0.07
    """Weight of the vectors' likelihood (Fa): overlapping windows are not independent."""
    speaker_cost: float = 0.8
    """How hard it is to be a speaker (Fb)."""
    smoothing: float = 7.0
    """How far to trust the first labels: their logit over all others."""
    rounds: int = 20
    """At most so many."""
    least_gain: float = 1e-4
    """Rounds go on while the evidence rises by so much."""


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Whose each vector is, with what probability."""

    gamma: Doubles
    """Responsibility (vector, speaker), rows sum to 1."""
    shares: Doubles
    """Share (speaker,) of all vectors."""

    def kept(self) -> Doubles:
        """Responsibilities (vector, speaker) of those who are speakers."""
        return self.gamma[:, self.shares > LEAST_SHARE]


def vbx(
    features: Doubles,
    phi: Doubles,
    labels: NDArray[np.intp],
    settings: VbxSettings,
    *,
    sizes: Doubles | None = None,
) -> Posterior:
    """Refine labels (vector,) from 0 to a posterior over as many speakers.

    Negative labels are of vectors about which nothing is known yet.
    `features` (vector, axis) have an identity within-class covariance and the between-class
    variance `phi` (axis,). `sizes` (vector,) says for how many equal ones each stands.
    """
    weights = np.ones(len(features)) if sizes is None else sizes
    gamma = _smoothed(labels, settings.smoothing)
    model = _Model(features * np.sqrt(phi), phi, weights, settings)  # (18)
    present, shares = np.arange(gamma.shape[1]), np.full(gamma.shape[1], 1 / gamma.shape[1])
    before = -np.inf
    for _ in range(settings.rounds):
        gamma, evidence = model.round(gamma, shares[present])
        sums = weights @ gamma
        shares[:] = 0
        shares[present] = sums / sums.sum()
        if evidence - before < settings.least_gain:
            break
        gamma, present, before = gamma[:, sums > ABSENT], present[sums > ABSENT], evidence
    whole = np.zeros((len(features), len(shares)))
    whole[:, present] = gamma
    return Posterior(whole, shares)


def _smoothed(labels: NDArray[np.intp], smoothing: float) -> Doubles:
    """Probabilities (vector, speaker): softmax of `smoothing` for the label and 0 for others."""
    count = int(labels.max(initial=0)) + 1
    total = np.exp(smoothing) + count - 1
    known = np.flatnonzero(labels >= 0)
    gamma = np.full((len(labels), count), 1 / count)
    gamma[known] = 1 / total
    gamma[known, labels[known]] = np.exp(smoothing) / total
    return gamma


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """What stays the same from round to round."""

    rho: Doubles
    """Features (vector, axis) scaled by the square roots of `phi`."""
    phi: Doubles
    weights: Doubles
    settings: VbxSettings

    def round(self, gamma: Doubles, shares: Doubles) -> tuple[Doubles, float]:
        """New responsibilities (vector, speaker), and the evidence but for a constant (25)."""
        ratio = self.settings.data_weight / self.settings.speaker_cost
        sums = self.weights @ gamma
        inverse = 1 / (1 + ratio * sums[:, None] * self.phi)  # (17)
        alpha = ratio * inverse * ((gamma * self.weights[:, None]).T @ self.rho)  # (16)
        bias = -0.5 * (inverse + alpha**2) @ self.phi
        fresh, total = np.empty_like(gamma), 0.0
        for first in range(0, len(gamma), BLOCK):
            part = slice(first, first + BLOCK)
            logits = self.rho[part] @ alpha.T  # (23), the same for all speakers left out
            logits += bias
            logits *= self.settings.data_weight
            logits += np.log(shares + FLOOR)
            total += float(self.weights[part] @ _normalized(logits, fresh[part]))
        cost = np.sum(np.log(inverse) - inverse - alpha**2 + 1)
        return fresh, total + self.settings.speaker_cost / 2 * float(cost)


def _normalized(logits: Doubles, probabilities: Doubles) -> Doubles:
    """Write the softmax of logits (vector, speaker); the logarithms (vector,) of their sums."""
    highest = logits.max(axis=1, keepdims=True)
    np.exp(logits - highest, out=probabilities)
    sums = probabilities.sum(axis=1, keepdims=True)
    probabilities /= sums
    return np.asarray((np.log(sums) + highest)[:, 0])
