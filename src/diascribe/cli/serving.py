"""The work of `diascribe serve`: opens what the settings name, and serves it."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

from diascribe.cli.terminal import say
from diascribe.jobs import logs, opening
from diascribe.jobs.locks import sole_workers
from diascribe.jobs.roles import serving, working
from diascribe.server.serving import Parts, is_local, listen, open_service, serve
from diascribe.settings import read_settings


def run(host: str, port: int, *, worker: bool, stages: str = opening.ENGINE_STAGES) -> None:
    """Serve until a signal ends it; whatever is under way is handed on.

    Raises:
        OutputError: the address cannot be listened on.
        DatabaseError: the database cannot be opened, or others work in the data folder.
        OptionsError: a setting is none.
    """
    logs.configure(sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it once more when it has ended
    settings = read_settings()
    with ExitStack() as parts:
        if worker:
            parts.enter_context(sole_workers(opening.scratch_of(settings)))
        listening = parts.enter_context(listen(host, port))
        opened = parts.enter_context(opening.open_service(settings, stages=stages))
        parts.enter_context(serving(opened))
        service = open_service(
            Parts(
                settings=settings,
                jobs=opened.jobs(),
                database=opened.database,
                media_limits=opened.limits.media_limits(),
                works=worker,
            ),
            host,
        )
        if worker:
            parts.enter_context(working(settings.slots, stages=stages))
        if not is_local(host) and service.keys.open():
            say("no keys: nobody is let in before diascribe keys create")
        serve(service, listening, on_ready=lambda address: say(f"listening on {address}"))
