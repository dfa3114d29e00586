"""What the environment says, read in this one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from diascribe.errors import OptionsError

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
    """1 lets samples be fetched from private networks, this machine included."""
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
}
"""The variable that says each setting."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment holds; what is empty counts as not set.

    Raises:
        OptionsError: a variable holds something else than it should.
    """
    said = {one: environment.get(name, "").strip() for one, name in NAMES.items()}
    problems = tuple(
        f"{NAMES[one]}: wanted 1 or 0, got {said[one]!r}"
        for one in ("offline", "allow_private_urls")
        if said[one].lower() not in YES | NO
    )
    if problems:
        raise OptionsError(problems)
    data = _folder(said["data"]) if said["data"] else data_folder(environment)
    return Settings(
        models=_folder(said["models"]) if said["models"] else data / "models",
        data=data,
        database=said["database"] or f"sqlite:///{data.absolute() / DATABASE}",
        allow_private_urls=said["allow_private_urls"].lower() in YES,
        offline=said["offline"].lower() in YES,
        token=said["token"] or None,
        hub=said["hub"].rstrip("/") or None,
        service=said["service"].rstrip("/") or None,
        service_key=said["service_key"] or None,
        sagemaker_endpoint=said["sagemaker_endpoint"] or None,
        submit_fields=said["submit_fields"] or None,
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
