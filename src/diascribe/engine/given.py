"""Options as they are given: names and values from anywhere, and profiles, to `Options`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from diascribe.engine.identify.samples import SpeakerSample, parse_sample
from diascribe.engine.options import SAMPLES, Options
from diascribe.engine.profile import Profile, read_profile
from diascribe.errors import OptionsError, printable
from diascribe.transcript import Applied

Given = Applied | Path | Profile | Sequence[SpeakerSample | Mapping[str, str] | str | Path]
"""What may be given for an option; a path only for a profile or a sample."""


def parse_options(given: Mapping[str, Any]) -> Options:
    """Options from a mapping: what is given, else what its profile says, else the defaults.

    `profile` is a `Profile` or the path of its file, which is read here. So whoever takes
    options from strangers looks up the profile himself, and refuses paths.

    Raises:
        OptionsError: names that do not exist and values that do not fit, all at once.
        SourceError: the profile's file cannot be read.
    """
    profile = _profile(given.get("profile"))
    if not isinstance(profile, Profile):
        return _strict({**given, "profile": profile})
    shown = profile.name if profile is given["profile"] else printable(str(given["profile"]))
    try:
        _strict(profile.options, without=frozenset({"profile"}))
    except OptionsError as error:
        problems = tuple(f"profile {shown}: {problem}" for problem in error.problems)
        raise OptionsError(problems) from error
    try:
        return _strict({**profile.options, **given, "profile": profile})
    except OptionsError as error:
        hint = f"what is not given comes from the profile {shown}"
        raise OptionsError(error.problems, hint=hint) from error


def _profile(given: object) -> object:
    """A profile, read where its file is named; whatever is none is refused later."""
    return read_profile(Path(given)) if isinstance(given, str | Path) else given


def _strict(given: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> Options:
    """Options from a mapping.

    Raises:
        OptionsError: names that do not exist, or are those `without`, and values that do not fit.
    """
    known = {one.name for one in fields(Options)} - without
    unknown = tuple(
        f"{name}: unknown option, {_offered(name, sorted(known))}"
        for name in sorted(given.keys() - known)
    )
    samples, wrong = _samples(given.get(SAMPLES))
    unknown += wrong
    values = {name: _frozen(given[name]) for name in given if name in known}
    try:
        options = Options(**{**values, **({SAMPLES: samples} if SAMPLES in values else {})})
    except OptionsError as error:
        raise OptionsError((*unknown, *error.problems)) from error
    if unknown:
        raise OptionsError(unknown)
    return options


def _offered(name: str, known: Sequence[str]) -> str:
    """The options that a name may have meant; all of them where it is like none."""
    meant = get_close_matches(name, known, n=3)
    return f"near it are {' and '.join(meant)}" if meant else f"wanted one of {', '.join(known)}"


def _samples(given: object) -> tuple[object, tuple[str, ...]]:
    """The samples, and what is wrong with others; no list is refused later."""
    if not isinstance(given, list | tuple):
        return given, ()
    samples, wrong = [], []
    for place, one in enumerate(given):
        try:
            samples.append(parse_sample(one))
        except ValueError as error:
            wrong.append(f"{SAMPLES}[{place}]: {error}")
    return tuple(samples), tuple(wrong)


def _frozen(value: object) -> Any:  # noqa: ANN401 - any option's value
    """The value; a list, as JSON has them, as a tuple."""
    return tuple(value) if isinstance(value, list) else value
