"""Reads a Dockerfile into its stages, as far as ours goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

CONTINUED = re.compile(r"\\\n(?:\s*#.*\n)*")
FROM = re.compile(r"^(?P<base>\S+)(?:\s+[Aa][Ss]\s+(?P<name>\S+))?$")
FLAG = re.compile(r"^--(?P<name>[a-z]+)=(?P<value>\S+)\s+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line, continued ones joined."""

    word: str
    """In capitals: `RUN`."""
    text: str
    """What follows it, without its flags."""
    flags: Mapping[str, str]
    """Those before the text: `--from=installed`."""

    @property
    def listed(self) -> list[str]:
        """The text, where it is a list in JSON."""
        found: list[str] = json.loads(self.text)
        return found

    @property
    def pairs(self) -> dict[str, str]:
        """Names and values, where the text is such."""
        return dict(
            one.partition("=")[::2] for one in re.findall(r'\w+=(?:"[^"]*"|\S*)', self.text)
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """What is made of one base."""

    name: str
    """Its number, from 0, where it has no name."""
    base: str
    """Another stage's name, or an image."""
    instructions: tuple[Instruction, ...]


def stages_of(path: Path, given: Mapping[str, str] | None = None) -> dict[str, Stage]:
    """The stages of a Dockerfile by name, in order; `given` are build arguments."""
    arguments: dict[str, str] = {}
    stages: dict[str, Stage] = {}
    for one in _instructions(path.read_text()):
        if one.word == "FROM":
            stage = _stage(one, {**arguments, **(given or {})}, place=len(stages))
            stages[stage.name] = stage
        elif not stages:
            arguments |= one.pairs
        else:
            last = stages[next(reversed(stages))]
            stages[last.name] = Stage(last.name, last.base, (*last.instructions, one))
    return stages


def _stage(instruction: Instruction, arguments: Mapping[str, str], *, place: int) -> Stage:
    found = FROM.match(Template(instruction.text).substitute(arguments))
    assert found, f"FROM {instruction.text}"
    return Stage(found["name"] or str(place), found["base"], ())


def _instructions(text: str) -> Iterator[Instruction]:
    for line in CONTINUED.sub(" ", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        flags: dict[str, str] = {}
        rest = rest.strip()
        while flag := FLAG.match(rest):
            flags[flag["name"]] = flag["value"]
            rest = rest[flag.end() :]
        yield Instruction(word.upper(), rest, flags)
