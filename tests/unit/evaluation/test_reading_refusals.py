"""What cannot be read is refused by file and line, and says what was wanted."""

import json
from pathlib import Path

import pytest

from diascribe.errors import DiascribeError, InputError, SourceError, TranscriptFormatError
from diascribe.evaluation.reading import read_accounts, read_uem


def refusal(path: Path, content: str | bytes) -> DiascribeError:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as refused:
        read_accounts(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.rttm", "hello\n", "line 1: wanted SPEAKER recording channel start duration"),
        ("a.rttm", "SPEEKER a 1 0 1 <NA> <NA> x <NA> <NA>", "line 1: wanted SPEAKER recording"),
        ("a.rttm", "\nSPEAKER a 1 nan 1 <NA> <NA> x <NA> <NA>", "line 2: wanted a number from 0"),
        ("a.rttm", "SPEAKER a 1 0 1.8e9 <NA> <NA> x <NA> <NA>", "wanted times in seconds, at most"),
        ("a.rttm", "SPEAKER a 1 1e308 1e308 <NA> <NA> x <NA> <NA>", "line 1: wanted a finite end"),
        ("a.ctm", "a 1 0 1\n", "line 1: wanted recording channel start duration word"),
        ("a.ctm", "a 1 0 1 two words\n", "line 1: wanted a number as confidence, got 'words'"),
        ("a.stm", "a 1 x 0 -1 hi\n", "line 1: wanted a number from 0 up as end, got '-1'"),
        ("a.stm", f"a 1 x 0 {'y' * 999}", "got 'yyyy"),
        ("a.TextGrid", f'"ooTextFile" "TextGrid" 0 1 <exists> {"9" * 5000}', "how many follow"),
        ("a.TextGrid", "hello", 'line 1: wanted "ooTextFile", got'),
        ("a.docx", "hello\n", "wanted a file that ends in .rttm, .ctm, .stm, .textgrid, .txt, .js"),
        ("a", "hello\n", "wanted a file that ends in .rttm"),
        ("a.txt", "SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\n", "wanted plain text, got RTTM"),
        ("a.txt", '{"segments": []}', "wanted plain text, got JSON"),
        ("a.txt", 'File type = "ooTextFile"\n', "wanted plain text, got a TextGrid"),
        ("a.json", '{\n"segments": [', "line 2: wanted JSON: Expecting value"),
        ("a.json", " \n", "wanted JSON, the file is empty"),
        ("a.opus", b"OggS\x00\x88", "wanted a file that ends in .rttm, .ctm"),
        ("a.json", "[" * 100_000, "wanted a result, got JSON nested too deep"),
        ("a.json", f'{{"schema_version": {"9" * 5000}}}', "wanted a result, got a number too long"),
        ("a.json", '{"speakers": 2}', "wanted JSON of Diascribe (with schema_version), of Whisp"),
        ("a.json", '[[1, "and"]]', "wanted JSON of Diascribe (with schema_version), of WhisperX"),
        ("a.json", "3", "wanted JSON of Diascribe (with schema_version), of WhisperX (with segme"),
        ("a.json", '{"schema_version": "9.0"}', "schema_version: wanted schema version 1.x"),
        (
            "a.rttm",
            b"SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\nJ\xfcrgen",
            "line 2: wanted UTF-8 text",
        ),
        ("a.txt", b"\x00\xff", "line 1: wanted UTF-8 text, got the byte 0xff"),
        ("a.TextGrid", b"\xff\xfeF", "line 1: wanted UTF-16 text"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    error = refusal(tmp_path / name, content)

    assert isinstance(error, TranscriptFormatError)
    assert message in str(error)
    assert all(len(problem) < len(str(tmp_path)) + 400 for problem in error.problems)


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        ({"end": 1, "text": "x"}, "segments[0].start: wanted a value, got none"),
        (
            {"start": -1, "end": 1, "text": "x"},
            "segments[0].start: wanted a number from 0 up, got -1",
        ),
        ({"start": float("nan"), "end": 1, "text": "x"}, "segments[0].start: "),
        ({"start": 0, "end": float("inf"), "text": "x"}, "segments[0].end: "),
        ({"start": 2, "end": 1, "text": "x"}, "segments[0]: wanted an end not before 2.0, got 1.0"),
        ({"start": 0, "end": 1}, "segments[0].text: wanted a value, got none"),
        (
            {"start": 0, "end": 1, "text": "x", "words": [{"word": "x", "start": 0}]},
            "segments[0].words[0]: wanted start and end or neither, got only a start, 0.0",
        ),
        (
            {"start": 0, "end": 1, "text": "x", "words": [{"start": 0, "end": 1}]},
            "segments[0].words[0].word: wanted a value, got none",
        ),
    ],
)
def test_whisperx_problems_are_named_by_their_place(
    tmp_path: Path, segment: dict[str, object], message: str
) -> None:
    error = refusal(tmp_path / "a.json", json.dumps({"segments": [segment]}))

    assert message in str(error)


def test_of_very_many_problems_the_first_are_shown(tmp_path: Path) -> None:
    segments = [{"session_id": "a", "speaker": "x", "start_time": 0, "end_time": 1}] * 1000

    error = refusal(tmp_path / "a.json", json.dumps(segments))

    assert str(error).endswith("segment 19: wanted a text as words, got null; and 980 more")


def test_a_textgrid_without_tiers_to_read_names_those_it_has(tmp_path: Path) -> None:
    text = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n0 1 <exists> 1\n'
        '"IntervalTier" "phones" 0 1 1 0 1 "S"\n'
    )

    error = refusal(tmp_path / "a.TextGrid", text)

    assert str(error).endswith(
        "wanted a tier of intervals for each speaker, or for words, got tiers: phones"
    )


def test_an_absent_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.rttm: wanted a readable file: No such file"):
        read_accounts(tmp_path / "a.rttm")


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(SourceError, match="wanted a readable file: embedded null byte"):
        read_accounts(Path("a\0.rttm"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a readable file: Is a directory"):
        read_accounts(tmp_path)


def test_a_wrong_uem_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.uem"
    path.write_text("a 1 0\n")

    with pytest.raises(TranscriptFormatError, match=r"a\.uem: line 1: wanted recording channel st"):
        read_uem(path)


def test_a_folder_without_uem_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"wanted files that end in \.uem, found none"):
        read_uem(tmp_path)
