"""From a bucket through its queue to jobs, as moto's server plays Amazon's part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from aws import ACCOUNT, Cloud, private_cloud
from cli_command import until
from fake_jobs import FakeJobs

from diascribe.jobs.events.ingest import Ingester, Patience
from diascribe.jobs.events.intake import Intake
from diascribe.jobs.events.sqs import Sqs

INTAKE = Intake(tenant="ada", prefixes=("s3://talks/in",), results="s3://talks/out")


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    with private_cloud() as one:
        one.bucket("talks")
        yield one


def test_what_is_dropped_into_a_bucket_becomes_jobs_and_the_queue_is_empty(cloud: Cloud) -> None:
    queue, jobs = cloud.queue("talks"), FakeJobs()
    cloud.tell("talks", queue)  # which sends the test event
    for key in ("in/a+b é%.wav", "in/deep/c.mp4", "in/notes.txt", "out/a.json", "elsewhere/d.wav"):
        cloud.put("talks", key)
    cloud.client("s3").delete_object(Bucket="talks", Key="elsewhere/d.wav")
    ingester = Ingester(Sqs(queue, hidden_s=60, waited_s=0), jobs, INTAKE)

    until(lambda: ingester.take() == 0)

    found = {one.submission.source.uri: one.submission.source for one in jobs.kept.values()}
    assert set(found) == {"s3://talks/in/a+b é%.wav", "s3://talks/in/deep/c.mp4"}
    for source in found.values():
        key = source.uri.removeprefix("s3://talks/")
        head = cloud.client("s3").head_object(Bucket="talks", Key=key)
        assert (source.version, source.size) == (head["ETag"].strip('"'), 4)
    assert cloud.waiting(queue) == 0


@pytest.mark.parametrize("way", [Cloud.tell, Cloud.tell_by_topic, Cloud.tell_by_bus])
def test_whichever_way_a_queue_is_told_it_is_the_same_object(
    cloud: Cloud, way: Callable[[Cloud, str, str], None]
) -> None:
    queue, jobs = cloud.queue("talks"), FakeJobs()
    way(cloud, "talks", queue)
    cloud.put("talks", "in/a+b é%.wav")
    ingester = Ingester(Sqs(queue, hidden_s=60, waited_s=0), jobs, INTAKE)

    until(lambda: ingester.take() == 0)

    (kept,) = jobs.kept.values()
    head = cloud.client("s3").head_object(Bucket="talks", Key="in/a+b é%.wav")
    assert kept.submission.source.uri == "s3://talks/in/a+b é%.wav"
    assert kept.submission.source.version == head["ETag"].strip('"')


def test_poison_is_in_the_queue_of_dead_letters_in_the_end(cloud: Cloud) -> None:
    dead, jobs = cloud.queue("dead"), FakeJobs()
    queue = cloud.queue("talks", dead_letters=cloud.arn(dead), deliveries=2)
    cloud.tell("talks", queue)
    cloud.send(queue, "poison")
    cloud.put("talks", "in/a.wav")
    ingester = Ingester(Sqs(queue, hidden_s=60, waited_s=0), jobs, INTAKE, Patience(again_s=0))

    for _ in range(4):
        ingester.take()

    assert [one.job.source for one in jobs.kept.values()] == ["s3://talks/in/a.wav"]
    assert (cloud.waiting(queue), cloud.waiting(dead)) == (0, 1)


def test_a_running_ingester_ends_when_told(cloud: Cloud) -> None:
    queue, jobs, stopping = cloud.queue("talks"), FakeJobs(), Event()
    cloud.tell("talks", queue)
    cloud.put("talks", "in/a.wav")
    patience = Patience(stopping=stopping)
    ingester = Ingester(Sqs(queue, hidden_s=60, waited_s=1), jobs, INTAKE, patience)
    thread = Thread(target=ingester.run)

    thread.start()
    until(lambda: bool(jobs.kept))
    stopping.set()
    thread.join(10)

    assert not thread.is_alive()
    assert cloud.waiting(queue) == 0
