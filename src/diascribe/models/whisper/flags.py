"""What a Whisper segment's flags mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPERATURE_FALLBACK = "temperature_fallback"
LOW_CONFIDENCE = "low_confidence"
REPETITIVE = "repetitive"
NO_SPEECH = "no_speech"

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        TEMPERATURE_FALLBACK: "The first text of its window failed a check; this one was sampled"
        " at a higher temperature.",
        LOW_CONFIDENCE: "No attempt reached `log_prob_threshold`: the best one was kept.",
        REPETITIVE: "No attempt stayed below `compression_ratio_threshold`: it repeats itself.",
        NO_SPEECH: "A text was dropped: the recognizer doubted it, and that anybody speaks.",
    }
)
"""Every flag and one sentence on it; one window's segments have the same flags."""
