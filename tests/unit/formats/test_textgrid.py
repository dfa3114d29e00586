"""TextGrid: both forms, quotes and comments, and files that break off."""

import pytest

from diascribe.errors import TranscriptFormatError
from diascribe.formats import textgrid
from diascribe.formats.textgrid import Tier
from diascribe.formats.utterances import Utterance

SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
3
<exists>
2
"IntervalTier"
"anna"
0
3
2
0
1.5
"say ""item [5]"" twice"
1.5
3
""
"TextTier"
"clicks"
0
3
1
1
"click"
"""

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 ! where it starts, 7 "not read"
xmax = 3
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "anna"
        xmin = 0
        xmax = 3
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = "say ""item [5]"" twice"
        intervals [2]:
            xmin = 1.5
            xmax = 3
            text = ""
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 3
        points: size = 1
        points [1]:
            number = 1
            mark = "click"
"""


@pytest.mark.parametrize("text", [SHORT, LONG, LONG.replace("\n", "\r\n")])
def test_both_forms_say_the_same(text: str) -> None:
    grid = textgrid.parse(text)

    assert grid.end == 3
    said = Utterance(0, 1.5, 'say "item [5]" twice')
    assert grid.tiers == (Tier("anna", (said, Utterance(1.5, 3, ""))),)


def test_a_label_of_several_lines_becomes_one() -> None:
    grid = textgrid.parse(SHORT.replace('"say ""item [5]"" twice"', '"one\n  two"'))

    assert grid.tiers[0].intervals[0].text == "one two"


@pytest.mark.parametrize("end", ['"click"\n', '1\n"click"\n', '1\n1\n"click"\n'])
def test_a_file_that_breaks_off_is_refused(end: str) -> None:
    with pytest.raises(TranscriptFormatError, match="got 'the end of the file'"):
        textgrid.parse(SHORT.removesuffix(end))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"ooTextFile"', '"ooBinaryFile"', "line 1: wanted \"ooTextFile\", got 'ooBinaryFile'"),
        ('"TextGrid"', '"Pitch"', "line 2: wanted \"TextGrid\", got 'Pitch'"),
        ("<exists>", "<absent>", "line 6: wanted <exists>, got '<absent>'"),
        ('"IntervalTier"', '"Table"', 'line 8: wanted "IntervalTier" or "TextTier", got \'Table\''),
        ("0\n1.5\n", "-1\n1.5\n", "line 13: wanted seconds from 0 up, got '-1'"),
        ("0\n1.5\n", "0\nnan\n", "line 15: wanted seconds from 0 up, got 'say"),
        ("0\n1.5\n", "2\n1.5\n", "line 14: wanted an end not before the start, got '2 to 1.5'"),
        ("0\n1.5\n", "0\n1e999\n", "line 14: wanted seconds from 0 up, got '1e999'"),
        ("3\n2\n0", "3\n2.5\n0", "line 12: wanted how many follow, got '2.5'"),
        ("3\n2\n0", "3\n1\n0", 'line 16: wanted "IntervalTier" or "TextTier", got \'1.5\''),
        ('"click"\n', '"click"\n5\n', "line 26: wanted the end of the file, got '5'"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old: str, new: str, message: str) -> None:
    assert SHORT.count(old) >= 1
    with pytest.raises(TranscriptFormatError) as refused:
        textgrid.parse(SHORT.replace(old, new, 1))

    assert message in str(refused.value)


def test_plain_text_is_refused() -> None:
    with pytest.raises(TranscriptFormatError, match='line 1: wanted "ooTextFile", got'):
        textgrid.parse("hello there")
