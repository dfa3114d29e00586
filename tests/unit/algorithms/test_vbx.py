"""Variational Bayes over voices, against the reference's formulas written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from diascribe.algorithms import vbx as module
from diascribe.algorithms.vbx import VbxSettings, vbx

AXES = 16
PHI = np.linspace(6, 0.5, AXES)
SETTINGS = VbxSettings()
seeds = st.integers(0, 2**32 - 1)


def talk(seed: int, speakers: int, count: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Features of voices, and who each is."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(speakers, AXES)) * np.sqrt(PHI) * 3
    who = np.concatenate([np.arange(speakers), random.integers(0, speakers, count - speakers)])
    return centres[who] + random.normal(size=(count, AXES)), who


def by_the_book(
    features: NDArray[np.float64], labels: NDArray[np.intp], rounds: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[float]]:
    """Responsibilities, shares and evidence of each round, every equation as it is printed."""
    fa, fb = SETTINGS.data_weight, SETTINGS.speaker_cost
    gamma = softmax(np.eye(labels.max() + 1)[labels] * 7.0, axis=1)
    pi = np.full(gamma.shape[1], 1 / gamma.shape[1])
    constant = -0.5 * (np.square(features).sum(axis=1) + AXES * np.log(2 * np.pi))
    rho, evidence = features * np.sqrt(PHI), []
    for _ in range(rounds):
        inverse = 1 / (1 + fa / fb * gamma.sum(axis=0)[:, None] * PHI)
        alpha = fa / fb * inverse * (gamma.T @ rho)
        likelihood = rho @ alpha.T - 0.5 * (inverse + alpha**2) @ PHI + constant[:, None]
        joint = fa * likelihood + np.log(pi + 1e-8)
        total = logsumexp(joint, axis=1)
        gamma = np.exp(joint - total[:, None])
        pi = gamma.sum(axis=0) / gamma.sum()
        cost = np.sum(np.log(inverse) - inverse - alpha**2 + 1)
        evidence.append(total.sum() + fb / 2 * cost)
        if len(evidence) > 1 and evidence[-1] - evidence[-2] < SETTINGS.least_gain:
            break
    return gamma, pi, evidence


@given(seeds, st.integers(1, 5), st.integers(1, 6))
def test_it_is_what_the_equations_say(seed: int, speakers: int, extra: int) -> None:
    features, who = talk(seed, speakers, 40)
    labels = who.copy()
    labels[-extra:] = speakers + np.arange(extra)  # too many to begin with

    posterior = vbx(features, PHI, labels, SETTINGS)

    gamma, pi, _ = by_the_book(features, labels, SETTINGS.rounds)
    np.testing.assert_allclose(posterior.gamma, gamma, atol=1e-7)
    np.testing.assert_allclose(posterior.shares, pi, atol=1e-7)


@given(seeds)
def test_evidence_never_falls(seed: int) -> None:
    features, who = talk(seed, 3, 30)

    _, _, evidence = by_the_book(features, who, 8)

    assert (np.diff(evidence) > -1e-6).all()


def test_speakers_whom_nobody_needs_are_dropped_and_the_others_stay() -> None:
    features, who = talk(1, 4, 400)
    labels = who.copy()
    labels[100:103] = 4, 5, 6  # three strays

    posterior = vbx(features, PHI, labels, SETTINGS)

    assert posterior.kept().shape == (400, 4)
    best = posterior.kept().argmax(axis=1)
    assert len(set(zip(best.tolist(), who.tolist(), strict=True))) == 4


@given(seeds)
def test_rows_sum_to_one_and_shares_too(seed: int) -> None:
    features, who = talk(seed, 3, 50)

    posterior = vbx(features, PHI, who, SETTINGS)

    np.testing.assert_allclose(posterior.gamma.sum(axis=1), 1)
    assert posterior.shares.sum() == pytest.approx(1)


@given(seeds)
def test_the_order_of_voices_changes_nobody(seed: int) -> None:
    features, who = talk(seed, 3, 50)
    order = np.random.default_rng(seed).permutation(50)

    turned = vbx(features[order], PHI, who[order], SETTINGS)

    plain = vbx(features, PHI, who, SETTINGS)
    np.testing.assert_allclose(turned.gamma, plain.gamma[order], atol=1e-9)


@given(seeds)
def test_the_sign_of_an_axis_changes_nobody(seed: int) -> None:
    features, who = talk(seed, 3, 50)
    signs = np.where(np.random.default_rng(seed).random(AXES) < 0.5, -1, 1)

    mirrored = vbx(features * signs, PHI, who, SETTINGS)

    np.testing.assert_allclose(mirrored.gamma, vbx(features, PHI, who, SETTINGS).gamma, atol=1e-9)


def test_who_is_unknown_to_begin_with_is_found_by_the_others() -> None:
    features, who = talk(5, 3, 60)
    labels = who.copy()
    labels[30:40] = -1

    posterior = vbx(features, PHI, labels, SETTINGS)

    assert posterior.gamma.argmax(axis=1).tolist() == who.tolist()


def test_one_that_stands_for_three_counts_as_three() -> None:
    features, who = talk(2, 3, 40)
    sizes = np.where(np.arange(40) % 2 == 0, 3.0, 1.0)
    each = np.repeat(np.arange(40), sizes.astype(int))

    weighted = vbx(features, PHI, who, SETTINGS, sizes=sizes)

    plain = vbx(features[each], PHI, who[each], SETTINGS)
    np.testing.assert_allclose(weighted.gamma[each], plain.gamma, atol=1e-9)
    np.testing.assert_allclose(weighted.shares, plain.shares, atol=1e-9)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    features, who = talk(3, 3, 100)
    whole = vbx(features, PHI, who, SETTINGS)

    monkeypatch.setattr(module, "BLOCK", 7)

    np.testing.assert_allclose(vbx(features, PHI, who, SETTINGS).gamma, whole.gamma, atol=1e-12)
