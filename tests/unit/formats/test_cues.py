"""Cues: where text breaks and when it is shown."""

import pytest

from diascribe.errors import OptionsError
from diascribe.formats.cues import cues
from diascribe.formats.rules import CueRules
from diascribe.transcript import Segment, Speaker, Transcript, Word

STEP_S = 0.4
RULES = CueRules()


def spoken(
    text: str, start: float = 0.0, *, speaker: str | None = "SPEAKER_00", language: str = "en"
) -> Segment:
    """A segment that says a word every 0.4 s, none of them pausing."""
    words = tuple(
        Word(
            start + index * STEP_S,
            start + (index + 1) * STEP_S,
            text=word,
            timing="aligned",
            speaker=speaker,
        )
        for index, word in enumerate(text.split())
    )
    end = words[-1].end
    return Segment(start, end, text=text, language=language, words=words, speaker=speaker)


def transcript(*segments: Segment, duration: float = 600.0, **names: str) -> Transcript:
    speakers = tuple(Speaker(who, 1.0, name) for who, name in names.items())
    return Transcript(duration=duration, language="en", segments=segments, speakers=speakers)


def lines(*segments: Segment, rules: CueRules = RULES) -> list[tuple[str, ...]]:
    return [cue.lines for cue in cues(transcript(*segments), rules)]


def times(*segments: Segment, duration: float = 600.0) -> list[tuple[float, float]]:
    return [(cue.start, cue.end) for cue in cues(transcript(*segments, duration=duration), RULES)]


def test_a_text_that_fits_one_line_stays_on_it() -> None:
    assert lines(spoken("All of this fits on one line.")) == [("All of this fits on one line.",)]


def test_two_lines_are_about_even() -> None:
    text = "one two three four five six seven eight nine ten"

    ((upper, lower),) = lines(spoken(text))

    assert f"{upper} {lower}" == text
    assert abs(len(upper) - len(lower)) <= 4


def test_a_line_breaks_at_a_comma_rather_than_anywhere() -> None:
    assert lines(spoken("when the rain had stopped at last, they all went outside")) == [
        ("when the rain had stopped at last,", "they all went outside")
    ]


def test_a_line_does_not_end_with_an_article() -> None:
    assert lines(spoken("everybody went out to look for the wonderful house")) == [
        ("everybody went out to look", "for the wonderful house")
    ]


def test_a_cue_ends_with_its_sentence_rather_than_full() -> None:
    first = "This sentence is long enough to fill most of a cue."
    second = "And this one cannot be shown together with it."

    assert [" ".join(cue) for cue in lines(spoken(f"{first} {second}"))] == [first, second]


def test_short_sentences_share_a_cue() -> None:
    assert lines(spoken("Yes. No. Of course.")) == [("Yes. No. Of course.",)]


def test_a_quoted_sentence_ends_like_any_other() -> None:
    first = "«This sentence is long enough to fill most of a cue.»"
    second = "And this one cannot be shown together with it."

    assert [" ".join(cue) for cue in lines(spoken(f"{first} {second}"))] == [first, second]


def test_a_cue_lasts_at_most_its_longest_duration() -> None:
    rules = CueRules(max_duration_s=1.0, min_duration_s=0.5)

    assert lines(spoken("a b c d"), rules=rules) == [("a b",), ("c d",)]


def test_a_long_pause_starts_a_new_cue() -> None:
    words = (*spoken("before").words, *spoken("after", start=2.0).words)
    segment = Segment(0, 2.4, text="before after", language="en", words=words)

    assert lines(segment) == [("before",), ("after",)]


def test_a_change_of_speaker_starts_a_new_cue() -> None:
    assert lines(spoken("Yes."), spoken("No.", 0.4, speaker="SPEAKER_01")) == [("Yes.",), ("No.",)]


def test_a_word_of_nobody_stays_with_its_segment() -> None:
    whole = spoken("Yes indeed.")
    unknown = Word(0.4, 0.8, text="indeed.", timing="interpolated")
    segment = Segment(
        0,
        0.8,
        text=whole.text,
        language="en",
        words=(whole.words[0], unknown),
        speaker="SPEAKER_00",
    )

    assert lines(segment) == [("Yes indeed.",)]


def test_a_word_wider_than_a_line_is_kept_whole() -> None:
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"

    assert lines(spoken(f"Das {word} gilt.", language="de")) == [("Das", word), ("gilt.",)]


def test_a_segment_without_words_shares_its_time_by_characters() -> None:
    segment = Segment(0, 10, text="aaaa bbbb cccc dddd eeee", language="en")
    rules = CueRules(max_line_chars=10, max_lines=1)

    shown = cues(transcript(segment), rules)

    assert [(cue.start, cue.end, cue.lines) for cue in shown] == [
        (0.0, 4.0, ("aaaa bbbb",)),
        (4.0, 8.0, ("cccc dddd",)),
        (8.0, 10.0, ("eeee",)),
    ]


def test_japanese_breaks_between_characters_but_never_before_punctuation() -> None:
    text = "今日はとてもいい天気、です。"
    rules = CueRules(max_line_chars=10, max_lines=1)

    broken = [cue[0] for cue in lines(Segment(0, 5, text=text, language="ja"), rules=rules)]

    assert "".join(broken) == text
    assert len(broken) == 3
    assert all(line[0] not in "、。" for line in broken)


def test_japanese_keeps_brackets_and_small_letters_with_what_they_belong_to() -> None:
    text = "「きょう」「きょう」「きょう」"
    rules = CueRules(max_line_chars=10, max_lines=1)

    broken = lines(Segment(0, 5, text=text, language="ja"), rules=rules)

    assert broken == [("「きょう」",)] * 3


def test_a_latin_word_in_japanese_is_not_cut() -> None:
    segment = Segment(0, 5, text="これはiPhoneです", language="ja-JP")
    rules = CueRules(max_line_chars=10, max_lines=1)

    broken = lines(segment, rules=rules)

    assert [line for (line,) in broken if "iPhone" in line]


def test_words_of_japanese_are_joined_without_blanks() -> None:
    words = spoken("今日 は").words
    segment = Segment(0, 0.8, text="今日は", language="ja", words=words)

    assert lines(segment) == [("今日は",)]


def test_an_apostrophe_word_is_joined_as_in_the_text() -> None:
    words = spoken("do n't go").words
    segment = Segment(0, 1.2, text="don't go", language="en", words=words)

    assert lines(segment) == [("don't go",)]


def test_a_word_that_the_text_lacks_still_shows() -> None:
    words = spoken("twenty go").words
    segment = Segment(0, 0.8, text="20 go", language="en", words=words)

    assert lines(segment) == [("twenty go",)]


def test_a_short_cue_stays_until_it_can_be_read() -> None:
    assert times(spoken("Hm.")) == [(0.0, 0.833)]


def test_a_short_cue_gives_way_to_the_next() -> None:
    assert times(spoken("Hm."), spoken("So.", 0.5, speaker="SPEAKER_01"))[0] == (0.0, 0.5)


def test_a_short_cue_ends_with_the_recording() -> None:
    assert times(spoken("Hm."), duration=0.6) == [(0.0, 0.6)]


def test_a_speaker_s_cue_ends_where_the_next_starts() -> None:
    assert times(spoken("one two three"), spoken("four five six", 1.0)) == [(0, 1.0), (1.0, 2.2)]


def test_cues_of_a_speaker_that_start_at_once_follow_one_another() -> None:
    assert times(spoken("one two three"), spoken("four five six")) == [(0, 0.001), (0.001, 1.2)]


def test_two_speakers_may_be_shown_at_once() -> None:
    assert times(spoken("one two three"), spoken("four five six", 0.4, speaker="SPEAKER_01")) == [
        (0.0, 1.2),
        (0.4, 1.6),
    ]


def test_a_cue_names_its_speaker_as_printed() -> None:
    named = transcript(spoken("Yes."), spoken("Hm.", 2, speaker=None), SPEAKER_00="Anna")

    assert [cue.speaker for cue in cues(named, RULES)] == ["Anna", None]


def test_a_label_counts_as_text() -> None:
    named = transcript(spoken("exactly twenty chars"), SPEAKER_00="Anna")
    rules = CueRules(max_line_chars=22)

    (cue,) = cues(named, rules, labelled=True)

    assert cue.lines == ("[Anna]: exactly", "twenty chars")


def test_a_long_name_is_cut_in_a_label() -> None:
    named = transcript(spoken("Yes."), SPEAKER_00="Maximilian von und zu Hohenlohe")

    (cue,) = cues(named, RULES, labelled=True)

    assert cue.lines == ("[Maximilian von un…]: Yes.",)


def test_no_speech_gives_no_cues() -> None:
    assert cues(transcript(), RULES) == ()


def test_every_limit_out_of_range_is_named() -> None:
    with pytest.raises(OptionsError) as refused:
        CueRules(max_line_chars=9, max_lines=0, max_duration_s=0, min_duration_s=-1, max_gap_s=-1)

    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "max_line_chars",
        "max_lines",
        "max_duration_s",
        "min_duration_s",
        "max_gap_s",
    ]


def test_a_limit_s_error_says_what_was_wanted_and_what_came() -> None:
    with pytest.raises(OptionsError, match="max_lines: wanted 1 to 10, got 11"):
        CueRules(max_lines=11)
