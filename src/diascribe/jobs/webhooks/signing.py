"""Signatures of webhooks, as the Standard Webhooks specification has them."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook

from diascribe.errors import OptionsError

START = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64
"""How long a secret may be, by the specification."""
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""No dots: what is signed is `id.time.body`."""


def new_secret() -> str:
    """A secret that nobody knows.

    >>> new_secret().startswith("whsec_")
    True
    """
    return START + base64.b64encode(secrets.token_bytes(32)).decode()


def parse_secrets(said: str) -> tuple[str, ...]:
    """The secrets that a setting holds, with blanks between: while one takes over, two.

    Raises:
        OptionsError: there is none, or one is not as the specification wants it; the message
            shows none of them.
    """
    found = tuple(said.split())
    wanted = f"{START} and base64 of {FEWEST_BYTES} to {MOST_BYTES} bytes"
    wrong = [place for place, one in enumerate(found, 1) if not _is_secret(one)]
    if wrong or not found:
        problems = [f"secret {place} of webhooks: wanted {wanted}" for place in wrong]
        raise OptionsError(tuple(problems) or (f"secret of webhooks: wanted {wanted}, got none",))
    return found


def _is_secret(said: str) -> bool:
    try:
        content = base64.b64decode(said.removeprefix(START), validate=True)
    except (binascii.Error, ValueError):
        return False
    return said.startswith(START) and FEWEST_BYTES <= len(content) <= MOST_BYTES


def signed_headers(secret: str, message_id: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers that prove who sent a body, and when: one signature for each secret.

    Args:
        secret: One or several, as `parse_secrets` takes them.
        message_id: The same for every try, so that a receiver knows what it had already.
        body: UTF-8.
        now: When it is sent, with a time zone.

    Raises:
        OptionsError: the secret is none.
    """
    assert MESSAGE_ID.fullmatch(message_id), "ids of messages are our own"
    text = body.decode()
    signatures = [Webhook(one).sign(message_id, now, text) for one in parse_secrets(secret)]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
