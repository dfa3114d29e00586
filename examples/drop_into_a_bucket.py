"""A recording is dropped into a bucket, and its subtitles come out. Moto plays Amazon's part."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

SAMPLE = Path(__file__).parent / "conversation.opus"
RESULTS = "out/talks/in/talk.opus"
WANTED = ["--under", "s3://talks/in/", "--results", "s3://talks/out/", "--format", "json,srt"]

amazon = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
amazon.start()
data = tempfile.TemporaryDirectory()
os.environ["AWS_ENDPOINT_URL"] = "http://{}:{}".format(*amazon.get_host_and_port())
os.environ |= {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "mine"}
os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "DIASCRIBE_DATA": data.name}
s3, sqs = boto3.client("s3"), boto3.client("sqs")
s3.create_bucket(Bucket="talks")
queue = sqs.create_queue(QueueName="talks")["QueueUrl"]
arn = "arn:aws:sqs:us-east-1:123456789012:talks"
told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
s3.put_bucket_notification_configuration(Bucket="talks", NotificationConfiguration=told)

subprocess.run(["diascribe", "keys", "allow", "studio", "s3://talks/"], check=True)
commands = [["serve", "--no-worker", "--port", "0"], ["worker"]]
commands += [["ingest", queue, "--tenant", "studio", *WANTED]]
running = [subprocess.Popen(["diascribe", *one]) for one in commands]
s3.upload_file(str(SAMPLE), "talks", "in/talk.opus")
while s3.list_objects_v2(Bucket="talks", Prefix=f"{RESULTS}.json")["KeyCount"] == 0:
    time.sleep(1)
print(s3.get_object(Bucket="talks", Key=f"{RESULTS}.srt")["Body"].read().decode())
for process in running:
    process.terminate()
    process.wait()
amazon.stop()
