"""Results overwrite no input and not one another; what cannot be written is refused before work."""

import json
import os
import sys
from pathlib import Path

import pytest
from cli_command import Run, fake_engine, runner, talk

from diascribe.cli.destinations import check_file
from diascribe.errors import OutputError

TURNS = "SPEAKER talk 1 0.000 4.000 <NA> <NA> anna <NA> <NA>\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command, where `ours` and `theirs` each hold a `talk.rttm`."""
    monkeypatch.chdir(tmp_path)
    for side in ("ours", "theirs"):
        Path(side).mkdir()
        Path(side, "talk.rttm").write_text(TURNS)
    return runner(monkeypatch, capsys, fake_engine())


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("sides", [("ours", "theirs"), ("ours/talk.rttm", "theirs/talk.rttm")])
@pytest.mark.parametrize(
    "place",
    [
        "ours/talk.rttm",
        "theirs/talk.rttm",
        "./ours/../theirs/talk.rttm",
        "linked",
        "twin",
        "of.uem",
    ],
)
def test_what_would_replace_an_input_is_refused(
    run: Run, sides: tuple[str, str], place: str
) -> None:
    Path("of.uem").write_text("talk 1 0 4\n")
    Path("linked").symlink_to("theirs/talk.rttm")
    os.link("ours/talk.rttm", "twin")
    before = contents()

    ran = run("evaluate", sides[0], "-r", sides[1], "--uem", "of.uem", "--offer-uem", place)

    refused = f"error: offer-uem: wanted a file of its own, {Path(place)} is one of the inputs\n"
    assert (ran.status, ran.out, ran.err) == (2, "", refused)
    assert contents() == before


@pytest.mark.parametrize("place", ["pairs.csv", "ours/talk.rttm"])
def test_what_a_manifest_names_is_not_replaced_either(run: Run, place: str) -> None:
    Path("pairs.csv").write_text("reference,hypothesis\ntheirs,ours/talk.rttm\n")
    before = contents()

    ran = run("evaluate", "--manifest", "pairs.csv", "--report", place)

    assert ran.status == 2
    assert f"report: wanted a file of its own, {place} is one of the inputs" in ran.err
    assert contents() == before


def test_two_results_in_one_file_are_refused(run: Run) -> None:
    ran = run(
        "evaluate", "ours", "-r", "theirs", "--plot", "same.png", "--report", "ours/../same.png"
    )

    assert (ran.status, ran.out) == (2, "")
    assert "plot: wanted a file of its own, same.png is what --report writes" in ran.errors[0]
    assert not Path("same.png").exists()


def test_a_report_beside_the_inputs_may_be_written_again(run: Run) -> None:
    for _ in range(2):
        ran = run("evaluate", "ours", "-r", "theirs", "--report", "ours/report.html")

        assert ran.status == 0


def test_tune_replaces_no_truth_and_no_recording(run: Run) -> None:
    talk(Path("calls/talk.wav"))
    Path("theirs/more.json").write_text(json.dumps({"segments": []}))
    before = contents()

    places = ("theirs/talk.rttm", "theirs/more.json", "calls/talk.wav")
    ended = [run("tune", "calls", "-r", "theirs", "-o", place) for place in places]

    assert [one.status for one in ended] == [2, 2, 2]
    assert all("output: wanted a file of its own, " in one.err for one in ended)
    assert contents() == before


def test_a_profile_beside_the_truth_may_be_written_again(run: Run) -> None:
    talk(Path("calls/talk.wav"))
    Path("theirs/profile.json").write_text(json.dumps({"profile_schema": 1, "options": {}}))

    ran = run("tune", "calls", "-r", "theirs", "-o", "theirs/profile.json")

    assert ran.errors[0].startswith("error: wanted at least 3 recordings")


@pytest.mark.parametrize("option", ["--report", "--plot", "--offer-uem"])
@pytest.mark.parametrize("place", ["ours/talk.rttm/x.png", "/dev/full/x.png", f"{'x' * 300}.png"])
def test_what_cannot_be_written_is_refused_before_any_work(
    run: Run, option: str, place: str
) -> None:
    ran = run("evaluate", "ours", "-r", "theirs", option, place)

    assert (ran.status, ran.out) == (3, "")
    assert len(ran.errors) == 1


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody writes to")
def test_a_folder_in_which_nobody_can_write_is_refused() -> None:
    with pytest.raises(OutputError, match=r"^/proc/nope: (cannot|no permission to) write to /proc"):
        check_file(Path("/proc/nope/p.json"))


def test_a_device_is_no_file_for_results() -> None:
    with pytest.raises(OutputError, match="wanted a file, it is a device or a pipe"):
        check_file(Path(os.devnull))


@pytest.mark.parametrize(
    ("module", "arguments", "said"),
    [
        ("matplotlib", ("--plot", "talk.png"), "--plot draws with matplotlib"),
        ("jiwer", ("--fail-above", "wer=0.1"), "the ceiling on wer needs the package jiwer"),
        ("meeteval", ("--fail-above", "cpwer=0.1"), "the ceiling on cpwer needs the package meet"),
    ],
)
def test_packages_that_are_needed_are_looked_for_first(
    monkeypatch: pytest.MonkeyPatch, run: Run, module: str, arguments: tuple[str, ...], said: str
) -> None:
    drawn = "diascribe.evaluation.report.figure"
    for name in [one for one in sys.modules if one == drawn or one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)

    ran = run("evaluate", "absent.rttm", "-r", "theirs", *arguments)

    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert "pip install 'diascribe[evaluate]', in a checkout: make evaluate" in ran.err
