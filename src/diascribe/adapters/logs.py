"""Events of an adapter as lines of JSON: fields that we name, nothing that a user said or sent."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

NAME = "diascribe.adapters"
LOG = logging.getLogger(NAME)


def configure(stream: TextIO, level: str) -> None:
    """Write the adapters' events to a stream from a level up, one line of JSON each."""
    writer = logging.StreamHandler(stream)
    writer.setFormatter(_Lines())
    LOG.handlers[:] = [writer]
    LOG.setLevel(level)
    LOG.propagate = False


def tell(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened."""
    LOG.log(level, event, extra={"fields": fields})


class _Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        told = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(told, default=str)
