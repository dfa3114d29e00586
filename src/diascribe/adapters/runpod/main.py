"""The command `diascribe-runpod`: a worker of RunPod, or one job that is tried here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from diascribe.adapters import logs
from diascribe.adapters.runpod.environment import Environment, read_environment
from diascribe.adapters.runpod.local import parse_job, try_job
from diascribe.adapters.runpod.opening import Setup, open_worker, settled
from diascribe.errors import DiascribeError, MissingExtraError
from diascribe.settings import read_settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Handle jobs until the platform stops it; what cannot start says why and exits."""
    told = _parser().parse_known_args(arguments)[0]
    try:
        environment = read_environment()
        logs.configure(sys.stderr, environment.level)
        if told.test_input is not None:
            sys.exit(_try(environment, told.test_input))
        _serve(environment)
    except DiascribeError as error:
        hint = f" ({error.hint})" if error.hint else ""
        sys.stderr.write(f"diascribe-runpod: {error.code}: {error}{hint}\n")
        sys.exit(error.exit_status)


def _try(environment: Environment, text: str) -> int:
    job = parse_job(text)
    settings = settled(environment, read_settings())
    worker = open_worker(Setup(environment=environment, settings=settings, local=True))
    try:
        return try_job(worker, job, sys.stdout)
    finally:
        worker.warm.close()


def _serve(environment: Environment) -> None:
    """Take jobs from the platform, by its own package.

    Raises:
        MissingExtraError: that is not installed.
        DiascribeError: the worker cannot be put together.
    """
    serverless = _serverless()
    settings = settled(environment, read_settings())
    setup = Setup(
        environment=environment, settings=settings, progressing=serverless.progress_update
    )
    worker = open_worker(setup)
    logs.tell("worker is ready", concurrency=environment.concurrency)
    try:
        serverless.start(
            {
                "handler": worker.handle,
                "concurrency_modifier": lambda _current: environment.concurrency,
            }
        )
    finally:
        worker.warm.close()


def _serverless() -> Any:  # noqa: ANN401 - the package has no types
    """The part of RunPod's package that takes jobs."""
    try:
        return import_module("runpod.serverless")  # an extra, and slow to import
    except ImportError as error:
        raise MissingExtraError(
            "a worker of RunPod needs the extra `runpod`", hint="pip install 'diascribe[runpod]'"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="diascribe-runpod",
        description="A worker of RunPod. Other arguments go to its package: --rp_serve_api.",
    )
    parser.add_argument(
        "--test_input", metavar="JSON", help="try one job here and write what it answers"
    )
    return parser


if __name__ == "__main__":
    main()
