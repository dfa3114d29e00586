"""How the makers of the streaming diarizers run them, in tokens of 80 ms.

From the model cards of `nvidia/diar_streaming_sortformer_4spk-v2` (and v2.1) and
`nvidia/Nemotron-3-Diarization`; what cards leave open is NeMo's default, and Transformers' for
the latter. The longer the latency, the fewer the errors.
"""

from __future__ import annotations

from diascribe.algorithms.aosc import Schedule
from diascribe.algorithms.aosc_keep import Keeping

TOKEN_S = 0.08

SORTFORMER_KEEPING = Keeping(speakers=4, silent_slots=3)

SORTFORMER_OFFLINE = Schedule(chunk=340, left=1, right=40, fifo=40, update=300, cache=188)
"""30.4 s of latency."""

SORTFORMER_10_S = Schedule(chunk=124, left=1, right=1, fifo=124, update=124, cache=188)
"""10 s."""

SORTFORMER_1_S = Schedule(chunk=6, left=1, right=7, fifo=188, update=144, cache=188)
"""1.04 s."""

SORTFORMER_THIRD_S = Schedule(chunk=3, left=1, right=1, fifo=188, update=144, cache=188)
"""0.32 s."""

SORTFORMER = (SORTFORMER_OFFLINE, SORTFORMER_10_S, SORTFORMER_1_S, SORTFORMER_THIRD_S)
"""The longest latency first."""

NEMOTRON_KEEPING = Keeping(speakers=8, silent_slots=1)

NEMOTRON_OFFLINE = Schedule(chunk=340, right=40, fifo=40, update=300, cache=264)
"""30.4 s of latency. Its tokens hear nothing beside their own 80 ms, so none is heard again."""

NEMOTRON_1_S = Schedule(chunk=9, right=4, fifo=264, update=222, cache=264)
"""1.04 s."""

NEMOTRON_TWO_THIRDS_S = Schedule(chunk=6, right=2, fifo=264, update=222, cache=264)
"""0.64 s."""

NEMOTRON_THIRD_S = Schedule(chunk=3, right=1, fifo=264, update=222, cache=264)
"""0.32 s."""

NEMOTRON = (NEMOTRON_OFFLINE, NEMOTRON_1_S, NEMOTRON_TWO_THIRDS_S, NEMOTRON_THIRD_S)
"""The longest latency first."""
