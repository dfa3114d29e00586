"""Results and failures in buckets: beside their recordings, or below prefixes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from diascribe.storage.locations import Location
from diascribe.storage.naming import FAILURE, beside, elsewhere, of_job
from diascribe.storage.objects import Objects

JSON = "json"
KINDS: Mapping[str, str] = {
    "json": "application/json",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    FAILURE: "application/json",
}
"""Media types by format; others are text."""
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The recording that a result is of."""

    job: str
    name: str
    """What people call it."""
    source: Location | None = None
    """Its object; null for uploads and web addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWriter:
    """Writes what came of recordings; each file whole or not at all."""

    objects: Objects
    results: Location | None = None
    """Prefix of results; null is beside the recording."""
    failures: Location | None = None
    """Prefix of failures; null is with the results."""

    def write(self, recorded: Recorded, texts: Mapping[str, str]) -> tuple[Location, ...]:
        """Write a result in some formats; where they are now.

        The JSON comes last: where it is, the others are. An earlier failure of the same
        recording goes away.

        Raises:
            OutputError: one cannot be written.
        """
        formats = sorted(texts, key=lambda one: (one == JSON, one))
        places = {one: self._place(recorded, one, self.results) for one in formats}
        for one, place in places.items():
            self.objects.put(place, texts[one].encode(), kind=KINDS.get(one, TEXT))
        self.objects.delete(self._failure(recorded))
        return tuple(places[one] for one in texts)

    def write_failure(self, recorded: Recorded, error: Mapping[str, object]) -> Location:
        """Write why a recording has no result; where that is now.

        Raises:
            OutputError: it cannot be written.
        """
        place = self._failure(recorded)
        text = json.dumps({"job": recorded.job, "error": dict(error)}, ensure_ascii=False, indent=2)
        self.objects.put(place, text.encode(), kind=KINDS[FAILURE])
        return place

    def _failure(self, recorded: Recorded) -> Location:
        return self._place(recorded, FAILURE, self.failures or self.results)

    def _place(self, recorded: Recorded, ending: str, prefix: Location | None) -> Location:
        if recorded.source is None:
            assert prefix is not None, "what came from no bucket has nothing to lie beside"
            return of_job(prefix, recorded.job, recorded.name, ending)
        if prefix is None:
            return beside(recorded.source, ending)
        return elsewhere(prefix, recorded.source, ending)
