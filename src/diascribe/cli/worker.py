"""`diascribe worker`: works on jobs that others take in."""

from __future__ import annotations

import signal
import sys
from threading import Event
from typing import Annotated

import typer

from diascribe.cli.terminal import say
from diascribe.errors import MissingExtraError


def worker(
    *,
    slots: Annotated[
        int | None,
        typer.Option(min=1, max=1024, help="Jobs side by side; else what DIASCRIBE_SLOTS says."),
    ] = None,
    exit_when_idle: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help="End when there is nothing to do for so long."),
    ] = None,
) -> None:
    """Work on jobs until a signal ends it; what is not finished then, others go on with."""
    try:
        from diascribe.jobs import logs  # noqa: PLC0415 - an extra
        from diascribe.jobs.locks import sole_workers  # noqa: PLC0415 - as the next ones
        from diascribe.jobs.opening import scratch_of  # noqa: PLC0415 - an extra
        from diascribe.jobs.supervisor import open_supervisor  # noqa: PLC0415 - an extra
        from diascribe.settings import read_settings  # noqa: PLC0415 - reads the environment
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"the service needs the package {error.name}", hint="pip install 'diascribe[server]'"
        ) from error
    logs.configure(sys.stderr)
    leaving = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: leaving.set())
    settings = read_settings()
    wanted = slots or settings.slots
    supervisor = open_supervisor(wanted, idle_s=exit_when_idle)
    with sole_workers(scratch_of(settings)):
        supervisor.start()
        say(f"working on {wanted} at a time" if wanted > 1 else "working on one job at a time")
        try:
            supervisor.wait(leaving)
        finally:
            supervisor.stop()
