"""The models of a worker: its environment names one, which is pulled at start where absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diascribe.adapters.logs import tell
from diascribe.adapters.runpod.environment import Environment
from diascribe.errors import OptionsError, UnknownModelError
from diascribe.weights.entry import Entry
from diascribe.weights.store import Store

WEIGHTS = "model.bin"
"""What the folder of a recognizer of CTranslate2 holds."""

Pull = Callable[[str], None]
"""Installs a model by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The recognizer of a worker."""

    named: str | None = None
    """As the engine takes it: a name or a folder; null has the best one that is installed."""
    entry: str | None = None
    """Its name in the table of models; null where it has none."""


def choose(environment: Environment, store: Store, pull: Pull) -> Chosen:
    """The recognizer that the environment names; it is there afterwards.

    Raises:
        UnknownModelError: it names no model, and no folder.
        WeightsError: the model cannot be pulled; says why.
    """
    named, folder = environment.recognizer, environment.model_dir
    preloaded = folder is not None and (folder / WEIGHTS).is_file()
    if named is not None:
        own = _of_folder(folder, store) if folder is not None and preloaded else None
        called = entry_called(named, store)
        same = own is not None and called is not None and own.entry == called.name
        return own if own is not None and same else _of_name(named, store, pull)
    if folder is None:
        return Chosen()
    if preloaded:
        return _of_folder(folder, store)
    entry = entry_called(folder.name, store)
    if entry is None:
        raise UnknownModelError(
            f"WHISPERX_MODEL_DIR: {folder} holds no {WEIGHTS}, and no model is called {folder.name}"
        )
    return _installed(entry, store, pull)


def _of_name(named: str, store: Store, pull: Pull) -> Chosen:
    entry = entry_called(named, store)
    if entry is not None:
        return _installed(entry, store, pull)
    if os.sep in named or Path(named).is_dir():
        return _of_folder(Path(named), store)
    store.entry(named)  # refuses it, and says what is near
    raise AssertionError("an entry is called so")


def _of_folder(folder: Path, store: Store) -> Chosen:
    if not folder.is_dir():
        raise UnknownModelError(f"WHISPERX_MODEL: {folder}: there is no such folder")
    entry = entry_called(folder.name, store)
    return Chosen(named=str(folder), entry=entry.name if entry else None)


def _installed(entry: Entry, store: Store, pull: Pull) -> Chosen:
    """The model of an entry, pulled where it is absent."""
    if entry.stage != "recognition" or not entry.opened:
        raise OptionsError(
            (f"WHISPERX_MODEL: {entry.name} is no recognizer that this version runs",)
        )
    if entry.family != "embedded":
        try:
            store.find(entry.name)
        except UnknownModelError:
            tell("model is pulled", model=entry.name)
            pull(entry.name)
            tell("model is there", model=entry.name)
    return Chosen(named=entry.name, entry=entry.name)


def entry_called(named: str, store: Store) -> Entry | None:
    """The entry of a name, of a repository, or of a folder that is named after one."""
    with suppress(UnknownModelError):
        return store.entry(named)
    by_repo = (one for one in store.catalog.values() if one.repo == named)
    return next(by_repo, None) or store.like(named)


def resolved(option: str, named: str, chosen: Chosen, store: Store) -> str | None:
    """The model that a request means, which must be installed: requests have none pulled.

    Raises:
        UnknownModelError: no model has that name, or it is not installed.
    """
    entry = entry_called(named, store)
    if entry is None:
        store.entry(named if os.sep not in named else Path(named).name)
        raise UnknownModelError(f"{named}: no model has that name; {store.working()}")
    if option == "model" and entry.name == chosen.entry:
        return chosen.named
    if entry.family != "embedded":
        store.peek(entry.name)
    elif option == "diarizer":
        return None  # the embedded one has no name there
    return entry.name
