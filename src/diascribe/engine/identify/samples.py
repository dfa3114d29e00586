"""Which samples of voices a request names, and whose they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from os.path import lexists
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from diascribe.errors import printable
from diascribe.said import kind_said
from diascribe.storage.shown import DATA, shown

LONGEST_NAME = 200
"""Characters."""

FIELDS = ("url", "name", "file_path")
"""What a sample may have where it is an object, as the RunPod worker takes them."""


@dataclass(frozen=True, slots=True)
class SpeakerSample:
    """A recording of one voice.

    Raises:
        ValueError: nobody could be told whose it is.
    """

    url: str = field(repr=False)
    """A path, a web address or a data URI; may hold a secret, and is not shown."""
    name: str = ""
    """Whose voice; derived from `url` where it is empty."""

    def __post_init__(self) -> None:
        if not self.url.strip():
            raise ValueError("wanted an address or a path, got nothing")
        object.__setattr__(self, "name", clean_name(self.name or derived_name(self.url)))

    @property
    def source(self) -> str:
        """What to fetch: without the part that only names."""
        if _is_data(self.url) or _is_file(self.url):
            return self.url
        if "://" in self.url:
            return self.url.partition("#")[0]
        return _path_of(self.url)

    @property
    def label(self) -> str:
        """What to remember it by: the address, or the file's name."""
        plain = shown(self.source)
        return plain if "://" in plain else Path(plain).name

    def __str__(self) -> str:
        return f"{self.name} ({shown(self.source)})"


def parse_sample(given: object) -> SpeakerSample:
    """A sample from an address, or from an object with `url` and perhaps `name`.

    Raises:
        ValueError: says what is wrong with it.
    """
    if isinstance(given, SpeakerSample):
        return given
    if isinstance(given, str | Path):
        return SpeakerSample(str(given))
    if not isinstance(given, Mapping):
        raise ValueError(f"wanted an address or an object with url, got {kind_said(given)}")  # noqa: TRY004 - the caller gathers
    unknown = sorted(str(one) for one in given if one not in FIELDS)
    if unknown:
        raise ValueError(f"{unknown[0]}: unknown field, wanted {', '.join(FIELDS)}")
    url = given.get("url") or given.get("file_path") or ""
    name = given.get("name") or ""
    if not isinstance(url, str) or not isinstance(name, str):
        raise ValueError("wanted texts for url and name")  # noqa: TRY004 - as above
    return SpeakerSample(url, name)


def derived_name(url: str) -> str:
    """Whose voice an address says it is: `?name=`, else `#fragment`, else the file's stem.

    >>> derived_name("https://example.org/s/a-1.m4a?name=ada"), derived_name("s/a-1.m4a#ada")
    ('ada', 'ada')
    >>> derived_name("https://example.org/s/ada%20l.m4a?Signature=x")
    'ada l'
    """
    if _is_data(url):
        return ""
    if _is_file(url):
        return Path(url).stem
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    named = parse_qs(parts.query).get("name", [""])[0]
    stem = Path(unquote(parts.path) if "://" in url else parts.path).stem
    return named or unquote(parts.fragment) or stem


def clean_name(name: str) -> str:
    """A name as it is kept: composed, on one line, without blanks around it.

    Raises:
        ValueError: it is empty, too long, or not printable.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain:
        raise ValueError("wanted a name: give one, or ?name= or #name with the address")
    if len(plain) > LONGEST_NAME:
        raise ValueError(f"name: wanted at most {LONGEST_NAME} characters, got {len(plain)}")
    if not plain.isprintable():
        raise ValueError(f"name: wanted printable characters, got {printable(plain)}")
    return plain


def _is_data(url: str) -> bool:
    return url[: len(DATA)].lower() == DATA


def _is_file(url: str) -> bool:
    """Whether it is a path as it stands: files may have # and ? in their names."""
    if "://" in url or _is_data(url):
        return False
    try:
        return lexists(url)
    except ValueError:
        return False


def _path_of(url: str) -> str:
    """The path, without what names whose voice it is."""
    path, mark, _ = url.partition("#")
    if not mark and "?name=" in url:
        path = url.partition("?")[0]
    return path
