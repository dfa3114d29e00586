"""Plain text: paragraphs to read."""

from diascribe.formats import txt
from diascribe.transcript import Segment, Speaker, Transcript


def said(start: float, end: float, text: str, who: str | None = "SPEAKER_00") -> Segment:
    return Segment(start, end, text=text, language="en", speaker=who)


def printed(*segments: Segment) -> list[str]:
    speakers = (Speaker("SPEAKER_00", 1.0, "Anna"),)
    transcript = Transcript(duration=9999.0, language="en", segments=segments, speakers=speakers)
    return txt.write(transcript).split("\n\n")


def test_a_speaker_s_segments_are_one_paragraph() -> None:
    assert printed(said(3661, 3662, "Hello."), said(3663, 3664, "You.")) == [
        "[1:01:01] Anna: Hello. You.\n"
    ]


def test_a_new_speaker_starts_a_paragraph_and_nobody_has_no_name() -> None:
    assert printed(
        said(0, 1, "Hello."), said(1, 2, "Hm.", None), said(2, 3, "Hi.", "SPEAKER_01")
    ) == [
        "[0:00:00] Anna: Hello.",
        "[0:00:01] Hm.",
        "[0:00:02] SPEAKER_01: Hi.\n",
    ]


def test_a_pause_starts_a_paragraph() -> None:
    assert len(printed(said(0, 1, "Hello."), said(3.5, 4, "You."))) == 2


def test_a_minute_of_speech_ends_a_paragraph() -> None:
    assert len(printed(said(0, 60, "Long."), said(60, 61, "Longer."))) == 2


def test_segments_without_text_are_left_out() -> None:
    assert printed(said(0, 1, " ")) == [""]


def test_japanese_segments_are_joined_without_blanks() -> None:
    first = Segment(0, 1, text="今日は。", language="ja")
    second = Segment(1, 2, text="また。", language="ja")

    assert printed(first, second) == ["[0:00:00] 今日は。また。\n"]
