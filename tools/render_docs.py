"""Writes the generated parts of the documentation: what code or a results file knows already.

    python tools/render_docs.py [--check]

A part stands between `<!-- name -->` and `<!-- /name -->` in README.md, in
benchmarks/README.md or under docs/.
With `--check` nothing is written, and the exit status is 1 if anything would be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import benchmarked
import reference
import rest
from glance import glance
from measured import measured

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"

PART = re.compile(r"^<!-- (?P<name>[a-z]+) -->\n.*?^<!-- /(?P=name) -->$", re.DOTALL | re.MULTILINE)

PARTS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "glance": lambda: glance(RESULTS),
        "measured": lambda: measured(RESULTS),
        "peers": lambda: benchmarked.peers(RESULTS),
        "words": lambda: benchmarked.beside(RESULTS, "words"),
        "shapes": lambda: benchmarked.beside(RESULTS, "shapes"),
        "newest": lambda: benchmarked.newest(RESULTS),
        "service": lambda: benchmarked.service(RESULTS),
        "voices": lambda: benchmarked.voices(RESULTS),
        "statuses": reference.statuses,
        "cli": reference.commands,
        "options": reference.options,
        "tunable": reference.tunable,
        "figures": reference.figures,
        "errors": reference.errors,
        "doubts": reference.doubts,
        "repairs": reference.repairs,
        "result": reference.result,
        "formats": reference.formats,
        "cues": reference.cues,
        "models": reference.models,
        "settings": reference.settings,
        "rest": rest.rest,
        "runpodworker": reference.runpod_worker,
        "runpodfields": reference.runpod_fields,
    }
)
"""Every generated part by name."""


def pages() -> Iterator[Path]:
    """The pages that may hold generated parts."""
    yield ROOT / "README.md"
    yield ROOT / "benchmarks" / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def rendered(text: str) -> str:
    """A page's text with every generated part made anew."""
    return PART.sub(_part, text)


def _part(found: re.Match[str]) -> str:
    name = found["name"]
    return f"<!-- {name} -->\n\n{PARTS[name]().strip()}\n\n<!-- /{name} -->"


def main() -> None:
    """Write every page that is not current, or with `--check` only name it."""
    checking = "--check" in sys.argv[1:]
    stale = []
    for page in pages():
        before = page.read_text()
        after = rendered(before)
        if before == after:
            continue
        stale.append(page.relative_to(ROOT))
        if not checking:
            page.write_text(after)
    for name in stale:
        print(f"{name}: not current; run make docs" if checking else f"{name}: written")
    sys.exit(1 if checking and stale else 0)


if __name__ == "__main__":
    main()
