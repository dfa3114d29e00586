"""How notices are sent, as the settings say."""

from __future__ import annotations

from diascribe.jobs.workflows import Send
from diascribe.settings import Settings


def open_sender(settings: Settings) -> Send:
    """What sends a notice; without a secret nothing is sent, as nobody could trust it."""
    secret = settings.webhook_secret

    def send(url: str, message_id: str, body: bytes) -> int | None:
        raise NotImplementedError

    return send
