"""One try of a notice: read, signed, sent."""

from __future__ import annotations

from diascribe.errors import OptionsError
from diascribe.jobs.opening import Service
from diascribe.jobs.webhooks.notices import body_of
from diascribe.jobs.webhooks.sending import Delivery, Sender
from diascribe.storage.asking import Guard
from diascribe.store.job_schema import NOTICES

FORGOTTEN = Delivery(status=None, problem="the job or its webhook was forgotten", refused=True)


def send_once(service: Service, notice: str) -> Delivery:
    """What came of one try; without a secret to sign with nothing is sent, and tried again."""
    with service.database.reading() as connection:
        which = NOTICES.select().where(NOTICES.c.id == notice)
        row = connection.execute(which).mappings().first()
        body = body_of(connection, notice)
        kept = {} if row is None else service.vault.read(connection, row["job"])
    if body is None or "webhook" not in kept:
        return FORGOTTEN
    secret = service.settings.webhook_secret
    if secret is None:
        return Delivery(status=None, problem="DIASCRIBE_WEBHOOK_SECRET: is not set")
    sender = Sender(guard=Guard(allow_private=service.settings.allow_private_urls))
    try:
        return sender.send(kept["webhook"], secret, notice, body)
    except OptionsError as error:
        return Delivery(status=None, problem=str(error))
