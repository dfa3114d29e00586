"""Events as lines of JSON. They have fields that we name, and nothing that a user said or sent."""

from __future__ import annotations

from typing import TextIO

import structlog


def configure(stream: TextIO) -> None:
    """Have every event of this process written to a stream, one line of JSON each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
