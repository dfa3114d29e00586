"""The packages of the extra `evaluate`, opened only where a score needs one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from diascribe.errors import MissingExtraError


def package(name: str, purpose: str) -> Any:  # noqa: ANN401 - meeteval ships no types
    """The module of that name.

    Raises:
        MissingExtraError: it is not installed; `purpose` says what cannot be measured.
    """
    try:
        return import_module(name)
    except ImportError as error:
        needed = name.partition(".")[0]
        raise MissingExtraError(
            f"{purpose} needs the package {needed}",
            hint="install it with: pip install 'diascribe[evaluate]'",
        ) from error
