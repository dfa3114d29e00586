"""What is printed: lines for people on standard error, results on standard output."""

from __future__ import annotations

import io
import os
import sys
from functools import lru_cache
from pathlib import PurePath

from diascribe.errors import DiascribeError, OutputError, printable


def say(text: str) -> None:
    """A line for people, on standard error, where there is one."""
    if sys.stderr is not None:  # as after `2>&-`
        sys.stderr.write(printable(text) + "\n")


@lru_cache(maxsize=64)
def say_once(text: str) -> None:
    """A line for people, the first time that it is said."""
    say(text)


def say_error(error: DiascribeError, *, about: str = "") -> None:
    """An error in one line; `about` is what failed, where it was one of several things."""
    hint = f" (hint: {error.hint})" if error.hint else ""
    where = f"{about}: " if about else ""
    message = str(error).removeprefix(f"{PurePath(about).name}: ")  # its path says it already
    say(" ".join(f"error: {where}{message}{hint}".split()))


def put(text: str) -> bool:
    """Print a result; whether anybody still reads, `head` for example leaves.

    Raises:
        OutputError: standard output is closed, or goes to a file that cannot be written.
    """
    if sys.stdout is None:  # as after `>&-`
        if text:
            raise OutputError("standard output: cannot be written: it is closed")
        return True
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _print_to_nobody()
        return False
    except OSError as error:
        _print_to_nobody()
        raise OutputError(f"standard output: cannot be written: {error.strerror}") from error
    return True


def _print_to_nobody() -> None:
    """Let what is printed vanish; else Python tries again when it ends, and fails aloud."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def speak_utf8() -> None:
    """Results are UTF-8 wherever they go; in other locales, names of files may not even print."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
