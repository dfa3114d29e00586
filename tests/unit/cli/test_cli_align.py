"""`diascribe align`: what it reads, writes and refuses, on an engine of fakes."""

import io
import json
from pathlib import Path

import pytest
from cli_command import Run, fake_engine, runner, talk

from diascribe.formats import textgrid
from diascribe.wire.decode import from_json

SRT = (
    "1\n00:00:01,000 --> 00:00:03,000\n[Ann]: one two\n\n2\n00:00:04,000 --> 00:00:06,000\nthree\n"
)
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann>one two\n\n00:04.000 --> 00:06.000\nthree\n"
WHISPERX = {
    "segments": [
        {"start": 1.0, "end": 3.0, "text": " one two", "words": []},
        {"start": 4.0, "end": 6.0, "text": " three"},
    ],
    "language": "en",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys, fake_engine())


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return talk(tmp_path / "talk.wav")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.txt", "one two\nthree"),
        ("talk.srt", SRT),
        ("talk.vtt", VTT),
        ("talk.json", json.dumps(WHISPERX)),
    ],
)
def test_a_text_is_read_from_its_file(
    run: Run, recording: Path, tmp_path: Path, name: str, content: str
) -> None:
    text = tmp_path / name
    text.write_text(content)

    done = run("align", str(recording), str(text), "--format", "json", "-o", str(tmp_path / "out"))

    assert done.status == 0
    found = from_json((tmp_path / "out" / "talk.json").read_text())
    assert [one.text for one in found.segments] == ["one two", "three"]
    assert {word.timing for word in found.words} == {"aligned"}


def test_its_own_result_is_read_again(run: Run, recording: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("one two\nthree")
    run("align", str(recording), str(text), "-o", str(tmp_path / "out"))

    done = run("align", str(recording), str(tmp_path / "out" / "talk.json"), "--format", "json")

    found = from_json(done.out)
    assert [one.text for one in found.segments] == ["one two", "three"]


def test_turns_of_its_own_result_are_kept_and_written(
    run: Run, recording: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("transcribe", str(recording), "-o", str(out))

    done = run("align", str(recording), str(out / "talk.json"), "--format", "rttm")

    turns = from_json((out / "talk.json").read_text()).turns
    assert done.status == 0
    assert [line.split()[7] for line in done.out.splitlines()] == [one.speaker for one in turns]
    assert turns


LONG_CUE = "00:00:01.000 --> 00:00:05.000\n"


@pytest.mark.parametrize(
    ("name", "cue", "text"),
    [
        ("talk.srt", "as shown in [figure 1]: the curve", "as shown in [figure 1]: the curve"),
        ("talk.srt", "[Ann]: as in [figure 1]: it", "as in [figure 1]: it"),
        ("talk.srt", " [Ann]:so it is", "so it is"),
        ("talk.vtt", "[figure 1]: the curve", "[figure 1]: the curve"),
        ("talk.vtt", "<v Ann>see [figure 1]: there", "see [figure 1]: there"),
    ],
)
def test_only_a_label_at_the_beginning_of_an_srt_cue_is_left_out(
    run: Run, recording: Path, tmp_path: Path, name: str, cue: str, text: str
) -> None:
    head = "WEBVTT\n\n" if name.endswith("vtt") else "1\n"
    timing = LONG_CUE if name.endswith("vtt") else LONG_CUE.replace(".", ",")
    given = tmp_path / name
    given.write_text(f"{head}{timing}{cue}\n")

    done = run("align", str(recording), str(given), "--format", "json")

    assert [one.text for one in from_json(done.out).segments] == [text]


@pytest.mark.parametrize("content", ["one two\nthree", SRT, VTT, json.dumps(WHISPERX)])
def test_a_text_is_read_from_standard_input(
    run: Run, recording: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))

    done = run("align", str(recording), "-", "--format", "json")

    assert done.status == 0
    assert [one.text for one in from_json(done.out).segments] == ["one two", "three"]


def test_textgrid_and_ctm_hold_every_word(run: Run, recording: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("one two three")

    run("align", str(recording), str(text), "--format", "textgrid,ctm", "-o", str(tmp_path))

    (tier,) = textgrid.parse((tmp_path / "talk.TextGrid").read_text()).tiers
    assert [one.text for one in tier.intervals if one.text] == ["one", "two", "three"]
    lines = (tmp_path / "talk.ctm").read_text().splitlines()
    assert [line.split()[4] for line in lines] == ["one", "two", "three"]


def test_a_text_that_does_not_fit_is_a_warning(run: Run, recording: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("zzz one")

    done = run("align", str(recording), str(text))

    assert done.status == 0
    assert "(text_does_not_fit)" in done.err


@pytest.mark.parametrize(
    ("content", "more", "told"),
    [
        ("", (), "without words"),
        ("eins", ("--language", "de"), "'de'"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}".encode("latin-1"), (), "UTF-8"),
        ("one", ("--format", "rttm"), "holds turns"),
        ("one", ("--format", "docx"), "docx"),
        (None, (), "No such file"),
    ],
)
def test_what_cannot_be_aligned_is_refused(
    run: Run,
    recording: Path,
    tmp_path: Path,
    content: str | bytes | None,
    more: tuple[str, ...],
    told: str,
) -> None:
    text = tmp_path / "talk.txt"
    if content is not None:
        text.write_bytes(content.encode() if isinstance(content, str) else content)

    done = run("align", str(recording), str(text), *more)

    assert done.status == 2
    assert told in done.err


def test_standard_input_is_not_both(run: Run) -> None:
    done = run("align", "-", "-")

    assert done.status == 2
    assert "standard input" in done.err


def test_a_cue_file_that_breaks_off_is_named(run: Run, recording: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.srt"
    text.write_text("1\nnonsense\n")

    done = run("align", str(recording), str(text))

    assert done.status == 2
    assert "talk.srt: line" in done.err


@pytest.mark.parametrize("content", ['{"hello": 1}', '[{"text": "one"}]'])
def test_other_json_is_told_from_a_transcript_and_what_is_read_is_named(
    run: Run, recording: Path, tmp_path: Path, content: str
) -> None:
    text = tmp_path / "talk.json"
    text.write_text(content)

    done = run("align", str(recording), str(text))

    (error,) = done.errors
    assert (done.status, done.out) == (2, "")
    assert "talk.json: wanted a transcript with segments, got other JSON" in error
    assert "WhisperX" in error
