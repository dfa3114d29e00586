"""Stores what a benchmark measured, with everything needed to measure it again."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _models import ModelFile, digest

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
DATA = ROOT.parent / "shared" / "data"
PACKAGES = ("diascribe", "numpy", "onnxruntime", "av", "pocketsphinx", "faster-whisper")


def data_folder() -> Path:
    """The recordings to measure on; without them there is nothing to measure."""
    if not DATA.is_dir():
        sys.exit("wanted recordings in ../shared/data, found no such folder")
    return DATA


def store(
    name: str,
    files: Iterable[Path],
    measured: Mapping[str, Any],
    models: Iterable[ModelFile] = (),
) -> None:
    """Add a line to `results/<name>.jsonl`; `measured` may name the options of the run."""
    files = sorted(files)
    path = RESULTS / f"{name}.jsonl"
    record = {
        "benchmark": name,
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {_cores()} cores",
        "versions": {
            "python": platform.python_version(),
            **{one: version(one) for one in PACKAGES},
        },
        "models": [asdict(one) for one in models],
        "data": {"files": [_named(one) for one in files], "sha256": digest(files)},
        "options": {},
        **measured,
    }
    append(path, record)
    print(f"added a line to {path.name}")


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Add a record as the last line of a file, which is the whole new one or the old one."""
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(f"{before}{line}\n", encoding="utf-8")
    fresh.replace(path)


def _commit() -> str:
    """The commit, with a + where the code has changes that are not in it."""
    changed = _git("diff", "HEAD", "--", ".", ":!benchmarks/results", ":!*.md")
    return _git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _named(path: Path) -> str:
    """A file's path within the data or the repository, else its name."""
    for folder in (DATA, ROOT):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


def _git(*arguments: str) -> str:
    command = ("git", "-C", str(ROOT), *arguments)
    child = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - git
    return child.stdout.strip()


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _cores() -> int:
    path = Path("/proc/cpuinfo")
    return path.read_text().count("processor\t:") if path.exists() else 0
