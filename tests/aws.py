"""Amazon's S3 and SQS as moto's server plays them, on a loopback port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "a-key-of-the-tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""What AWS's client reads from the environment."""


CREATED, REMOVED = ["s3:ObjectCreated:*"], ["s3:ObjectRemoved:*"]


@dataclass(frozen=True)
class Cloud:
    """An account with nothing in it."""

    address: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 has no types
        """AWS's own client."""
        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name=ACCOUNT["AWS_DEFAULT_REGION"],
            aws_access_key_id=ACCOUNT["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ACCOUNT["AWS_SECRET_ACCESS_KEY"],
        )

    def bucket(self, name: str) -> str:
        """A new bucket."""
        place = {"LocationConstraint": ACCOUNT["AWS_DEFAULT_REGION"]}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    def queue(self, name: str, *, dead_letters: str | None = None, deliveries: int = 2) -> str:
        """The address of a new queue."""
        policy = {"deadLetterTargetArn": dead_letters, "maxReceiveCount": deliveries}
        attributes = {} if dead_letters is None else {"RedrivePolicy": json.dumps(policy)}
        made = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return str(made["QueueUrl"])

    def arn(self, queue: str) -> str:
        """What others call a queue."""
        asked = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
        return str(self.client("sqs").get_queue_attributes(**asked)["Attributes"]["QueueArn"])

    def tell(self, bucket: str, queue: str) -> None:
        """Let a queue hear of whatever happens in a bucket."""
        arn = self.arn(queue)
        queues = [{"QueueArn": arn, "Events": events} for events in (CREATED, REMOVED)]
        self._notify(bucket, {"QueueConfigurations": queues})

    def tell_by_topic(self, bucket: str, queue: str) -> None:
        """The same through SNS, which wraps messages."""
        sns = self.client("sns")
        topic = sns.create_topic(Name=bucket)["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.arn(queue))
        self._notify(bucket, {"TopicConfigurations": [{"TopicArn": topic, "Events": CREATED}]})

    def tell_by_bus(self, bucket: str, queue: str) -> None:
        """The same through EventBridge."""
        events = self.client("events")
        pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
        events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=bucket, Targets=[{"Id": "queue", "Arn": self.arn(queue)}])
        self._notify(bucket, {"EventBridgeConfiguration": {}})

    def _notify(self, bucket: str, told: dict[str, Any]) -> None:
        self.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=told
        )

    def put(self, bucket: str, key: str, body: bytes = b"RIFF") -> None:
        """Write an object."""
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        self.client("sqs").send_message(QueueUrl=queue, MessageBody=body)

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        asked = self.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return sum(int(asked["Attributes"][name]) for name in names)


@contextmanager
def private_cloud() -> Iterator[Cloud]:
    """An account of the tests' own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Cloud(f"http://{host}:{port}")
        urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    finally:
        server.stop()
