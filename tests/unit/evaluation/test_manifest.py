"""A manifest names what belongs together, and all that is wrong with it is told at once."""

import json
from pathlib import Path

import pytest

from diascribe.errors import SourceError, TranscriptFormatError
from diascribe.evaluation.pairing import read_manifest
from diascribe.span import Span

TURN = "SPEAKER {} 1 0 1 <NA> <NA> x <NA> <NA>\n"
PARTED = "wanted {} between the columns reference and hypothesis"
ONLY = "wanted only reference, hypothesis, uem, title, recording"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """References and hypotheses in folders of their own."""
    (tmp_path / "ref").mkdir()
    (tmp_path / "hyp").mkdir()
    for name in ("a", "b"):
        (tmp_path / "ref" / f"{name}.rttm").write_text(TURN.format(name))
        (tmp_path / "hyp" / f"{name}.txt").write_text(f"said in {name}")
    (tmp_path / "ref" / "all.rttm").write_text(TURN.format("a") + TURN.format("b"))
    (tmp_path / "a.uem").write_text("a 1 0 5\n")
    return tmp_path


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_names_files_titles_and_uems(folder: Path, delimiter: str) -> None:
    path = folder / ("list.csv" if delimiter == "," else "list.tsv")
    rows = (
        "reference,hypothesis,uem,title\n"
        'ref/a.rttm,hyp/a.txt,a.uem,"News"\n'
        f"{folder}/ref/b.rttm,hyp/b.txt,,\n"
    )
    path.write_text("\ufeff" + rows.replace(",", delimiter))

    pairs, notes = read_manifest(path)

    assert [(one.recording, one.hypothesis.text, one.title, one.scored) for one in pairs] == [
        ("a", "said in a", "News", (Span(0, 5),)),
        ("b", "said in b", None, None),
    ]
    assert notes == []


def test_a_uem_of_another_name_limits_a_lone_recording_with_a_note(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text("reference,hypothesis,uem\nref/b.rttm,hyp/b.txt,a.uem\n")

    (pair,), notes = read_manifest(path)

    assert pair.scored == (Span(0, 5),)
    assert notes == [f"b is limited to the stretches of a (in {folder / 'a.uem'})"]


def test_json_lines_are_read_too(folder: Path) -> None:
    path = folder / "list.jsonl"
    line = {"reference": "ref/a.rttm", "hypothesis": "hyp/a.txt", "title": None}
    path.write_text(json.dumps(line) + "\n\n")

    pairs, _ = read_manifest(path)

    assert [one.recording for one in pairs] == ["a"]


def test_one_recording_of_several_is_chosen_and_gives_the_name(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text(
        "reference,hypothesis,recording\nref/all.rttm,hyp/b.txt,b\nref/a.rttm,hyp/a.txt,show 1\n"
    )

    pairs, _ = read_manifest(path)

    assert [(one.recording, one.hypothesis.text) for one in pairs] == [
        ("b", "said in b"),
        ("show 1", "said in a"),
    ]


def test_a_line_without_recording_takes_all_that_both_tell_of(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text("reference,hypothesis\nref/all.rttm,hyp\n")

    pairs, _ = read_manifest(path)

    assert [one.recording for one in pairs] == ["a", "b"]


def test_missing_recordings_may_be_silent(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text("reference,hypothesis\nref/all.rttm,hyp/a.txt\n")

    pairs, _ = read_manifest(path, missing="silence")

    assert [one.hypothesis.text for one in pairs] == ["said in a", ""]


def test_all_wrong_lines_are_told_at_once(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text(
        "reference,hypothesis,recording\n"
        "ref/absent.rttm,hyp/a.txt,\n"
        "ref/all.rttm,hyp/a.txt,\n"
        "ref/a.rttm,hyp/a.txt,\n"
        "ref/all.rttm,hyp/a.txt,c\n"
    )

    with pytest.raises(TranscriptFormatError) as refused:
        read_manifest(path)

    first, second, third = refused.value.problems
    ref = folder / "ref"
    assert first == (
        f"{path}: line 2: {ref}/absent.rttm: wanted a readable file: No such file or directory"
    )
    assert second.startswith(f"{path}: line 3: {folder}/hyp/a.txt: wanted a hypothesis for each")
    assert third == (
        f"{path}: line 5: {ref}/all.rttm: wanted the recording 'c', found recordings: "
        f"a (in {ref}/all.rttm), b (in {ref}/all.rttm)"
    )


def test_no_fault_hides_another(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text(
        "reference,hypothesis,uem,note\n"
        "ref/a.rttm,hyp/a.txt,,\n"
        "ref/absent.rttm,,absent.uem,\n"
        "ref/a.rttm,hyp/a.txt,,\n"
    )

    with pytest.raises(TranscriptFormatError) as refused:
        read_manifest(path)

    absent = "wanted a readable file: No such file or directory"
    assert refused.value.problems == (
        f"{path}: line 1: {ONLY}; got 'note'",
        f"{path}: line 3: wanted a hypothesis, got none",
        f"{path}: line 3: {folder}/ref/absent.rttm: {absent}",
        f"{path}: line 3: {folder}/absent.uem: {absent}",
        f"{path}: line 4: wanted a once, line 2 has it too",
    )


def test_a_pair_is_counted_once_unless_other_stretches_are_scored(folder: Path) -> None:
    path = folder / "list.csv"
    head, line = "reference,hypothesis,uem\n", "ref/a.rttm,hyp/a.txt,\n"

    path.write_text(f"{head}{line}./{line}")
    with pytest.raises(TranscriptFormatError) as refused:
        read_manifest(path)
    path.write_text(f"{head}{line}ref/a.rttm,hyp/a.txt,a.uem\n")
    pairs, _ = read_manifest(path)

    assert refused.value.problems == (f"{path}: line 3: wanted a once, line 2 has it too",)
    assert [pair.scored for pair in pairs] == [None, (Span(0, 5),)]


@pytest.mark.parametrize(
    ("name", "content", "problems"),
    [
        ("a.csv", "reference,hypothesis\n", ["wanted a line for each pair, got none"]),
        ("a.csv", "", ["wanted a line for each pair, got none"]),
        (
            "a.csv",
            "reference,hyp\n,y\n,\n",
            [
                "line 1: wanted a column hypothesis, got none",
                f"line 1: {ONLY}; got 'hyp'",
                "line 2: wanted a reference, got none",
                "line 3: wanted a reference, got none",
            ],
        ),
        (
            "a.csv",
            "reference,hypothesis\n,,z\n",
            [
                "line 2: wanted a reference, got none",
                "line 2: wanted a hypothesis, got none",
                f"line 2: {ONLY}; got 'columns without a header'",
            ],
        ),
        (
            "a.csv",
            "reference;hypothesis\nx;y\nx;y\n",
            [f"line 1: {PARTED.format('commas')}, got 'reference;hypothesis'"],
        ),
        (
            "a.tsv",
            "reference,hypothesis\nx,y\n",
            [f"line 1: {PARTED.format('tabs')}, got 'reference,hypothesis'"],
        ),
        ("a.csv", 'reference,hypothesis\nx,"y\n', ["line 2: unexpected end of data"]),
        ("a.jsonl", "3\n", ["line 1: wanted a JSON object, got '3'"]),
        ("a.jsonl", "\n{\n", ["line 2: wanted a JSON object, got '{'"]),
        ("a.jsonl", "[" * 100_000, [f"line 1: wanted a JSON object, got '{'[' * 200}…'"]),
        (
            "a.jsonl",
            '{"reference": 1}',
            [
                "line 1: wanted a hypothesis, got none",
                "line 1: wanted a text as reference, got 1",
            ],
        ),
        ("a.txt", "x", ["wanted a manifest that ends in .csv, .tsv, .jsonl, .ndjson, got '.txt'"]),
    ],
)
def test_a_wrong_manifest_is_refused(
    tmp_path: Path, name: str, content: str, problems: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(TranscriptFormatError) as refused:
        read_manifest(path)

    assert list(refused.value.problems) == [f"{path}: {problem}" for problem in problems]


def test_an_absent_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.csv: wanted a readable file: No such file"):
        read_manifest(tmp_path / "a.csv")
