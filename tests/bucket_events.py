"""Messages of buckets, as AWS documents them."""

from __future__ import annotations

import json
from typing import Any

TEST_EVENT = {
    "Service": "Amazon S3",
    "Event": "s3:TestEvent",
    "Time": "2026-11-20T08:00:00.000Z",
    "Bucket": "talks",
    "RequestId": "5582815E1AEA5ADF",
    "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
}


def record(
    key: str, *, event: str = "ObjectCreated:Put", bucket: str = "talks", **written: object
) -> dict[str, Any]:
    """A record of an S3 notification; the key as S3 encodes it."""
    return {
        "eventVersion": "2.5",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-11-20T08:00:00.000Z",
        "eventName": event,
        "userIdentity": {"principalId": "AWS:EXAMPLE"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "all",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {
                "key": key,
                "size": 4,
                "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                "sequencer": "0055AED6DCD90281E5",
                **written,
            },
        },
    }


def notice(*records: dict[str, Any]) -> str:
    """A message with these records."""
    return json.dumps({"Records": records})


def bus_event(key: str, *, kind: str = "Object Created", bucket: str = "talks") -> dict[str, Any]:
    """What EventBridge delivers; its keys are not encoded."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": kind,
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-11-20T08:00:00Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key,
                "size": 4,
                "etag": "d41d8cd98f00b204e9800998ecf8427e",
                "sequencer": "0055AED6DCD90281E5",
            },
            "reason": "PutObject",
        },
    }


def wrapped(body: str) -> str:
    """As SNS delivers a message to a queue, unless told to deliver it raw."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "dc1e94d9-56c5-5e96-808d-cc7f68faa162",
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:talks",
            "Subject": "Amazon S3 Notification",
            "Message": body,
            "Timestamp": "2026-11-20T08:00:00.000Z",
            "SignatureVersion": "1",
        }
    )
