"""What jobs keep, in a bucket: files by keys, as `diascribe.jobs.artefacts` wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from diascribe.errors import InputError
from diascribe.storage.locations import Location
from diascribe.storage.objects import MOST_BYTES, Objects


def no_addresses() -> InputError:
    """Why files of a folder are not given by address."""
    return InputError(
        "results are kept in a folder here, which has no addresses of the web",
        hint="GET /v1/jobs/{job}/result gives the result itself;"
        " with DIASCRIBE_ARTEFACTS the service keeps results in an object store",
    )


@dataclass(frozen=True, slots=True)
class BucketArtefacts:
    """Artefacts below a prefix of an object store; a key's file is there whole or not."""

    objects: Objects
    place: Location

    def put(self, key: str, path: Path) -> None:
        """Keep a file under a key, in place of what was there."""
        self.objects.put(self._place(key), path)

    def get(self, key: str, path: Path) -> None:
        """Bring a key's file to `path`, in place of what was there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        coming = path.with_name(f".{uuid4().hex}")
        try:
            self.objects.fetch(self._place(key), coming)
            coming.replace(path)
        finally:
            coming.unlink(missing_ok=True)

    def read(self, key: str) -> bytes:
        """All bytes of a key's file."""
        return self.objects.read(self._place(key), most_bytes=MOST_BYTES)

    def copy(self, key: str, other: str) -> None:
        """Keep a key's file under another one too."""
        self.objects.copy(self._place(key), self._place(other))

    def presign(self, key: str, *, valid_s: float) -> str:
        """A web address that gives a key's file to whoever has it, for a while."""
        if self.place.scheme == "file":
            raise no_addresses()
        return self.objects.presign(self._place(key), valid_s=valid_s)

    def list(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted."""
        folder, _, _ = prefix.rpartition("/")
        start = self.place.below("").key
        below = self.objects.list(self.place.below(folder))
        keys = (one.place.key.removeprefix(start) for one in below)
        return sorted(key for key in keys if key.startswith(prefix))

    def delete(self, prefix: str) -> None:
        """Remove every key that begins with a prefix; what is not there is no error."""
        for key in self.list(prefix):
            self.objects.delete(self._place(key))

    def _place(self, key: str) -> Location:
        assert not {"", ".", ".."} & set(key.split("/")), "keys stay inside"
        return self.place.below(key)
