"""Webhooks as durable jobs: told once it is over, and again until they have heard."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from job_service import SECRET, JobService, job_service
from receivers import REFUSED, Receiver, receiving
from standardwebhooks import Webhook as Proof
from standardwebhooks import WebhookVerificationError

from diascribe.errors import JobStateError, OptionsError
from diascribe.jobs.job import Submission, Webhook
from diascribe.jobs.webhooks.notices import body_of, record_try
from diascribe.jobs.webhooks.schedule import WAITS_S
from diascribe.jobs.webhooks.sending import Delivery
from diascribe.jobs.webhooks.signing import tenant_secrets
from diascribe.store.job_schema import NOTICES


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def hooked(database: str, tmp_path: Path) -> Iterator[JobService]:
    """A service that may send to this machine."""
    allowed = {"DIASCRIBE_ALLOW_PRIVATE_URLS": "1", "DIASCRIBE_WEBHOOK_SECRET": SECRET}
    with job_service(database, tmp_path / "data", **allowed) as service:
        yield service


def submit(
    running: JobService, receiver: Receiver, tenant: str = "tenant", **options: object
) -> str:
    source = running.upload(tenant)
    wanted = Submission(tenant=tenant, source=source, options=options, webhook=receiver.url)
    return running.jobs.submit(wanted).job.id


def heard(receiver: Receiver, count: int) -> list[tuple[str, str]]:
    """The first so many notices: what happened to which job."""
    until = time.monotonic() + 40
    while len(receiver.bodies()) < count:
        assert time.monotonic() < until, f"only {len(receiver.bodies())} came"
        time.sleep(0.05)
    return [(body["type"], body["data"]["id"]) for body in receiver.bodies()]


def tried(running: JobService, notice: str, turn: str, sent: Delivery) -> None:
    with running.service.database.writing() as connection:
        record_try(connection, running.service.queue, notice, turn, sent)


def state(running: JobService) -> tuple[str, int]:
    with running.service.database.reading() as connection:
        row = connection.execute(sa.select(NOTICES)).mappings().one()
    return row["state"], row["tries"]


def test_whoever_wants_to_be_told_is_told_of_each_end(
    hooked: JobService, receiver: Receiver
) -> None:
    hooked.start_slot(0)
    done = submit(hooked, receiver)
    failed = submit(hooked, receiver, fail="decode")
    stopped = submit(hooked, receiver, hang="decode")
    hooked.jobs.cancel("tenant", stopped)

    told = heard(receiver, 3)

    assert sorted(told) == sorted(
        [("job.succeeded", done), ("job.failed", failed), ("job.cancelled", stopped)]
    )


def test_a_notice_tells_of_its_own_end_though_the_job_goes_on_since(
    hooked: JobService, receiver: Receiver
) -> None:
    job = submit(hooked, receiver)
    hooked.jobs.cancel("tenant", job)
    told = body(hooked, f"{job}-1-cancelled")
    hooked.jobs.retry("tenant", job)

    assert body(hooked, f"{job}-1-cancelled") == told
    assert json.loads(told)["data"] == {"id": job, "state": "cancelled", "attempt": 1}


def body(running: JobService, notice: str) -> bytes:
    with running.service.database.reading() as connection:
        found = body_of(connection, notice)
    assert found is not None
    return found


def test_whoever_refuses_is_told_again(hooked: JobService, receiver: Receiver) -> None:
    receiver.taken += [("before", b"{}")] * (REFUSED - 1)  # so that the next one is refused
    hooked.start_slot(0)
    job = submit(hooked, receiver)

    told = heard_after(receiver, REFUSED - 1)

    assert told == [("job.succeeded", job)]
    assert len(receiver.refused) == 1


def heard_after(receiver: Receiver, known: int) -> list[tuple[str, str]]:
    until = time.monotonic() + 40
    while len(receiver.taken) <= known:
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.05)
    return [(body["type"], body["data"]["id"]) for body in receiver.bodies()[known:]]


def test_a_notice_is_tried_over_three_days_and_then_given_up(
    hooked: JobService, receiver: Receiver
) -> None:
    job = submit(hooked, receiver)
    hooked.jobs.cancel("tenant", job)
    notice = f"{job}-1-cancelled"

    states = []
    for tries in range(len(WAITS_S)):
        tried(hooked, notice, f"0-{tries}", Delivery(status=503))
        states.append(state(hooked))

    waiting = [("waiting", tries) for tries in range(1, len(WAITS_S))]
    assert states == [*waiting, ("given up", len(WAITS_S))]


def test_a_try_counts_once_however_often_it_is_written_down(
    hooked: JobService, receiver: Receiver
) -> None:
    job = submit(hooked, receiver)
    hooked.jobs.cancel("tenant", job)

    tried(hooked, f"{job}-1-cancelled", "0-0", Delivery(status=None))
    tried(hooked, f"{job}-1-cancelled", "0-0", Delivery(status=None))

    assert state(hooked) == ("waiting", 1)


def test_who_is_gone_is_left_alone(hooked: JobService, receiver: Receiver) -> None:
    job = submit(hooked, receiver)
    hooked.jobs.cancel("tenant", job)

    tried(hooked, f"{job}-1-cancelled", "0-0", Delivery(status=410))

    assert state(hooked) == ("given up", 1)


def test_what_was_given_up_can_be_sent_again(hooked: JobService, receiver: Receiver) -> None:
    job = submit(hooked, receiver)
    hooked.jobs.cancel("tenant", job)
    tried(hooked, f"{job}-1-cancelled", "0-0", Delivery(status=410))

    count = hooked.jobs.redeliver("tenant", job)
    hooked.start_slot(0)

    assert count == 1
    assert heard(receiver, 1) == [("job.cancelled", job)]


def test_nothing_is_sent_again_for_a_job_without_a_webhook(hooked: JobService) -> None:
    job = hooked.submit()

    with pytest.raises(JobStateError):
        hooked.jobs.redeliver("tenant", job.id)


def test_each_tenant_s_notices_are_proved_by_its_own_secret_only(
    hooked: JobService, receiver: Receiver
) -> None:
    hooked.start_slot(0)
    for count, tenant in enumerate(("ada", "bob"), 1):
        hooked.jobs.cancel(tenant, submit(hooked, receiver, tenant, hang="decode"))
        heard(receiver, count)

    bodies = [body for _, body in receiver.taken]
    signed = zip(bodies, receiver.headers, strict=True)
    for (body, headers), own, other in zip(signed, ("ada", "bob"), ("bob", "ada"), strict=True):
        Proof(tenant_secrets(SECRET, own)).verify(body, headers)
        for wrong in (SECRET, tenant_secrets(SECRET, other)):
            with pytest.raises(WebhookVerificationError):
                Proof(wrong).verify(body, headers)


def test_a_webhook_that_nobody_could_prove_is_refused(
    database: str, receiver: Receiver, tmp_path: Path
) -> None:
    with job_service(database, tmp_path / "data") as unsigned:
        with pytest.raises(OptionsError, match="DIASCRIBE_WEBHOOK_SECRET is not set"):
            submit(unsigned, receiver)

        assert unsigned.jobs.list("tenant").jobs == ()


def test_a_secret_that_is_none_is_refused_when_the_service_starts(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with (
        job_service(database, tmp_path / "data", DIASCRIBE_WEBHOOK_SECRET="guess me") as running,  # noqa: S106 - no secret
        pytest.raises(OptionsError, match="wanted whsec_"),
    ):
        running.service.jobs()


def test_a_job_says_how_its_webhook_stands(hooked: JobService, receiver: Receiver) -> None:
    told: list[Webhook | None] = []

    def note(job: str) -> None:
        told.append(hooked.jobs.get("tenant", job).webhook)

    job = submit(hooked, receiver)
    note(job)
    hooked.jobs.cancel("tenant", job)
    note(job)
    tried(hooked, f"{job}-1-cancelled", "0-0", Delivery(status=503))
    note(job)
    tried(hooked, f"{job}-1-cancelled", "0-1", Delivery(status=410))
    note(job)
    hooked.jobs.redeliver("tenant", job)
    tried(hooked, f"{job}-1-cancelled", "1-0", Delivery(status=204))
    note(job)
    hooked.jobs.retry("tenant", job)
    note(job)

    assert told == [
        Webhook(state="pending"),
        Webhook(state="pending"),
        Webhook(state="pending", status=503),
        Webhook(state="failed", status=410),
        Webhook(state="delivered", status=204),
        Webhook(state="pending"),
    ]
    assert hooked.submit(num_speakers=2).webhook is None
