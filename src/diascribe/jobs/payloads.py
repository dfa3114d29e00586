"""What the engine of queues writes into its tables: JSON, never pickled objects."""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer

ERROR = "!error"
"""The key that marks an exception."""


class RecordedError(Exception):
    """An exception that another process wrote down: its type and its text."""


class JsonPayloads(Serializer):
    """Plain values as JSON; of exceptions the type's name only, as texts may hold secrets."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401 - any JSON
        """A value as JSON."""
        return json.dumps(data, default=_plain, separators=(",", ":"), ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401 - any JSON
        """The value that a text holds."""
        value = json.loads(serialized_data)
        if isinstance(value, dict) and value.keys() == {ERROR}:
            return RecordedError(value[ERROR])
        return value

    def name(self) -> str:
        """What rows call this way of writing."""
        return "diascribe_json"


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, BaseException):
        return {ERROR: type(value).__name__}
    raise TypeError(f"wanted plain JSON, got {type(value).__name__}")
