"""What a newcomer waits for: `make demo` on a fresh clone, twice; the room that all takes.

    make bench NAME=install

Needs the network. Packages that pip has in its cache are not downloaded again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _record import ROOT, store
from speed import figure


def main() -> None:
    """Clone, run twice, measure, print and store."""
    with tempfile.TemporaryDirectory() as folder:
        clone = cloned(Path(folder))
        first, second = _demo(clone), _demo(clone)
        size_mb = room_mb(clone / ".venv")
        made(clone, "evaluate")
        evaluate_mb = room_mb(clone / ".venv") - size_mb
        torch = list((clone / ".venv").glob("lib/*/site-packages/torch"))
    if torch:
        sys.exit(f"torch got into the environment: {torch[0]}")
    figures = [
        figure("`make demo` on a fresh clone", first, "s"),
        figure("`make demo` the second time", second, "s"),
        figure("virtual environment of `make demo`, without torch or extras", size_mb, "MB"),
        figure("the extra `evaluate` adds", evaluate_mb, "MB"),
    ]
    for line in figures:
        print(f"{line['what']:<80}{line['value']:8.1f} {line['unit']}")
    requirements = [ROOT / "requirements" / name for name in ("core.txt", "evaluate.txt")]
    store("install", requirements, {"figures": figures})


def cloned(folder: Path) -> Path:
    """A fresh clone of the last commit, in a folder."""
    clone = folder / "diascribe"
    _run("git", "clone", "--quiet", str(ROOT), str(clone))
    return clone


def made(clone: Path, target: str) -> None:
    """Make a target in a clone."""
    _run("make", "--silent", "-C", str(clone), f"PYTHON={sys.executable}", target)


def room_mb(folder: Path) -> float:
    """The sizes of all files in and below a folder, in 10^6 bytes."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _demo(clone: Path) -> float:
    begun = time.perf_counter()
    made(clone, "demo")
    return time.perf_counter() - begun


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands


if __name__ == "__main__":
    main()
