"""Sums over files and titles, and the tables they are printed in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from diascribe.evaluation import manner
from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.evaluate import Evaluation, Settings, evaluate, evaluate_pair
from diascribe.evaluation.figures import FIGURES
from diascribe.evaluation.manner import COLUMNS, notes
from diascribe.evaluation.tables import to_csv, to_json, to_markdown, to_text
from diascribe.span import Span
from diascribe.transcript import Turn


def pair(
    name: str, correct: float, miss: float, confusion: float, false_alarm: float, title: str | None
) -> Pair:
    """A recording with so many seconds of each; anna and ben speak, x and y are heard."""
    spoken = correct + confusion
    ends = (spoken, spoken + miss, spoken + miss + false_alarm)
    reference = (
        Turn(0, correct, speaker="anna"),
        Turn(correct, ends[1], speaker="ben"),
    )
    hypothesis = (Turn(0, spoken, speaker="x"), Turn(ends[1], ends[2], speaker="y"))
    return Pair(
        reference=Account(recording=name, turns=reference),
        hypothesis=Account(recording=name, turns=hypothesis),
        title=title,
    )


PUBLISHED = [
    *(pair(f"drama {n}", 22.4, 10.9, 16.7, 9.35, "Drama") for n in (1, 2, 3)),
    *(pair(f"documentary {n}", 70.875, 3.975, 0.15, 92.55, "Documentary") for n in (1, 2, 3)),
]
"""The shape of a published table: two titles of three episodes, the second half as long again."""


def test_a_titles_components_are_summed_over_its_files() -> None:
    titles = evaluate(PUBLISHED, Settings()).titles()

    drama = {name: titles["Drama"][name] for name in ("der", "correct", "miss", "confusion")}
    assert drama == pytest.approx(
        {"der": 0.739, "correct": 0.448, "miss": 0.218, "confusion": 0.334}
    )
    assert titles["Drama"]["false_alarm"] == pytest.approx(0.187)
    assert titles["Documentary"]["der"] == pytest.approx(1.289)
    assert titles["Documentary"]["false_alarm"] == pytest.approx(1.234)


def test_the_total_is_of_the_sums_and_no_mean_of_rates() -> None:
    total = evaluate(PUBLISHED, Settings()).total()

    assert total["total_s"] == pytest.approx(3 * 50 + 3 * 75)
    assert total["der"] == pytest.approx((36.95 + 96.675) / 125)
    assert total["der"] != pytest.approx((0.739 + 1.289) / 2)


def test_the_incomplete_reference_and_no_other_is_doubted() -> None:
    files = evaluate(PUBLISHED, Settings()).files

    doubted = {one.pair.title for one in files if one.doubts}
    assert doubted == {"Documentary"}
    (doubt,) = files[-1].doubts
    assert "false alarm is 123.4 %" in doubt.message
    assert doubt.scored == (Span(0, 75),)


def test_scored_with_the_offered_regions_the_doubt_is_gone() -> None:
    doubtful = PUBLISHED[-1]
    (doubt,) = evaluate_pair(doubtful, Settings()).doubts

    again = evaluate_pair(
        Pair(reference=doubtful.reference, hypothesis=doubtful.hypothesis, scored=doubt.scored),
        Settings(),
    )

    assert again.doubts == ()
    assert again.figures()["der"] == pytest.approx((3.975 + 0.15) / 75)


def test_the_text_table_has_a_line_for_every_file_and_title_and_for_all() -> None:
    lines = to_text(evaluate(PUBLISHED, Settings())).splitlines()

    assert lines[0].split()[:3] == ["DER", "Correct", "Miss"]
    rule = "-" * len(lines[0])
    assert [line.split("  ")[0].strip() for line in lines[1:-2]] == [
        *("drama 1", "drama 2", "drama 3", "documentary 1", "documentary 2", "documentary 3"),
        *(rule, "Drama", "Documentary", rule, "all"),
    ]
    assert lines[9].split()[1:6] == ["128.9", "%", "94.5", "%", "5.3"]
    assert len({len(line) for line in lines[:-2]}) == 1


def test_markdown_of_several_files_says_which_lines_are_sums() -> None:
    lines = to_markdown(evaluate(PUBLISHED[2:4], Settings())).splitlines()

    assert lines[0].startswith("|  |  | DER |")
    assert lines[1].startswith("| --- | --- | ---: |")
    assert [line.split(" | ")[:2] for line in lines[2:7]] == [
        ["| file", "drama 3"],
        ["| file", "documentary 1"],
        ["| title", "Drama"],
        ["| title", "Documentary"],
        ["| total", "all"],
    ]


def spoken(name: str, language: str | None) -> Pair:
    account = Account(recording=name, text="hello", language=language)
    return Pair(reference=account, hypothesis=account)


SETTINGS = Settings(collar=0.25, skip_overlap=True, missing="leave-out", word_collar_s=2)


@pytest.mark.parametrize("table", [to_text, to_markdown])
def test_a_table_says_how_it_was_scored(table: Callable[[Evaluation], str]) -> None:
    limited = replace(spoken("a", "en"), scored=(), uem="some.uem")
    plain = pair("talk", 1, 0, 0, 0, None)

    both = table(evaluate([spoken("a", "en")], SETTINGS)).splitlines()[-2:]
    turns = table(evaluate([plain], Settings())).splitlines()[-1]
    uem = table(evaluate([plain, limited], Settings(language="de"))).splitlines()[-1]

    assert both[0] == ""
    assert both[1] == (
        "Scored with collar 0.25 s, overlapped speech left out, no UEM, missing leave-out, "
        "normalizer auto (english), tcpWER collar 2 s"
    )
    assert turns == "Scored with collar 0 s, overlapped speech scored, no UEM, missing refuse"
    assert "UEM some.uem, missing refuse" in uem
    assert uem.endswith("language de")


def test_a_total_of_several_normalizers_is_noted_and_each_file_s_is_told() -> None:
    mixed = evaluate([spoken("a", "en"), spoken("b", None), spoken("c", "en")], Settings())

    told = json.loads(to_json(mixed))
    lines = list(csv.DictReader(io.StringIO(to_csv(mixed))))

    assert [line.split()[-1] for line in to_text(mixed).splitlines()[:4]] == [
        *("Normalizer", "english", "basic", "english")
    ]
    assert [one["normalizer"] for one in told["files"]] == ["english", "basic", "english"]
    assert [line["normalizer"] for line in lines] == [
        *("english", "basic", "english", "english+basic")
    ]
    assert told["settings"]["normalizers_applied"] == {"english": 2, "basic": 1}
    (note,) = told["notes"]
    assert note == (
        "words: the total mixes normalizers, english in 2 files and basic in 1 file: "
        "name it with --normalizer, or give --language where files do not say it"
    )


def test_files_under_one_normalizer_need_no_note() -> None:
    alike = evaluate([spoken("a", None), spoken("b", None)], Settings(normalizer="basic"))

    assert notes(alike) == []
    assert "Normalizer" not in to_text(alike)
    assert to_text(alike).endswith("normalizer basic, tcpWER collar 5 s\n")


def test_csv_has_the_same_columns_whatever_was_measured() -> None:
    words = to_csv(evaluate([spoken("a", "en")], SETTINGS)).splitlines()
    turns = to_csv(evaluate(PUBLISHED, Settings())).splitlines()

    assert words[0] == turns[0]
    assert words[0].split(",") == [*("kind", "name", "title"), *COLUMNS, *FIGURES]
    assert words[1].startswith("file,a,,0.25,true,,leave-out,english,,2,")
    assert turns[1].startswith("file,drama 1,Drama,0.0,false,,refuse,,,5.0,")


def test_the_page_is_told_the_same() -> None:
    told = manner.told(evaluate([spoken("a", "en")], SETTINGS))

    assert told == {
        "Collar": "0.25 s before and after each boundary",
        "Overlapped speech": "left out",
        "UEM": "none: everything is scored",
        "Recordings of one side only": "leave-out",
        "Normalizer": "auto (english)",
        "tcpWER's collar": "2 s",
    }


def test_markdown_survives_a_bar_in_a_name() -> None:
    table = to_markdown(evaluate([pair("a|b", 1, 0, 0, 0, None)], Settings()))

    assert table.splitlines()[2].startswith(r"| a\|b | 0.0 % |")


@pytest.mark.parametrize("table", [to_text, to_markdown])
def test_a_name_with_control_characters_neither_breaks_lines_nor_steers_the_terminal(
    table: Callable[[Evaluation], str],
) -> None:
    printed = table(evaluate([pair("a\nb\x1b[31m", 1, 0, 0, 0, None)], Settings()))

    assert "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m" in printed.splitlines()[-3]


def test_csv_holds_plain_numbers_and_nothing_where_nothing_is_defined() -> None:
    made_up = Pair(
        reference=Account(recording="r", turns=()),
        hypothesis=Account(recording="r", turns=(Turn(0, 1, speaker="x"),)),
    )

    table = list(csv.DictReader(io.StringIO(to_csv(evaluate([made_up], Settings())))))

    assert [line["kind"] for line in table] == ["file", "total"]
    assert (table[0]["der"], table[0]["speakers_found"]) == ("", "1")


def test_json_tells_shares_as_fractions_and_what_is_undefined_as_null() -> None:
    told = json.loads(to_json(evaluate([*PUBLISHED, pair("none", 0, 0, 0, 2, None)], Settings())))

    assert told["total"]["miss"] == pytest.approx((32.7 + 11.925) / 375)
    assert told["titles"]["Drama"]["der"] == pytest.approx(0.739)
    assert told["files"][-1]["der"] is None
    assert told["files"][0]["mapping"] == {"x": "anna"}
    (doubt,) = told["files"][3]["doubts"]
    assert (doubt["uem"], doubt["stretches"]) == ([[0, 75]], [[75, 167.55]])
    assert told["settings"]["collar"] == 0
    assert (told["settings"]["uem"], told["settings"]["missing"]) == ([], "refuse")


def test_a_side_without_turns_is_not_scored_and_a_note_says_so() -> None:
    silent = Pair(
        reference=Account(recording="r", turns=(Turn(0, 1, speaker="anna"),)),
        hypothesis=Account(recording="r", text="hello"),
    )

    one = evaluate_pair(silent, Settings())

    assert "der" not in one.figures()
    assert one.notes[0] == "diarization: the hypothesis does not say who spoke when"
    assert Evaluation((one,), Settings()).total() == {}


def test_a_recording_ends_where_its_file_says() -> None:
    reference = Account(recording="r", turns=(Turn(0, 1, speaker="anna"),), duration=9.0)

    assert evaluate_pair(Pair(reference=reference, hypothesis=reference), Settings()).extent == 9


def test_a_recording_in_which_nothing_is_said_ends_where_its_file_says() -> None:
    assert Account(recording="r", turns=(), duration=9.0).end == 9
