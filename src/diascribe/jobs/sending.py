"""How notices are sent, as the settings say."""

from __future__ import annotations

from diascribe.jobs.webhooks.sending import Sender
from diascribe.jobs.webhooks.signing import parse_secrets
from diascribe.jobs.workflows import Send
from diascribe.settings import Settings
from diascribe.storage.asking import Guard


def open_sender(settings: Settings) -> Send:
    """What sends a notice; without a secret nothing is sent, as nobody could trust it.

    Raises:
        OptionsError: the secret is none.
    """
    secret = settings.webhook_secret
    if secret is None:
        return lambda *_: None
    parse_secrets(secret)
    sender = Sender(guard=Guard(allow_private=settings.allow_private_urls))
    return lambda url, message_id, body: sender.send(url, secret, message_id, body).status
