"""A whole recording at once, where the product works in blocks of frames."""

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.marks import Marks
from diascribe.algorithms.reconstruct import Scoring, fragments, lone_speakers
from diascribe.algorithms.windows import Windows


def whole_scores(
    activity: NDArray[np.uint8], labels: NDArray[np.intp], speakers: int, windows: Windows
) -> NDArray[np.uint32]:
    """How strongly the windows together hear each speaker (frame, speaker)."""
    scoring = Scoring(activity, labels, speakers, windows)
    return scoring.scores(range(windows.total_frames))


def absorbed(active: NDArray[np.bool_], *, shorter_than: int) -> NDArray[np.bool_]:
    """The activity (frame, speaker) with fragments given to the turns that they touch."""
    marks, frames = Marks(*active.shape), range(len(active))
    marks.write(frames, active)
    for part, speaker in fragments(lone_speakers(active), shorter_than=shorter_than):
        marks.give(part, speaker)
    return marks.read(frames)
