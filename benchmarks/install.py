"""What a newcomer waits for: `make demo` on a fresh clone, twice, and the room it takes.

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
        clone = Path(folder) / "diascribe"
        _run("git", "clone", "--quiet", str(ROOT), str(clone))
        first, second = _demo(clone), _demo(clone)
        venv = clone / ".venv"
        size = sum(path.lstat().st_size for path in venv.rglob("*") if path.is_file())
        torch = [path for path in venv.rglob("torch") if path.is_dir()]
    if torch:
        sys.exit(f"torch got into the environment: {torch[0]}")
    figures = [
        figure("`make demo` on a fresh clone", first, "s"),
        figure("`make demo` the second time", second, "s"),
        figure(
            "virtual environment of `make demo`, without torch; there are no extras yet",
            size / 1e6,
            "MB",
        ),
    ]
    for line in figures:
        print(f"{line['what']:<80}{line['value']:8.1f} {line['unit']}")
    store("install", [ROOT / "requirements/core.txt"], {"figures": figures})


def _demo(clone: Path) -> float:
    begun = time.perf_counter()
    _run("make", "--silent", "-C", str(clone), f"PYTHON={sys.executable}", "demo")
    return time.perf_counter() - begun


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands


if __name__ == "__main__":
    main()
