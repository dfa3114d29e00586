"""Command-line parameters out of a dataclass whose fields are annotated for typer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any, get_type_hints


def parameters_of(choices: type[Any]) -> Iterator[inspect.Parameter]:
    """A keyword parameter for every field, with its default and its annotation."""
    hints = get_type_hints(choices, include_extras=True)
    for one in fields(choices):
        yield inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
