"""What the messages of buckets say: S3 notifications, EventBridge's, either inside SNS's."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from diascribe.errors import EventError
from diascribe.said import kind_said

VERSION = "2"
"""The major version of S3's notifications; minor ones only add fields."""

CREATED = "ObjectCreated:"
CREATED_ON_THE_BUS = "Object Created"
TEST = "s3:TestEvent"
"""S3 sends it when notifications are switched on."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can name and UTF-8 cannot write."""

WRAPPED = "Notification"
"""The type of what SNS wraps around a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent:
    """An object was written into a bucket."""

    bucket: str
    key: str
    """As the object is called, nothing of it encoded."""
    size: int | None = None
    """Bytes; null where the message does not say."""
    etag: str | None = None
    version: str | None = None
    """Null in buckets without versions."""
    sequencer: str | None = None
    """Tells writes of one key apart; null where the message does not say."""

    @property
    def uri(self) -> str:
        """The object's address."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def identity(self) -> str:
        """The same for every message about one write, however it came; other for another write.

        >>> one = ObjectEvent(bucket="b", key="k", sequencer="0A")
        >>> len(one.identity), one.identity == ObjectEvent(bucket="b", key="k").identity
        (43, False)
        """
        parts = [self.bucket, self.key, self.version, self.etag, self.sequencer]
        return f"s3-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]}"


def parse_notice(body: str) -> tuple[ObjectEvent, ...]:
    """The objects that a message says were written; none for tests and for other happenings.

    Raises:
        EventError: it is no message of a bucket.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:  # the latter of thousands of brackets
        raise EventError(f"wanted JSON of a bucket's event: {error}") from error
    return read_notice(message)


def read_notice(message: object) -> tuple[ObjectEvent, ...]:
    """As `parse_notice`, of JSON that is parsed already.

    Raises:
        EventError: it is no message of a bucket.
    """
    said = _object(message, "a message")
    if said.get("Type") == WRAPPED:
        return parse_notice(_text(said, "Message"))
    if "Records" in said:
        return tuple(_records(said["Records"]))
    if said.get("Event") == TEST:
        return ()
    if said.get("source") == "aws.s3":
        return tuple(_of_the_bus(said))
    raise EventError(f"wanted a bucket's event, got an object with {_names(said)}")


def _records(records: object) -> Iterator[ObjectEvent]:
    if not isinstance(records, list):
        raise EventError(f"Records: wanted a list, got {kind_said(records)}")
    for record in records:
        yield from _record(_object(record, "a record"))


def _record(record: Mapping[str, Any]) -> Iterator[ObjectEvent]:
    """What one record of a notification says; its key is encoded as forms are."""
    source = _text(record, "eventSource")
    if not source.endswith(":s3"):  # aws:s3, minio:s3, ceph:s3
        raise EventError(f"eventSource: wanted one of S3, got {source!r}")
    version = _text(record, "eventVersion")
    if version.partition(".")[0] != VERSION:
        raise EventError(f"eventVersion: wanted {VERSION}.x, got {version!r}")
    if not _text(record, "eventName").removeprefix("s3:").startswith(CREATED):
        return
    s3 = _object(record.get("s3"), "s3")
    written = _object(s3.get("object"), "object")
    yield ObjectEvent(
        bucket=_text(_object(s3.get("bucket"), "bucket"), "name"),
        key=_decoded(_text(written, "key")),
        size=_size(written),
        etag=_etag(written.get("eTag")),
        version=_version(written.get("versionId")),
        sequencer=_known(written.get("sequencer")),
    )


def _of_the_bus(event: Mapping[str, Any]) -> Iterator[ObjectEvent]:
    """What EventBridge says, whose keys are not encoded."""
    if _text(event, "detail-type") != CREATED_ON_THE_BUS:
        return
    detail = _object(event.get("detail"), "detail")
    written = _object(detail.get("object"), "object")
    yield ObjectEvent(
        bucket=_text(_object(detail.get("bucket"), "bucket"), "name"),
        key=_text(written, "key"),
        size=_size(written),
        etag=_etag(written.get("etag", written.get("eTag"))),  # the second as moto has it
        version=_version(written.get("version-id")),
        sequencer=_known(written.get("sequencer")),
    )


def _decoded(key: str) -> str:
    try:
        return unquote_plus(key, errors="strict")
    except UnicodeDecodeError as error:
        raise EventError(f"key: wanted UTF-8: {error}") from error


def _size(written: Mapping[str, Any]) -> int | None:
    size = written.get("size")
    if size is None:
        return None
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise EventError(f"size: wanted a number of bytes, got {size!r}")
    return size


def _etag(said: object) -> str | None:
    """Without the quotes that some senders leave around it."""
    return (_known(said) or "").strip('"') or None


def _version(said: object) -> str | None:
    """S3 calls every version `null` that was written while a bucket counts none."""
    known = _known(said)
    return None if known == "null" else known


def _known(said: object) -> str | None:
    if said is None or isinstance(said, str):
        return said or None
    raise EventError(f"wanted text, got {kind_said(said)}")


def _text(said: Mapping[str, Any], name: str) -> str:
    one = said.get(name)
    if not isinstance(one, str) or not one or SURROGATE.search(one):
        raise EventError(f"{name}: wanted text, got {ascii(one)[:80]}")
    return one


def _object(said: object, name: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise EventError(f"{name}: wanted an object, got {kind_said(said)}")
    return said


def _names(said: Mapping[str, Any]) -> str:
    """Names of fields only: values may be somebody's secrets."""
    return ", ".join(sorted(map(repr, said))[:8]) or "no fields"
