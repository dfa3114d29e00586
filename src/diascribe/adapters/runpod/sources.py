"""What `audio_file` may be: an address, a data URI, plain base64, an object of our own bucket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from diascribe.errors import SourceError
from diascribe.storage.fetching import WEB, Fetcher
from diascribe.storage.locations import object_within
from diascribe.storage.objects import Objects
from diascribe.storage.shown import DATA

Kind = Literal["web", "data", "base64", "object", "path"]

OBJECT = "s3://"
BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}\s*", re.ASCII)
LEAST_BASE64 = 64
"""Characters: the header of a WAVE file has 60, and shorter words are no recording."""

WANTED = "wanted http://, https://, a data URI or base64"


def kind_of(said: str, *, bucket: bool, local: bool) -> Kind | None:
    """What kind of source a text is; null where it is none that is taken here.

    Objects are taken where there is a bucket, paths where whoever asks sits at this machine.
    """
    lower = said[:16].lower()
    if lower.startswith(WEB):
        return "web"
    if lower.startswith(DATA):
        return "data"
    if lower.startswith(OBJECT):
        return "object" if bucket else None
    if local and len(said) < 4096 and Path(said).exists():
        return "path"
    return "base64" if len(said) >= LEAST_BASE64 and BASE64.fullmatch(said) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Brings recordings into jobs' folders."""

    fetcher: Fetcher
    objects: Objects | None = None
    """Null where no bucket is set up."""
    bucket: str = ""

    def bring(self, said: str, kind: Kind, folder: Path) -> Path:
        """The recording as a file; all but a path of this machine lies in the folder.

        Raises:
            SourceError: it cannot be had.
            SpoolError: there is no room for it.
        """
        if kind == "path":
            return Path(said)
        path = folder / "recording"
        if kind == "object":
            if self.objects is None:
                raise SourceError("audio_file: no bucket is set up here")
            self.objects.fetch(object_within(said, (f"{OBJECT}{self.bucket}/",)), path)
        else:
            self.fetcher.save(f"{DATA};base64,{said}" if kind == "base64" else said, path)
        return path


def stem_of(said: str, kind: Kind) -> str:
    """What results of a recording are called.

    >>> stem_of("https://example.org/calls/Team%20call.mp3?Signature=s", "web")
    'Team call'
    """
    if kind in {"data", "base64"}:
        return "recording"
    path = said if kind == "path" else unquote(urlsplit(said).path)
    return PurePosixPath(path).stem or "recording"
