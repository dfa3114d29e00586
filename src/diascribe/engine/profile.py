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
    shown = printable(str(path))
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SourceError(f"{shown}: wanted a profile: {reason}") from error
    try:
        return _parsed(printable(path.name), text)
    except ValueError as error:
        raise OptionsError(
            (f"profile {shown}: wanted the JSON that diascribe tune writes: {error}",)
        ) from error


def _parsed(name: str, text: str) -> Profile:
    """The profile that a text holds.

    Raises:
        ValueError: it holds none; the message says why.
    """
    told = _object("it", _loaded(text))
    if "profile_schema" not in told:
        raise ValueError("profile_schema is missing")
    if told["profile_schema"] != SCHEMA:
        raise ValueError(f"schema {told['profile_schema']}, this version reads {SCHEMA}")
    if "options" not in told:
        raise ValueError("options is missing")
    models = told.get("models", [])
    if not isinstance(models, list):
        raise ValueError("models is no list")  # noqa: TRY004 - the caller names the file
    return Profile(
        name=name,
        options=_object("options", told["options"]),
        models=tuple(_model(f"models[{place}]", one) for place, one in enumerate(models)),
        evidence=_object("evidence", told.get("evidence", {})),
    )


def _loaded(text: str) -> object:
    """What the JSON says; raises as `_parsed` does."""
    if len(text) > LARGEST:
        raise ValueError(f"it is longer than {LARGEST} characters")
    if not text.strip():
        raise ValueError("it is empty")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _object(place: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{place} is no object")  # noqa: TRY004 - the caller names the file
    return value


def _model(place: str, value: object) -> Model:
    told = _object(place, value)
    absent = [part for part in ("stage", "name", "revision") if part not in told]
    if absent:
        raise ValueError(f"{place}.{absent[0]} is missing")
    return Model(str(told["stage"]), str(told["name"]), str(told["revision"]))


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
