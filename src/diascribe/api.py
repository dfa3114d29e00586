"""The library's entrance: `load()` gives the engine."""

from __future__ import annotations

import os
from pathlib import Path

from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine
from diascribe.errors import OptionsError
from diascribe.settings import read_settings
from diascribe.storage.fetching import Fetcher
from diascribe.weights.store import Store


def load(*, cores: int | None = None, models: Path | None = None) -> Engine:
    """The engine on the installed models; null `cores` takes all that may be used.

    Models are those below the folder `models`; null takes the one that the settings name.

    Raises:
        OptionsError: fewer cores than one, or a setting that is none.
        WeightsError: a model file is absent or damaged.
    """
    if cores is not None and cores < 1:
        raise OptionsError((f"cores: wanted at least 1, got {cores}",))
    settings = read_settings()
    store = Store(settings.models if models is None else models)
    fetcher = Fetcher(allow_private=settings.allow_private_urls)
    return load_engine(cores=cores or usable_cores(), store=store, fetcher=fetcher)


def usable_cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # absent on macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1
