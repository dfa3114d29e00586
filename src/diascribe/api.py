"""The library's entrance: `load()` gives the engine."""

from __future__ import annotations

import os

from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine


def load(*, cores: int | None = None) -> Engine:
    """The engine on the best installed models; null `cores` takes all that may be used.

    Raises:
        WeightsError: a model file is absent or damaged.
    """
    return load_engine(cores=cores or usable_cores())


def usable_cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # absent on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1
