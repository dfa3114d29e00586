"""The doctor proves each runtime and model in a process of its own."""

import json
import os
from pathlib import Path

import pytest
from cli_command import fake_engine, run_process, runner

from diascribe.cli.doctor import examine
from diascribe.engine.proof import PROOFS, prove

BROKEN = "raise ImportError('libsphinx.so: cannot open shared object file')\n"


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_everything_works_here(name: str) -> None:
    assert prove(name)


def test_all_that_works_is_shown_and_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(monkeypatch, capsys, fake_engine())

    ran = run("doctor")

    assert ran.status == 0
    head, *lines = ran.out.splitlines()
    assert head.startswith("diascribe ")
    assert [line.split()[:2] for line in lines] == [[name, "works"] for name in PROOFS]


def test_one_that_fails_is_shown_beside_those_that_work_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "pocketsphinx.py").write_text(BROKEN)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}  # noqa: TID251 - a child's, with one more

    ran = run_process("doctor", "--json", env=env)

    assert ran.status == 1
    checks = {one["name"]: one for one in json.loads(ran.out)["checks"]}
    assert {name for name, one in checks.items() if not one["works"]} == {"pocketsphinx"}
    assert "libsphinx.so" in checks["pocketsphinx"]["detail"]
    assert "Traceback" not in ran.err


def test_a_check_that_crashes_takes_nothing_along() -> None:
    finding = examine("no such check")

    assert not finding.works
    assert finding.detail == "KeyError: 'no such check'"
