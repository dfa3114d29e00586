"""The models installed on this machine: a folder each, below one root.

ROOT/NAME/manifest.json, model files    whole and proved
ROOT/.partial/NAME/REVISION/…           on their way; a broken pull goes on from here
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from diascribe.errors import UnknownModelError, WeightsError
from diascribe.weights.aligners import language_of
from diascribe.weights.catalog import CATALOG, EMBEDDED_RECOGNIZER, Catalog, entry_of
from diascribe.weights.entry import Entry
from diascribe.weights.manifest import Manifest, Transfer, read_manifest
from diascribe.weights.placing import discard, is_there, names_in
from diascribe.weights.proving import glance, prove


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that is there."""

    entry: Entry
    path: Path
    """Its folder."""
    revision: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Store:
    """The models below `root`, which need not exist. Opens no connection."""

    root: Path
    catalog: Catalog = field(default_factory=lambda: CATALOG)

    def entry(self, name: str) -> Entry:
        """The entry of a model, whichever of its names is given.

        Raises:
            UnknownModelError: no model has that name; says which are near, and installed.
        """
        try:
            return entry_of(name, self.catalog)
        except UnknownModelError as error:
            raise UnknownModelError(f"{error}; {self.working()}", hint=error.hint) from error

    def like(self, name: str) -> Entry | None:
        """The entry that a folder is named after, or after whose repository; null for none."""
        named = (one for one in self.catalog.values() if (one.repo or "").endswith(f"/{name}"))
        return self.catalog.get(name) or next(named, None)

    def known(self) -> Iterator[Entry]:
        """The models of the table, the better ones first, then aligners that it lacks."""
        yield from self.catalog.values()
        for name in sorted(names_in(self.root)):
            if name not in self.catalog and language_of(name) is not None:
                yield self.entry(name)

    def present(self) -> Iterator[Entry]:
        """The models that have a folder here, whole or damaged; the better ones first."""
        return (one for one in self.known() if is_there(self.root / one.name))

    def installed(self) -> Iterator[Installed]:
        """The models whose manifests can be read; their files are not looked at."""
        for entry in self.present():
            try:
                manifest = read_manifest(self.root / entry.name)
            except WeightsError:
                continue  # `find` and `diascribe models list` tell of it
            yield self._installed(entry, manifest)

    def peek(self, name: str) -> Installed:
        """A model as its manifest has it; its files are not looked at.

        Raises:
            UnknownModelError: no model has that name, or it is not installed; says which are.
            WeightsError: its manifest cannot be read.
        """
        entry = self._present(name)
        return self._installed(entry, read_manifest(self.root / entry.name))

    def find(self, name: str) -> Installed:
        """A model whose files are as they were proved.

        Raises:
            UnknownModelError: no model has that name, or it is not installed; says which are.
            WeightsError: a file is absent, cut short or changed.
        """
        entry = self._present(name)
        return self._installed(entry, glance(self.root / entry.name))

    def verify(self, name: str) -> Generator[Transfer, None, Installed]:
        """Read every byte of a model and compare.

        Raises:
            UnknownModelError: no model has that name, or it is not installed.
            WeightsError: names every file that is absent, cut short or changed.
        """
        entry = self._present(name)
        manifest = yield from prove(self.root / entry.name)
        return self._installed(entry, manifest)

    def remove(self, name: str) -> None:
        """Remove a model, whole or damaged, and what there is of it on its way.

        Raises:
            UnknownModelError: no model has that name, or nothing of it is there.
            WeightsError: it is being installed, or may not be removed.
        """
        entry = self.entry(name)
        if not discard(self.root, entry.name):
            self._present(entry.name, hint="diascribe models list shows what is there")

    def working(self) -> str:
        """What can be used without pulling anything, in words."""
        return f"installed: {self.usable()}"

    def usable(self) -> str:
        """The names of the models that work without a network."""
        names = [one.entry.name for one in self.installed() if one.entry.opened]
        return ", ".join([*names, EMBEDDED_RECOGNIZER])

    def _present(self, name: str, hint: str | None = None) -> Entry:
        """The entry of a model that has a folder here; without a hint, pulling is the way."""
        entry = self.entry(name)
        if is_there(self.root / entry.name):
            return entry
        if entry.family == "embedded":
            raise UnknownModelError(f"{name}: comes {entry.origin}, not from the store")
        raise UnknownModelError(
            f"{name}: not installed; {self.working()}",
            hint=hint or f"diascribe models pull {entry.name}",
        )

    def _installed(self, entry: Entry, manifest: Manifest) -> Installed:
        return Installed(entry, self.root / entry.name, manifest.revision, manifest.size)
