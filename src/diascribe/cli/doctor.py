"""`diascribe doctor`: does everything work on this machine?"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from time import perf_counter
from typing import Annotated

import typer

from diascribe.cli.terminal import put
from diascribe.engine.proof import PROOFS
from diascribe.settings import read_settings
from diascribe.weights.store import Store

PATIENCE_S = 120
"""A runtime that takes longer to start is taken for hanging."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one runtime or model works."""

    name: str
    works: bool
    detail: str
    seconds: float


def examine(name: str, *place: str) -> Finding:
    """Prove one runtime or model in a child process; of a store, where its `place` is given.

    With -P: a file in the user's folder must not stand in for a module of ours.
    """
    begun = perf_counter()
    command = [sys.executable, "-P", "-m", "diascribe.engine.proof", name, *place]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, by our own interpreter
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding(name, False, f"no answer within {PATIENCE_S} s", perf_counter() - begun)
    lines = (child.stdout if child.returncode == 0 else child.stderr).strip().splitlines()
    detail = lines[-1] if lines else f"ended with status {child.returncode}"
    return Finding(name, child.returncode == 0, detail, perf_counter() - begun)


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Prove that every runtime and model works here, each in a process of its own."""
    store = Store(read_settings().models)
    findings = [examine(name) for name in PROOFS]
    findings += [examine(one.name, str(store.root)) for one in store.present()]
    if as_json:
        put(json.dumps(_report(findings), indent=2) + "\n")
    else:
        put("".join(_lines(findings)))
    if not all(finding.works for finding in findings):
        raise typer.Exit(1)


def _report(findings: list[Finding]) -> dict[str, object]:
    return {
        "diascribe": version("diascribe"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "checks": [asdict(finding) for finding in findings],
    }


def _lines(findings: list[Finding]) -> Iterator[str]:
    where = f"Python {platform.python_version()} on {platform.platform()}"
    yield f"diascribe {version('diascribe')}, {where}\n"
    width = max(12, *(len(one.name) for one in findings)) + 2
    for one in findings:
        mark = "works" if one.works else "FAILS"
        yield f"{one.name:<{width}}{mark}  {one.seconds:4.1f} s  {one.detail}\n"
