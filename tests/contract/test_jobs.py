"""What every kind of jobs does: the fake that other tests ask, SQLite, and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from job_service import fresh_database
from job_worlds import MOST_UNFINISHED, FakeWorld, World, durable_world

from diascribe.errors import (
    FetchLimitError,
    IdempotencyError,
    InputError,
    JobStateError,
    QuotaError,
    UnfinishedJobError,
    UnknownJobError,
)
from diascribe.jobs.job import Source, Submission, Webhook


@pytest.fixture(scope="module", params=["fake", "sqlite", "postgres"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Jobs, and somebody who works on them."""
    data = tmp_path_factory.mktemp("jobs")
    if request.param == "fake":
        yield FakeWorld()
    elif request.param == "sqlite":
        with durable_world(f"sqlite:///{data / 'jobs.sqlite'}", data) as durable:
            yield durable
    else:
        server = request.getfixturevalue("postgres")
        with fresh_database(server) as url, durable_world(url, data) as durable:
            yield durable


@pytest.fixture
def tenant() -> str:
    """Nobody else's."""
    return f"tenant-{uuid4().hex}"


def wanted(world: World, tenant: str, **options: object) -> Submission:
    kept = world.jobs.keep(tenant, iter([b"so", b"und"]), name="a.wav", most_bytes=100)
    source = Source(kind="upload", uri=kept.key, shown="a.wav", version=kept.sha256, size=kept.size)
    return Submission(tenant=tenant, source=source, options=options)


def test_a_job_is_what_was_asked_for(world: World, tenant: str) -> None:
    submission = replace(
        wanted(world, tenant, num_speakers=2), metadata={"call": "7"}, priority="bulk"
    )

    submitted = world.jobs.submit(submission)
    job = world.jobs.get(tenant, submitted.job.id)

    assert submitted.created
    assert (job.tenant, job.source, job.priority) == (tenant, "a.wav", "bulk")
    assert (job.options, job.metadata) == ({"num_speakers": 2}, {"call": "7"})
    assert job.attempt == 1


def test_who_is_to_be_told_of_the_end_has_yet_to_be_told(world: World, tenant: str) -> None:
    hooked = replace(wanted(world, tenant, hang="result"), webhook="https://example.org/hook")

    told = world.jobs.submit(hooked).job
    untold = world.jobs.submit(wanted(world, tenant, hang="result")).job

    assert told.webhook == world.jobs.get(tenant, told.id).webhook == Webhook(state="pending")
    assert untold.webhook is None
    for job in (told, untold):
        world.jobs.cancel(tenant, job.id)


def test_the_same_request_is_the_same_job_while_it_is_of_use(world: World, tenant: str) -> None:
    first = world.jobs.submit(wanted(world, tenant))
    again = world.jobs.submit(wanted(world, tenant))
    world.reach(tenant, first.job.id, "succeeded")
    later = world.jobs.submit(wanted(world, tenant))

    assert [again.job.id, later.job.id] == [first.job.id] * 2
    assert [first.created, again.created, later.created] == [True, False, False]


def test_other_options_are_another_job(world: World, tenant: str) -> None:
    first = world.jobs.submit(wanted(world, tenant, num_speakers=2))
    other = world.jobs.submit(wanted(world, tenant, num_speakers=3))

    assert other.created
    assert other.job.id != first.job.id


def test_the_same_request_of_another_tenant_is_another_job(world: World, tenant: str) -> None:
    first = world.jobs.submit(wanted(world, tenant))
    other = world.jobs.submit(wanted(world, tenant + "2"))

    assert other.created
    assert other.job.id != first.job.id


def test_a_failed_job_is_never_the_answer_to_a_new_request(world: World, tenant: str) -> None:
    failed = world.jobs.submit(wanted(world, tenant, fail="result"))
    world.reach(tenant, failed.job.id, "failed")

    again = world.jobs.submit(wanted(world, tenant, fail="result"))

    assert again.created
    assert again.job.id != failed.job.id
    assert world.jobs.get(tenant, failed.job.id).state == "failed"


def test_a_cancelled_job_is_never_the_answer_to_a_new_request(world: World, tenant: str) -> None:
    first = world.jobs.submit(wanted(world, tenant, hang="result"))
    world.jobs.cancel(tenant, first.job.id)

    again = world.jobs.submit(wanted(world, tenant, hang="result"))
    world.jobs.cancel(tenant, again.job.id)

    assert again.created


def test_a_key_means_one_request(world: World, tenant: str) -> None:
    submission = replace(wanted(world, tenant, num_speakers=2), idempotency_key="k")

    first = world.jobs.submit(submission)
    again = world.jobs.submit(submission)

    assert again.job.id == first.job.id
    with pytest.raises(IdempotencyError):
        world.jobs.submit(replace(submission, options={"num_speakers": 3}))
    with pytest.raises(IdempotencyError):
        world.jobs.submit(replace(submission, priority="bulk"))


def test_keys_of_tenants_do_not_meet(world: World, tenant: str) -> None:
    world.jobs.submit(replace(wanted(world, tenant), idempotency_key="k"))

    other = replace(wanted(world, tenant + "2", num_speakers=2), idempotency_key="k")

    assert world.jobs.submit(other).created


def test_a_key_of_a_failed_job_still_names_it(world: World, tenant: str) -> None:
    submission = replace(wanted(world, tenant, fail="result"), idempotency_key="k")
    first = world.jobs.submit(submission)
    world.reach(tenant, first.job.id, "failed")

    assert world.jobs.submit(submission).job.id == first.job.id


def test_nobody_sees_another_tenant_s_job(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id
    stranger = tenant + "2"

    for ask in (
        world.jobs.get,
        world.jobs.cancel,
        world.jobs.withdraw,
        world.jobs.retry,
        world.jobs.erase,
    ):
        with pytest.raises(UnknownJobError):
            ask(stranger, job)
    with pytest.raises(UnknownJobError):
        world.jobs.result(stranger, job)
    with pytest.raises(UnknownJobError):
        world.jobs.rerun(stranger, job, {})
    assert world.jobs.list(stranger).jobs == ()


def test_jobs_are_listed_newest_first_page_by_page(world: World, tenant: str) -> None:
    made = [
        world.jobs.submit(wanted(world, tenant, num_speakers=count)).job.id for count in range(2, 5)
    ]

    first = world.jobs.list(tenant, limit=2)
    second = world.jobs.list(tenant, limit=2, after=first.following)

    assert [job.id for job in (*first.jobs, *second.jobs)] == made[::-1]
    assert second.following is None


def test_what_no_page_gave_names_no_page(world: World, tenant: str) -> None:
    with pytest.raises(InputError):
        world.jobs.list(tenant, after="' OR 1=1")


def test_jobs_are_listed_by_state(world: World, tenant: str) -> None:
    failed = world.jobs.submit(wanted(world, tenant, fail="result")).job.id
    done = world.jobs.submit(wanted(world, tenant)).job.id
    world.reach(tenant, failed, "failed")
    world.reach(tenant, done, "succeeded")

    assert [job.id for job in world.jobs.list(tenant, states=("failed",)).jobs] == [failed]


def test_a_finished_job_has_its_result_and_all_its_stages(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id

    done = world.reach(tenant, job, "succeeded")

    assert world.jobs.result(tenant, job)
    assert done.progress == 1.0
    assert done.duration == 60.0
    assert {stage.state for stage in done.stages} == {"succeeded"}
    assert done.started is not None
    assert done.ended is not None
    assert done.created <= done.started <= done.ended


def test_there_is_no_result_before_the_end_but_a_part(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id

    world.reach(tenant, job, "running")

    with pytest.raises(UnfinishedJobError):
        world.jobs.result(tenant, job)
    assert b"so far" in world.jobs.result(tenant, job, partial=True)
    world.jobs.cancel(tenant, job)


def test_a_cancelled_job_stays_so(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id

    cancelled = world.jobs.cancel(tenant, job)
    again = world.jobs.cancel(tenant, job)

    assert cancelled.state == again.state == "cancelled"
    assert cancelled.ended == again.ended


def test_what_has_ended_is_not_cancelled(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id
    world.reach(tenant, job, "succeeded")

    assert world.jobs.cancel(tenant, job).state == "succeeded"


def test_a_job_is_stopped_when_the_last_who_asked_for_it_leaves(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id
    world.jobs.submit(wanted(world, tenant, hang="result"))

    one_left = world.jobs.withdraw(tenant, job)
    both_left = world.jobs.withdraw(tenant, job)
    anew = world.jobs.submit(wanted(world, tenant, hang="result"))
    world.jobs.cancel(tenant, anew.job.id)

    assert one_left.state in {"queued", "running"}
    assert both_left.state == "cancelled"
    assert anew.created


def test_a_retry_asks_for_a_job_too(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id
    world.jobs.withdraw(tenant, job)
    world.jobs.retry(tenant, job)
    world.jobs.submit(wanted(world, tenant, hang="result"))

    left = world.jobs.withdraw(tenant, job)

    assert left.state in {"queued", "running"}
    world.jobs.cancel(tenant, job)


def test_nothing_is_withdrawn_from_a_job_that_has_ended(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id
    world.reach(tenant, job, "succeeded")

    assert world.jobs.withdraw(tenant, job).state == "succeeded"


def test_a_failed_job_is_retried_from_the_stage_that_failed(
    world: World, tenant: str, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    job = world.jobs.submit(wanted(world, tenant, fail="result", until=str(mended))).job.id
    failed = world.reach(tenant, job, "failed")
    mended.touch()

    world.jobs.retry(tenant, job)
    done = world.reach(tenant, job, "succeeded")

    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.stage) == ("invalid_media", "result")
    assert done.attempt == 2
    assert done.failure is None
    assert {stage.attempts for stage in done.stages if stage.name == "decode"} == {1}


def test_only_what_failed_or_was_cancelled_is_retried(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id
    world.reach(tenant, job, "succeeded")

    with pytest.raises(JobStateError):
        world.jobs.retry(tenant, job)


def test_a_finished_job_is_run_again_with_other_options(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, num_speakers=2)).job.id
    world.reach(tenant, job, "succeeded")

    again = world.jobs.rerun(tenant, job, {"num_speakers": 3})
    done = world.reach(tenant, again.job.id, "succeeded")

    assert again.created
    assert (done.parent, done.options) == (job, {"num_speakers": 3})
    assert world.jobs.result(tenant, done.id) != world.jobs.result(tenant, job)
    assert not world.jobs.rerun(tenant, job, {"num_speakers": 3}).created


def test_only_a_finished_job_is_run_again(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id

    with pytest.raises(JobStateError):
        world.jobs.rerun(tenant, job, {"num_speakers": 3})
    world.jobs.cancel(tenant, job)


def test_nothing_is_left_of_an_erased_job_and_its_name(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant)).job.id
    world.reach(tenant, job, "succeeded")

    world.jobs.erase(tenant, job)
    again = world.jobs.submit(wanted(world, tenant))

    with pytest.raises(UnknownJobError):
        world.jobs.get(tenant, job)
    assert again.created
    assert again.job.id != job


def test_a_running_job_is_erased_too(world: World, tenant: str) -> None:
    job = world.jobs.submit(wanted(world, tenant, hang="result")).job.id
    world.reach(tenant, job, "running")

    world.jobs.erase(tenant, job)
    following = world.jobs.submit(wanted(world, tenant)).job.id

    world.reach(tenant, following, "succeeded")
    assert [one.id for one in world.jobs.list(tenant).jobs] == [following]


def test_a_tenant_has_only_so_much_unfinished_work(world: World, tenant: str) -> None:
    jobs = [
        world.jobs.submit(wanted(world, tenant, hang="result", words=number)).job.id
        for number in range(MOST_UNFINISHED)
    ]

    with pytest.raises(QuotaError):
        world.jobs.submit(wanted(world, tenant, words="more"))
    known = world.jobs.submit(wanted(world, tenant, hang="result", words=0))
    for job in jobs:
        world.jobs.cancel(tenant, job)

    assert not known.created, "what is known costs nothing"
    assert world.jobs.submit(wanted(world, tenant, words="more")).created


def test_too_many_bytes_are_not_kept(world: World, tenant: str) -> None:
    with pytest.raises(FetchLimitError):
        world.jobs.keep(tenant, iter([b"12345", b"6"]), name="a.wav", most_bytes=5)


def test_secret_options_are_not_shown(world: World, tenant: str) -> None:
    submission = wanted(world, tenant, huggingface_access_token="hf_x")  # noqa: S106 - no secret

    job = world.jobs.submit(submission).job

    assert world.jobs.get(tenant, job.id).options == {}
