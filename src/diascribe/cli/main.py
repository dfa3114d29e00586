"""The command `diascribe`: imports as little as it can, so that an interrupt finds it ready."""

from __future__ import annotations

import sys

from diascribe.cli.terminal import say, speak_utf8

INTERRUPTED = 130
"""128 and the number of the interrupt signal, as shells have it."""


def main() -> None:
    """Run the command that the arguments name, and end the process with its status."""
    try:
        speak_utf8()
        from diascribe.cli.app import run  # noqa: PLC0415 - half a second that may be interrupted

        status = run(sys.argv[1:] or ["--help"])  # typer catches the interrupt from here on
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        say("interrupted")
    sys.exit(status)
