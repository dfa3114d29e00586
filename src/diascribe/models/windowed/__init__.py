"""The windowed diarizer: segment short windows, embed each voice, find the speakers, stitch.

Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline" (Interspeech). Networks are
heard once (`hearing`) and leave a value (`prepared`); who the voices are is decided behind one
seam (`finding`), and their windows become turns (`stitching`).
"""

from diascribe.models.windowed.diarizer import WindowedDiarizer
from diascribe.models.windowed.finding import RulesFinder
from diascribe.models.windowed.hearing import WindowListener
from diascribe.models.windowed.vbx_finding import VbxFinder

__all__ = ["RulesFinder", "VbxFinder", "WindowListener", "WindowedDiarizer"]
