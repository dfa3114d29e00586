"""What a model's folder holds: `manifest.json` says which bytes each file must have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from diascribe.errors import WeightsError, printable

MANIFEST = "manifest.json"
SCHEMA = 1
LONGEST = 1 << 20
"""Bytes of a manifest: a thousand times as many as one needs."""

CHUNK = 1 << 20
"""Bytes read at once: each is a progress report."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far reading or writing is, in bytes."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a model, and the bytes that it must have."""

    path: str
    """Below the model's folder, with slashes."""
    size: int
    """Bytes."""
    sha256: str
    modified: int
    """Whole seconds since 1970 when its bytes were last proved; others mean: prove again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which model a folder holds, at which revision, in which files."""

    name: str
    repo: str | None
    """Null where the files were given as a folder."""
    revision: str
    """The repository's commit; else the start of a digest over all files."""
    files: tuple[StoredFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.files)

    @property
    def again(self) -> str:
        """The command that installs it anew: what was given can only be given again."""
        return f"diascribe models pull {self.name}{'' if self.repo else ' --from FOLDER'}"

    def text(self) -> str:
        """As the file has it."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2) + "\n"


def parse_manifest(text: str, name: str) -> Manifest:
    """The manifest that a text holds; its paths stay below the model's folder.

    Raises:
        WeightsError: it is none, or that of another model than `name`.
    """
    try:
        given = json.loads(text)
        if given["schema"] != SCHEMA:
            raise WeightsError(f"{name}: {MANIFEST}: wanted schema {SCHEMA}, got {given['schema']}")
        files = tuple(_file(one) for one in given["files"])
        revision = printable(str(given["revision"]))
        manifest = Manifest(str(given["name"]), given["repo"], revision, files)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise WeightsError(f"{name}: {MANIFEST}: not what diascribe writes: {error!r}") from error
    if manifest.name != name:
        raise WeightsError(f"{name}: {MANIFEST} is that of {printable(manifest.name)}")
    return manifest


def _file(given: Mapping[str, Any]) -> StoredFile:
    size, modified = int(given["size"]), int(given["modified"])
    if size < 0:
        raise ValueError(f"size {size}")
    return StoredFile(checked_path(str(given["path"])), size, str(given["sha256"]), modified)


def checked_path(text: str) -> str:
    """A relative path with slashes that stays inside whatever folder it is joined to.

    Raises:
        WeightsError: it leads elsewhere, is hidden, or would hide the manifest.
    """
    parts = text.split("/")
    plain = text.isprintable() and "\\" not in text and ":" not in text
    if not plain or text == MANIFEST or any(not one or one.startswith(".") for one in parts):
        raise WeightsError(f"{printable(text)[:80]!r}: no file of a model may have that name")
    return text


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model's folder, which bears the model's name.

    Raises:
        WeightsError: it is absent, cannot be read or is none.
    """
    try:
        with (folder / MANIFEST).open("rb") as file:
            text = file.read(LONGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise WeightsError(f"{folder.name}: {MANIFEST}: cannot be read: {reason}") from error
    return parse_manifest(text, folder.name)


def matching(paths: Iterable[str], pattern: str) -> Iterator[str]:
    """The paths that a pattern describes, folder by folder; `|` stands between two patterns."""
    choices = [one.split("/") for one in pattern.split("|")]
    for path in paths:
        parts = PurePosixPath(path).parts
        if any(len(one) == len(parts) and all(map(fnmatchcase, parts, one)) for one in choices):
            yield path


def wanted_files(
    paths: Iterable[str], needed: Iterable[str], optional: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The paths that any pattern describes, sorted, and the needed patterns without any."""
    there = sorted(paths)
    lacking = [one for one in needed if not any(matching(there, one))]
    taken = {path for one in (*needed, *optional) for path in matching(there, one)}
    return sorted(taken), lacking


def digest_of(path: Path) -> Generator[int, None, str]:
    """The sha256 of a file; yields the bytes read since the last time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield len(chunk)
    return digest.hexdigest()


def lacking_files(
    folder: Path, family: str, lacking: Iterable[str], needed: Iterable[str]
) -> WeightsError:
    """What to say of a folder that lacks files which such models need, each a pattern."""
    absent, all_ = (
        ", ".join(one.replace("|", " or ") for one in patterns) for patterns in (lacking, needed)
    )
    return WeightsError(f"{folder}: lacks {absent}: a {family} model has {all_}")
