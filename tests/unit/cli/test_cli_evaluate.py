"""`diascribe evaluate` as a user runs it: what it prints, writes, says and ends with."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_command import Ran, Run, fake_engine, runner

REFERENCE = """SPEAKER talk 1 0.000 4.000 <NA> <NA> anna <NA> <NA>
SPEAKER talk 1 4.000 4.000 <NA> <NA> ben <NA> <NA>
"""

HYPOTHESIS = """SPEAKER talk 1 1.000 4.000 <NA> <NA> x <NA> <NA>
SPEAKER talk 1 5.000 4.000 <NA> <NA> y <NA> <NA>
"""
"""A second missed, a second confused, a second made up."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys, fake_engine())


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, str, Path]:
    """A hypothesis, `--reference`, and a reference."""
    hypothesis, reference = tmp_path / "ours.rttm", tmp_path / "theirs.rttm"
    hypothesis.write_text(HYPOTHESIS)
    reference.write_text(REFERENCE)
    return hypothesis, "--reference", reference


def told(ran: Ran) -> dict[str, float]:
    total: dict[str, float] = json.loads(ran.out)["total"]
    return total


def test_json_tells_the_parts_of_the_error_as_fractions(
    run: Run, pair: tuple[Path, str, Path]
) -> None:
    ran = run("evaluate", *pair, "--json")

    assert ran.status == 0
    parts = ("der", "miss", "false_alarm", "confusion", "correct")
    assert [told(ran)[name] for name in parts] == [0.375, 0.125, 0.125, 0.125, 0.75]
    assert told(ran)["total_s"] == 8


def test_collar_is_the_half_width_and_overlap_is_skipped_when_asked(
    run: Run, pair: tuple[Path, str, Path]
) -> None:
    pair[2].write_text(REFERENCE + "SPEAKER talk 1 2.000 1.000 <NA> <NA> ben <NA> <NA>\n")

    ran = run("evaluate", *pair, "--collar", "0.25", "--skip-overlap", "--json")

    # Not scored: 0.25 s on either side of 0, 2, 3, 4 and 8, and all of 2 to 3.
    assert told(ran)["total_s"] == pytest.approx(8 - 1 - 0.25 * 6)
    assert told(ran)["false_alarm"] == pytest.approx(0.75 / 5.5)


def test_one_file_is_one_line_of_the_table(run: Run, pair: tuple[Path, str, Path]) -> None:
    ran = run("evaluate", *pair)

    heading, line, _, manner = ran.out.splitlines()
    assert manner == "Scored with collar 0 s, overlapped speech scored, no UEM, missing refuse"
    assert heading.split()[0] == "DER"
    assert line.split()[:3] == ["talk", "37.5", "%"]


def test_folders_meet_by_name_and_are_summed_by_title(run: Run, tmp_path: Path) -> None:
    for place, text in (("ours", HYPOTHESIS), ("theirs", REFERENCE)):
        for title, name in (("drama", "one"), ("drama", "two"), ("news", "three")):
            path = tmp_path / place / title / f"{name}.rttm"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("talk", name))

    ran = run("evaluate", tmp_path / "ours", "-r", tmp_path / "theirs", "--format", "csv")

    lines = list(csv.DictReader(io.StringIO(ran.out)))
    seconds = {(line["kind"], line["name"]): float(line["total_s"]) for line in lines}
    assert seconds == {
        **{("file", name): 8 for name in ("one", "two", "three")},
        ("title", "drama"): 16,
        ("title", "news"): 8,
        ("total", "all"): 24,
    }


@pytest.mark.usefixtures("pair")
def test_a_manifest_names_the_pairs(run: Run, tmp_path: Path) -> None:
    manifest = tmp_path / "pairs.csv"
    manifest.write_text("reference,hypothesis,title\ntheirs.rttm,ours.rttm,interviews\n")

    ran = run("evaluate", "--manifest", manifest, "--json")

    assert json.loads(ran.out)["titles"]["interviews"]["der"] == 0.375


def test_a_recording_that_lacks_its_hypothesis_is_refused_by_name(
    run: Run, pair: tuple[Path, str, Path]
) -> None:
    pair[2].write_text(REFERENCE + REFERENCE.replace("talk", "interview"))

    ran = run("evaluate", *pair)

    assert ran.status == 2
    assert "interview" in ran.errors[0]
    assert ran.out == ""


@pytest.mark.parametrize(
    ("ceiling", "said"),
    [
        ("der=0.375", None),
        ("der=37.4%", "too high: der is 0.3750, wanted at most 0.374\n"),
        ("wer=1", "wer was not measured, wanted at most 1\n"),
    ],
)
def test_a_figure_above_its_ceiling_ends_with_a_status_of_its_own(
    run: Run, pair: tuple[Path, str, Path], ceiling: str, said: str | None
) -> None:
    ran = run("evaluate", *pair, "--fail-above", ceiling)

    assert ran.status == (4 if said else 0)
    assert ran.err == (said or "")


def test_a_figure_that_some_hypotheses_do_not_allow_breaks_its_ceiling(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "theirs.stm").write_text("a 1 anna 0 1 hello\nb 1 anna 0 1 hello\n")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "a.stm").write_text("a 1 x 0 1 hello\n")
    (tmp_path / "ours" / "b.rttm").write_text("SPEAKER b 1 0 1 <NA> <NA> x <NA> <NA>\n")
    command = ("evaluate", tmp_path / "ours", "-r", tmp_path / "theirs.stm", "--fail-above")

    words, turns = run(*command, "wer=0.1"), run(*command, "der=0.1")

    assert (words.status, turns.status) == (4, 0)
    assert words.err.endswith("\nwer could not be measured of b\n")


def test_a_doubt_is_said_and_the_offered_uem_removes_it(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    pair[0].write_text(REFERENCE + "SPEAKER talk 1 20.000 30.000 <NA> <NA> ben <NA> <NA>\n")
    offered = tmp_path / "complete.uem"

    first = run("evaluate", *pair, "--offer-uem", offered)
    second = run("evaluate", *pair, "--uem", offered, "--json")

    assert "doubt: talk: " in first.err
    assert "may be incomplete" in first.err
    assert offered.read_text() == "talk 1 0.000 8.000\n"
    assert told(second)["der"] == 0
    assert "doubt" not in second.err
    assert json.loads(second.out)["settings"]["uem"] == [str(offered)]


def test_where_all_is_doubted_the_offered_uem_leaves_nothing_to_score(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    pair[2].write_text("")
    offered = tmp_path / "complete.uem"

    run("evaluate", *pair, "--offer-uem", offered)
    again = run("evaluate", *pair, "--uem", offered, "--json")

    assert again.status == 0
    assert (told(again)["der"], told(again)["total_s"]) == (0, 0)


def test_where_nothing_is_doubted_the_offered_uem_says_so(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    offered = tmp_path / "complete.uem"

    ran = run("evaluate", *pair, "--offer-uem", offered)

    assert offered.read_text() == "talk 1 0.000 9.000\n"
    assert ran.err == f"wrote {offered}: nothing is doubted, so it leaves nothing out\n"


def test_a_uem_beyond_the_recording_is_no_success(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    beyond = tmp_path / "beyond.uem"
    beyond.write_text("talk 1 100 200\n")

    ran = run("evaluate", *pair, "--uem", beyond, "--fail-above", "der=50%")

    assert ran.status == 4
    assert ran.err == (
        "note: talk: nothing of the reference is inside the UEM\n"
        "der was not measured, wanted at most 0.5\n"
    )


@pytest.mark.parametrize(
    "also", [(), ("--json",), ("--report", "r.html"), ("--offer-uem", "o.uem")]
)
def test_a_pair_of_which_nothing_can_be_measured_is_an_error(
    run: Run,
    pair: tuple[Path, str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    also: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = tmp_path / "words.ctm"
    words.write_text("talk 1 0 1 hello\n")

    ran = run("evaluate", words, *pair[1:], *also)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: nothing can be measured: diarization: the hypothesis does not say who spoke when;"
        " words: the reference has no text\n"
    )
    assert not list(tmp_path.glob("[ro].*"))


@pytest.mark.usefixtures("pair")
def test_a_uem_of_recordings_of_one_name_is_refused(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.rttm"
    other.write_text(HYPOTHESIS)
    manifest = tmp_path / "pairs.csv"
    manifest.write_text(
        "reference,hypothesis\ntheirs.rttm,ours.rttm\ntheirs.rttm,other.rttm\n", "utf-8"
    )

    ran = run("evaluate", "--manifest", manifest, "--offer-uem", tmp_path / "complete.uem")

    assert (ran.status, ran.out) == (2, "")
    assert "several recordings are called talk, and a UEM knows them by name" in ran.errors[0]


def test_a_plot_that_cannot_be_written_leaves_nothing(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    plot = tmp_path / "out" / "plot.png"
    plot.mkdir(parents=True)

    ran = run("evaluate", *pair, "--plot", plot)

    assert ran.status == 3
    assert "plot.png: wanted a file, it is a folder" in ran.err
    assert list(plot.parent.iterdir()) == [plot]


def test_the_report_and_the_plot_are_written_whole(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    page, plot = tmp_path / "out" / "report.html", tmp_path / "out" / "plot.png"

    ran = run("evaluate", *pair, "--report", page, "--plot", plot)

    assert ran.status == 0
    assert "<h1" in page.read_text()
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in page.parent.iterdir()) == ["plot.png", "report.html"]


def test_a_plot_of_several_recordings_is_refused_before_anything_is_printed(
    run: Run, pair: tuple[Path, str, Path], tmp_path: Path
) -> None:
    for path in (pair[0], pair[2]):
        path.write_text(path.read_text() + path.read_text().replace("talk", "interview"))

    ran = run("evaluate", *pair, "--plot", tmp_path / "plot.png")

    assert (ran.status, ran.out) == (2, "")
    assert "wanted one recording, got 2" in ran.err


def test_words_are_scored_after_the_chosen_normalizer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Don't worry, it's 10 o'clock.\n")
    (tmp_path / "b.txt").write_text("do not worry it is ten o'clock\n")
    command = ("evaluate", tmp_path / "b.txt", "-r", tmp_path / "a.txt", "--json")

    raw = run(*command, "--normalizer", "none")
    english = run(*command, "--language", "en")

    assert told(raw)["wer"] > 0.5
    assert told(english)["wer"] == 0
    assert "after the normalizer english, language en" in english.err


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((), "wanted HYPOTHESIS and --reference REFERENCE, or --manifest FILE"),
        (("a.rttm",), "wanted HYPOTHESIS and --reference REFERENCE, or --manifest FILE"),
        (("a.rttm", "--manifest", "b.csv"), "names hypotheses, references and UEMs itself"),
        (("a", "-r", "b", "--collar", "11"), "collar: wanted 0 to 10 seconds, got 11.0"),
        (("a", "-r", "b", "--normalizer", "x"), "normalizer: wanted one of auto,"),
        (("a", "-r", "b", "--language", "klingon"), "language: wanted an ISO 639 code such as en"),
        (("a", "-r", "b", "--format", "xml"), "format: wanted one of text, markdown, csv, json"),
        (("a", "-r", "b", "--json", "-f", "csv"), "leave one of them out"),
        (("a", "-r", "b", "--fail-above", "dre=1"), "no figure is called 'dre': did you mean der?"),
        (("a", "-r", "b", "--plot", "p.svg"), "plot: draws PNG: wanted a name that ends in .png"),
        (("absent.rttm", "-r", "absent.rttm"), "absent.rttm: "),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    run: Run, arguments: tuple[str, ...], wanted: str
) -> None:
    ran = run("evaluate", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert wanted in ran.errors[0]
    assert len(ran.err.splitlines()) == 1
