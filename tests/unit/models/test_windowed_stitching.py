"""What becomes of voices that are too short to be known."""

from dataclasses import replace

import numpy as np
import pytest

from diascribe.algorithms.assign import NOBODY
from diascribe.algorithms.reconstruct import FULL, count_speakers
from diascribe.algorithms.windows import Windows
from diascribe.calibration import Calibration
from diascribe.models.windowed.finding import Found, RulesFinder
from diascribe.models.windowed.prepared import LocalVoices, Prepared
from diascribe.models.windowed.stitching import stitch
from diascribe.protocols import Clustering
from diascribe.timeline import Grid
from diascribe.transcript import Diarization

PLAIN = Calibration(threshold=0.3, least_clean_s=0.0)
WINDOWS = Windows(1, 1.0, 1.0, 100, Grid(0.01, 0.01))


def heard(*turns: range, with_vectors: int) -> Prepared:
    """One window in which local speakers have a turn each, the first of them a vector."""
    activity = np.zeros((1, WINDOWS.frames, 3), np.uint8)
    for local, frames in enumerate(turns):
        activity[0, frames.start : frames.stop, local] = FULL
    rows = np.arange(with_vectors)
    voices = LocalVoices(
        owners=np.stack([np.zeros_like(rows), rows], axis=1),
        vectors=np.eye(8, dtype=np.float32)[rows],
        seconds=np.full(with_vectors, 8, np.float32),
        alone=np.ones(with_vectors, np.float32),
    )
    return Prepared(1.0, WINDOWS, activity, count_speakers(activity, WINDOWS) > 0, voices)


def diarized(prepared: Prepared) -> Diarization:
    found = RulesFinder(PLAIN).find(prepared.voices, prepared.active, Clustering())
    return stitch(prepared, found, Clustering(), PLAIN)


def test_where_every_voice_is_too_short_there_are_no_turns_and_a_warning_says_why() -> None:
    found = diarized(heard(range(40, 49), with_vectors=0))

    assert found.turns == ()
    (notice,) = found.warnings
    assert notice.code == "speech_without_speaker"
    assert notice.message.startswith("0.09 s")


def test_the_one_voice_that_is_too_short_is_told_where_others_are_known() -> None:
    found = diarized(heard(range(50), range(60, 75), with_vectors=1))

    assert [(turn.start, turn.end) for turn in found.turns] == [
        pytest.approx((0.0, 0.5), abs=0.006)
    ]
    (notice,) = found.warnings
    assert notice.message.startswith("0.15 s")


def test_where_everybody_has_a_voice_there_is_no_warning() -> None:
    found = diarized(heard(range(50), range(60, 100), with_vectors=2))

    assert len(found.turns) == 2
    assert found.warnings == ()


def test_what_is_heard_beyond_the_end_of_a_recording_is_not_lost() -> None:
    found = diarized(replace(heard(range(50), range(60, 100), with_vectors=1), duration=0.6))

    assert found.warnings == ()


def test_silence_is_no_lost_speech() -> None:
    silent = heard(with_vectors=0)

    nobody = Found(np.full((1, 3), NOBODY), np.zeros((0, 8), np.float32))

    assert stitch(silent, nobody, Clustering(), PLAIN).warnings == ()
