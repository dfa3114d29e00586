"""What makes two requests the same job, and what a job is called."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from diascribe.engine.identify.samples import parse_sample
from diascribe.engine.options import SAMPLES
from diascribe.jobs.job import Submission

ID_DIGITS = 32
"""128 bits: no two of a tenant's jobs ever meet, and nobody guesses one."""

HOW_NOT_WHAT = ("priority", "idempotency_key")
"""Fields of a submission that say nothing about what is wanted."""

SECRET_OPTIONS = frozenset({"huggingface_access_token"})
"""Options that are kept encrypted, shown to nobody and forgotten when the job ends."""


def canonical(value: object) -> str:
    """The one JSON text of a value, whatever order its keys were given in.

    >>> canonical({"b": 1, "a": (2, 3)})
    '{"a":[2,3],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def looks_for_known(options: Mapping[str, Any]) -> bool:
    """Whether a request looks for voices that are known, since it brings no samples."""
    return bool(options.get("speaker_verification")) and not options.get("speaker_samples")


def mark_of(submission: Submission, voices: int) -> str:
    """What is wanted, as a hash; of whom it knows too, where the request looks for anybody.

    `voices` says how often the known voices of the tenant have changed.
    """
    mark = fingerprint(submission)
    if not looks_for_known(submission.options):
        return mark
    return hashlib.sha256(f"{mark} {voices}".encode()).hexdigest()


def fingerprint(submission: Submission) -> str:
    """What is wanted, as a hash: tenant, source, all options, where results go."""
    wanted = {name: one for name, one in asdict(submission).items() if name not in HOW_NOT_WHAT}
    source = wanted["source"]
    if submission.source.kind == "upload" and submission.source.version:
        del source["uri"]  # each upload lies elsewhere; its hash says what it is
    return hashlib.sha256(canonical(wanted).encode()).hexdigest()


def request_hash(submission: Submission) -> str:
    """What a request with an idempotency key asked for, priority included."""
    return hashlib.sha256(f"{submission.priority} {fingerprint(submission)}".encode()).hexdigest()


def job_id(mark: str, generation: int) -> str:
    """The name of the job of a fingerprint; the next generation replaces one that failed."""
    return hashlib.sha256(f"{mark} {generation}".encode()).hexdigest()[:ID_DIGITS]


def shown_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options without secrets; samples of voices as results name them, without their addresses."""
    shown = {name: value for name, value in options.items() if name not in SECRET_OPTIONS}
    if shown.get(SAMPLES):
        shown[SAMPLES] = [str(parse_sample(one)) for one in shown[SAMPLES]]
    return shown
