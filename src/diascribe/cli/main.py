"""The command `diascribe`.

Exit status: 0 done; 1 failed; 2 the input or an option cannot be used; 3 a result or the
decoded audio could not be written; 130 interrupted.
"""

from __future__ import annotations

import io
import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from diascribe.cli.batch import say, say_error
from diascribe.cli.doctor import doctor
from diascribe.cli.transcribe import diarize, transcribe
from diascribe.errors import DiascribeError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who said what and when: offline, on this machine.",
    epilog=(
        "Exit status: 0 done, 1 failed, 2 the input or an option cannot be used,"
        " 3 a result could not be written, 130 interrupted."
    ),
)
app.command()(transcribe)
app.command()(diarize)
app.command()(doctor)

INTERRUPTED = 130
"""128 and the number of the interrupt signal, as shells have it."""


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        sys.stdout.write(f"diascribe {version('diascribe')}\n")
        raise typer.Exit


@app.callback()
def _common(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Its version.")
    ] = False,
) -> None:
    """Who said what and when: offline, on this machine."""


def main() -> None:
    """Run the command that the arguments name, and end the process with its status."""
    _speak_utf8()
    try:
        status = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except DiascribeError as error:
        say_error(error)
        status = error.exit_status
    except typer.TyperException as error:
        say(f"error: {error.format_message()} (hint: diascribe --help)")
        status = error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort of the command line
        traceback.print_exc()
        say(f"internal error: {type(error).__name__}: {error}. This is a fault in diascribe.")
        status = 1
    if status == INTERRUPTED:  # typer catches the interrupt
        say("interrupted")
    sys.exit(status)


def _speak_utf8() -> None:
    """Results are UTF-8 wherever they go; in other locales, names of files may not even print."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
