"""Progress bars on standard error; nothing where that is not a terminal."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from diascribe.engine.beside import Progress as Step


class Bars:
    """One bar a stage, in seconds of the recording, gone when the work is done."""

    def __init__(self, title: str) -> None:
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),  # file names may hold brackets
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=sys.stderr is None or not sys.stderr.isatty(),  # none after `2>&-`
        )
        self._title = title
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bars.stop()

    def report(self, step: Step) -> None:
        """Move the stage's bar; a total of null is not known yet."""
        if step.stage not in self._tasks:
            description = f"{self._title}: {step.stage}"
            self._tasks[step.stage] = self._bars.add_task(description, total=None)
        self._bars.update(self._tasks[step.stage], completed=step.done, total=step.total)
