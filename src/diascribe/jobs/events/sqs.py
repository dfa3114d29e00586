"""The queue of messages that is Amazon's SQS, or what speaks like it. Needs the extra `aws`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from diascribe.errors import MissingExtraError, OptionsError, QueueError
from diascribe.jobs.events.queue import Message

MOST_MESSAGES = 10
"""SQS gives no more at once."""

WAITED_S = 10
"""A long poll, and the longest that ending takes; SQS allows 20."""


class Sqs:
    """Implements `MessageQueue`. Who may read the queue, AWS's own settings say."""

    def __init__(self, url: str, *, hidden_s: int, waited_s: int = WAITED_S) -> None:
        try:
            import boto3  # noqa: PLC0415 - an extra
            from botocore.config import Config  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError(
                "SQS needs the extra `aws`", hint="pip install 'diascribe[aws]'"
            ) from error
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise OptionsError((f"queue: wanted the address of an SQS queue, got {url!r}",))
        self._url = url
        self._hidden_s = hidden_s
        self._waited_s = waited_s
        with _told(url):
            self._sqs = boto3.client(
                "sqs",
                region_name=_region(parts.hostname),
                endpoint_url=f"{parts.scheme}://{parts.netloc}",
                config=Config(read_timeout=waited_s + 30, retries={"mode": "standard"}),
            )

    def receive(self) -> list[Message]:
        """See `MessageQueue`."""
        with _told(self._url):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=MOST_MESSAGES,
                WaitTimeSeconds=self._waited_s,
                VisibilityTimeout=self._hidden_s,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [_message(one) for one in answer.get("Messages", ())]

    def delete(self, message: Message) -> None:
        """See `MessageQueue`."""
        with _told(self._url):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)

    def hide(self, messages: list[Message], seconds: int) -> None:
        """See `MessageQueue`."""
        with _told(self._url):
            answer = self._sqs.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(place),
                        "ReceiptHandle": one.receipt,
                        "VisibilityTimeout": seconds,
                    }
                    for place, one in enumerate(messages)
                ],
            )
        failed = answer.get("Failed", ())
        if failed:
            codes = ", ".join(sorted({one["Code"] for one in failed}))
            raise QueueError(f"{self._url}: {len(failed)} messages cannot be hidden: {codes}")

    def has_dead_letters(self) -> bool:
        """See `MessageQueue`."""
        with _told(self._url):
            answer = self._sqs.get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["RedrivePolicy"]
            )
        return "RedrivePolicy" in answer.get("Attributes", {})


def _message(one: dict[str, Any]) -> Message:
    return Message(
        id=one["MessageId"],
        body=one["Body"],
        receipt=one["ReceiptHandle"],
        deliveries=int(one["Attributes"]["ApproximateReceiveCount"]),
    )


def _region(host: str) -> str | None:
    """The region that a queue's address names; null where AWS's own settings have to.

    >>> _region("sqs.eu-west-1.amazonaws.com"), _region("127.0.0.1")
    ('eu-west-1', None)
    """
    first, _, rest = host.partition(".")
    region = rest.partition(".")[0]
    return region if first == "sqs" and ".amazonaws." in host else None


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Raise what AWS's client raises as our own."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise QueueError(f"{url}: {error}") from error
