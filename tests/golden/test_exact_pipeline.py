"""The exact pipeline on the reference's own segmentations and vectors, against its turns.

The PLDA matrices are not published with the stages. For the one recording whose features are,
those are given; for the others a stand-in tells voices apart, and the whole is equal all the
same. Turns are written with six decimals, and may last beyond the recording, into the zeros of
its last window: DER over the recording is 0 but for the decimals.
"""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pyannote_stages import Stages

from diascribe.algorithms.cluster import unit
from diascribe.algorithms.reconstruct import count_speakers
from diascribe.algorithms.vbx import VbxSettings, vbx
from diascribe.calibration import Calibration
from diascribe.evaluation.diarization import score_diarization
from diascribe.formats import rttm
from diascribe.models.windowed.prepared import LocalVoices, Prepared
from diascribe.models.windowed.stitching import stitch
from diascribe.models.windowed.vbx_finding import VbxFinder
from diascribe.protocols import Clustering, SpeakerCount
from diascribe.span import Span
from diascribe.transcript import Diarization

REFERENCE = Calibration(threshold=0.6, least_clean_s=0.0, edge_lag=0.5)
"""Nothing of ours, and edges of turns on the middles of frames."""

SOUND = {
    "pipeline": "test.wav",
    "3speakers": "test_3speakers.wav",
    "single_speaker": "test_single_speaker.wav",
    "short": "test_short.wav",
}
ROUNDING_S = 2e-6
"""Two edges of a turn, each with six decimals."""


class SavedFeatures:
    """The reference's own features of its own training vectors."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages
        self.phi = stages.load("plda_phi")

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        assert np.array_equal(vectors, self._stages.load("train_embeddings").astype(np.float32))
        features: NDArray[np.float64] = self._stages.load("plda_features")
        return features


class Directions:
    """Where the features are not published: directions of vectors, far apart between voices."""

    phi = np.full(256, 4.0)

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(unit(vectors), np.float64) * 16


def voices_of(stages: Stages) -> LocalVoices:
    vectors = stages.load("embeddings_data").astype(np.float32)
    activity = stages.activity > 0
    alone = activity & (activity.sum(axis=2, keepdims=True) == 1)
    window, local = np.nonzero(~np.isnan(vectors).any(axis=2))
    return LocalVoices(
        owners=np.stack([window, local], axis=1),
        vectors=vectors[window, local],
        seconds=np.ones(len(window), np.float32),
        alone=alone.mean(axis=1, dtype=np.float32)[window, local],
    )


def prepared(folder: Path, name: str) -> Prepared:
    stages = Stages(folder, name)
    with wave.open(str(folder / SOUND[name])) as sound:
        duration = sound.getnframes() / sound.getframerate()
    speech = count_speakers(stages.activity, stages.windows) > 0
    return Prepared(duration, stages.windows, stages.activity, speech, voices_of(stages))


def diarized(folder: Path, name: str, wanted: SpeakerCount) -> Diarization:
    space = SavedFeatures(Stages(folder, name)) if name == "pipeline" else Directions()
    known, clustering = prepared(folder, name), Clustering(speakers=wanted)
    found = VbxFinder(space).find(known.voices, known.active, clustering)
    return stitch(known, found, clustering, REFERENCE)


def test_responsibilities_and_shares_are_the_same(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    labels = stages.load("ahc_clusters").astype(np.intp)

    posterior = vbx(stages.load("plda_features"), stages.load("plda_phi"), labels, VbxSettings())

    np.testing.assert_allclose(posterior.gamma, stages.load("vbx_gamma"), rtol=0, atol=1e-12)
    np.testing.assert_allclose(posterior.shares, stages.load("vbx_pi"), rtol=0, atol=1e-12)
    assert posterior.kept().shape[1] == 2


def test_the_same_vectors_train(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    voices = voices_of(stages)

    training = voices.alone >= 0.2

    owners = np.stack([stages.load("train_chunk_idx"), stages.load("train_speaker_idx")], axis=1)
    assert np.array_equal(voices.owners[training], owners)


def test_every_local_speaker_of_every_window_is_the_same(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    known = prepared(golden_stages, "pipeline")

    found = VbxFinder(SavedFeatures(stages)).find(known.voices, known.active, Clustering())

    assert np.array_equal(found.labels, np.maximum(stages.load("hard_clusters"), -1))


@pytest.mark.parametrize("name", SOUND)
def test_diarization_error_is_zero(golden_stages: Path, name: str) -> None:
    (expected,) = rttm.parse((golden_stages / f"{name}_expected.rttm").read_text()).values()

    found = diarized(golden_stages, name, SpeakerCount())

    whole = Span(0, prepared(golden_stages, name).duration)
    score = score_diarization(expected, found.turns, regions=[whole]).score
    wrong_s = score.miss + score.false_alarm + score.confusion
    assert len(found.turns) == len(expected)
    assert wrong_s <= ROUNDING_S * len(expected)
    assert [turn.speaker for turn in found.turns] == [turn.speaker for turn in expected]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_given_number_of_speakers_is_kept_to(golden_stages: Path, count: int) -> None:
    found = diarized(golden_stages, "3speakers", SpeakerCount(exact=count))

    assert len(found.voices) == count
    assert found.warnings == ()
