"""The table of models, as people and machines read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from diascribe.weights.entry import MANY, Entry
from diascribe.weights.placing import is_there
from diascribe.weights.proving import looks_whole
from diascribe.weights.store import Installed, Store

FAR = 3
"""More languages than that are counted, not named."""

GIVEN = "to be given"
"""Said of models that cannot be pulled."""


def state_of(store: Store, entry: Entry) -> str:
    """Whether a model is there: `installed`, `damaged`, `embedded`, or nothing.

    Sizes are compared, which takes no time; `diascribe models verify` reads every byte.
    """
    if entry.family == "embedded":
        return "embedded"
    if not is_there(store.root / entry.name):
        return ""
    return "installed" if looks_whole(store.root / entry.name) else "damaged"


def readable(store: Store) -> Iterator[str]:
    """A line for each model, below a header, and where they are."""
    rows: list[tuple[str, ...]] = [
        ("name", "state", "stage", "MB", "languages", "licence", "what for")
    ]
    rows += [_row(store, one) for one in store.known()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        yield "  ".join((*cells, row[-1])).rstrip() + "\n"
    yield f"\nInstalled models are in {store.root}\n"


def _row(store: Store, entry: Entry) -> tuple[str, ...]:
    size = str(entry.size_mb or "?") if entry.family != "embedded" else ""
    return (
        entry.name,
        state_of(store, entry),
        entry.stage,
        size,
        languages_of(entry),
        entry.licence,
        "; ".join((entry.purpose, *remarks_on(entry))),
    )


def languages_of(entry: Entry) -> str:
    """The languages of a model, or how many."""
    if entry.languages == MANY:
        return "about 100"
    few = len(entry.languages) <= FAR
    return " ".join(entry.languages) if few else str(len(entry.languages))


def remarks_on(entry: Entry) -> Iterator[str]:
    """What whoever wants a model must know."""
    if entry.speakers:
        yield f"at most {entry.speakers} speakers"
    if entry.gated:
        yield "its makers want their terms accepted"
    if entry.repo is None and entry.family != "embedded":
        yield f"{GIVEN}: {entry.origin}"
    if not entry.opened:
        yield "not used by this version"


def as_json(store: Store) -> dict[str, Any]:
    """The folder and every model in it, or that could be."""
    installed = {one.entry.name: one for one in store.installed()}
    return {
        "folder": str(store.root),
        "models": [
            {**asdict(one), "used": one.opened, "state": state_of(store, one) or None}
            | {"installed": shown(installed[one.name]) if one.name in installed else None}
            for one in store.known()
        ],
    }


def shown(installed: Installed) -> dict[str, Any]:
    """An installed model."""
    return {
        "name": installed.entry.name,
        "revision": installed.revision,
        "folder": str(installed.path),
        "bytes": installed.size,
    }
