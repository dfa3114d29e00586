"""The library's entrance: `load()` gives the engine."""

from __future__ import annotations

import os

from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine
from diascribe.errors import OptionsError


def load(*, cores: int | None = None) -> Engine:
    """The engine on the best installed models; null `cores` takes all that may be used.

    Raises:
        OptionsError: fewer cores than one.
        WeightsError: a model file is absent or damaged.
    """
    if cores is not None and cores < 1:
        raise OptionsError((f"cores: wanted at least 1, got {cores}",))
    return load_engine(cores=cores or usable_cores())


def usable_cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # absent on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1
