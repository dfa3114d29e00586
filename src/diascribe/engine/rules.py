"""What the value of an option may be: its type, its range, its choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from diascribe.said import value_said
from diascribe.transcript import Applied

PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
"""What people call values of a type; of others they are called by the option itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an option means and which values it takes."""

    text: str
    stage: str
    """The stage that it steers: recognition, diarization, or both."""
    unit: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of an option's value."""

    plain: type
    nullable: bool = False
    choices: tuple[str, ...] = ()
    """All values there are, of a text that has only some."""
    item: type = str
    """What a list is of."""

    @property
    def wanted(self) -> str:
        """What to say is wanted."""
        plain = " or ".join(self.choices) or self._named
        return f"{plain} or null" if self.nullable else plain

    @property
    def _named(self) -> str:
        if self.plain is tuple:
            return "a list of texts" if self.item is str else "a list"
        return PLAIN.get(self.plain, "a file")

    def fits(self, value: object) -> bool:
        """Whether a value is of this type; whole numbers are fine for float, booleans are not."""
        if value is None:
            return self.nullable
        if isinstance(value, bool):
            return self.plain is bool
        if self.plain is tuple:
            return isinstance(value, tuple) and all(isinstance(one, self.item) for one in value)
        known = not self.choices or value in self.choices
        return known and isinstance(value, (int, float) if self.plain is float else self.plain)


def option(default: Applied, stage: str, text: str, **limits: Any) -> Any:  # noqa: ANN401 - any field type
    """A field of a dataclass of options."""
    return field(default=default, metadata={"rule": Rule(text, stage, **limits)})


def rule_in(options: type[Any], name: str) -> Rule:
    """The rule of one field of a dataclass of options."""
    (rule,) = (one.metadata["rule"] for one in fields(options) if one.name == name)
    assert isinstance(rule, Rule)
    return rule


@cache
def kind_in(options: type[Any], name: str) -> Kind:
    """The type of one field of a dataclass of options."""
    hint = get_type_hints(options)[name]
    if get_origin(hint) not in {Union, UnionType}:
        return _kind(hint, nullable=False)
    (plain,) = (one for one in get_args(hint) if one is not type(None))
    return _kind(plain, nullable=True)


def _kind(hint: Any, *, nullable: bool) -> Kind:  # noqa: ANN401 - a type, or what stands for one
    if get_origin(hint) is Literal:
        return Kind(str, nullable, get_args(hint))
    if get_origin(hint) is tuple:
        return Kind(tuple, nullable, item=get_args(hint)[0])
    return Kind(get_origin(hint) or hint, nullable)


def misfits(options: Any) -> Iterator[str]:  # noqa: ANN401 - any dataclass of options
    """What is wrong with the values of each field by itself: all types first, then ranges."""
    owner: Any = type(options)
    for one in fields(options):
        value, kind = getattr(options, one.name), kind_in(owner, one.name)
        if not kind.fits(value):
            yield f"{one.name}: wanted {kind.wanted}, got {value_said(value)}"
    for one in fields(options):
        value, rule = getattr(options, one.name), rule_in(owner, one.name)
        if rule.low is None or rule.high is None or not numbers(value):
            continue
        if not rule.low <= value <= rule.high:
            yield f"{one.name}: wanted {rule.low:g} to {rule.high:g}, got {value}"


def numbers(*values: object) -> bool:
    """Whether all of these are numbers."""
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
