"""Stores what a benchmark measured, with everything needed to measure it again."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
DATA = ROOT.parent / "shared" / "data"
PACKAGES = ("numpy", "onnxruntime", "av", "pocketsphinx", "faster-whisper")


def data_folder() -> Path:
    """The recordings to measure on; without them there is nothing to measure."""
    if not DATA.is_dir():
        sys.exit("wanted recordings in ../shared/data, found no such folder")
    return DATA


def store(name: str, files: Iterable[Path], measured: Mapping[str, Any]) -> None:
    """Write `results/<name>.json`."""
    content = {
        "benchmark": name,
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if _git("diff", "HEAD") else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {_cores()} cores",
        "versions": {
            "python": platform.python_version(),
            **{one: version(one) for one in PACKAGES},
        },
        "data_sha256": digest(files),
        **measured,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}")


def digest(files: Iterable[Path]) -> str:
    """One digest of all files' contents, in order of their names."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


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
