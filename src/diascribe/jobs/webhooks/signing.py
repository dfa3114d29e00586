"""Signatures of webhooks, as the Standard Webhooks specification has them."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook

from diascribe.errors import OptionsError

START = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64
"""How long a secret may be, by the specification."""
PURPOSE = "diascribe webhook 1 "
"""What secrets are derived for, before the tenant's name; never changed, or no receiver's fits."""
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


def tenant_secrets(said: str, tenant: str) -> str:
    """What a tenant's webhooks are signed with, for each secret of the setting: its own.

    Nobody can make one tenant's secret of another's, nor the setting's of any.

    Args:
        said: As `parse_secrets` takes it.
        tenant: Whose.

    Raises:
        OptionsError: the setting holds no secret.

    >>> tenant_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ada")
    'whsec_m9JfFMnIRNvinKA9JMlSP+OngB61VwezDdSGLa5bn3A='
    """
    name = f"{PURPOSE}{tenant}".encode()
    roots = (base64.b64decode(one.removeprefix(START)) for one in parse_secrets(said))
    derived = (hmac.digest(root, name, "sha256") for root in roots)
    return " ".join(START + base64.b64encode(one).decode() for one in derived)


def signing_secret(said: str | None, tenant: str) -> str:
    """The secret that a tenant's receivers are to have: of the setting's first one, the newest.

    Raises:
        OptionsError: the setting holds no secret.
    """
    if said is None:
        raise OptionsError(("DIASCRIBE_WEBHOOK_SECRET: wanted a secret, it is not set",))
    return tenant_secrets(said, tenant).split()[0]


def unsigned() -> OptionsError:
    """Why a webhook is refused where there is nothing to sign it with."""
    return OptionsError(
        ("webhook: none are sent here, because DIASCRIBE_WEBHOOK_SECRET is not set",),
        hint="ask without one, and look at the job instead",
    )


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
