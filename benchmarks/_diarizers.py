"""What both halves of `diarizers.py` share: networks of random values, and who speaks when.

Knows numpy and the standard library only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
WINDOW_S = 10.0
FRAMES = 589
LOCAL_SPEAKERS = 3
FRAME_STEP_S, FRAME_WIDTH_S = 270 / RATE, 991 / RATE
SEGMENTATION, ENCODER = "segmentation", "encoder"

Turns = list[tuple[float, float, str]]
"""Start, end and speaker of each turn."""


def read_turns(path: Path) -> Turns:
    """The turns of an RTTM file."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [
        (float(row[3]), float(row[3]) + float(row[4]), row[7])
        for row in rows
        if row and row[0] == "SPEAKER"
    ]


def injected(turns: Turns, starts: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Who speaks (window, frame, local speaker), 0 or 1, in windows from these seconds on.

    The three who speak most in a window, in order of their names: what a segmentation without
    errors would say.
    """
    names = sorted({name for _, _, name in turns})
    end = float(starts.max(initial=0)) + WINDOW_S
    fine = np.zeros((len(names), round(end * 1000) + 1000), bool)  # (speaker, millisecond)
    for first, last, name in turns:
        fine[names.index(name), round(first * 1000) : round(last * 1000)] = True
    middles = (FRAME_WIDTH_S / 2 + FRAME_STEP_S * np.arange(FRAMES)) * 1000
    activity = np.zeros((len(starts), FRAMES, LOCAL_SPEAKERS), np.uint8)
    for window, start in enumerate(starts.tolist()):
        heard = fine[:, np.round(start * 1000 + middles).astype(int)]
        most = np.sort(np.argsort(-heard.sum(axis=1), kind="stable")[:LOCAL_SPEAKERS])
        activity[window, :, : len(most)] = heard[most].T
    return activity
