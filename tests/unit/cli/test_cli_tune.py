"""`diascribe tune`: what it prints and writes, what it refuses; on an engine of fakes."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cli_command import TURNS, Run, fake_engine, files_below, runner, talk
from fakes import FakeDiarizer

from diascribe.engine.profile import read_profile
from diascribe.errors import ModelError, OutputError
from diascribe.formats import rttm
from diascribe.protocols import Clustering
from diascribe.transcript import Diarization, Transcript, Turn

NAMES = ("kitchen", "office", "street", "yard")


@dataclass(frozen=True)
class StubbornDiarizer(FakeDiarizer):
    """Tells the two speakers of `talk` apart only below a threshold of 0.3; its own is 0.3."""

    turns: tuple[Turn, ...] = TURNS
    clustering_threshold: float | None = 0.3

    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        found = super().cluster(prepared, clustering)
        threshold = self.clustering_threshold or 0.0
        if (clustering.threshold or threshold) < threshold:
            return found
        return replace(found, turns=tuple(replace(turn, speaker="A") for turn in found.turns))


@dataclass(frozen=True)
class BrokenDiarizer(FakeDiarizer):
    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        super().cluster(prepared, clustering)
        raise ModelError("pyannet.onnx: failed while running")


@dataclass(frozen=True)
class InterruptedDiarizer(FakeDiarizer):
    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        super().cluster(prepared, clustering)
        raise KeyboardInterrupt


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command over a diarizer that can be tuned."""
    return runner(monkeypatch, capsys, fake_engine(diarizer=StubbornDiarizer()))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recordings with their references beside them, where the command runs."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        talk(tmp_path / "calls" / f"{name}.wav")
        reference(tmp_path / "calls", name)
    return tmp_path / "calls"


def reference(folder: Path, name: str, turns: tuple[Turn, ...] = TURNS) -> Path:
    path = folder / f"{name}.rttm"
    path.write_text(rttm.write(Transcript(duration=8, language=None, turns=turns), name))
    return path


def told(run: Run, *arguments: str | Path) -> dict[str, Any]:
    """What `--json` prints."""
    ran = run("tune", "--json", *arguments)
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_a_true_gain_is_claimed_and_a_profile_written(
    run: Run, calls: Path, tmp_path: Path
) -> None:
    ran = run("tune", calls, "--reference", calls, "-o", tmp_path / "new" / "calls.json")

    assert ran.status == 0, ran.err
    head, *rows, _, gain, verdict = ran.out.splitlines()
    assert head.split() == ["recording", "default", "tuned", "the", "others", "chose"]
    assert [row.split()[0] for row in rows] == [*NAMES, "all"]
    assert rows[0].split(maxsplit=5)[1:] == ["50.0", "%", "0.0", "%", "clustering_threshold 0.27"]
    assert gain.startswith("Gain on recordings left out of the choice: 50.0 points of DER, 95 %")
    assert verdict == "Chosen: clustering_threshold 0.27."
    assert ran.err == f"wrote {tmp_path}/new/calls.json\n"


def test_the_profile_holds_the_values_and_how_they_were_found(
    run: Run, calls: Path, tmp_path: Path
) -> None:
    path = tmp_path / "calls.json"
    run("tune", calls, "--reference", calls, "-o", path, "--collar", "0.25")

    profile = read_profile(path)

    assert profile.options == {"clustering_threshold": 0.27}
    assert [model.name for model in profile.models] == ["fake-diarization"]
    found = profile.evidence
    assert (found["collar"], found["skip_overlap"], found["settings_tried"]) == (0.25, False, 588)
    assert (found["default"]["der"], found["tuned"]["der"], found["gain"]["der"]) == (0.5, 0, 0.5)
    assert [one["name"] for one in found["recordings"]] == list(NAMES)
    assert {len(one["reference_sha256"]) for one in found["recordings"]} == {64}


def test_what_is_written_is_what_diarize_reads(run: Run, calls: Path, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    run("tune", calls, "--reference", calls, "-o", path)

    plain = run("diarize", calls / "yard.wav")
    tuned = run("diarize", "--profile", path, calls / "yard.wav")

    assert plain.out.count("] A\n") == 2
    assert tuned.out == "[0:00:01.0 - 0:00:03.0] SPEAKER_00\n[0:00:04.0 - 0:00:06.0] SPEAKER_01\n"
    assert "warning" not in tuned.err


def test_json_tells_everything(run: Run, calls: Path, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"

    found = told(run, calls, "-r", calls, "-o", path)

    assert (found["claimed"], found["profile"]) == (True, str(path))
    assert found["options"] == {"clustering_threshold": 0.27}
    assert found["gain"]["low"] <= found["gain"]["der"] <= found["gain"]["high"]
    assert found["recordings"][0]["chosen_by_the_others"] == {"clustering_threshold": 0.27}


def test_where_nothing_is_better_nothing_is_claimed_or_written(
    run: Run, calls: Path, tmp_path: Path
) -> None:
    path = tmp_path / "calls.json"

    ran = run("tune", calls, "-r", calls, "-o", path, "--options", "vad-onset,vad-offset")

    assert (ran.status, ran.err, path.exists()) == (0, "", False)
    assert ran.out.splitlines()[-1] == (
        "No gain can be claimed: no other values are clearly better than the defaults."
        " The defaults stay, and no profile is written."
    )


def test_what_helps_one_recording_only_is_not_claimed(
    run: Run, calls: Path, tmp_path: Path
) -> None:
    alone = (Turn(1, 3, speaker="anna"), Turn(4, 6, speaker="anna"))
    for name in NAMES[1:]:
        reference(calls, name, alone)

    found = told(run, calls, "-r", calls, "-o", tmp_path / "calls.json")

    assert (found["claimed"], found["profile"]) == (False, None)
    assert not (tmp_path / "calls.json").exists()


def test_a_profile_that_cannot_be_written_loses_nothing_that_was_measured(
    monkeypatch: pytest.MonkeyPatch, run: Run, calls: Path
) -> None:
    def full(path: Path, _text: str) -> None:
        raise OutputError(f"{path}: cannot be written: No space left on device")

    monkeypatch.setattr("diascribe.cli.tune.write_whole", full)

    ran = run("tune", calls, "-r", calls)

    assert ran.status == 3
    assert ran.out.endswith("Chosen: clustering_threshold 0.27.\n")
    assert ran.err == "error: profile.json: cannot be written: No space left on device\n"


def test_a_name_that_is_no_unicode_is_shown_and_written_all_the_same(run: Run, calls: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    talk(calls / f"{odd}.wav")
    spoken = [
        {"start": turn.start, "end": turn.end, "text": "hello", "speaker": turn.speaker}
        for turn in TURNS
    ]
    (calls / f"{odd}.json").write_text(json.dumps({"segments": spoken}))

    ran = run("tune", calls, "-r", calls, "-o", calls / "profile.json")

    assert ran.status == 0, ran.err
    recordings = read_profile(calls / "profile.json").evidence["recordings"]
    assert recordings[0]["name"] == "caf\N{REPLACEMENT CHARACTER}"
    assert "caf\N{REPLACEMENT CHARACTER}" in ran.out


def test_two_recordings_are_refused(run: Run, calls: Path) -> None:
    ran = run("tune", calls / "yard.wav", calls / "street.wav", "-r", calls)

    assert (ran.status, ran.out) == (2, "")
    assert ran.errors[0].startswith("error: wanted at least 3 recordings with references, got 2")


def test_a_recording_without_a_reference_is_refused_by_name(run: Run, calls: Path) -> None:
    (calls / "yard.rttm").unlink()

    ran = run("tune", calls, "-r", calls)

    assert ran.status == 2
    assert ran.err == (
        "error: wanted a reference that says who speaks when for yard (hint: a recording is"
        " found by its file's name without suffix; there are kitchen, office, street)\n"
    )


def test_recordings_that_are_not_there_are_refused_by_name(run: Run, calls: Path) -> None:
    ran = run("tune", "nodir", calls, "nothing.wav", "-r", calls)

    said = "error: nodir, nothing.wav: wanted recordings: no such file or folder\n"
    assert (ran.status, ran.err) == (2, said)


def test_what_does_not_say_who_speaks_is_no_reference(run: Run, calls: Path) -> None:
    for name in NAMES:
        (calls / f"{name}.rttm").unlink()
        (calls / f"{name}.txt").write_text("hello")

    ran = run("tune", calls, "-r", calls)

    assert ran.status == 2
    assert "who speaks when for kitchen, office, street, yard" in ran.errors[0]


def test_a_uem_says_what_is_scored(run: Run, calls: Path) -> None:
    (calls / "all.uem").write_text("".join(f"{name} 1 0 3.5\n" for name in NAMES))

    found = told(run, calls, "-r", calls, "--uem", calls / "all.uem")

    assert {one["speech_s"] for one in found["recordings"]} == {2.0}
    assert found["default"]["der"] == 0


def test_a_recording_outside_the_uem_is_refused_by_name(run: Run, calls: Path) -> None:
    (calls / "some.uem").write_text("kitchen 1 0 3.5\n")

    ran = run("tune", calls, "-r", calls, "--uem", calls / "some.uem")

    assert ran.status == 2
    assert "wanted a stretch in the UEM for office, street, yard" in ran.errors[0]


def test_what_a_reference_keeps_out_of_scores_is_not_scored(run: Run, calls: Path) -> None:
    for name in NAMES:
        with (calls / f"{name}.rttm").open("a") as file:
            file.write(f"NOSCORE {name} 1 4.000 4.000 <NA> <NA> <NA> <NA> <NA>\n")

    found = told(run, calls, "-r", calls)

    assert {one["speech_s"] for one in found["recordings"]} == {2.0}


def test_recordings_of_one_name_in_several_folders_meet_their_own_references(
    run: Run, calls: Path
) -> None:
    for folder, turns in (("monday", TURNS), ("tuesday", TURNS[:1])):
        talk(calls / folder / "kitchen.wav")
        reference(calls / folder, "kitchen", turns)
    (calls / "kitchen.wav").unlink()
    (calls / "kitchen.rttm").unlink()

    found = told(run, calls, "-r", calls)

    speech = {one["name"]: one["speech_s"] for one in found["recordings"]}
    assert (speech["monday/kitchen"], speech["tuesday/kitchen"]) == (4.0, 2.0)


def test_one_reference_is_not_taken_for_two_recordings(run: Run, calls: Path) -> None:
    for folder in ("monday", "tuesday"):
        talk(calls / folder / "kitchen.wav")
    (calls / "kitchen.wav").unlink()

    ran = run("tune", calls, "-r", calls)

    assert ran.status == 2
    assert "for each recording, got kitchen for monday/kitchen and tuesday/kitchen" in ran.errors[0]


def test_two_recordings_of_one_name_are_refused(run: Run, calls: Path) -> None:
    ran = run("tune", calls, calls / "yard.wav", "-r", calls)

    assert ran.status == 2
    assert "several recordings are called yard, and references" in ran.errors[0]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--options", "vad_onset,beam"), "options: wanted some of vad_onset, "),
        (("--collar", "-1"), "collar: wanted 0 to 10 seconds, got -1.0"),
        (("--collar", "nan"), "collar: wanted 0 to 10 seconds, got nan"),
    ],
)
def test_what_cannot_be_is_refused(
    run: Run, calls: Path, arguments: tuple[str, ...], problem: str
) -> None:
    ran = run("tune", calls, "-r", calls, *arguments)

    assert ran.status == 2
    assert problem in ran.errors[0]


def test_standard_input_is_refused(run: Run, calls: Path) -> None:
    ran = run("tune", "-", calls, "-r", calls)

    assert ran.status == 2
    assert "got standard input" in ran.errors[0]


@pytest.mark.parametrize("place", [".", "kitchen.wav/profile.json"])
def test_a_place_that_cannot_be_written_to_is_refused_before_any_work(
    run: Run, calls: Path, place: str
) -> None:
    ran = run("tune", calls, "-r", calls, "-o", calls / place)

    assert (ran.status, ran.out) == (3, "")
    assert "wanted a f" in ran.errors[0]


@pytest.mark.parametrize(
    ("diarizer", "status"), [(BrokenDiarizer(TURNS), 1), (InterruptedDiarizer(TURNS), 130)]
)
def test_a_failure_or_an_interrupt_leaves_no_profile(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    calls: Path,
    diarizer: FakeDiarizer,
    status: int,
) -> None:
    run = runner(monkeypatch, capsys, fake_engine(diarizer=diarizer))
    before = list(files_below(calls))

    ran = run("tune", calls, "-r", calls, "-o", calls / "profile.json")

    assert (ran.status, ran.out) == (status, "")
    assert list(files_below(calls)) == before
