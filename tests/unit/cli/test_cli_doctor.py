"""The doctor proves each runtime and model in a process of its own."""

import json
import os
from pathlib import Path

import pytest
from cli_command import fake_engine, run_process, runner, talk

from diascribe.cli.doctor import examine
from diascribe.engine.proof import PROOFS, prove

BROKEN = "raise ImportError('libsphinx.so: cannot open shared object file')\n"


def broken(folder: Path, runtime: str) -> dict[str, str]:
    """An environment in which one runtime cannot be imported."""
    (folder / "path").mkdir()
    (folder / "path" / f"{runtime}.py").write_text(BROKEN)
    return {**os.environ, "PYTHONPATH": str(folder / "path")}  # noqa: TID251 - a child's


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


@pytest.mark.parametrize(
    ("runtime", "failing"),
    [
        ("onnxruntime", {"silero", "pyannet", "ge2e"}),
        ("av", {"media"}),
        ("pocketsphinx", {"pocketsphinx"}),
    ],
)
def test_a_runtime_that_cannot_be_imported_fails_in_its_own_name_only(
    tmp_path: Path, runtime: str, failing: set[str]
) -> None:
    env = broken(tmp_path, runtime)

    ran = run_process("doctor", "--json", env=env)

    checks = {one["name"]: one for one in json.loads(ran.out)["checks"]}
    assert {name for name, one in checks.items() if not one["works"]} == failing
    assert all("libsphinx.so" in checks[name]["detail"] for name in failing)
    assert (ran.status, ran.err) == (1, "")


@pytest.mark.parametrize("runtime", ["onnxruntime", "av"])
def test_a_broken_runtime_leaves_help_and_version_and_is_one_clear_line(
    tmp_path: Path, runtime: str
) -> None:
    env = broken(tmp_path, runtime)

    asked = [run_process(flag, env=env) for flag in ("--help", "--version")]
    ran = run_process("diarize", talk(tmp_path / "talk.wav"), env=env)

    assert [(one.status, one.err) for one in asked] == [(0, ""), (0, "")]
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "error: a runtime cannot be imported: libsphinx.so: cannot open shared object file"
        " (hint: diascribe doctor shows what works)\n"
    )


def test_no_file_of_the_folder_that_it_runs_in_is_executed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wave.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(tmp_path)

    finding = examine("media")

    assert finding.works, finding.detail


def test_a_check_that_crashes_takes_nothing_along() -> None:
    finding = examine("no such check")

    assert not finding.works
    assert finding.detail == "KeyError: 'no such check'"
