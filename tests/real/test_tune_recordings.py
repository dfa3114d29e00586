"""Tuning the embedded diarizer on real recordings."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli_command import Run, runner

from diascribe import Engine, Transcript, load
from diascribe.evaluation.diarization import score_diarization
from diascribe.formats import rttm
from diascribe.span import Span

PAUSE_S = 0.3
"""A value that is not the default and that the meetings prove: six of them would differ at 0 s,
five at 0.15 s, two at 0.5 s. What 0.15 and 0.5 s change hangs by one or two meetings."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with load(cores=2) as engine:
        yield engine


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: Engine) -> Run:
    return runner(monkeypatch, capsys, engine)


@pytest.fixture(scope="module")
def meetings(shared_data: Path) -> list[Path]:
    """Half a minute of each of six meetings."""
    return sorted((shared_data / "ami_excerpts").glob("*.flac"))


def stored(folder: Path, name: str, transcript: Transcript) -> None:
    (folder / f"{name}.rttm").write_text(rttm.write(transcript, name))


def tuned(run: Run, meetings: Sequence[Path], reference: Path, option: str) -> dict[str, Any]:
    """What tuning one option tells."""
    profile = reference / "profile.json"
    ran = run("tune", *meetings, "-r", reference, "-o", profile, "--options", option, "--json")
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    assert profile.exists() == found["claimed"]
    return found


def test_values_that_made_the_references_are_found_again(
    run: Run, engine: Engine, meetings: list[Path], tmp_path: Path
) -> None:
    for path in meetings:
        stored(tmp_path, path.stem, engine.diarize(path, min_duration_off_s=PAUSE_S))

    found = tuned(run, meetings, tmp_path, "min-duration-off-s")
    after = engine.diarize(meetings[0], profile=tmp_path / "profile.json")

    assert found["options"] == {"min_duration_off_s": PAUSE_S}
    assert found["tuned"]["der"] < 0.001 < found["default"]["der"]
    assert found["gain"]["low"] > 0
    assert after.applied["min_duration_off_s"] == PAUSE_S
    assert after.warnings == ()


def test_the_default_errs_as_diarize_does_and_six_half_minutes_prove_nothing(
    run: Run, engine: Engine, meetings: list[Path], tmp_path: Path
) -> None:
    for path in meetings:
        words = path.with_suffix(".only_words.rttm")
        (tmp_path / f"{path.stem}.rttm").write_text(words.read_text())

    found = tuned(run, meetings, tmp_path, "clustering-threshold")

    for path, measured in zip(meetings, found["recordings"], strict=True):
        (turns,) = rttm.parse((tmp_path / f"{path.stem}.rttm").read_text()).values()
        transcript = engine.diarize(path)
        whole = [Span(0, transcript.duration)]
        score = score_diarization(turns, transcript.turns, regions=whole).score
        assert measured["default_der"] == pytest.approx(score.der)
    assert not found["claimed"]
