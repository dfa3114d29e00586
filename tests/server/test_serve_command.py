"""`diascribe serve` and `diascribe keys` as a user runs them: processes, signals, files."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from cli_command import PATIENCE_S, Ran, alive, children, run_process, until
from job_service import SECRET

from diascribe.jobs.webhooks.signing import tenant_secrets

TESTS = Path(__file__).parents[1]

SERVE = """
from diascribe.cli.serving import run
run({host!r}, 0, worker={worker}, stages="toy_stages:open_stages")
"""


def settings(folder: Path) -> dict[str, str]:
    """The environment of a command that keeps everything in a folder."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(TESTS),
        "DIASCRIBE_DATA": str(folder),
        "DIASCRIBE_DEAD_S": "2",
    }


@contextmanager
def serving(
    folder: Path, *, worker: bool, host: str = "127.0.0.1"
) -> Iterator[tuple[str, subprocess.Popen[str], list[str]]]:
    """A service with toy stages: its address, its process and what it says."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE.format(host=host, worker=worker)],
        env=settings(folder),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None, "it has a pipe"
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("listening on "):
                break
        reader = threading.Thread(target=lambda: said.extend(process.stderr or ()))
        reader.start()
        try:
            yield said[-1].removeprefix("listening on ").strip(), process, said
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            reader.join(PATIENCE_S)


def keys(folder: Path, *arguments: str, **more: str) -> Ran:
    return run_process("keys", *arguments, env={**settings(folder), **more})


@pytest.mark.slow
def test_a_job_goes_from_an_upload_to_its_result_in_one_service(tmp_path: Path) -> None:
    with serving(tmp_path, worker=True) as (address, process, said):
        with httpx2.Client(base_url=address, timeout=PATIENCE_S) as client:
            made = client.post("/v1/jobs", files={"file": ("talk.wav", b"sound")}).json()
            followed = client.get(f"/v1/jobs/{made['id']}/events").text
            job = client.get(f"/v1/jobs/{made['id']}").json()
            result = client.get(f"/v1/jobs/{made['id']}/result")
        family = children(process.pid)
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE_S)
        until(lambda: not any(map(alive, family)))

    assert "event: end" in followed
    assert (job["state"], job["failure"]) == ("succeeded", None)
    assert result.status_code == 200
    assert json.loads(result.content)
    assert family
    assert status == 0
    told = [json.loads(line) for line in said[1:]]  # and nothing else, the end included
    ends = [one for one in told if one["event"] == "job_ended"]
    assert [(one["job"], one["state"]) for one in ends] == [(made["id"], "succeeded")]


@pytest.mark.slow
def test_a_service_without_a_worker_keeps_jobs_for_others(tmp_path: Path) -> None:
    with serving(tmp_path, worker=False) as (address, process, said):
        httpx2.post(f"{address}/v1/jobs", files={"file": ("talk.wav", b"sound")})
        depth = httpx2.get(f"{address}/v1/queue/depth").json()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
    with serving(tmp_path, worker=False) as (address, _, _):
        (job,) = httpx2.get(f"{address}/v1/jobs").json()["jobs"]

    assert (depth["queued"], depth["slots"]) == (1, 0)
    assert job["state"] == "queued"
    told = [json.loads(line) for line in said if line.startswith("{")]
    assert {"/v1/jobs", "/v1/queue/depth"} <= {one.get("route") for one in told}


@pytest.mark.slow
def test_a_service_for_others_lets_nobody_in_before_there_are_keys(tmp_path: Path) -> None:
    with serving(tmp_path, worker=False, host="0.0.0.0") as (address, _, said):  # noqa: S104 - the point
        here = address.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - the point
        before = httpx2.get(f"{here}/v1/jobs").status_code
        made = json.loads(keys(tmp_path, "create", "ada", "--json").out)
        wrong = httpx2.get(f"{here}/v1/jobs", headers={"X-API-Key": made["id"]}).status_code
        after = httpx2.get(f"{here}/v1/jobs", headers={"X-API-Key": made["key"]}).status_code

    assert (before, wrong, after) == (401, 401, 200)
    assert any(line.startswith("no keys: ") for line in said)
    assert made["key"] not in "".join(said)


def test_keys_are_made_listed_and_withdrawn(tmp_path: Path) -> None:
    plain = keys(tmp_path, "create", "ada", "--name", "laptop")
    made = json.loads(keys(tmp_path, "create", "bob", "--json").out)
    revoked = keys(tmp_path, "revoke", made["id"])
    listed = json.loads(keys(tmp_path, "list", "--json").out)["keys"]
    shown = keys(tmp_path, "list").out

    assert plain.out.startswith("dsk_")
    assert plain.out.strip() not in shown + str(listed)
    assert revoked.out == f"{made['id']}: revoked\n"
    assert [(one["tenant"], one["name"], bool(one["revoked"])) for one in listed] == [
        ("ada", "laptop", False),
        ("bob", "", True),
    ]


def test_prefixes_are_allowed_and_forbidden(tmp_path: Path) -> None:
    allowed = keys(tmp_path, "allow", "ada", "s3://talks/ada")
    listed = keys(tmp_path, "list")
    as_json = json.loads(keys(tmp_path, "list", "--json").out)
    forbidden = keys(tmp_path, "forbid", "ada", "s3://talks/ada/")
    again = keys(tmp_path, "forbid", "ada", "s3://talks/ada/")

    assert allowed.out == "ada: s3://talks/ada/ allowed\n"
    assert "ada may name objects below s3://talks/ada/\n" in listed.out
    assert as_json["prefixes"] == {"ada": ["s3://talks/ada/"]}
    assert forbidden.status == 0
    assert (again.status, len(again.errors)) == (2, 1)


def test_a_tenant_s_webhook_secret_is_told(tmp_path: Path) -> None:
    both = f"{SECRET} whsec_{'A' * 32}"

    told = keys(tmp_path, "webhook-secret", "ada", DIASCRIBE_WEBHOOK_SECRET=both)
    as_json = keys(tmp_path, "webhook-secret", "bob", "--json", DIASCRIBE_WEBHOOK_SECRET=both)
    unset = keys(tmp_path, "webhook-secret", "ada")
    misnamed = keys(tmp_path, "webhook-secret", "a/b", DIASCRIBE_WEBHOOK_SECRET=both)

    assert told.out == f"{tenant_secrets(SECRET, 'ada')}\n"
    assert json.loads(as_json.out) == {"tenant": "bob", "secret": tenant_secrets(SECRET, "bob")}
    assert (unset.status, len(unset.errors)) == (2, 1)
    assert "DIASCRIBE_WEBHOOK_SECRET" in unset.errors[0]
    assert (misnamed.status, misnamed.out) == (2, "")


@pytest.mark.parametrize(
    "arguments", [("create", "a/b"), ("revoke", "nothing"), ("allow", "ada", "/etc")]
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = keys(tmp_path, *arguments)

    assert ran.status == 2
    assert len(ran.errors) == 1


@pytest.mark.slow
def test_a_data_folder_has_one_who_works_there(tmp_path: Path) -> None:
    with serving(tmp_path, worker=True):
        worker = run_process("worker", env=settings(tmp_path))
        service = run_process("serve", "--port", "0", env=settings(tmp_path))
    with serving(tmp_path, worker=False):
        idle = run_process("worker", "--exit-when-idle", "0", env=settings(tmp_path))

    for refused in (worker, service):
        assert (refused.status, len(refused.errors)) == (3, 1)
        assert "another diascribe worker or diascribe serve works there" in refused.errors[0]
    assert idle.status == 0, idle.err


def test_an_address_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    ran = run_process("serve", "--host", "192.0.2.1", "--no-worker", env=settings(tmp_path))

    assert ran.status == 3
    assert "192.0.2.1:8000" in ran.errors[0]
