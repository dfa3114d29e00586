"""`diascribe jobs`: looks at the jobs of this machine's database, stops and removes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from diascribe.cli.terminal import put, say
from diascribe.errors import MissingExtraError, UnknownJobError

jobs = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tenant = Annotated[str, typer.Option(help="Whose jobs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="An id of `diascribe jobs list`.")]
OWN = "local"
"""The tenant of this machine's own user."""


@jobs.callback()
def _common() -> None:
    """The jobs of the service, in the database that the settings name."""


@jobs.command("list")
def list_(*, tenant: Tenant = OWN, as_json_: Json = False) -> None:
    """The newest jobs."""
    with _opened() as asked:
        found = asked.list(tenant, limit=100).jobs
        others = _others(asked, tenant) if not found else ""
    if not found:
        say(f"no jobs of {tenant}{others}")
    if as_json_:
        shown = {"jobs": [_shown(job) for job in found]}
        put(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return
    for job in found:
        put(f"{job.id}  {job.state:9}  {job.progress:4.0%}  {job.source}\n")


@jobs.command()
def show(job: Id, *, tenant: Tenant = OWN) -> None:
    """One job and its stages, as JSON."""
    with _opened() as asked:
        found = asked.get(tenant, job)
    put(json.dumps(_shown(found), ensure_ascii=False, indent=2) + "\n")


@jobs.command()
def cancel(job: Id, *, tenant: Tenant = OWN) -> None:
    """Stop a job."""
    with _opened() as asked:
        put(f"{job}: {asked.cancel(tenant, job).state}\n")


@jobs.command()
def retry(job: Id, *, tenant: Tenant = OWN) -> None:
    """Let a failed or cancelled job go on from the stage that did not end."""
    with _opened() as asked:
        put(f"{job}: {asked.retry(tenant, job).state}\n")


@jobs.command()
def erase(job: Id, *, tenant: Tenant = OWN) -> None:
    """Stop a job, and remove everything that is kept of it."""
    with _opened() as asked:
        asked.erase(tenant, job)
    put(f"{job}: erased\n")


@jobs.command()
def redeliver(job: Id, *, tenant: Tenant = OWN) -> None:
    """Send the webhooks of a job's ends again; its address is kept for a day after the end."""
    with _opened() as asked:
        put(f"{job}: {asked.redeliver(tenant, job)} to be sent\n")


@contextmanager
def _opened() -> Iterator[Any]:
    try:
        from diascribe.jobs.opening import open_service  # noqa: PLC0415 - an extra
        from diascribe.settings import read_settings  # noqa: PLC0415 - reads the environment
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"jobs need the package {error.name}", hint="pip install 'diascribe[server]'"
        ) from error
    with open_service(read_settings()) as service:
        asked = service.jobs()
        try:
            yield asked
        except UnknownJobError as error:
            raise UnknownJobError(str(error), hint="whose it is says --tenant") from error


def _others(asked: Any, tenant: str) -> str:  # noqa: ANN401 - loaded late
    """Which other tenants have jobs; empty where none has."""
    names = [one for one in asked.tenants() if one != tenant]
    return f"; there are some of {', '.join(names)}: --tenant says whose" if names else ""


def _shown(job: Any) -> dict[str, Any]:  # noqa: ANN401 - loaded late
    failure, hook = job.failure, job.webhook
    return {
        "id": job.id,
        "state": job.state,
        "source": job.source,
        "priority": job.priority,
        "progress": round(job.progress, 3),
        "attempt": job.attempt,
        "dead_letter": job.dead_letter,
        "created": job.created.isoformat(),
        "duration": job.duration,
        "options": dict(job.options),
        "webhook": None if hook is None else {"state": hook.state, "status": hook.status},
        "failure": None if failure is None else {"code": failure.code, "message": failure.message},
        "stages": [
            {"name": one.name, "state": one.state, "progress": one.progress, "seconds": one.seconds}
            for one in job.stages
        ],
    }
