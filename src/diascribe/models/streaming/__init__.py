"""Diarizers that hear a recording once, from its beginning to its end, and remember its voices.

The network's memory is a value (`algorithms.aosc`), so hearing live and hearing a whole file is
one code (`listening`): only how many tokens a step decides on differs (`published`).
"""

from diascribe.models.streaming.diarizer import StreamingDiarizer
from diascribe.models.streaming.opening import open_export, open_streaming

__all__ = ["StreamingDiarizer", "open_export", "open_streaming"]
