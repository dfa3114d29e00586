"""What the commands print and write, and how they end; on an engine of fakes."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_command import Run, fake_engine, files_below, runner, talk
from fakes import FakeDiarizer
from invariants import check

from diascribe.engine.engine import Engine
from diascribe.errors import ModelError
from diascribe.formats.table import FORMATS
from diascribe.protocols import Clustering
from diascribe.transcript import Diarization
from diascribe.wire.decode import from_json


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys, fake_engine())


@dataclass(frozen=True)
class BrokenDiarizer(FakeDiarizer):
    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        super().cluster(prepared, clustering)
        raise ModelError("pyannet.onnx: failed\nwhile running")


@dataclass(frozen=True)
class InterruptedDiarizer(FakeDiarizer):
    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        super().cluster(prepared, clustering)
        raise KeyboardInterrupt


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command over a diarizer that fails."""
    engine: Engine = fake_engine(diarizer=BrokenDiarizer())
    return runner(monkeypatch, capsys, engine)


def test_transcribe_prints_who_said_what(run: Run, tmp_path: Path) -> None:
    ran = run("transcribe", talk(tmp_path / "talk.wav"))

    assert ran.status == 0
    assert ran.out == (
        "[0:00:00] SPEAKER_00: word1 word2 word3 word4\n\n"
        "[0:00:03] SPEAKER_01: word1 word2 word3 word4\n"
    )
    told = ran.err.splitlines()
    assert told[0].endswith("nothing was detected (language_assumed)")
    assert told[1:] == [
        f"note: {stage} by fake-{stage}: a fake"
        for stage in ("activity", "recognition", "diarization")
    ]


def test_diarize_prints_who_spoke_when(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", talk(tmp_path / "talk.wav"))

    assert (ran.status, ran.out) == (
        0,
        "[0:00:01.0 - 0:00:03.0] SPEAKER_00\n[0:00:04.0 - 0:00:06.0] SPEAKER_01\n",
    )


def test_where_nobody_speaks_that_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = runner(monkeypatch, capsys, fake_engine(diarizer=FakeDiarizer()))

    ran = run("diarize", talk(tmp_path / "talk.wav"))

    assert (ran.status, ran.out) == (0, "(nobody speaks)\n")


def test_formats_are_written_beside_each_other_under_the_recordings_name(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    formats = ",".join(["json", *FORMATS])

    ran = run("transcribe", talk(tmp_path / "a.talk.wav"), "-o", out, "--format", formats)

    assert ran.status == 0
    names = sorted(["a.talk.json", *(f"a.talk{one.suffix}" for one in FORMATS.values())])
    assert list(files_below(out)) == names
    assert ran.err.count("wrote ") == 1
    assert all(name in ran.err for name in names)


def test_without_a_format_json_is_written_and_text_is_printed(run: Run, tmp_path: Path) -> None:
    ran = run("transcribe", talk(tmp_path / "talk.wav"), "-o", tmp_path / "out")

    assert list(files_below(tmp_path / "out")) == ["talk.json"]
    check(from_json((tmp_path / "out" / "talk.json").read_text()))
    assert ran.out.startswith("[0:00:00] SPEAKER_00: word1")


@pytest.mark.parametrize("name", ["json", *FORMATS])
def test_a_printed_format_is_what_the_file_would_hold(run: Run, tmp_path: Path, name: str) -> None:
    path = talk(tmp_path / "talk.wav")
    printed = run("transcribe", path, "--format", name.upper())
    run("transcribe", path, "--format", name, "-o", tmp_path / "out")

    (file,) = files_below(tmp_path / "out")
    text = (tmp_path / "out" / file).read_text()
    if name == "json":
        assert json.loads(printed.out)["segments"] == json.loads(text)["segments"]
    else:
        assert printed.out == text


def test_rttm_of_diarize_is_named_after_the_recording(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", talk(tmp_path / "talk.wav"), "--format", "rttm", "-o", tmp_path)

    assert ran.status == 0
    assert (tmp_path / "talk.rttm").read_text().splitlines() == [
        "SPEAKER talk 1 1.000 2.000 <NA> <NA> SPEAKER_00 <NA> <NA>",
        "SPEAKER talk 1 4.000 2.000 <NA> <NA> SPEAKER_01 <NA> <NA>",
    ]


def test_json_prints_one_line_a_recording(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", talk(tmp_path / "a.wav"), talk(tmp_path / "b.wav"), "--json")

    lines = ran.out.splitlines()
    assert len(lines) == 2
    assert all(len(json.loads(line)["turns"]) == 2 for line in lines)
    assert [json.loads(line)["source"] for line in lines] == [
        str(tmp_path / name) for name in ("a.wav", "b.wav")
    ]


def test_json_has_a_line_for_a_recording_that_fails_as_well(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("hello")

    ran = run("diarize", talk(tmp_path / "a.wav"), bad, "--json")

    good, failed = map(json.loads, ran.out.splitlines())
    assert "error" not in good
    assert (failed["source"], failed["error"]["code"]) == (str(bad), "invalid_media")
    assert f"error: {bad}: " in ran.err


def test_text_of_several_recordings_says_whose_it_is(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", talk(tmp_path / "a.wav"), talk(tmp_path / "b.wav"))

    headings = [line for line in ran.out.splitlines() if line.startswith("==>")]
    assert headings == [f"==> {tmp_path / name} <==" for name in ("a.wav", "b.wav")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diarize", "-f", "srt"), "srt holds words"),
        (("transcribe", "--no-diarization", "-f", "rttm"), "rttm holds turns"),
        (("diarize", "--json", "-q"), "leave one of them out"),
        (("diarize", "--json", "-f", "rttm"), "leave format out"),
    ],
)
def test_choices_that_would_give_nothing_are_refused(
    arguments: tuple[str, ...], said: str, run: Run, tmp_path: Path
) -> None:
    command, *rest = arguments

    ran = run(command, talk(tmp_path / "a.wav"), *rest)

    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_recordings_of_the_same_name_are_refused_only_where_files_are_written(
    run: Run, tmp_path: Path
) -> None:
    files = talk(tmp_path / "a" / "talk.wav"), talk(tmp_path / "b" / "talk.wav")

    printed = run("diarize", "--json", *files)
    written = run("diarize", *files, "-o", tmp_path / "out")

    assert (printed.status, len(printed.out.splitlines())) == (0, 2)
    assert (written.status, written.out) == (2, "")
    assert "more than one recording is called talk" in written.err
    assert not (tmp_path / "out").exists()


def test_quiet_prints_no_transcript_but_writes_it(run: Run, tmp_path: Path) -> None:
    ran = run("transcribe", talk(tmp_path / "talk.wav"), "--quiet", "-o", tmp_path / "out")

    assert (ran.status, ran.out) == (0, "")
    assert list(files_below(tmp_path / "out")) == ["talk.json"]


def test_folders_keep_their_folders_and_other_files_are_left_alone(
    run: Run, tmp_path: Path
) -> None:
    talk(tmp_path / "in" / "monday" / "a.wav")
    talk(tmp_path / "in" / "tuesday" / "a.WAV")
    (tmp_path / "in" / "notes.txt").write_text("not a recording")

    ran = run("diarize", tmp_path / "in", "-o", tmp_path / "out", "-q")

    assert ran.status == 0
    assert list(files_below(tmp_path / "out")) == ["monday/a.json", "tuesday/a.json"]


def test_what_exists_is_skipped_without_decoding_it(run: Run, tmp_path: Path) -> None:
    path = talk(tmp_path / "talk.wav")
    run("diarize", path, "-o", tmp_path / "out", "-f", "json,rttm")
    before = (tmp_path / "out" / "talk.json").stat().st_mtime_ns
    path.write_text("no recording any more")

    ran = run("diarize", path, "-o", tmp_path / "out", "-f", "json,rttm", "--skip-existing")

    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"{path}: skipped, its results are there\n"
    assert (tmp_path / "out" / "talk.json").stat().st_mtime_ns == before


def test_what_exists_only_in_part_is_done_again(run: Run, tmp_path: Path) -> None:
    path = talk(tmp_path / "talk.wav")
    run("diarize", path, "-o", tmp_path / "out", "-f", "json")

    ran = run("diarize", path, "-o", tmp_path / "out", "-f", "json,rttm", "--skip-existing")

    assert ran.status == 0
    assert list(files_below(tmp_path / "out")) == ["talk.json", "talk.rttm"]


def test_one_recording_that_fails_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("no recording\n" * 50)

    ran = run("diarize", bad, talk(tmp_path / "good.wav"), "-o", tmp_path / "out")

    assert ran.status == 2
    assert len(ran.errors) == 1
    assert ran.err.endswith("1 of 2 recordings failed\n")
    assert list(files_below(tmp_path / "out")) == ["good.json"]


def test_an_error_is_told_once_on_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("diarize", tmp_path / "absent.wav")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "error: absent.wav: wanted a readable file: No such file or directory\n"


def test_a_hint_stands_on_the_same_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "talk.raw"
    path.write_bytes(bytes(range(256)) * 100)

    ran = run("diarize", path)

    assert ran.status == 2
    assert ran.err.startswith("error: talk.raw: ")
    assert ran.err.endswith(")\n")
    assert "(hint: " in ran.err
    assert ran.err.count("\n") == 1


def test_a_model_that_fails_ends_with_1_and_one_line(broken: Run, tmp_path: Path) -> None:
    ran = broken("diarize", talk(tmp_path / "talk.wav"))

    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "error: pyannet.onnx: failed while running\n"


def test_a_stage_that_fails_is_a_warning_and_the_rest_is_there(broken: Run, tmp_path: Path) -> None:
    ran = broken("transcribe", talk(tmp_path / "talk.wav"))

    assert ran.status == 0
    assert "word1 word2" in ran.out
    assert "warning: pyannet.onnx: failed" in ran.err
    assert "(diarization_failed)" in ran.err


def test_a_fault_of_ours_says_so_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    impossible: object = None
    run = runner(monkeypatch, capsys, fake_engine(diarizer=impossible))

    ran = run("diarize", talk(tmp_path / "talk.wav"))

    assert ran.status == 1
    assert ran.err.splitlines()[-1].startswith("internal error: AttributeError: ")


def test_an_interrupt_ends_with_130_and_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = runner(monkeypatch, capsys, fake_engine(diarizer=InterruptedDiarizer()))

    ran = run("transcribe", talk(tmp_path / "talk.wav"), "-o", tmp_path / "out")

    assert (ran.status, ran.out, ran.err) == (130, "", "interrupted\n")
    assert not (tmp_path / "out").exists()


def test_the_engine_is_closed_when_the_work_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    closed: list[str] = []
    run = runner(monkeypatch, capsys, fake_engine(close=lambda: closed.append("closed")))

    run("diarize", tmp_path / "absent.wav")

    assert closed == ["closed"]


def test_the_folders_place_is_taken_by_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    ran = run("diarize", talk(tmp_path / "talk.wav"), "-o", tmp_path / "out" / "below")

    assert (ran.status, ran.out) == (3, "")
    (error,) = ran.errors
    assert "out/below: wanted a folder" in error
    assert list(files_below(tmp_path)) == ["out", "talk.wav"]


def test_a_results_place_is_taken_by_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out" / "talk.json").mkdir(parents=True)

    ran = run("diarize", talk(tmp_path / "talk.wav"), "-o", tmp_path / "out")

    assert (ran.status, ran.out) == (3, "")
    assert ran.errors == [f"error: {tmp_path}/out/talk.json: cannot be written: Is a directory"]
    assert list(files_below(tmp_path)) == ["talk.wav"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--format", "docx"], "got 'docx'"),
        (["--format", ""], "got nothing"),
        (["--format", "json,srt"], "several formats need an output folder: add -o FOLDER"),
        (["--skip-existing"], "results are looked for in the output folder"),
        (["--vad-onset", "nan"], "vad_onset: wanted 0 to 1, got nan"),
        (["--num-speakers", "0"], "num_speakers: wanted 1 to 100, got 0"),
        (["--min-speakers", "3", "--max-speakers", "2"], "more than max_speakers 2"),
        (["--cue-max-lines", "0"], "cue_max_lines: wanted 1 to 10, got 0"),
        (["--cue-max-duration-s", "inf"], "cue_max_duration_s: wanted more than 0"),
        (["--language", "xx"], "language: wanted an ISO 639 code or an English name"),
        (["--cores", "0"], "'--cores'"),
        (["--num-speakers", "two"], "'--num-speakers'"),
        (["--speakers", "2"], "No such option: --speakers"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    run: Run, tmp_path: Path, arguments: list[str], problem: str
) -> None:
    ran = run("transcribe", tmp_path / "absent.wav", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert problem in ran.errors[0]
    assert "absent.wav" not in ran.err


def test_all_that_is_wrong_is_told_at_once(run: Run) -> None:
    wrong = ("--format", "docx", "--skip-existing", "--vad-onset", "2", "--cue-max-lines", "0")

    ran = run("transcribe", "absent.wav", *wrong)

    (error,) = ran.errors
    for problem in ("'docx'", "skip-existing", "vad_onset", "cue_max_lines"):
        assert problem in error


def test_no_recording_is_a_mistake_and_no_command_shows_the_help(run: Run) -> None:
    (missing,) = run("diarize").errors
    (unknown,) = run("diarise").errors

    assert missing == "error: Missing argument 'inputs'. (hint: diascribe diarize --help)"
    assert unknown.startswith("error: No such command 'diarise'. ")
    assert unknown.endswith("(hint: diascribe --help)")

    helped = run()
    assert helped.status == 0
    assert "Usage: diascribe" in helped.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--num-speakers", "2.5"), "'--num-speakers': wanted a whole number, got \"2.5\""),
        (("--vad-onset", "x"), "'--vad-onset': wanted a number, got \"x\""),
        (("--cores", "0"), "'--cores': wanted a number from 1 up, got \"0\""),
    ],
)
def test_a_wrong_value_is_told_with_what_was_wanted_and_where_help_is(
    run: Run, arguments: tuple[str, ...], problem: str
) -> None:
    ran = run("diarize", "talk.wav", *arguments)

    hint = "(hint: diascribe diarize --help)"
    assert (ran.status, ran.err) == (2, f"error: Invalid value for {problem} {hint}\n")
