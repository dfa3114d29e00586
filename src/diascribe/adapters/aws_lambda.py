"""A Lambda function that gives what comes into buckets to our service, or to SageMaker.

Its handler is `diascribe.adapters.aws_lambda.handler`. A queue, a topic, a bus or a bucket itself
may call it. What fails is delivered again: of a queue's messages those that failed, else all.
"""

from __future__ import annotations

import json
import logging
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from diascribe.adapters.service import RefusedError, Service
from diascribe.errors import (
    DiascribeError,
    IdempotencyError,
    MissingExtraError,
    OptionsError,
    ServiceError,
)
from diascribe.jobs.events.intake import unlike_a_recording
from diascribe.jobs.events.notice import ObjectEvent, parse_notice, read_notice
from diascribe.settings import Settings, read_settings

ANY_TYPE = "application/octet-stream"
"""Of recordings whose name says nothing."""

LOG = logging.getLogger(__name__)


class Target(Protocol):
    """Where objects are given to."""

    def give(self, event: ObjectEvent) -> str:
        """What the job of an object is called; the same event twice is one job.

        Raises:
            DiascribeError: it is not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class ToService:
    """Our service, by REST."""

    service: Service
    fields: Mapping[str, Any]
    """Added to every request."""

    def give(self, event: ObjectEvent) -> str:
        """See `Target`."""
        try:
            return self.service.submit_address(event.uri, self.fields, key=event.identity).id
        except RefusedError as error:
            if error.told == IdempotencyError.code:  # the fields have changed since
                return "known"
            raise


@dataclass(frozen=True, slots=True)
class ToSageMaker:
    """An asynchronous endpoint of SageMaker, which fetches the object itself."""

    runtime: Any
    """AWS's client of `sagemaker-runtime`."""
    endpoint: str
    fields: Mapping[str, Any]
    """Handed over as custom attributes, in JSON."""

    def give(self, event: ObjectEvent) -> str:
        """See `Target`; SageMaker itself does not know that two events are one."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

        attributes = {"CustomAttributes": json.dumps(self.fields)} if self.fields else {}
        try:
            answer = self.runtime.invoke_endpoint_async(
                EndpointName=self.endpoint,
                InputLocation=event.uri,
                ContentType=mimetypes.guess_type(event.key)[0] or ANY_TYPE,
                Accept="application/json",
                InferenceId=event.identity,
                **attributes,
            )
        except (BotoCoreError, ClientError) as error:
            raise ServiceError(f"{self.endpoint}: {error}") from error
        return str(answer["InferenceId"])


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """What Lambda calls; a queue's messages that failed are named in the answer.

    Raises:
        DiascribeError: an object of a call that is no queue's was not taken: Lambda calls again.
    """
    del context
    with target_of(read_settings()) as target:
        return deliver(event, target)


def deliver(event: Mapping[str, Any], target: Target) -> dict[str, Any]:
    """Give all objects that a call tells of to a target; the answer for Lambda.

    Raises:
        DiascribeError: an object of a call that is no queue's was not taken.
    """
    messages = list(_messages(event))
    if not messages:
        for one in _objects(event):
            _give(one, target)
        return {}
    failed = [one["messageId"] for one in messages if not _delivered(one, target)]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _messages(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The messages, where a queue calls."""
    records = event.get("Records")
    for record in records if isinstance(records, list) else ():
        if isinstance(record, dict) and record.get("eventSource") == "aws:sqs":
            yield record


def _objects(event: Mapping[str, Any]) -> Iterator[ObjectEvent]:
    """The objects, where a topic, a bus or a bucket calls."""
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    if isinstance(first, dict) and first.get("EventSource") == "aws:sns":
        assert isinstance(records, list), "its first was read"
        for record in records:
            yield from parse_notice(record["Sns"]["Message"])
    else:
        yield from read_notice(event)


def _delivered(message: Mapping[str, Any], target: Target) -> bool:
    """Whether all objects of a queue's message were taken."""
    try:
        for event in parse_notice(message["body"]):
            _give(event, target)
    except DiascribeError as error:
        LOG.error("message %s: %s: %s", message["messageId"], error.code, error)  # noqa: TRY400 - foreseen
        return False
    return True


def _give(event: ObjectEvent, target: Target) -> None:
    reason = unlike_a_recording(event.key)
    if reason is not None:
        LOG.info("an object of %s is left: %s", event.bucket, reason)
        return
    LOG.info("an object of %s is job %s", event.bucket, target.give(event))


@contextmanager
def target_of(settings: Settings) -> Iterator[Target]:
    """Where the settings say that objects are given to.

    Raises:
        OptionsError: they say nothing, two things, or fields that are no object in JSON.
        MissingExtraError: SageMaker is wanted without the extra `aws`.
    """
    fields = _fields(settings.submit_fields)
    if (settings.service is None) == (settings.sagemaker_endpoint is None):
        wanted = "wanted one of DIASCRIBE_SERVICE and DIASCRIBE_SAGEMAKER_ENDPOINT"
        raise OptionsError((f"{wanted}, got {'none' if settings.service is None else 'both'}",))
    if settings.service is not None:
        with Service(settings.service, settings.service_key, waits_s=()) as service:
            yield ToService(service, fields)
    else:
        yield ToSageMaker(_runtime(), str(settings.sagemaker_endpoint), fields)


def _runtime() -> Any:  # noqa: ANN401 - boto3 has no types
    """AWS's client of SageMaker's endpoints."""
    try:
        import boto3  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "SageMaker needs the extra `aws`", hint="pip install 'diascribe[aws]'"
        ) from error
    return boto3.client("sagemaker-runtime")


def _fields(said: str | None) -> Mapping[str, Any]:
    try:
        fields = json.loads(said or "{}")
    except ValueError as error:
        raise OptionsError((f"DIASCRIBE_SUBMIT_FIELDS: wanted JSON: {error}",)) from error
    if not isinstance(fields, dict):
        raise OptionsError(("DIASCRIBE_SUBMIT_FIELDS: wanted an object in JSON",))
    return fields
