"""TSV, RTTM, CTM and SegLST: what is written, what is read, what is refused."""

import json

import pytest

from diascribe.errors import TranscriptFormatError
from diascribe.formats import ctm, rttm, seglst, tsv
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Segment, Speaker, Transcript, Turn, Word

TURN = Turn(1.1, 3.3, speaker="SPEAKER_00", confidence=0.5, channel=1)


def said(*segments: Segment) -> Transcript:
    speakers = (Speaker("SPEAKER_00", 1.0, "Anna\tB."),)
    return Transcript(duration=60.0, language="en", segments=segments, speakers=speakers)


def test_tsv_prints_names_and_whole_milliseconds_on_one_line_a_segment() -> None:
    segment = Segment(0.0004, 1.2345678, text="a\tb\n c", language="en", speaker="SPEAKER_00")

    assert tsv.write(said(segment)) == "start\tend\tspeaker\ttext\n0\t1235\tAnna B.\ta b c\n"


def test_rttm_has_ten_columns_and_channels_from_one() -> None:
    transcript = Transcript(duration=9.0, language=None, turns=(TURN,))

    assert rttm.write(transcript, "talk") == (
        "SPEAKER talk 2 1.100 2.200 <NA> <NA> SPEAKER_00 0.500 <NA>\n"
    )


@pytest.mark.parametrize("name", ["my talk", "100 %", ";;x", "\u3000", 'say "hi"', "grüß\tgott"])
def test_a_recording_s_name_survives_columns(name: str) -> None:
    transcript = Transcript(duration=9.0, language=None, turns=(TURN,))

    written = rttm.write(transcript, name)

    assert len(written.split()) == 10
    assert list(rttm.parse(written)) == [name]


def test_rttm_reads_several_recordings_and_skips_other_lines() -> None:
    text = (
        ";; a comment\n\nSPKR-INFO a 1 <NA> <NA> <NA> unknown x <NA> <NA>\n"
        "SPEAKER a 1 1.1 2.2 <NA> <NA> x <NA> <NA>\nSPEAKER b A 0 1 <NA> <NA> y 0.5\n"
    )

    assert rttm.parse(text) == {
        "a": (Turn(1.1, 3.3, speaker="x", channel=0),),
        "b": (Turn(0, 1, speaker="y", confidence=0.5),),
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("SPEAKER a 1 0 1", "line 1: wanted SPEAKER recording channel start"),
        ("SPEAKER a 1 x 1 <NA> <NA> s <NA> <NA>", "line 1: wanted a number as start, got 'x'"),
        ("SPEAKER a 1 0 -1 <NA> <NA> s <NA> <NA>", "from 0 up as duration, got '-1'"),
        ("SPEAKER a 1 nan 1 <NA> <NA> s <NA> <NA>", "a number from 0 up as start, got 'nan'"),
        ("SPEAKER a 1 0 1e999 <NA> <NA> s <NA> <NA>", "from 0 up as duration, got '1e999'"),
        ("SPEAKER a 1 0 1 <NA> <NA> s sure <NA>", "wanted a number as confidence, got 'sure'"),
    ],
)
def test_rttm_refuses_a_line_by_its_number(line: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        rttm.parse(line)


def test_ctm_sorts_words_by_channel_and_start() -> None:
    words = (
        Word(2, 3, text="c", timing="aligned", channel=0),
        Word(0, 1, text="d", timing="aligned", channel=1, confidence=0.25),
        Word(1, 2, text="b", timing="aligned"),
    )

    written = ctm.write(said(Segment(0, 3, text="", language="en", words=words)), "x")

    assert written.splitlines() == [
        "x 1 1.000 1.000 b",
        "x 1 2.000 1.000 c",
        "x 2 0.000 1.000 d 0.250",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x 1 0 1", "line 2: wanted recording channel start"),
        ("x 1 0 1 two words", "line 2: wanted a number as confidence, got 'words'"),
    ],
)
def test_ctm_refuses_a_line_by_its_number(line: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        ctm.parse(f"x 1 0 1 a\n{line}\n")


@pytest.mark.parametrize(
    ("column", "confidence"),
    [
        *(("0", 0.0), ("0.25", 0.25), ("1.000", 1.0)),
        *((other, None) for other in ("<NA>", "-3.2", "1.5", "97", "inf", "1e999", "nan")),
    ],
)
def test_rttm_and_ctm_leave_out_confidences_on_other_scales(
    column: str, confidence: float | None
) -> None:
    (turn,) = rttm.parse(f"SPEAKER a 1 0 1 <NA> <NA> s {column} <NA>")["a"]
    (word,) = ctm.parse(f"a 1 0 1 hi {column}")["a"]

    assert (turn.confidence, word.confidence) == (confidence, confidence)


def test_seglst_says_who_nobody_is_as_rttm_does() -> None:
    segment = Segment(0, 1.5, text="hi  there", language="en")

    assert json.loads(seglst.write(said(segment), "my talk")) == [
        {
            "session_id": "my talk",
            "speaker": "<NA>",
            "start_time": 0.0,
            "end_time": 1.5,
            "words": "hi there",
        }
    ]


def test_seglst_passes_over_fields_of_others() -> None:
    text = json.dumps(
        [
            {
                "session_id": "a",
                "speaker": "x",
                "start_time": 0,
                "end_time": 1,
                "words": "hi",
                "channel": 1,
            }
        ]
    )

    assert seglst.parse(text) == {"a": (Utterance(0.0, 1.0, "hi", "x"),)}


def test_seglst_names_all_problems_at_once() -> None:
    text = json.dumps(
        [
            3,
            {
                "session_id": "a",
                "speaker": None,
                "start_time": "-1",
                "end_time": True,
                "words": "x",
            },
            {"session_id": "a", "speaker": "x", "start_time": 2, "end_time": 1, "words": "x"},
        ]
    )

    with pytest.raises(TranscriptFormatError) as refused:
        seglst.parse(text)

    assert refused.value.problems == (
        "segment 0: wanted an object, got 3",
        "segment 1: wanted a text as speaker, got null",
        'segment 1: wanted seconds from 0 up as start_time, got "-1"',
        "segment 1: wanted seconds from 0 up as end_time, got true",
        "segment 2: wanted end_time not before start_time, got 1",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [("[\n{", "line 2: "), ("{}", "wanted a list of segments, got an object")],
)
def test_seglst_refuses_what_is_no_list(text: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        seglst.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: wanted the header"),
        ("start\tend\ttext\n", "line 1: wanted the header"),
        ("start\tend\tspeaker\ttext\n1\t2\tx\n", "line 2: wanted 4 columns"),
        ("start\tend\tspeaker\ttext\n1.5\t2\tx\ty\n", "line 2: wanted whole milliseconds as start"),
        ("start\tend\tspeaker\ttext\n2\t1\tx\ty\n", "line 2: wanted an end not before the start"),
    ],
)
def test_tsv_refuses_a_line_by_its_number(text: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        tsv.parse(text)
