"""SRT and WebVTT: what is written, what is read, what is refused."""

import pytest

from diascribe.errors import TranscriptFormatError
from diascribe.formats import srt, vtt
from diascribe.formats.cues import Cue
from diascribe.formats.rules import CueRules
from diascribe.transcript import Segment, Speaker, Transcript

RULES = CueRules()


def said(text: str, name: str | None = None) -> Transcript:
    segment = Segment(3661.5, 3663.0, text=text, language="en", speaker="SPEAKER_00")
    speaker = Speaker("SPEAKER_00", 1.5, name)
    return Transcript(duration=4000.0, language="en", segments=(segment,), speakers=(speaker,))


def test_srt_numbers_times_and_labels_a_cue() -> None:
    assert srt.write(said("Hello.", "Anna"), RULES) == (
        "1\n01:01:01,500 --> 01:01:03,000\n[Anna]: Hello.\n\n"
    )


def test_webvtt_says_who_speaks_in_a_voice_tag() -> None:
    assert vtt.write(said("Hello.", "Anna"), RULES) == (
        "WEBVTT\n\n01:01:01.500 --> 01:01:03.000\n<v Anna>Hello.\n"
    )


def test_webvtt_escapes_markup_in_text_and_name() -> None:
    written = vtt.write(said("a <b> & --> c", "R&D <x>"), RULES)

    assert written.splitlines()[3] == "<v R&amp;D &lt;x&gt;>a &lt;b&gt; &amp; --&gt; c"


def test_no_speech_is_an_empty_srt_and_a_bare_webvtt_signature() -> None:
    silence = Transcript(duration=1.0, language=None)

    assert srt.write(silence, RULES) == ""
    assert vtt.write(silence, RULES) == "WEBVTT\n"


def test_srt_reads_windows_files_without_numbers_and_with_points() -> None:
    text = "\ufeff00:00:01.000 --> 00:00:02.500 X1:0\r\nHello,\r\nyou.\r\n\r\n\r\n"

    assert srt.parse(text) == (Cue(1.0, 2.5, ("Hello,", "you.")),)


def test_srt_reads_a_cue_without_text() -> None:
    assert srt.parse("1\n00:00:01,000 --> 00:00:02,000\n\n") == (Cue(1.0, 2.0, ()),)


def test_webvtt_skips_notes_and_styles_and_reads_names_settings_and_tags() -> None:
    text = (
        "WEBVTT - a title\n\nNOTE made by hand\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n01:02.500 --> 01:03.000 align:start\n<v.loud Anna &amp; Co><i>Hi</i> &lt;3</v>\n"
    )

    assert vtt.parse(text) == (Cue(62.5, 63.0, ("Hi <3",), "Anna & Co"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\n00:00:01 --> x\nHi", "line 2: wanted hh:mm:ss.mmm --> hh:mm:ss.mmm"),
        ("\n\n1\n\n", "line 3: wanted hh:mm:ss.mmm --> hh:mm:ss.mmm, got '1'"),
        ("1\n00:00:02,000 --> 00:00:01,000\nHi", "line 2: wanted an end not before the start"),
        ("1\n00:61:02,000 --> 00:62:01,000\nHi", "line 2: wanted hh:mm:ss.mmm"),
    ],
)
def test_srt_refuses_a_line_by_its_number(text: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        srt.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: wanted WEBVTT, got ''"),
        ("1\n00:00:01.000 --> 00:00:02.000\nHi", "line 1: wanted WEBVTT, got '1'"),
        ("WEBVTT\n\n--> 00:01.000\nHi", "line 3: wanted hh:mm:ss.mmm --> hh:mm:ss.mmm"),
    ],
)
def test_webvtt_refuses_a_line_by_its_number(text: str, message: str) -> None:
    with pytest.raises(TranscriptFormatError, match=message):
        vtt.parse(text)
