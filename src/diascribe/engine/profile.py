"""Profiles: files with the values of options that suit some recordings, and how they were found.

`diascribe tune` writes them; the option `profile` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diascribe.errors import OptionsError, SourceError, printable
from diascribe.transcript import Model, Notice

SCHEMA = 1
"""Raised when an older reader would misunderstand a newer file."""

LARGEST = 1 << 20
"""Characters: whatever is longer is no profile, but perhaps a recording named by mistake."""

OTHER_MODELS = "profile_other_models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Values that hold for every option that is not given.

    Mappings have no hash: they are left out of the profile's, which so may be a key.
    """

    name: str
    """What a result calls it: its file's name."""
    options: Mapping[str, Any] = field(hash=False)
    """Fields of `Options` by name; checked where options are parsed."""
    models: tuple[Model, ...] = ()
    """The models that the values were found with; their notes are not kept."""
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """How the values were found, for people: JSON that nothing acts on."""


def read_profile(path: Path) -> Profile:
    """The profile in a file.

    Raises:
        SourceError: the file cannot be read.
        OptionsError: it is no profile, or one of a later schema.
    """
    name = printable(path.name)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SourceError(f"{printable(str(path))}: wanted a profile: {reason}") from error
    try:
        return _parsed(name, text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise OptionsError(
            (f"profile {name}: wanted the JSON that diascribe tune writes: {error!r}",)
        ) from error


def _parsed(name: str, text: str) -> Profile:
    """The profile that a text holds.

    Raises:
        ValueError, KeyError, TypeError, RecursionError: it holds none.
    """
    if len(text) > LARGEST:
        raise ValueError(f"longer than {LARGEST} characters")
    told: Mapping[str, Any] = json.loads(text)
    if told["profile_schema"] != SCHEMA:
        raise ValueError(f"schema {told['profile_schema']}, this version reads {SCHEMA}")
    return Profile(
        name=name,
        options=dict(told["options"]),
        models=tuple(
            Model(str(one["stage"]), str(one["name"]), str(one["revision"]))
            for one in told.get("models", ())
        ),
        evidence=dict(told.get("evidence", {})),
    )


def to_text(profile: Profile) -> str:
    """The text of a profile's file."""
    told = {
        "profile_schema": SCHEMA,
        "options": dict(profile.options),
        "models": [
            {"stage": one.stage, "name": one.name, "revision": one.revision}
            for one in profile.models
        ],
        "evidence": dict(profile.evidence),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def other_models(profile: Profile, used: Sequence[Model], *, diarized: bool) -> Iterator[Notice]:
    """A warning where other models worked than those that the profile was made with.

    Models of stages that did not run are no reason: without speakers (`diarized`), those of
    diarization.
    """
    worked = {(one.stage, one.name, one.revision) for one in used}
    stages = {one.stage for one in used}
    absent = [
        f"{one.name} ({one.revision})"
        for one in profile.models
        if (one.stage, one.name, one.revision) not in worked and (diarized or one.stage in stages)
    ]
    if absent:
        yield Notice(
            OTHER_MODELS,
            "options",
            f"profile {profile.name} was made with {', '.join(absent)}: its values may not suit"
            " the models used here",
        )
