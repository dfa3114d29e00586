"""What the environment says, read in this one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from diascribe.errors import OptionsError

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this machine is set up. Requests never change it."""

    models: Path
    """Folder of installed models."""
    offline: bool = False
    """1 refuses to pull models; nothing else uses the network anyway."""
    token: str | None = field(default=None, repr=False)
    """Token for models whose makers want one; sent for those, and where a hub refuses without."""
    hub: str | None = field(default=None, repr=False)
    """Address of the hub, where it is not the usual one; it may hold a password."""


NAMES = {
    "models": "DIASCRIBE_MODELS",
    "offline": "DIASCRIBE_OFFLINE",
    "token": "HF_TOKEN",
    "hub": "HF_ENDPOINT",
}
"""The variable that says each setting."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment holds; what is empty counts as not set.

    Raises:
        OptionsError: a variable holds something else than it should.
    """
    said = {one: environment.get(name, "").strip() for one, name in NAMES.items()}
    if said["offline"].lower() not in YES | NO:
        problem = f"{NAMES['offline']}: wanted 1 or 0, got {said['offline']!r}"
        raise OptionsError((problem,))
    return Settings(
        models=_folder(said["models"]) if said["models"] else data_folder(environment) / "models",
        offline=said["offline"].lower() in YES,
        token=said["token"] or None,
        hub=said["hub"].rstrip("/") or None,
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
