"""One try of a notice: read, signed, sent."""

from __future__ import annotations

from diascribe.errors import OptionsError
from diascribe.jobs.opening import Service
from diascribe.jobs.webhooks.notices import body_of, turn_of
from diascribe.jobs.webhooks.sending import Delivery, Sender
from diascribe.jobs.webhooks.signing import tenant_secrets
from diascribe.storage.asking import Guard
from diascribe.store.job_schema import NOTICES

FORGOTTEN = Delivery(status=None, problem="the job or its webhook was forgotten", refused=True)


OVERTAKEN = Delivery(status=None, problem="it is sent again from the beginning", refused=True)


def send_once(service: Service, notice: str, turn: str) -> Delivery:
    """What came of one try; without a secret to sign with nothing is sent, and tried again.

    A try that was queued before the notice was sent anew sends nothing.
    """
    with service.database.reading() as connection:
        which = NOTICES.select().where(NOTICES.c.id == notice)
        row = connection.execute(which).mappings().first()
        body = body_of(connection, notice)
        kept = {} if row is None else service.vault.read(connection, row["job"])
    if row is None or body is None or "webhook" not in kept:
        return FORGOTTEN
    if turn_of(row["round"], row["tries"]) != turn:
        return OVERTAKEN
    secret = service.settings.webhook_secret
    if secret is None:
        return Delivery(status=None, problem="DIASCRIBE_WEBHOOK_SECRET: is not set")
    sender = Sender(guard=Guard(allow_private=service.settings.allow_private_urls))
    try:
        own = tenant_secrets(secret, row["tenant"])
        return sender.send(kept["webhook"], own, notice, body)
    except OptionsError as error:
        return Delivery(status=None, problem=str(error))
