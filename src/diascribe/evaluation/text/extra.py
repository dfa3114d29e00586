"""The packages of the extra `evaluate`, opened only where a score needs one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from diascribe.errors import MissingExtraError

INSTALL = "pip install 'diascribe[evaluate]', in a checkout: make evaluate"
"""How the packages of the extra get there."""


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
            hint=f"install it with: {INSTALL}",
        ) from error
