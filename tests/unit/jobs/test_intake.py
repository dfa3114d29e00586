"""Who is next: classes first, then tenants in turn."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from job_service import JobService

from diascribe.errors import InputError
from diascribe.jobs.intake import CLASS_ROOM, Place
from diascribe.jobs.job import Priority, Submission
from diascribe.store.job_schema import JOBS


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A file: nothing here hangs on which database it is."""
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


def bring(running: JobService, tenant: str, count: int, priority: Priority = "normal") -> None:
    for number in range(count):
        source = running.upload(tenant, f"{tenant} {priority} {number}".encode())
        wanted = Submission(tenant=tenant, source=source, options={}, priority=priority)
        running.jobs.submit(wanted)


def order(running: JobService) -> list[str]:
    """The tenants of queued jobs, in the order in which slots take them."""
    with running.service.database.reading() as connection:
        flows = connection.execute(
            sa.text(
                "SELECT workflow_uuid FROM workflow_status WHERE status = 'ENQUEUED'"
                " ORDER BY priority, created_at, rowid"
            )
        ).scalars()
        tenants = {
            f"{row[0]}-1": f"{row[1]}"
            for row in connection.execute(sa.select(JOBS.c.id, JOBS.c.tenant))
        }
        return [tenants[flow] for flow in flows]


def begin(running: JobService, count: int) -> None:
    """Slots have taken the first jobs."""
    with running.service.database.writing() as connection:
        first = connection.execute(
            sa.select(JOBS.c.id).order_by(JOBS.c.turn, JOBS.c.number).limit(count)
        ).scalars()
        ids = list(first)
        connection.execute(sa.update(JOBS).where(JOBS.c.id.in_(ids)).values(state="running"))
        for one in ids:
            connection.execute(
                sa.text("UPDATE workflow_status SET status = 'PENDING' WHERE workflow_uuid = :i"),
                {"i": f"{one}-1"},
            )


def test_tenants_take_turns_however_much_one_brings(running: JobService) -> None:
    bring(running, "a", 4)
    bring(running, "b", 2)

    assert order(running) == ["a", "b", "a", "b", "a", "a"]


def test_who_comes_late_is_not_put_behind_the_longest_queue_nor_before_it(
    running: JobService,
) -> None:
    bring(running, "a", 6)
    begin(running, 3)
    bring(running, "b", 2)

    assert order(running) == ["a", "b", "a", "b", "a"]


def test_what_is_urgent_goes_first(running: JobService) -> None:
    bring(running, "a", 2, "bulk")
    bring(running, "b", 1, "interactive")
    bring(running, "c", 1)

    assert order(running) == ["b", "c", "a", "a"]


def test_classes_never_mix() -> None:
    last = Place("normal", CLASS_ROOM * 2).number
    first = Place("bulk", 0).number

    assert last < first
    assert Place("interactive", 0).number >= 1
    assert Place("bulk", CLASS_ROOM * 2).number < 2**31


def test_an_upload_of_another_tenant_is_no_source(running: JobService) -> None:
    source = running.upload("a")
    wanted = Submission(tenant="b", source=source, options={})

    with pytest.raises(InputError):
        running.jobs.submit(wanted)
