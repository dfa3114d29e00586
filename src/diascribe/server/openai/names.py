"""The names of models: our own, and OpenAI's, for which the best one installed stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diascribe.errors import UnknownModelError, printable
from diascribe.weights.catalog import EMBEDDED_RECOGNIZER
from diascribe.weights.entry import Entry
from diascribe.weights.store import Store

DIARIZING = "gpt-4o-transcribe-diarize"
NAMES_LANGUAGES = "gpt-transcribe"
"""Its answers list the languages found."""

UNSTREAMED = "whisper-1"
"""Where its name is given, `stream` is ignored."""

THEIRS = (
    UNSTREAMED,
    NAMES_LANGUAGES,
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    DIARIZING,
)
"""OpenAI's names, for which the best installed recognizer answers."""

US = "diascribe"


@dataclass(frozen=True, slots=True)
class Offered:
    """A model that may be asked for."""

    id: str
    owner: str
    """Whose it is; ours where it only stands in for another."""

    @property
    def body(self) -> dict[str, Any]:
        """The model as JSON; nobody knows when it was made."""
        return {"id": self.id, "object": "model", "created": 0, "owned_by": self.owner}


def offered(store: Store) -> tuple[Offered, ...]:
    """The installed recognizers, the better ones first, then OpenAI's names."""
    found = (one.entry for one in store.installed())
    ours = [_offered(one) for one in found if one.stage == "recognition" and one.opened]
    embedded = Offered(EMBEDDED_RECOGNIZER, US)
    return (*ours, embedded, *(Offered(one, US) for one in THEIRS))


def find(name: str, known: Sequence[Offered]) -> Offered:
    """The model of a name.

    Raises:
        UnknownModelError: there is none; says which there are.
    """
    for one in known:
        if one.id == name:
            return one
    names = ", ".join(one.id for one in known)
    raise UnknownModelError(f"The model '{printable(name)}' does not exist; there are: {names}")


def recognizer(name: str, store: Store) -> str | None:
    """What to ask the engine for: null, the best one installed, where the name is OpenAI's.

    Any recognizer of the catalogue is taken, since workers on other machines have their own.

    Raises:
        UnknownModelError: no recognizer has that name; says which are installed.
    """
    if name in THEIRS:
        return None
    entry = store.entry(name)
    if entry.stage != "recognition" or not entry.opened:
        raise UnknownModelError(f"{entry.name}: no recognizer that this version runs")
    return entry.name


def body(known: Sequence[Offered]) -> dict[str, Any]:
    """The list of models as JSON."""
    return {"object": "list", "data": [one.body for one in known]}


def _offered(entry: Entry) -> Offered:
    return Offered(entry.name, (entry.repo or US).partition("/")[0])
