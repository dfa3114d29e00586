"""Puts a worker together from the environment: folders, models, engine, store."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from diascribe.adapters.logs import tell
from diascribe.adapters.run import Warm
from diascribe.adapters.runpod.asked import Rules
from diascribe.adapters.runpod.choosing import Chosen, Pull, choose, resolved
from diascribe.adapters.runpod.environment import Environment
from diascribe.adapters.runpod.folders import sweep
from diascribe.adapters.runpod.mounts import mounts
from diascribe.adapters.runpod.sources import Sources
from diascribe.adapters.runpod.uploads import open_uploads
from diascribe.adapters.runpod.worker import Progressing, Worker
from diascribe.api import usable_cores
from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine, open_brought_vad
from diascribe.errors import SpoolError
from diascribe.protocols import Choice
from diascribe.settings import NAMES, Settings, read_named
from diascribe.storage.fetching import Fetcher, media_fetcher
from diascribe.weights.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a worker is made of."""

    environment: Environment
    settings: Settings
    local: bool = False
    """Whether whoever asks sits at this machine, and may name files."""
    progressing: Progressing | None = None


def open_worker(setup: Setup) -> Worker:
    """A worker whose models are there, open and warm.

    Raises:
        DiascribeError: the environment asks for what is not to be had; says what.
    """
    environment, settings = setup.environment, setup.settings
    prepare(environment)
    store = Store(settings.models)
    uploads = open_uploads(environment, settings)
    chosen = choose(environment, store, puller(store, settings))
    warm = Warm(partial(_load, setup, store))
    bucket = uploads.bucket() if uploads else ""
    return Worker(
        warm=warm,
        rules=_rules(setup, warm.engine(), store, chosen),
        sources=Sources(
            fetcher=media_fetcher(allow_private=settings.allow_private_urls),
            objects=uploads.objects if uploads else None,
            bucket=bucket,
        ),
        jobs=environment.jobs_folder,
        pool=ThreadPoolExecutor(environment.concurrency, thread_name_prefix="job"),
        uploads=uploads,
        progressing=setup.progressing,
    )


def settled(
    environment: Environment, settings: Settings, *, said: Mapping[str, str] | None = None
) -> Settings:
    """The settings, with models on the volume that the environment names.

    `said` is what is said of `DIASCRIBE_MODELS`, which goes first; null asks the process's own.
    """
    own = read_named((NAMES["models"],)) if said is None else said
    if environment.models is None or own:
        return settings
    return replace(settings, models=environment.models)


def prepare(environment: Environment) -> None:
    """Have the folders that jobs need, and nothing in them that a crash left.

    Raises:
        SpoolError: one cannot be made.
    """
    if environment.print_mounts:
        for one in mounts():
            tell("mount", place=one.place, kind=one.kind, size_mb=one.size_mb, free_mb=one.free_mb)
    for folder in (environment.scratch, environment.jobs_folder):
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpoolError(f"{folder}: cannot be made: {error.strerror}") from error
    if environment.scratch is not None:  # which Python passes over where it was absent before
        tempfile.tempdir = str(environment.scratch)
    removed = sweep(environment.jobs_folder)
    if removed:
        tell("folders of crashed workers are gone", count=removed)


def _rules(setup: Setup, engine: Engine, store: Store, chosen: Chosen) -> Rules:
    """What requests may ask for; opens the recognizer, so that the first job finds it warm."""
    environment = setup.environment
    defaults = {"device": environment.device, "model": chosen.named}
    recognizer = engine.shelf.recognizer(Choice(chosen.named, environment.device))
    if "batch_size" not in recognizer.heeds:
        defaults["batch_size"] = None  # else every answer would say that it makes no difference
    return Rules(
        resolve=lambda option, named: resolved(option, named, chosen, store),
        defaults=defaults,
        bucket=bool(environment.storage_bucket or environment.bucket_name),
        local=setup.local,
        debug=environment.debug,
    )


def _load(setup: Setup, store: Store) -> Engine:
    environment, settings = setup.environment, setup.settings
    fetcher = Fetcher(allow_private=settings.allow_private_urls, allow_files=setup.local)
    engine = load_engine(cores=usable_cores(), store=store, fetcher=fetcher)
    if environment.vad_model is None:
        return engine
    return replace(engine, vad=open_brought_vad(environment.vad_model))


def puller(store: Store, settings: Settings) -> Pull:
    """What pulls a model, with the token that the settings have."""

    def pull(name: str) -> None:
        from diascribe.weights.hub import Hub  # noqa: PLC0415 - the hub's client takes a second
        from diascribe.weights.pulling import Puller  # noqa: PLC0415

        puller = Puller(store, Hub(settings.hub), settings.token, settings.offline)
        for _ in puller.pull(name):
            pass

    return pull
