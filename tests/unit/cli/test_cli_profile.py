"""`--profile` on the command line: below what is given, above the defaults."""

import json
from pathlib import Path
from typing import Any

import pytest
from cli_command import Run, fake_engine, runner, talk

from diascribe.engine.profile import Profile, to_text


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys, fake_engine())


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "calls.json"
    options = {"vad_onset": 0.7, "align_output": True, "min_duration_off_s": 0.3}
    path.write_text(to_text(Profile(name="calls.json", options=options)))
    return path


def applied(run: Run, command: str, *arguments: str | Path) -> dict[str, Any]:
    """The options as the result states them."""
    ran = run(command, "--json", *arguments)
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)["applied"]
    return found


@pytest.mark.parametrize("command", ["transcribe", "diarize"])
def test_a_profile_gives_what_is_not_given(
    run: Run, tmp_path: Path, profile: Path, command: str
) -> None:
    found = applied(run, command, "--profile", profile, talk(tmp_path / "talk.wav"))

    assert (found["vad_onset"], found["vad_offset"]) == (0.7, 0.363)
    assert (found["align_output"], found["min_duration_off_s"]) == (True, 0.3)
    assert found["profile"] == "calls.json"


def test_what_is_given_wins_even_where_it_is_the_default(
    run: Run, tmp_path: Path, profile: Path
) -> None:
    given = ("--vad-onset", "0.5", "--no-align-output")

    found = applied(run, "transcribe", *given, "--profile", profile, talk(tmp_path / "talk.wav"))

    assert (found["vad_onset"], found["align_output"]) == (0.5, False)
    assert found["min_duration_off_s"] == 0.3


def test_without_a_profile_the_defaults_hold(run: Run, tmp_path: Path) -> None:
    found = applied(run, "diarize", talk(tmp_path / "talk.wav"))

    assert (found["vad_onset"], found["profile"]) == (0.5, None)


def test_a_profile_that_is_not_there_is_refused_before_any_work(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", "--profile", tmp_path / "none.json", talk(tmp_path / "talk.wav"))

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith("none.json: wanted a profile: No such file or directory\n")


def test_a_profile_that_switches_speakers_off_refuses_formats_of_turns(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "words.json"
    path.write_text(to_text(Profile(name="words.json", options={"diarization": False})))

    ran = run("transcribe", "--profile", path, "--format", "rttm", talk(tmp_path / "talk.wav"))

    assert ran.status == 2
    assert "rttm holds turns, and none are looked for" in ran.err
