"""A long queue: whether submitting, listing and claiming take longer with 10,000 jobs in it.

    make bench NAME=backlog

The jobs are those of the tests, whose stages compute next to nothing, so that what is left is the
service's own: its database is SQLite, its worker a process of its own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from _record import ROOT, store
from speed import figure

sys.path.insert(0, str(ROOT / "tests"))

from job_service import JobService, job_service

from diascribe.jobs.job import Job

SHORT, LONG = 100, 10_000
TIMES = 50
WORKED_OFF = 30
"""Jobs that a worker ends while it is watched."""


def main() -> None:
    """Measure, print and store."""
    figures = [*measured(SHORT), *measured(LONG)]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    options = {"database": "SQLite", "times": TIMES, "worked_off": WORKED_OFF}
    store("backlog", [], {"figures": figures, "options": options})


def measured(queued: int) -> Iterator[Mapping[str, object]]:
    """What a service does with so many jobs in its queue."""
    with (
        tempfile.TemporaryDirectory() as folder,
        job_service(
            f"sqlite:///{folder}/jobs.db",
            Path(folder, "data"),
            DIASCRIBE_TENANT_JOBS=str(2 * LONG),
        ) as service,
    ):
        for number in range(queued):
            service.submit(content=b"%d" % number)
        told = f"{queued:,} jobs queued: "
        yield figure(f"{told}submitting one", _median_ms(_submitting(service, queued)), "ms")
        yield figure(f"{told}listing fifty", _median_ms(lambda: _listed(service)), "ms")
        yield figure(f"{told}from a job's end to the next one's start", _claimed(service), "ms")


def _submitting(service: JobService, first: int) -> Callable[[], object]:
    """Submits another recording each time."""
    numbers = iter(range(first, first + TIMES))
    return lambda: service.submit(content=b"%d" % next(numbers))


def _listed(service: JobService) -> object:
    return service.jobs.list("tenant", limit=50)


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)


def _claimed(service: JobService) -> float:
    """The median over the jobs that a worker ends first, in milliseconds."""
    service.start_slot()
    while len(ended := _ended(service)) < WORKED_OFF:
        time.sleep(0.2)
    spans = sorted((one.started, one.ended) for one in ended if one.started and one.ended)
    gaps = [(after[0] - before[1]).total_seconds() for before, after in pairwise(spans)]
    return 1000 * statistics.median(gaps)


def _ended(service: JobService) -> Sequence[Job]:
    return service.jobs.list("tenant", states=("succeeded",), limit=100).jobs


if __name__ == "__main__":
    main()
