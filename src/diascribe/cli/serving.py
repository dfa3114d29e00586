"""The work of `diascribe serve`: opens what the settings name, and serves it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from diascribe.cli.terminal import say
from diascribe.jobs import opening
from diascribe.server import logs
from diascribe.server.serving import Parts, is_local, listen, open_service, serve
from diascribe.settings import read_settings


def run(host: str, port: int, *, worker: bool) -> None:
    """Serve until a signal ends it.

    Raises:
        OutputError: the address cannot be listened on.
        DatabaseError: the database cannot be opened.
        OptionsError: a setting is none.
    """
    logs.configure(sys.stderr)
    settings = read_settings()
    with opening.open_service(settings) as opened, _sweeping(opened):
        parts = Parts(
            settings=settings,
            jobs=opened.jobs(),
            database=opened.database,
            media_limits=opened.limits.media_limits(),
        )
        service = open_service(parts, host)
        if not is_local(host) and service.keys.open():
            say("no keys: nobody is let in before diascribe keys create")
        serve(service, listen(host, port), on_ready=lambda address: say(f"listening on {address}"))


@contextmanager
def _sweeping(opened: opening.Service) -> Iterator[None]:
    """Notice dead workers, who may leave nobody else to do it."""
    sweeper = opened.sweeper(opening.executor_name("api"), "api")
    sweeper.start()
    try:
        yield
    finally:
        sweeper.stop()
        sweeper.leave()
