"""The page: what it says, that it needs nothing else, and that names stay names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from compared_files import HOSTILE, compared_file, long_file, turn

from diascribe.evaluation.evaluate import summed
from diascribe.evaluation.report.page import POLICY, report_page
from diascribe.evaluation.scores import Doubt, FileScore
from diascribe.formats.utterances import Utterance
from diascribe.span import Span

VOID = {"meta", "br", "hr", "img", "input", "link"}
GOOD = compared_file([turn(0, 10, "anna")], [turn(0, 10, "x")], name="good", title="Drama")
BAD = compared_file([turn(0, 10, "ben")], [turn(4, 10, "y")], name="bad", title="Drama")
LONGER = compared_file([turn(0, 60, "ben"), turn(61, 80, "ben")], [turn(4, 80, "y")])
SAID = [Utterance(0, 3, "good morning", "anna"), Utterance(3, 9, "who is there", None)]


class Page(HTMLParser):
    """What a browser would find: elements, ids, links and text; fails at unclosed elements."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.texts.append(data)

    def all_of(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def made(
    *files: FileScore, settings: dict[str, str] | None = None, heading: str = "Quality"
) -> str:
    return report_page(files, summed(files), heading=heading, settings=settings or {})


def cells(source: str) -> list[list[str]]:
    """The rows of the table of figures, tags left out."""
    table = source.partition("<table")[2].partition("</table>")[0]
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall("<tr.*?</tr>", table)
    ]


def test_the_table_has_the_founding_columns_for_all_titles_and_files() -> None:
    rows = cells(made(GOOD, BAD))

    assert rows[0][1:6] == ["DER", "Correct", "Miss", "Confusion", "False alarm"]
    assert [(row[0], row[1:6]) for row in rows[1:] if len(row) > 1] == [
        ("2 files", ["20.0 %", "80.0 %", "20.0 %", "0.0 %", "0.0 %"]),
        ("Drama (2 files)", ["20.0 %", "80.0 %", "20.0 %", "0.0 %", "0.0 %"]),
        ("good", ["0.0 %", "100.0 %", "0.0 %", "0.0 %", "0.0 %"]),
        ("badworst", ["40.0 %", "60.0 %", "40.0 %", "0.0 %", "0.0 %"]),
    ]


def test_a_dash_says_whether_nothing_was_measured_or_nothing_can_be() -> None:
    text_only = compared_file(None, [], name="text only")
    empty = compared_file([], [turn(0, 1, "x")], name="nobody speaks")

    rows = {row[0]: row[1] for row in cells(made(text_only, empty)) if len(row) > 1}

    assert rows["text only"] == "\N{EN DASH}n"
    assert rows["nobody speaks"] == "\N{EN DASH}u"
    assert "not measured: not both files hold what it needs" in made(text_only, empty)
    assert "undefined: errors, and a reference without" in made(empty, empty)
    assert "not measured" not in made(GOOD)


def test_without_errors_no_file_is_the_worst() -> None:
    assert 'class="worst"' not in made(GOOD, GOOD)
    assert 'class="worst"' not in made(BAD)


def test_files_that_are_equally_bad_are_all_marked() -> None:
    assert made(BAD, GOOD, BAD).count('class="worst"') == 2


def test_a_side_on_which_nobody_speaks_says_so() -> None:
    page = Page(made(compared_file([turn(0, 60.5, "anna")], [])))

    assert page.text.count("Hypothesis (nobody)") == 3, "the whole and two minutes"


def test_settings_notes_and_doubts_are_told() -> None:
    doubtful = replace(
        BAD,
        notes=("cpWER: not measured",),
        doubts=(Doubt("half of it seems unlabelled", (Span(0, 4), Span(6, 10))),),
    )

    page = Page(made(doubtful, settings={"Collar": "0.25 s"}))

    for told in ("Quality", "Collar", "0.25 s", "cpWER: not measured", "half of it seems"):
        assert told in page.text
    assert "bad 1 0.000 4.000\nbad 1 6.000 10.000\n" in page.text


def test_a_page_without_doubts_raises_none() -> None:
    assert "Doubts" not in Page(made(GOOD)).text


def test_the_worst_minutes_come_first_with_both_sides_text() -> None:
    reference = [turn(0, 50, "anna"), turn(60, 110, "ben")]
    said = [Utterance(0, 50, "all is well", "anna"), Utterance(60, 110, "can you hear me", "ben")]

    page = Page(made(compared_file(reference, [turn(0, 45, "x")], said=said)))

    assert page.text.index("1. 1:00 to 1:50") < page.text.index("2. 0:00 to 1:00")
    assert page.text.index("can you hear me") < page.text.index("all is well")
    assert "50.0 s of error: miss 50.0" in page.text
    assert "This file holds no text." in page.text


def test_where_no_side_has_text_that_is_said_once() -> None:
    page = Page(made(LONGER))

    assert page.text.count("Neither file holds text") == 1
    assert "This file holds no text" not in page.text


def test_the_only_minute_of_a_file_is_not_shown_twice() -> None:
    said = compared_file([turn(0, 9, "anna")], [turn(0, 5, "x")], said=SAID)

    silent, spoken = Page(made(BAD)), Page(made(said))

    for page in (silent, spoken):
        assert [one.get("role") for _, one in page.elements].count("group") == 1
        assert "Worst minutes" not in page.text
    assert "What was said" not in silent.text
    assert spoken.text.index("What was said") < spoken.text.index("good morning")


def test_what_to_mind_of_the_sums_stands_beside_them() -> None:
    page = report_page([GOOD], {}, heading="Q", settings={}, notes=["the total mixes"])

    told = Page(page).text
    assert told.index("the total mixes") < told.index("How to read the pictures")


def test_what_could_not_be_compared_is_shown_and_said() -> None:
    page = Page(made(compared_file(None, [turn(0, 9, "x")], said=SAID)))

    assert "Who spoke when could not be compared" in page.text
    assert "(no speaker)" in page.text
    assert "Errors" not in page.text


def test_a_file_without_times_has_no_pictures() -> None:
    page = Page(made(compared_file(None, None)))

    assert "there is nothing to draw" in page.text
    assert "picture" not in page.all_of("class")


def test_every_link_leads_to_one_place_of_the_page() -> None:
    page = Page(made(GOOD, BAD, long_file(1)))

    links, places = page.all_of("href"), page.all_of("id")
    assert set(links) <= {f"#{place}" for place in places}
    assert len(places) == len(set(places))
    assert {f"#file-3-minute-{rank}" for rank in (1, 2)} <= set(links)


def test_all_but_the_first_files_are_closed() -> None:
    page = Page(made(*[BAD] * 5))

    sections = [one for tag, one in page.elements if tag == "details" and "class" not in one]
    assert ["open" in one for one in sections] == [True] * 3 + [False] * 2


def test_every_picture_has_a_title_and_a_description() -> None:
    page = Page(made(LONGER))

    names = [tag for tag, _ in page.elements]
    pictures = [place for place, (_, one) in enumerate(page.elements) if one.get("role")]
    assert len(pictures) == 3
    assert all(names[place + 1 : place + 3] == ["title", "desc"] for place in pictures)


def hostile_files() -> Sequence[FileScore]:
    reference = [turn(0, 5, HOSTILE), turn(5, 9, "</svg></style></title>"), turn(9, 10, "\ud800\0")]
    hypothesis = [turn(1, 5, HOSTILE + "x"), turn(5, 9, "]]><!--")]
    said = [Utterance(0, 5, f"</p></body> &amp; {HOSTILE} \x1b[31m", HOSTILE)]
    file = compared_file(reference, hypothesis, said=said, name=HOSTILE, title=HOSTILE)
    doubts = (Doubt(HOSTILE, (Span(0, 1),)),)
    return [replace(file, notes=(HOSTILE,), doubts=doubts)]


def test_hostile_names_and_words_stay_text() -> None:
    page = Page(made(*hostile_files(), settings={HOSTILE: HOSTILE}, heading=HOSTILE))

    assert page.text.count("<script>") > 10
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img", "iframe", "object"})
    attributes = {name for _, one in page.elements for name in one}
    assert not {name for name in attributes if name.startswith("on") or name == "src"}


def test_a_page_is_valid_unicode_without_control_characters() -> None:
    source = made(*hostile_files())

    assert source.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", source)


def test_the_page_needs_nothing_from_anywhere() -> None:
    source = made(long_file(1))

    assert not re.search(r"https?:|//\w|url\((?!#)|@import|<script|<link", source)
    assert POLICY in source


@pytest.mark.parametrize(("hours", "limit_kb"), [(1, 600), (24, 900)])
def test_a_page_stays_small_however_long_the_recording(hours: int, limit_kb: int) -> None:
    source = made(long_file(hours))

    assert len(source.encode()) < 1000 * limit_kb
