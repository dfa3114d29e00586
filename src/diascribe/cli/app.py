"""The commands and how their failures are told. Whatever is heavy they import when they run."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from diascribe.cli.align import align
from diascribe.cli.doctor import doctor
from diascribe.cli.evaluate import evaluate
from diascribe.cli.ingest import ingest
from diascribe.cli.jobs import jobs
from diascribe.cli.keys import keys
from diascribe.cli.models import models
from diascribe.cli.serve import serve
from diascribe.cli.speakers import speakers
from diascribe.cli.submit import submit
from diascribe.cli.terminal import put, say, say_error
from diascribe.cli.transcribe import diarize, transcribe
from diascribe.cli.tune import tune
from diascribe.cli.worker import worker
from diascribe.errors import DiascribeError

STATUSES = (
    "0 done, 1 failed, 2 the input or an option cannot be used, 3 a result or the decoded audio"
    " could not be written, 4 a figure is above its ceiling or was not measured, 130 interrupted."
)
"""Every exit status and what it means."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who said what and when: offline, on this machine.",
    epilog=f"Exit status: {STATUSES}",
)
app.command()(transcribe)
app.command()(diarize)
app.command()(align)
app.command()(evaluate)
app.command()(submit)
app.command()(ingest)
app.command()(tune)
app.command()(serve)
app.command()(worker)
app.command()(doctor)
app.add_typer(jobs, name="jobs")
app.add_typer(keys, name="keys")
app.add_typer(models, name="models")
app.add_typer(speakers, name="speakers")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        put(f"diascribe {version('diascribe')}\n")
        raise typer.Exit


@app.callback()
def _common(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Its version.")
    ] = False,
) -> None:
    """Who said what and when: offline, on this machine."""


def _message_of(error: typer.TyperException) -> str:
    """What is wrong with the arguments; typer asks pydantic, whose words are not for users."""
    if error.__cause__ is not None:
        from pydantic import ValidationError  # noqa: PLC0415 - loaded where it is the cause

        from diascribe.wire.decode import wanted_and_got  # noqa: PLC0415 - opens pydantic

        if isinstance(error.__cause__, ValidationError):
            error.message = "; ".join(map(wanted_and_got, error.__cause__.errors()))
    return error.format_message()


def _help_of(error: typer.TyperException) -> str:
    """The help of the command that was told something wrong."""
    context = getattr(error, "ctx", None)
    if context is None or context.parent is None:
        return "diascribe --help"
    return f"diascribe {context.info_name} --help"


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command that the arguments name."""
    try:
        status: int = app(arguments, prog_name="diascribe", standalone_mode=False) or 0
    except DiascribeError as error:
        say_error(error)
        status = error.exit_status
    except typer.TyperException as error:
        if error.format_message():  # empty where the help was printed instead
            say(f"error: {_message_of(error)} (hint: {_help_of(error)})")
        status = error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort of the command line
        traceback.print_exc()
        say(f"internal error: {type(error).__name__}: {error}. This is a fault in diascribe.")
        status = 1
    return status
