"""Clusters a simulated talk in a process of its own: HOURS SPEAKERS [VECTORS AT ONCE].

Windows of 10 s every second, in which three local speakers are told apart without error; what
is clustered are vectors of 256, drawn near their speaker's and alike in windows that overlap.
Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass

import numpy as np
from _measure import peak_mb, resident_mb
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.algorithms.hysteresis import to_spans
from diascribe.algorithms.reconstruct import FULL, count_speakers
from diascribe.algorithms.windows import Windows
from diascribe.calibration import Calibration
from diascribe.evaluation.diarization import score_diarization
from diascribe.models.windowed import VbxFinder, vbx_finding
from diascribe.models.windowed.prepared import LocalVoices, Prepared
from diascribe.models.windowed.stitching import stitch
from diascribe.protocols import Clustering
from diascribe.span import Span
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Turn

DIMENSION, AXES, LOCAL = 256, 128, 3
FRAMES, GRID = 589, Grid(0.016875, 0.0619375)
SPREAD = 0.6
"""Length of what differs from window to window, where what a speaker keeps has length 1: two
windows of one voice then have a cosine near 0.74."""

ALIKE = 0.9
"""Share of that which a speaker's next window keeps."""

TURN_S, OVERLAP = 8.0, 0.15
"""Mean length of a turn, and how many turns are said while somebody else speaks."""

PLAIN = Calibration(threshold=0.6, least_clean_s=0.17)


class Space:
    """The axes on which the simulated speakers differ."""

    phi = np.full(AXES, SPREAD**-2)

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Features (vector, axis) with a variance of 1 within a speaker."""
        scale = np.sqrt(DIMENSION * (1 + SPREAD**2)) / SPREAD
        return np.asarray(unit(vectors)[:, :AXES] * scale, np.float64)


@dataclass(frozen=True, slots=True)
class Talk:
    """A simulated talk."""

    prepared: Prepared
    reference: list[Turn]


def main() -> None:
    """Simulate, cluster, print."""
    hours, speakers = float(sys.argv[1]), int(sys.argv[2])
    if len(sys.argv) > 3:
        vbx_finding.DIRECT_LIMIT = vbx_finding.LONG_LIMIT = int(sys.argv[3])
    talk = simulated(round(hours * 3600), speakers)
    before_mb = resident_mb()
    begun = time.perf_counter()
    found = _clustered(talk.prepared)
    seconds = time.perf_counter() - begun
    print(json.dumps(_told(talk, found, hours, speakers, seconds, before_mb)))


def _clustered(prepared: Prepared) -> Diarization:
    found = VbxFinder(Space()).find(prepared.voices, prepared.active, Clustering())
    return stitch(prepared, found, Clustering(), PLAIN)


def _told(
    talk: Talk, found: Diarization, hours: float, speakers: int, seconds: float, before_mb: float
) -> dict[str, float | int | None]:
    voices = talk.prepared.voices
    whole = Span(0, talk.prepared.duration)
    score = score_diarization(talk.reference, found.turns, regions=[whole]).score
    return {
        "hours": hours,
        "speakers": speakers,
        "found": len(found.voices),
        "steadiness": found.count_confidence,
        "vectors": len(voices.vectors),
        "trained_by": int((voices.alone >= 0.2).sum()),
        "der": score.der,
        "confusion": score.confusion / score.total,
        "seconds": round(seconds, 2),
        "before_mb": before_mb,
        "peak_mb": peak_mb(),
    }


def simulated(seconds: int, speakers: int) -> Talk:
    """A talk of so many seconds."""
    random = np.random.default_rng(seconds)
    windows = Windows(seconds - 9, 1.0, 10.0, FRAMES, GRID)
    truth = _timeline(windows.total_frames, speakers, random)
    activity = np.zeros((windows.count, FRAMES, LOCAL), np.uint8)
    who = np.full((windows.count, LOCAL), -1)
    for window in range(windows.count):
        first = windows.first_frame(window)
        seen = truth[first : first + FRAMES]
        loudest = np.argsort(-seen.sum(axis=0), kind="stable")[:LOCAL]
        heard = loudest[seen[:, loudest].any(axis=0)]
        who[window, : len(heard)] = heard
        activity[window, :, : len(heard)] = seen[:, heard] * np.uint8(FULL)
    voices = _voices(activity, who, speakers, random)
    speech = count_speakers(activity, windows) > 0
    return Talk(Prepared(float(seconds), windows, activity, speech, voices), _turns(truth, seconds))


def _timeline(frames: int, speakers: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Who speaks (frame, speaker): turns with short pauses between, some within another's."""
    truth = np.zeros((frames, speakers), bool)
    at = 0
    while at < frames:
        length = 20 + int(random.exponential(TURN_S) / GRID.step)
        truth[at : at + length, random.integers(speakers)] = True
        if random.random() < OVERLAP:
            begin = at + int(random.random() * length)
            truth[begin : begin + 60, random.integers(speakers)] = True
        at += length + int(random.exponential(0.4) / GRID.step)
    return truth


def _voices(
    activity: NDArray[np.uint8], who: NDArray[np.intp], speakers: int, random: np.random.Generator
) -> LocalVoices:
    """A vector for everybody heard in a window."""
    centres = unit(random.normal(size=(speakers, DIMENSION)).astype(np.float32))
    drift = random.normal(size=(speakers, DIMENSION)).astype(np.float32)
    window, local = np.nonzero(who >= 0)
    vectors = np.empty((len(window), DIMENSION), np.float32)
    for row, speaker in enumerate(who[window, local].tolist()):
        fresh = random.normal(size=DIMENSION).astype(np.float32)
        drift[speaker] = ALIKE * drift[speaker] + np.sqrt(1 - ALIKE**2) * fresh
        vectors[row] = centres[speaker] + SPREAD / np.sqrt(DIMENSION) * drift[speaker]
    alone = np.concatenate([_alone(part) for part in np.array_split(activity, 1 + len(who) // 999)])
    seconds = np.ones(len(window), np.float32)
    return LocalVoices(np.stack([window, local], axis=1), vectors, seconds, alone[window, local])


def _alone(activity: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Share (window, local speaker) of a window in which each speaks and no other does."""
    heard = activity > 0
    return np.asarray((heard & (heard.sum(axis=2, keepdims=True) == 1)).mean(axis=1), np.float32)


def _turns(truth: NDArray[np.bool_], seconds: int) -> list[Turn]:
    return [
        Turn(span.start, min(span.end, seconds), speaker=f"speaker {speaker}")
        for speaker in range(truth.shape[1])
        for span in to_spans(truth[:, speaker], GRID)
        if span.start < seconds
    ]


if __name__ == "__main__":
    main()
