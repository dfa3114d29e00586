"""What the environment says, read in this one place."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from diascribe.errors import OptionsError
from diascribe.storage.objects import Access

DATABASE = "diascribe.sqlite"
"""The file of the database, where no other is named."""

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this machine is set up. Requests never change it."""

    models: Path
    """Folder of installed models."""
    data: Path
    """Folder of everything else that is kept here, such as known voices."""
    database: str = field(repr=False)
    """Address of the database: `sqlite:///path`, or `postgresql://…` where several machines
    share it."""
    allow_private_urls: bool = False
    """1 lets recordings and samples be fetched from private networks, this machine included, and
    webhooks be sent there."""
    offline: bool = False
    """1 refuses to pull models; nothing else uses the network anyway."""
    token: str | None = field(default=None, repr=False)
    """Token for models whose makers want one; sent for those, and where a hub refuses without."""
    hub: str | None = field(default=None, repr=False)
    """Address of the hub, where it is not the usual one; it may hold a password."""
    service: str | None = None
    """Address of the service that `diascribe submit` and the Lambda function give jobs to."""
    service_key: str | None = field(default=None, repr=False)
    """API key for that service."""
    sagemaker_endpoint: str | None = None
    """SageMaker endpoint that the Lambda function gives jobs to instead."""
    submit_fields: str | None = None
    """JSON object that the Lambda function adds to every request: options, `results`, `formats`."""
    slots: int = 1
    """Jobs that `diascribe worker` works on side by side: one for each GPU, or each few cores."""
    tenant_jobs: int = 10_000
    """Most unfinished jobs of one tenant."""
    keep_days: float = 30.0
    """Days that an ended job and all that it left are kept; 0 keeps them for ever."""
    most_deaths: int = 3
    """Workers that may die over one stage of a job before it is given up; more where machines are
    taken away at any time."""
    dead_s: float = 30.0
    """Seconds after which a worker that says nothing counts as dead, and its jobs are handed on."""
    stage_s: float = 600.0
    """Seconds that a stage of a job may take, besides twenty times the recording's length."""
    media_memory_mb: int = 4096
    """Megabytes of address space that the process has which reads media."""
    secret_key: str | None = field(default=None, repr=False)
    """Key that encrypts secrets of requests, 32 bytes as URL-safe base64; one is made in the data
    folder where none is set. Machines that share a database need the same."""
    webhook_secret: str | None = field(default=None, repr=False)
    """Secret that those of the tenants are made of, with which webhooks are signed: `whsec_…`;
    without one, requests that want webhooks are refused. While a new one takes over, both, with a
    blank between."""
    artefacts: str | None = None
    """Prefix of an object store for what jobs keep, such as `s3://bucket/jobs`; without one it is
    in the data folder. Machines that share a database need one."""
    failures: str | None = None
    """Prefix of an object store where failures of jobs are written that write their results to
    one; without one they are with the results."""
    s3_endpoint: str | None = None
    """Address of an S3-compatible store, where it is not Amazon's; else `AWS_ENDPOINT_URL`."""
    s3_region: str | None = None
    """Region of the buckets; else `AWS_DEFAULT_REGION`."""
    s3_key_id: str | None = None
    """Id of the key for S3; without one, the role that the machine or the pod has."""
    s3_secret: str | None = field(default=None, repr=False)
    """Secret of that key."""
    s3_session_token: str | None = field(default=None, repr=False)
    """Token that goes with a key for a while."""
    google_credentials: str | None = None
    """File of a service account for Google Cloud Storage; without one, the machine's own."""
    google_endpoint: str | None = None
    """Address of a store that speaks Google's protocol, where it is not Google's."""
    azure_account: str | None = None
    """Account of Azure Blob Storage."""
    azure_key: str | None = field(default=None, repr=False)
    """Key of that account; without one, the identity that the machine has."""
    azure_endpoint: str | None = None
    """Address of that account's blobs, where it is not the usual one."""
    hosts: str | None = None
    """Names, without ports and with commas between, that the service may be called by, besides
    those of this machine; where it listens to others and nothing is set, any name does."""
    origins: str | None = None
    """Origins of other sites' pages that may write, with commas between: `https://example.org`."""
    api_keys: str | None = field(default=None, repr=False)
    """API keys besides those of `diascribe keys`, as `tenant:key` with commas between."""
    upload_mb: int = 4096
    """Most megabytes of a recording that is uploaded."""
    requests_per_s: float = 500.0
    """Requests of one tenant each second, twice as many at once after some rest."""
    wait_s: float = 60.0
    """Seconds that whoever asks for a short recording's transcript waits for it."""

    @property
    def access(self) -> Access:
        """How object stores are reached."""
        return Access(**{one.name: getattr(self, one.name) for one in fields(Access)})


NAMES = {
    "models": "DIASCRIBE_MODELS",
    "data": "DIASCRIBE_DATA",
    "database": "DIASCRIBE_DATABASE",
    "allow_private_urls": "DIASCRIBE_ALLOW_PRIVATE_URLS",
    "offline": "DIASCRIBE_OFFLINE",
    "token": "HF_TOKEN",
    "hub": "HF_ENDPOINT",
    "service": "DIASCRIBE_SERVICE",
    "service_key": "DIASCRIBE_SERVICE_KEY",
    "sagemaker_endpoint": "DIASCRIBE_SAGEMAKER_ENDPOINT",
    "submit_fields": "DIASCRIBE_SUBMIT_FIELDS",
    "slots": "DIASCRIBE_SLOTS",
    "tenant_jobs": "DIASCRIBE_TENANT_JOBS",
    "keep_days": "DIASCRIBE_KEEP_DAYS",
    "most_deaths": "DIASCRIBE_MOST_DEATHS",
    "dead_s": "DIASCRIBE_DEAD_S",
    "stage_s": "DIASCRIBE_STAGE_S",
    "media_memory_mb": "DIASCRIBE_MEDIA_MEMORY_MB",
    "secret_key": "DIASCRIBE_SECRET_KEY",
    "webhook_secret": "DIASCRIBE_WEBHOOK_SECRET",
    "artefacts": "DIASCRIBE_ARTEFACTS",
    "failures": "DIASCRIBE_FAILURES",
    "s3_endpoint": "AWS_ENDPOINT_URL_S3",
    "s3_region": "AWS_REGION",
    "s3_key_id": "AWS_ACCESS_KEY_ID",
    "s3_secret": "AWS_SECRET_ACCESS_KEY",
    "s3_session_token": "AWS_SESSION_TOKEN",
    "google_credentials": "GOOGLE_APPLICATION_CREDENTIALS",
    "google_endpoint": "DIASCRIBE_GOOGLE_ENDPOINT",
    "azure_account": "AZURE_STORAGE_ACCOUNT_NAME",
    "azure_key": "AZURE_STORAGE_ACCOUNT_KEY",
    "azure_endpoint": "AZURE_STORAGE_ENDPOINT",
    "hosts": "DIASCRIBE_HOSTS",
    "origins": "DIASCRIBE_ORIGINS",
    "api_keys": "DIASCRIBE_API_KEYS",
    "upload_mb": "DIASCRIBE_UPLOAD_MB",
    "requests_per_s": "DIASCRIBE_REQUESTS_PER_S",
    "wait_s": "DIASCRIBE_WAIT_S",
}
"""The variable that says each setting."""

FALLBACKS = {"s3_endpoint": "AWS_ENDPOINT_URL", "s3_region": "AWS_DEFAULT_REGION"}
"""What counts where the variable of a setting is not set, as for AWS's own tools."""

ADDRESSES = ("hub", "service", "s3_endpoint", "google_endpoint", "azure_endpoint")
"""Settings that are addresses, to which paths are added."""

NUMBERS = {
    "slots": (1, 1024),
    "tenant_jobs": (1, 10_000_000),
    "keep_days": (0, 36_500),
    "most_deaths": (1, 1000),
    "dead_s": (1, 3600),
    "stage_s": (1, 86_400),
    "media_memory_mb": (64, 1 << 20),
    "upload_mb": (1, 1 << 20),
    "requests_per_s": (1, 1_000_000),
    "wait_s": (1, 3600),
}
"""Settings that are numbers, each with the least and the most it may be."""

CHILD_NAMES = frozenset(
    {
        "CUDA_VISIBLE_DEVICES",
        "DIASCRIBE_MODELS",
        "HOME",
        "LANG",
        "LC_ALL",
        "LD_LIBRARY_PATH",
        "MKL_NUM_THREADS",
        "NVIDIA_VISIBLE_DEVICES",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "PYTHONPATH",
        "SSL_CERT_FILE",
        "TMPDIR",
        "TZ",
    }
)
"""All of the environment that a process sees which works on what strangers sent: no address of a
database, no key and no token."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment holds; what is empty counts as not set.

    Raises:
        OptionsError: a variable holds something else than it should.
    """
    said = {one: environment.get(name, "").strip() for one, name in NAMES.items()}
    for one, name in FALLBACKS.items():
        said[one] = said[one] or environment.get(name, "").strip()
    problems = tuple(
        f"{NAMES[one]}: wanted 1 or 0, got {said[one]!r}"
        for one in ("offline", "allow_private_urls")
        if said[one].lower() not in YES | NO
    )
    numbers, wrong = _numbers(said)
    if problems or wrong:
        raise OptionsError((*problems, *wrong))
    data = _folder(said["data"]) if said["data"] else data_folder(environment)
    return Settings(
        models=_folder(said["models"]) if said["models"] else data / "models",
        data=data,
        database=said["database"] or f"sqlite:///{data.absolute() / DATABASE}",
        allow_private_urls=said["allow_private_urls"].lower() in YES,
        offline=said["offline"].lower() in YES,
        **_texts(said),
        **numbers,
    )


def _folder(said: str) -> Path:
    """The folder that a variable names; `~` is the home of a user.

    Raises:
        OptionsError: nobody knows that user's home.
    """
    try:
        return Path(said).expanduser()
    except RuntimeError as error:
        problem = f"{NAMES['models']}: wanted a folder, got {said!r}: whose home is not known"
        raise OptionsError((problem,)) from error


def read_named(names: Iterable[str], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What an environment says of some variables, for platforms with variables of their own.

    What is empty counts as not set.
    """
    said = {name: environment.get(name, "").strip() for name in names}
    return {name: value for name, value in said.items() if value}


def child_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a child process may see of an environment; it pulls no models."""
    seen = {name: value for name, value in environment.items() if name in CHILD_NAMES}
    data = read_settings(environment)
    return {**seen, "DIASCRIBE_MODELS": str(data.models), "DIASCRIBE_OFFLINE": "1"}


def _texts(said: Mapping[str, str]) -> dict[str, Any]:
    """The settings that are texts, or null where nothing is said."""
    names = [one.name for one in fields(Settings) if one.type == "str | None"]
    ends = {one: "/" if one in ADDRESSES else "" for one in names}
    return {one: said[one].rstrip(ends[one] or None) or None for one in names}


def _numbers(said: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The numbers that are set, and what is wrong with others."""
    numbers: dict[str, Any] = {}
    problems = []
    kinds = {one.name: float if one.type == "float" else int for one in fields(Settings)}
    for name, (low, high) in NUMBERS.items():
        if not said[name]:
            continue
        try:
            numbers[name] = kinds[name](said[name])
        except ValueError:
            numbers[name] = math.nan
        if not low <= numbers[name] <= high:
            problems.append(
                f"{NAMES[name]}: wanted a number from {low} to {high}, got {said[name]!r}"
            )
    return numbers, tuple(problems)


def read_access(environment: Mapping[str, str] = os.environ) -> Access:
    """How object stores are reached, as the environment says.

    What is not set, such as keys, the stores' client looks for by the stores' own rules.

    Raises:
        OptionsError: a variable holds something else than it should.
    """
    return read_settings(environment).access


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where this user's data lies; a folder of the whole machine for users without a home."""
    given = environment.get("XDG_DATA_HOME", "")
    if Path(given).is_absolute():  # others count as not set: XDG base directory specification
        return Path(given) / "diascribe"
    try:
        home = Path(environment.get("HOME") or Path.home())
    except RuntimeError:
        return Path("/var/lib/diascribe")
    below = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    return home / below / "diascribe"
