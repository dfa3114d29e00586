"""How long stages take beside one another, so that progress is a share of a job's time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from diascribe.engine.options import Options
from diascribe.jobs.keys import FETCHED

EXPECTED_S: Mapping[str, float] = MappingProxyType(
    {
        "decoding": 0.3,
        "channels": 0.1,
        "activity": 0.1,
        "language": 0.1,
        "recognition": 12.0,
        "repair": 0.3,
        "alignment": 1.3,
        "words": 0.1,
        "diarization": 0.5,
        "result": 0.1,
    }
)
"""Seconds that all stages of a kind take for a minute's recording, with the models in the package
on two cores (`benchmarks/results/stages.jsonl`; decoding with its process, and what stands there
with 0.1, by guess). Other models have other figures, and recognition is the most of all."""


def share_of(kind: str, options: Options) -> float:
    """The share of a job's time that the stages of a kind take together."""
    left_out = set() if options.diarization else {"diarization"}
    if not options.align_output or options.task == "translate":
        left_out.add("alignment")
    wanted = {name: s for name, s in EXPECTED_S.items() if name not in left_out}
    return (1 - FETCHED.share) * wanted.get(kind, 0.0) / sum(wanted.values())
