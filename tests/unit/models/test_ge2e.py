"""GE2E: a voice is a direction, whoever is louder and wherever the mask lies."""

from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_files import recording
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.models.ge2e import PART, SHIFT, Ge2eEncoder, _pieces
from diascribe.weights.embedded import GE2E
from diascribe.weights.session import Session

SPEAKERS = ("1688", "1998", "2033", "2414", "2609")
WINDOW_S = 5
FRAMES = 293


@cache
def encoder() -> Ge2eEncoder:
    return Ge2eEncoder(Session(GE2E.path), "test")


def everything(windows: NDArray[np.float32], local: int = 1) -> NDArray[np.float32]:
    """Masks (window, frame, local speaker) that leave nothing out."""
    return np.ones((len(windows), FRAMES, local), np.float32)


@pytest.fixture(scope="module")
def utterances(shared_data: Path) -> dict[str, NDArray[np.float32]]:
    """Three windows (utterance, time) of each of five speakers."""
    return {speaker: _windows(shared_data, speaker) for speaker in SPEAKERS}


def _windows(shared_data: Path, speaker: str) -> NDArray[np.float32]:
    folder = shared_data / "librispeech" / "test-other" / speaker
    read = (recording(path).mix() for path in sorted(folder.glob("*.flac")))
    long = (audio for audio in read if audio.duration > WINDOW_S)
    return np.stack([next(long).read(0, WINDOW_S * SAMPLE_RATE) for _ in range(3)])


@pytest.fixture(scope="module")
def vectors(utterances: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Unit vectors (utterance, dimension) of each speaker."""
    return {
        speaker: encoder().embed(windows, everything(windows))[:, 0]
        for speaker, windows in utterances.items()
    }


def noise(windows: int) -> NDArray[np.float32]:
    """(window, time)"""
    random = np.random.default_rng(0)
    return (random.normal(size=(windows, WINDOW_S * SAMPLE_RATE)) * 0.05).astype(np.float32)


def test_vectors_have_length_one() -> None:
    vectors = encoder().embed(noise(2), everything(noise(2), local=3))

    assert vectors.shape == (2, 3, encoder().dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=2), 1, rtol=1e-5)


def test_one_voice_lies_closer_than_two(vectors: dict[str, NDArray[np.float32]]) -> None:
    same = [float(one @ other) for own in vectors.values() for one, other in combinations(own, 2)]
    different = [
        float(one @ other)
        for left, right in combinations(vectors.values(), 2)
        for one, other in zip(left, right, strict=True)
    ]

    assert len(same) == 15
    assert len(different) == 30
    assert min(same) > max(different)
    assert np.mean(same) > 1 - encoder().calibration.threshold > np.mean(different)


@pytest.mark.parametrize(
    ("gain", "least"),
    [
        (0.02, 0.999),  # both lie under -30 dBFS and are raised to it
        (0.5, 0.999),
        (20.0, 0.9999),
    ],
)
def test_a_louder_copy_is_the_same_voice(
    utterances: dict[str, NDArray[np.float32]], gain: float, least: float
) -> None:
    windows = np.concatenate([own[:1] for own in utterances.values()]) * np.float32(0.05)

    levelled = encoder().at_one_level()

    once = levelled.embed(windows, everything(windows))
    again = levelled.embed(windows * np.float32(gain), everything(windows))

    assert np.sum(once * again, axis=2).min() > least


def test_loud_voices_are_lowered_only_to_be_heard_at_one_level(
    utterances: dict[str, NDArray[np.float32]],
) -> None:
    windows = np.concatenate([own[:1] for own in utterances.values()]) * np.float32(0.05)
    loud = windows * np.float32(100)

    as_they_are = encoder().embed(loud, everything(loud))
    levelled = encoder().at_one_level().embed(loud, everything(loud))
    quiet = encoder().embed(windows, everything(windows))
    quiet_levelled = encoder().at_one_level().embed(windows, everything(windows))

    assert np.sum(levelled * quiet_levelled, axis=2).min() > 0.999
    assert np.sum(as_they_are * quiet, axis=2).max() < 0.999


def test_vectors_of_one_level_are_not_taken_for_the_others() -> None:
    plain, levelled = encoder().model, encoder().at_one_level().model

    assert plain.revision == "test"
    assert levelled.revision == "test, one level"
    assert levelled.name == plain.name


def test_each_mask_hears_its_own_voice(
    utterances: dict[str, NDArray[np.float32]], vectors: dict[str, NDArray[np.float32]]
) -> None:
    half = WINDOW_S * SAMPLE_RATE // 2
    one, other = (utterances[speaker][0, :half] for speaker in SPEAKERS[:2])
    masks = np.zeros((1, FRAMES, 2), np.float32)
    masks[0, : FRAMES // 2, 0] = 1
    masks[0, FRAMES // 2 :, 1] = 1

    (found,) = encoder().embed(np.concatenate([one, other])[None], masks)

    whole = np.stack([vectors[speaker][0] for speaker in SPEAKERS[:2]])
    similarity = found @ whole.T
    assert similarity.argmax(axis=1).tolist() == [0, 1]


@given(st.integers(0, FRAMES))
@settings(max_examples=30)
def test_a_voice_of_less_than_a_fifth_of_a_second_is_none(active: int) -> None:
    masks = np.zeros((1, FRAMES, 1), np.float32)
    masks[0, :active] = 1
    seconds = active * WINDOW_S / FRAMES

    vectors = encoder().embed(noise(1), masks)

    if seconds < 0.19:
        assert np.isnan(vectors).all()
    if seconds > 0.21:
        np.testing.assert_allclose(np.linalg.norm(vectors), 1, rtol=1e-5)


def test_only_rows_without_a_voice_are_absent() -> None:
    masks = np.zeros((3, FRAMES, 2), np.float32)
    masks[1, :, 1] = 1
    masks[2, :, 0] = 0.5  # not more likely than not

    vectors = encoder().embed(noise(3), masks)

    present = ~np.isnan(vectors).any(axis=2)
    assert present.tolist() == [[False, False], [False, True], [False, False]]


def test_without_any_voice_the_network_is_not_asked() -> None:
    vectors = encoder().embed(noise(2), np.zeros((2, FRAMES, 3), np.float32))

    assert vectors.shape == (2, 3, encoder().dimension)
    assert np.isnan(vectors).all()


def test_without_windows_there_are_no_vectors() -> None:
    vectors = encoder().embed(noise(0), np.zeros((0, FRAMES, 3), np.float32))

    assert vectors.shape == (0, 3, encoder().dimension)


def test_windows_do_not_hear_each_other(utterances: dict[str, NDArray[np.float32]]) -> None:
    windows = np.concatenate([own[:1] for own in utterances.values()])

    together = encoder().embed(windows, everything(windows))

    alone = [encoder().embed(windows[[row]], everything(windows[[row]]))[0] for row in range(5)]
    np.testing.assert_allclose(together, np.stack(alone), atol=1e-5)


def test_silence_has_some_direction_but_no_accident() -> None:
    silence = np.zeros((1, WINDOW_S * SAMPLE_RATE), np.float32)

    vectors = encoder().embed(silence, everything(silence))

    np.testing.assert_allclose(np.linalg.norm(vectors), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("frames", "shift", "starts"),
    [
        (160, SHIFT, [0]),
        (267, SHIFT, [0, 107]),  # a third of a piece is shared
        (374, SHIFT, [0, 107, 214]),
        (320, PART, [0, 160]),  # voiceprints: back to back
    ],
)
def test_pieces_of_a_voice_lie_evenly_by_hand(frames: int, shift: int, starts: list[int]) -> None:
    mel = np.repeat(np.arange(frames, dtype=np.float32)[:, None], 40, axis=1)

    found = _pieces(mel, 1.0, shift)

    assert [int(piece[0, 0]) for piece in found] == starts
    assert {len(piece) for piece in found} == {PART}
