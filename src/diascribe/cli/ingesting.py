"""Runs an ingester until the process is told to end. Needs the extras `server` and `aws`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

from diascribe.cli.ingestion import IngestChoices
from diascribe.cli.outputs import parse_formats
from diascribe.errors import AddressRefusedError
from diascribe.jobs import logs
from diascribe.jobs.events.ingest import HIDDEN_S, Ingester, Patience
from diascribe.jobs.events.intake import Intake
from diascribe.jobs.events.sqs import Sqs
from diascribe.jobs.job import BESIDE
from diascribe.jobs.opening import open_service
from diascribe.settings import read_settings
from diascribe.storage.locations import prefix_within
from diascribe.store.keys import Keys


def run(choices: IngestChoices, options: Mapping[str, Any]) -> None:
    """Make jobs of what the queue tells of.

    Raises:
        AddressRefusedError: a prefix is none of the tenant's.
        OptionsError: a webhook is wanted, and there is no secret to sign one with.
        DiascribeError: the queue or the database cannot be opened.
    """
    logs.configure(sys.stderr)
    patience = Patience(stopping=told_to_end())
    queue = Sqs(choices.queue, hidden_s=HIDDEN_S)
    with open_service(read_settings()) as service:
        allowed = Keys(service.database).prefixes(choices.tenant)
        wanted = intake_of(choices, options, allowed)
        jobs = service.jobs()
        jobs.check_webhook(choices.webhook)
        Ingester(queue, jobs, wanted, patience).run()


def intake_of(choices: IngestChoices, options: Mapping[str, Any], allowed: Sequence[str]) -> Intake:
    """What is wanted of the objects below the prefixes that the tenant may name.

    Raises:
        AddressRefusedError: a prefix is none of them, or there are none.
    """
    if not allowed:
        raise AddressRefusedError(
            f"{choices.tenant}: may name no part of a bucket",
            hint=f"diascribe keys allow {choices.tenant} s3://bucket/folder/",
        )
    for one in (*(choices.prefixes or ()), *({choices.results} - {None, BESIDE})):
        prefix_within(one, allowed)
    return Intake(
        tenant=choices.tenant,
        prefixes=tuple(choices.prefixes or allowed),
        options=options,
        results=choices.results,
        formats=parse_formats(choices.formats) if choices.formats else (),
        priority=choices.priority,
        webhook=choices.webhook,
    )


def told_to_end() -> Event:
    """Set when a signal tells the process to end: it then ends after what it is doing."""
    stopping = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stopping.set())
    return stopping
