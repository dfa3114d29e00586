"""What a request holds that nobody may read: encrypted in the database, forgotten at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from diascribe.engine.options import SAMPLES
from diascribe.errors import DatabaseError, OptionsError
from diascribe.jobs.identity import SECRET_OPTIONS, canonical
from diascribe.jobs.job import Submission
from diascribe.store.job_schema import SECRETS

KEY_FILE = "secrets.key"
"""Below the data folder, where no key is set; several machines that share a database set one."""

REQUEST = "request"
"""The name of what was in a request; `WEBHOOK` outlives it until the notice is delivered."""

WEBHOOK = "webhook"

VOICES = "voices"
"""Samples of voices, whose addresses may be signed: kept as long as the job, which may be run again
with another number of speakers."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Encrypts with one key. One instance serves all threads."""

    lock: Fernet

    def put(self, connection: sa.Connection, job: str, submission: Submission) -> None:
        """Keep what is secret in a submission, as part of a transaction."""
        request = secrets_of(submission)
        if request:
            self._put(connection, job, REQUEST, request)
        if submission.options.get(SAMPLES):
            self._put(connection, job, VOICES, {VOICES: submission.options[SAMPLES]})
        if submission.webhook is not None:
            self._put(connection, job, WEBHOOK, {"webhook": submission.webhook})

    def read(self, connection: sa.Connection, job: str) -> dict[str, Any]:
        """What is kept of a job; nothing where all was forgotten.

        Raises:
            OptionsError: it was encrypted with another key.
        """
        which = sa.select(SECRETS.c.value).where(SECRETS.c.job == job)
        told: dict[str, Any] = {}
        for token in connection.execute(which).scalars():
            try:
                told.update(json.loads(self.lock.decrypt(token)))
            except InvalidToken as error:
                raise OptionsError(
                    ("DIASCRIBE_SECRET_KEY: secrets of this job were encrypted with another key",),
                    hint="every machine needs the same key",
                ) from error
        return told

    def _put(
        self, connection: sa.Connection, job: str, name: str, value: Mapping[str, Any]
    ) -> None:
        token = self.lock.encrypt(canonical(value).encode())
        connection.execute(sa.insert(SECRETS), {"job": job, "name": name, "value": token})


def secrets_of(submission: Submission) -> dict[str, Any]:
    """What of a submission goes into the vault: secret options, an address that holds a secret."""
    options = {name: value for name, value in submission.options.items() if name in SECRET_OPTIONS}
    told: dict[str, Any] = {"options": options} if options else {}
    if has_secret(submission.source.uri):
        told["source"] = {"uri": submission.source.uri}
    return told


def has_secret(uri: str) -> bool:
    """Whether an address says more than a place: a signature, a token, a password.

    >>> has_secret("https://example.org/a.wav?sig=1"), has_secret("s3://bucket/a.wav")
    (True, False)
    """
    parts = urlsplit(uri)
    return bool(parts.query or parts.fragment or "@" in parts.netloc or parts.scheme == "data")


def forget(connection: sa.Connection, job: str, *names: str) -> None:
    """Forget secrets of a job; all of them where none is named."""
    which = sa.delete(SECRETS).where(SECRETS.c.job == job)
    connection.execute(which.where(SECRETS.c.name.in_(names)) if names else which)


def open_vault(folder: Path, key: str | None) -> Vault:
    """The vault with the key that is set, or that the folder holds; one is made there.

    Raises:
        OptionsError: the key is none.
        DatabaseError: a key cannot be made.
    """
    try:
        return Vault(Fernet(key or _kept_key(folder)))
    except ValueError as error:
        raise OptionsError(
            ("DIASCRIBE_SECRET_KEY: wanted 32 bytes as URL-safe base64, got something else",)
        ) from error


def _kept_key(folder: Path) -> bytes:
    path = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return path.read_bytes()
    except OSError as error:
        raise DatabaseError(f"{path}: no key can be kept: {error.strerror}") from error


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; the first of several processes wins."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_bytes(Fernet.generate_key())
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
