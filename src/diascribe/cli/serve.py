"""`diascribe serve`: the service over HTTP, with a worker beside it or without."""

from __future__ import annotations

from typing import Annotated

import typer

from diascribe.errors import MissingExtraError


def serve(
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine's want keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Work on jobs here as well.")
    ] = True,
) -> None:
    """Take jobs over HTTP until a signal ends it."""
    try:
        from diascribe.cli.serving import run  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"the service needs the package {error.name}", hint="pip install 'diascribe[server]'"
        ) from error
    run(host, port, worker=worker)
