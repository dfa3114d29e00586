"""STM and UEM: what is read, what is written, what is refused."""

import pytest

from diascribe.errors import TranscriptFormatError
from diascribe.formats import stm, uem
from diascribe.formats.utterances import Utterance
from diascribe.span import Span


def test_stm_reads_several_recordings_with_labels_and_without() -> None:
    text = (
        ";; a comment\n\n"
        "a 1 anna 0.5 2 <o,f0,female> hello  there\n"
        "b A ben 1 1.25 you < me\n"
        "a 1 <NA> 3 4 <> hm\n"
    )

    assert stm.parse(text) == {
        "a": (Utterance(0.5, 2, "hello there", "anna"), Utterance(3, 4, "hm")),
        "b": (Utterance(1, 1.25, "you < me", "ben"),),
    }


def test_stm_keeps_utterances_without_text() -> None:
    assert stm.parse("a 1 anna 2 3 \na 1 ben 3 4 <o>\n") == {
        "a": (Utterance(2, 3, "", "anna"), Utterance(3, 4, "", "ben"))
    }


def test_stm_gaps_between_utterances_are_nobody_s() -> None:
    text = "a 1 inter_segment_gap 0 2 <o,,>\na 1 Inter_Segment_Gap 3 4 murmur\n"

    assert stm.parse(text) == {"a": (Utterance(3, 4, "murmur"),)}


def test_stm_tells_what_is_not_scored_and_by_whom_it_is_not_said() -> None:
    text = (
        "a 1 excluded_region 5 6.5 <o> IGNORE_TIME_SEGMENT_IN_SCORING\n"
        "a 1 inter_segment_gap 1 2 ignore_time_segment_in_scoring\n"
        "a 1 anna 2 5 hello\n"
    )

    assert stm.parse(text) == {"a": (Utterance(2, 5, "hello", "anna"),)}
    assert stm.unscored(text) == {"a": (Span(1, 2), Span(5, 6.5))}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a 1 anna 0", "line 1: wanted recording channel speaker start end, perhaps a <label>"),
        ("a 1 anna x 1 hi", "line 1: wanted a number as start, got 'x'"),
        ("a 1 anna 0 -1 hi", "line 1: wanted a number from 0 up as end, got '-1'"),
        ("a 1 anna nan 1 hi", "line 1: wanted a number from 0 up as start, got 'nan'"),
        ("a 1 anna 2 1 hi", "line 1: wanted an end not before the start, got 'a 1 anna 2 1 hi'"),
    ],
)
def test_stm_refuses_a_line_by_its_number(line: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        stm.parse(line)


def test_uem_is_sorted_and_disjoint_whatever_the_channel() -> None:
    text = "; one\n;; two\n a 1 25 30.4\na 2 0 15\na 1 10 20\nb 1 4.5 13.24"

    assert uem.parse(text) == {"a": (Span(0, 20), Span(25, 30.4)), "b": (Span(4.5, 13.24),)}


def test_a_uem_tells_of_a_recording_of_which_nothing_is_scored() -> None:
    assert uem.write({"a": ()}) == "a 1 0.000 0.000\n"
    assert uem.parse("a 1 0.000 0.000\n") == {"a": ()}


def test_a_name_that_is_no_unicode_is_written_all_the_same() -> None:
    assert uem.write({"caf\udce9": (Span(0, 1),)}).encode() == b"caf? 1 0.000 1.000\n"


def test_uem_is_written_in_seconds_with_three_decimals() -> None:
    assert uem.write({"my talk": (Span(0, 10.6),), "b": (Span(1, 2), Span(3, 4))}) == (
        "my%20talk 1 0.000 10.600\nb 1 1.000 2.000\nb 1 3.000 4.000\n"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a 1 0", "line 1: wanted recording channel start end, got 'a 1 0'"),
        ("a 1 0 inf", "line 1: wanted a number from 0 up as end, got 'inf'"),
        ("a 1 3 2", "line 1: wanted an end not before the start"),
    ],
)
def test_uem_refuses_a_line_by_its_number(line: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        uem.parse(line)
