"""Runs `diascribe` as a user does: here on an engine of fakes, or as a process of its own."""

import contextlib
import os
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakeDiarizer, FakeShelf, FakeVad, silence, tone

from diascribe.audio import SAMPLE_RATE
from diascribe.cli.main import main
from diascribe.cli.terminal import say_once
from diascribe.engine.engine import Engine
from diascribe.transcript import Turn

TURNS = (Turn(1, 3, speaker="SPEAKER_00"), Turn(4, 6, speaker="SPEAKER_01"))
"""Where `talk` is loud."""

PATIENCE_S = 60
"""No command in these tests takes so long unless it hangs."""

COMMAND = (sys.executable, "-c", "from diascribe.cli.main import main; main()")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines that tell of errors."""
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


Run = Callable[..., Ran]


def fake_engine(**parts: object) -> Engine:
    """Instant models that hear `talk` rightly."""
    fakes: dict[str, Any] = {
        "vad": FakeVad(),
        "shelf": FakeShelf(),
        "diarizer": FakeDiarizer(TURNS),
    }
    return Engine(**{**fakes, **parts})


def runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: Engine
) -> Run:
    """A function that runs the command line in this process, on this engine."""
    monkeypatch.setattr("diascribe.api.load", lambda **_: engine)
    say_once.cache_clear()  # as in a process of its own

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["diascribe", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        caught = capsys.readouterr()
        return Ran(int(ended.value.code or 0), caught.out, caught.err)

    return run


def talk(path: Path) -> Path:
    """A recording of eight seconds: two voices, two seconds each."""
    parts = [silence(1), tone(2), silence(1), tone(2, 0.5), silence(2)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(np.concatenate(parts).tobytes())
    return path


def run_process(*arguments: str | Path, **settings: Any) -> Ran:  # noqa: ANN401 - as subprocess has
    """Run the command as a process of its own."""
    command = settings.pop("command", COMMAND)
    done = subprocess.run(
        [*command, *map(str, arguments)],
        check=False,
        **{"capture_output": True, "timeout": PATIENCE_S, **settings},
    )
    out, err = (text.decode() if text else "" for text in (done.stdout, done.stderr))
    return Ran(done.returncode, out, err)


def until(happened: Callable[[], bool]) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def children(pid: int) -> set[int]:
    """The children of all threads of a process."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child) for child in task.read_text().split()}
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def files_below(folder: Path) -> Iterator[str]:
    """Every file below a folder, hidden ones too."""
    for where, _, names in sorted(os.walk(folder)):
        yield from (str((Path(where) / name).relative_to(folder)) for name in sorted(names))
