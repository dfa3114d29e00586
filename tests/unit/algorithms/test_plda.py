"""The space of probabilistic LDA, by what it promises of synthetic voices."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import eigh

from diascribe.algorithms.plda import Plda

DIMENSION, AXES = 24, 12
SPEAKERS, EACH = 400, 60


def covariance(random: np.random.Generator, size: int) -> NDArray[np.float64]:
    root = random.normal(size=(size, size))
    product: NDArray[np.float64] = root @ root.T / size + 0.3 * np.eye(size)
    return product


def model(seed: int = 0) -> tuple[Plda, NDArray[np.float64], NDArray[np.float64]]:
    """A model of two covariances, those within and between speakers."""
    random = np.random.default_rng(seed)
    within, between = covariance(random, AXES), covariance(random, AXES)
    psi, vectors = eigh(between, within)
    order = random.permutation(AXES)  # files need not be in order
    plda = Plda(
        mean1=random.normal(size=DIMENSION),
        mean2=random.normal(size=AXES) * 0.1,
        lda=random.normal(size=(DIMENSION, AXES)),
        mu=random.normal(size=AXES) * 0.1,
        transform=vectors.T[order],
        psi=psi[order],
    )
    return plda, within, between


def projected(plda: Plda, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (vector, axis) as the model takes them, made features by its last step alone."""
    space = Plda(
        mean1=np.zeros(AXES),
        mean2=np.zeros(AXES),
        lda=np.eye(AXES),
        mu=plda.mu,
        transform=plda.transform,
        psi=plda.psi,
    )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True) / np.sqrt(AXES)
    moved = plda.mu @ space_rows(plda).T
    return np.asarray(space.features(vectors) * lengths + moved * (lengths - 1))


def space_rows(plda: Plda) -> NDArray[np.float64]:
    rows: NDArray[np.float64] = plda.transform[np.argsort(-plda.psi)]
    return rows


def test_voices_of_one_speaker_vary_alike_along_all_axes_and_speakers_by_phi() -> None:
    plda, within, between = model()
    random = np.random.default_rng(1)
    centres = random.multivariate_normal(plda.mu, between, SPEAKERS)
    noise = random.multivariate_normal(np.zeros(AXES), within, (SPEAKERS, EACH))

    features = projected(plda, (centres[:, None] + noise).reshape(-1, AXES))

    by_speaker = features.reshape(SPEAKERS, EACH, AXES)
    inside = by_speaker - by_speaker.mean(axis=1, keepdims=True)
    identity = np.einsum("sei,sej->ij", inside, inside) / (SPEAKERS * (EACH - 1))
    np.testing.assert_allclose(identity, np.eye(AXES), atol=0.03)
    diagonal = np.cov(by_speaker.mean(axis=1).T) - np.eye(AXES) / EACH
    np.testing.assert_allclose(np.diag(diagonal), plda.phi, rtol=0.3)
    off = diagonal - np.diag(np.diag(diagonal))
    assert np.abs(off).max() < 0.2 * plda.phi.max()


def test_axes_and_variances_are_those_of_the_generalized_eigenproblem() -> None:
    plda, within, between = model()

    rows, phi = space_rows(plda), plda.phi

    values, vectors = eigh(between, within)
    np.testing.assert_allclose(phi, values[::-1], rtol=1e-9)
    np.testing.assert_allclose(np.abs(rows @ within @ vectors[:, ::-1]), np.eye(AXES), atol=1e-9)
    assert (np.diff(phi) <= 0).all()


def test_features_are_those_of_the_published_formula() -> None:
    plda, _, _ = model()
    raw = np.random.default_rng(2).normal(size=(5, DIMENSION))

    features = plda.features(raw.astype(np.float32))

    for row, vector in zip(features, raw.astype(np.float32).astype(float), strict=True):
        centered = vector - plda.mean1
        first = np.sqrt(DIMENSION) * centered / np.linalg.norm(centered)
        second = plda.lda.T @ first - plda.mean2
        second *= np.sqrt(AXES) / np.linalg.norm(second)
        np.testing.assert_allclose(row, space_rows(plda) @ (second - plda.mu), rtol=1e-9)


@pytest.mark.parametrize("gain", [0.01, 3.0])
def test_only_the_direction_from_the_mean_counts(gain: float) -> None:
    plda, _, _ = model()
    raw = np.random.default_rng(3).normal(size=(4, DIMENSION))

    louder = plda.features(plda.mean1 + gain * (raw - plda.mean1))

    np.testing.assert_allclose(louder, plda.features(raw), rtol=1e-9)


def test_a_vector_that_is_the_mean_has_features() -> None:
    plda, _, _ = model()

    assert np.isfinite(plda.features(plda.mean1[None])).all()
