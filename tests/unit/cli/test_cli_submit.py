"""Recordings become jobs of a service, from the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aws import ACCOUNT, private_cloud
from cli_command import Run, fake_engine, runner, talk
from fake_jobs import FakeJobs
from running_service import KEY, running_service

from diascribe.adapters.service import Service
from diascribe.cli.submitting import Given, Submitter
from diascribe.cli.wanted import Wanted
from diascribe.errors import FetchError
from diascribe.jobs.job import Failure, Job
from diascribe.storage.locations import Location, location
from diascribe.storage.objects import Held

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class WorkingJobs(FakeJobs):
    """Each job goes on whenever it is looked at; what is called `bad` fails."""

    looks: int = 0

    def get(self, tenant: str, job: str) -> Job:
        self.looks += 1
        now = super().get(tenant, job)
        if now.state == "queued":
            self.begin(job, "decode", "recognize")
            self.advance(job, "decode", 1.0)
        elif "bad" in now.source:
            self.fail(job, Failure(code="no_audio", message="there is none"))
        elif now.state == "running":
            self.finish(job, b"{}")
        return super().get(tenant, job)


@pytest.fixture
def jobs() -> WorkingJobs:
    return WorkingJobs()


@pytest.fixture
def address(jobs: WorkingJobs) -> Iterator[str]:
    with running_service(jobs) as one:
        yield one


@pytest.fixture
def run(address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DIASCRIBE_SERVICE", address)
    monkeypatch.setenv("DIASCRIBE_SERVICE_KEY", KEY)
    monkeypatch.setattr("diascribe.cli.submitting.POLL_S", 0.01)
    return runner(monkeypatch, capsys, fake_engine())


def test_files_and_addresses_become_jobs_whose_ids_are_printed(
    run: Run, jobs: WorkingJobs, tmp_path: Path
) -> None:
    one, two = talk(tmp_path / "in" / "a.wav"), talk(tmp_path / "b.wav")

    ran = run(
        *("submit", tmp_path / "in", two, "https://example.org/c.mp3?secret=1", "s3://talks/d.wav"),
        *("--language", "en", "--languages", "en,de", "--no-diarization"),
        *("--results", "s3://talks/out/", "--format", "srt,json", "--priority", "bulk"),
    )

    asked = [kept.submission for kept in jobs.kept.values()]
    assert ran.status == 0
    assert ran.out.split() == list(jobs.kept)
    assert [each.source.shown for each in asked] == [
        "a.wav",
        "b.wav",
        "https://example.org/c.mp3",
        "s3://talks/d.wav",
    ]
    assert asked[0].source.version == hashlib.sha256(one.read_bytes()).hexdigest()
    for each in asked:
        assert each.options == {"language": "en", "languages": ["en", "de"], "diarization": False}
        assert (each.priority, each.formats) == ("bulk", ("srt", "json"))


def test_one_that_is_refused_does_not_stop_the_others(run: Run, jobs: WorkingJobs) -> None:
    ran = run("submit", "s3://theirs/a.wav", "s3://talks/b.wav")

    assert ran.status == 1
    assert len(ran.errors) == 1
    assert "s3://theirs/a.wav" in ran.errors[0]
    assert [kept.job.source for kept in jobs.kept.values()] == ["s3://talks/b.wav"]


def test_waiting_tells_how_each_job_ended(run: Run, jobs: WorkingJobs) -> None:
    ran = run("submit", "--wait", "s3://talks/good.wav", "s3://talks/bad.wav")

    good, bad = jobs.kept
    assert ran.status == 1
    assert set(ran.out.splitlines()) == {f"{good} succeeded", f"{bad} failed"}
    assert ran.errors == [
        f"error: s3://talks/bad.wav: job {bad}: no_audio: there is none",
    ]


def test_json_tells_all_that_the_service_tells(run: Run, jobs: WorkingJobs) -> None:
    ran = run("submit", "--json", "s3://talks/a.wav")

    (told,) = map(json.loads, ran.out.splitlines())
    assert told["source"] == "s3://talks/a.wav"
    assert told["job"]["id"] == next(iter(jobs.kept))
    assert told["job"]["state"] == "queued"


def test_a_prefix_is_submitted_once_for_each_version_of_a_recording(
    run: Run, jobs: WorkingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_cloud() as cloud:
        for name, value in {**ACCOUNT, "AWS_ENDPOINT_URL": cloud.address}.items():
            monkeypatch.setenv(name, value)
        cloud.bucket("talks")
        for key in ("in/a b.wav", "in/deep/c.mp4", "in/a b.wav.srt", "input/d.wav"):
            cloud.put("talks", key)

        first = run("submit", "s3://talks/in/")
        again = run("submit", "s3://talks/in/")
        cloud.put("talks", "in/a b.wav", b"another")
        later = run("submit", "s3://talks/in/")

    sources = {kept.submission.source.uri for kept in jobs.kept.values()}
    assert sources == {"s3://talks/in/a b.wav", "s3://talks/in/deep/c.mp4"}
    assert sorted(first.out.split()) == sorted(again.out.split())
    assert len({*first.out.split(), *later.out.split()}) == 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--watch", "a.wav"], "watch"),
        (["--watch", "--wait", "s3://b/in/"], "watch"),
        (["--format", "srt", "s3://b/a.wav"], "results"),
        (["--num-speakers", "0", "s3://b/a.wav"], "num_speakers"),
        (["--service", "localhost", "s3://b/a.wav"], "service"),
        (["-"], "standard input"),
        (["gone.wav"], "gone.wav"),
    ],
)
def test_what_cannot_be_submitted_is_refused(run: Run, arguments: list[str], reason: str) -> None:
    ran = run("submit", *arguments)

    assert ran.status == 2
    assert reason in ran.errors[0]
    assert ran.out == ""


def held(key: str, etag: str = "1") -> Held:
    place = location(f"s3://talks/{key}")
    return Held(place=place, size=4, etag=f'"{etag}"', changed=NOW)


class EnoughError(Exception):
    """The test has seen enough."""


@dataclass
class Bucket:
    """What is in it at each look; the last look interrupts."""

    looks: list[list[Held] | Exception]
    slept: list[float] = field(default_factory=list)

    def listing(self, prefix: Location) -> Iterable[Held]:
        found = self.looks[0]
        if isinstance(found, Exception):
            raise found
        return [one for one in found if one.place.key.startswith(prefix.key)]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.looks.pop(0)
        if not self.looks:
            raise EnoughError


def test_watching_submits_what_is_new_and_what_has_changed(
    address: str, jobs: WorkingJobs, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = Bucket(
        [
            [held("in/a.wav")],
            [held("in/a.wav"), held("in/b.wav"), held("in/a.wav.srt")],
            FetchError("the bucket is away"),
            [held("in/a.wav", etag="2"), held("in/b.wav"), held("other/c.wav")],
        ]
    )

    with Service(address, KEY) as service:
        work = Submitter(service, {}, sleep=bucket.sleep)
        with pytest.raises(EnoughError):
            work.watch(["s3://talks/in/"], bucket.listing, 7)

    told = capsys.readouterr()
    assert bucket.slept == [7, 7, 7, 7]
    assert told.out.split() == list(jobs.kept)
    assert [one.job.source for one in jobs.kept.values()] == [
        "s3://talks/in/a.wav",
        "s3://talks/in/b.wav",
        "s3://talks/in/a.wav",
    ]
    assert "the bucket is away" in told.err


def test_watching_asks_once_about_what_is_refused_and_again_where_nobody_answered(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Bucket([[held("in/a.wav")]] * 3)
    away = Bucket([[held("in/a.wav")]] * 3)

    with Service(address, "wrong", waits_s=()) as service, pytest.raises(EnoughError):
        Submitter(service, {}, sleep=refused.sleep).watch(["s3://talks/"], refused.listing, 1)
    once = capsys.readouterr().err.count("error:")
    with Service("http://127.0.0.1:9", waits_s=()) as service, pytest.raises(EnoughError):
        Submitter(service, {}, sleep=away.sleep).watch(["s3://talks/"], away.listing, 1)
    thrice = capsys.readouterr().err.count("error:")

    assert (once, thrice) == (1, 3)


def test_jobs_are_waited_for_side_by_side(address: str, jobs: WorkingJobs) -> None:
    slept: list[float] = []
    with Service(address, KEY) as service:
        work = Submitter(service, {}, quiet=True, sleep=slept.append)
        given = work.submit_all(Wanted(f"s3://talks/{name}.wav", name) for name in "abc")
        work.wait_for(given)

    assert all(isinstance(one, Given) for one in given)
    assert {kept.job.state for kept in jobs.kept.values()} == {"succeeded"}
    assert (len(slept), jobs.looks) == (1, 6)
