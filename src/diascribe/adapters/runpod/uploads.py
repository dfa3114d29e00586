"""Results in a bucket, under keys that no other job has, with addresses for whoever asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from diascribe.adapters.runpod.answers import INLINE_BYTES, Texts, size_of
from diascribe.adapters.runpod.environment import Environment
from diascribe.errors import AddressRefusedError, MissingExtraError, OptionsError
from diascribe.settings import Settings
from diascribe.storage.locations import location
from diascribe.storage.naming import of_job
from diascribe.storage.objects import Access, Objects, open_objects
from diascribe.storage.results import KINDS, TEXT

ANY_REGION = "us-east-1"
"""What stores that have none expect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """Writes the results of jobs. One instance serves all threads."""

    objects: Objects
    bucket: Callable[[], str]
    prefix: str
    valid_s: int
    """Seconds for which addresses can be used."""
    tiny: bool = False
    """Whether answers hold addresses only."""
    most_bytes: int = INLINE_BYTES

    def answer(
        self, job: str, stem: str, result: Mapping[str, Any], texts: Texts
    ) -> dict[str, Any]:
        """The answer: keys and addresses, with the result itself where it is small.

        Raises:
            OutputError: the store does not take it.
        """
        placed = self._upload(job, stem, _files(result, texts))
        told = {name: result[name] for name in _TOLD if name in result}
        whole = {**result, **texts, **placed}
        if self.tiny or size_of(whole) > self.most_bytes:
            return {**told, **placed}
        return whole

    def _upload(self, job: str, stem: str, files: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        """Write files by name, each an ending and a text; their keys and addresses."""
        folder = location(f"s3://{self.bucket()}/{self.prefix}")
        unique = f"{_plain(job)}-{uuid4().hex}"  # ids of tests and of other endpoints may be equal
        placed: dict[str, str] = {}
        for name, (ending, text) in files.items():
            place = of_job(folder, unique, stem, ending)
            kind = KINDS.get(ending.rpartition(".")[2], TEXT)
            self.objects.put(place, text.encode(), kind=kind)
            placed[f"{name}_key"] = place.key
            placed[f"{name}_url"] = self.objects.presign(place, valid_s=self.valid_s)
        return placed


_TOLD = ("detected_language", "language_probability", "duration", "speakers", "warnings", "debug")
"""What is told of a result that is only uploaded."""


def _files(result: Mapping[str, Any], texts: Texts) -> dict[str, tuple[str, str]]:
    """What is uploaded: by the name of its address, its ending and its text."""
    own = {"transcript": ("json", _json(result))}
    own["segments"] = ("segments.json", _json(result["segments"]))
    return {**own, **{one: (one, text) for one, text in texts.items()}}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _plain(job: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "_" for one in job)


def open_uploads(environment: Environment, settings: Settings) -> Uploads | None:
    """Where the environment has results uploaded; null where it names no store.

    Raises:
        OptionsError: it says only a part of what is needed.
        MissingExtraError: the extra `runpod` is not installed.
    """
    wanted = {
        "STORAGE_ENDPOINT": environment.storage_endpoint or environment.bucket_endpoint,
        "STORAGE_BUCKET": environment.storage_bucket or environment.bucket_name,
        "STORAGE_ACCESS_KEY": environment.storage_key or environment.bucket_key,
        "STORAGE_SECRET_KEY": environment.storage_secret or environment.bucket_secret,
    }
    if not any(wanted.values()):
        return None
    monthly = wanted["STORAGE_BUCKET"] is None and environment.bucket_endpoint is not None
    needed = ("STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY", *(() if monthly else ("STORAGE_BUCKET",)))
    lacking = tuple(
        f"{one}: wanted too, for results to be uploaded" for one in needed if not wanted[one]
    )
    if lacking:
        raise OptionsError(lacking)
    _check_prefix(wanted["STORAGE_BUCKET"] or this_month(), environment.prefix)
    access = Access(
        s3_endpoint=(wanted["STORAGE_ENDPOINT"] or "").rstrip("/") or None,
        s3_region=environment.storage_region or settings.s3_region or ANY_REGION,
        s3_key_id=wanted["STORAGE_ACCESS_KEY"],
        s3_secret=wanted["STORAGE_SECRET_KEY"],
    )
    named = wanted["STORAGE_BUCKET"]
    return Uploads(
        objects=_open(access),
        bucket=this_month if named is None else lambda: named,
        prefix=environment.prefix,
        valid_s=environment.presign_s,
        tiny=environment.tiny_output,
    )


def this_month() -> str:
    """The bucket that RunPod's own helpers write to where none is named."""
    return datetime.now(UTC).strftime("%m-%y")


def _check_prefix(bucket: str, prefix: str) -> None:
    try:
        location(f"s3://{bucket}/{prefix}")
    except AddressRefusedError as error:
        raise OptionsError((f"STORAGE_BUCKET and PREFIX_TRANSCRIPTS: {error}",)) from error


def _open(access: Access) -> Objects:
    try:
        return open_objects(access)
    except MissingExtraError as error:
        raise MissingExtraError(str(error), hint="pip install 'diascribe[runpod]'") from error
