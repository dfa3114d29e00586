"""The table of formats."""

import pytest
from meeting import MEETING

from diascribe.errors import OptionsError
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS, format_called, write


def test_every_format_has_its_own_suffix() -> None:
    suffixes = {form.suffix for form in FORMATS.values()}

    assert len(suffixes) == len(FORMATS)


def test_an_unknown_format_s_error_lists_the_known_ones() -> None:
    message = "format: wanted one of srt, vtt, txt, tsv, rttm, ctm, textgrid, seglst; got 'docx'"

    with pytest.raises(OptionsError, match=message):
        format_called("docx")


def test_rules_reach_the_subtitles() -> None:
    narrow = write("vtt", MEETING, name="x", rules=CueRules(max_line_chars=20))

    assert narrow != write("vtt", MEETING, name="x")
