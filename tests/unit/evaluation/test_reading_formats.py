"""What each kind of file becomes: turns, utterances, words and text."""

import json
from pathlib import Path
from typing import Any

import pytest

from diascribe.evaluation.account import Account
from diascribe.evaluation.reading import read_accounts, read_uem
from diascribe.formats.txt import Paragraph
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import (
    Segment,
    Speaker,
    StageTime,
    Transcript,
    Turn,
    Word,
)
from diascribe.wire.encode import to_json


def read(folder: Path, name: str, content: str | bytes) -> list[Account]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_accounts(path)


def read_json(folder: Path, content: Any, name: str = "talk.json") -> Account:  # noqa: ANN401
    (account,) = read(folder, name, json.dumps(content))
    return account


def turn(start: float, end: float, speaker: str) -> Turn:
    return Turn(start, end, speaker=speaker)


def test_rttm_gives_turns_and_what_is_not_scored(tmp_path: Path) -> None:
    text = (
        "SPKR-INFO a 1 <NA> <NA> <NA> adult_male anna <NA> <NA>\n"
        "SPEAKER a 1 0 1.5 <NA> <NA> anna <NA> <NA>\n"
        "NOSCORE a 1 5 2 <NA> <NA> <NA> <NA>\n"
        "SPEAKER b 1 2 1 <NA> <NA> ben <NA> <NA>\n"
    )

    found = read(tmp_path, "x.only_words.rttm", text)

    anna = Turn(0, 1.5, speaker="anna", channel=0)
    ben = Turn(2, 3, speaker="ben", channel=0)
    assert found == [
        Account(recording="a", turns=(anna,), unscored=(Span(5, 7),)),
        Account(recording="b", turns=(ben,)),
    ]


def test_an_empty_rttm_says_that_nobody_speaks(tmp_path: Path) -> None:
    assert read(tmp_path, "talk.rttm", "\n") == [Account(recording="talk", turns=())]


def test_ctm_gives_words_and_their_text(tmp_path: Path) -> None:
    text = ";; words\na 1 0.5 0 hello 7.07\na B 1 0.25 there 0.5 lex anna\n"

    (account,) = read(tmp_path, "x.ctm", text)

    hello = Word(0.5, 0.5, text="hello", timing="recognizer", channel=0)
    there = Word(1, 1.25, text="there", timing="recognizer", confidence=0.5)
    assert account == Account(recording="a", words=(hello, there), text="hello there")


def test_stm_gives_utterances_turns_and_text(tmp_path: Path) -> None:
    text = (
        "a 1 anna 1 2 <o> good day\n"
        "a 1 ben 0 1.5 \n"
        "a 1 inter_segment_gap 2 9 <o> IGNORE_TIME_SEGMENT_IN_SCORING\n"
    )

    (account,) = read(tmp_path, "x.stm", text)

    assert account == Account(
        recording="a",
        turns=(turn(0, 1.5, "ben"), turn(1, 2, "anna")),
        utterances=(Utterance(1, 2, "good day", "anna"), Utterance(0, 1.5, "", "ben")),
        text="good day",
        unscored=(Span(2, 9),),
    )


def test_utterances_of_nobody_known_give_no_turns(tmp_path: Path) -> None:
    (account,) = read(tmp_path, "x.stm", "a 1 <NA> 1 2 hello\n")

    assert account.turns is None
    assert account.text == "hello"


@pytest.mark.parametrize("times", [(1, 2.5), ("1", "2.50")])
def test_seglst_takes_times_as_numbers_and_as_text(
    tmp_path: Path, times: tuple[float | str, float | str]
) -> None:
    start, end = times
    segment = {"session_id": "a", "speaker": "x", "words": "oh  my", "extra": 1}
    segment |= {"start_time": start, "end_time": end}

    account = read_json(tmp_path, [segment], "whatever.seglst.json")

    assert account == Account(
        recording="a",
        turns=(turn(1, 2.5, "x"),),
        utterances=(Utterance(1, 2.5, "oh my", "x"),),
        text="oh my",
    )


def our_result(**changes: Any) -> str:  # noqa: ANN401 - any field
    word = Word(0, 1, text="good", timing="aligned", speaker="SPEAKER_00")
    parts: dict[str, Any] = {
        "duration": 10.0,
        "language": "en",
        "segments": (
            Segment(0, 1, text="good", language="en", speaker="SPEAKER_00", words=(word,)),
            Segment(1, 2, text="day", language="en"),
        ),
        "turns": (turn(0, 2, "SPEAKER_00"), turn(1, 3, "SPEAKER_01")),
        "exclusive_turns": (turn(0, 2, "SPEAKER_00"),),
        "speakers": (Speaker("SPEAKER_00", 2.0, "Anna"), Speaker("SPEAKER_01", 2.0)),
        "timings": (StageTime("recognition", 1.0), StageTime("diarization", 1.0)),
    }
    return to_json(Transcript(**(parts | changes)))


def test_our_json_gives_all_it_has(tmp_path: Path) -> None:
    (account,) = read(tmp_path, "talk.mp3.json", our_result())

    assert account == Account(
        recording="talk",
        turns=(turn(0, 2, "SPEAKER_00"), turn(1, 3, "SPEAKER_01")),
        utterances=(Utterance(0, 1, "good", "SPEAKER_00"), Utterance(1, 2, "day")),
        words=(Word(0, 1, text="good", timing="aligned", speaker="SPEAKER_00"),),
        text="good day",
        language="en",
        duration=10.0,
    )


def test_our_json_of_a_diarization_says_nothing_of_words(tmp_path: Path) -> None:
    timings = (StageTime("diarization", 1.0),)

    (account,) = read(tmp_path, "a.json", our_result(segments=(), language=None, timings=timings))

    assert account.turns is not None
    assert (account.utterances, account.words, account.text) == (None, None, None)


def test_our_json_without_speakers_says_nothing_of_turns(tmp_path: Path) -> None:
    changes = {"turns": (), "exclusive_turns": (), "speakers": ()}
    timings = (StageTime("recognition", 1.0),)

    (account,) = read(tmp_path, "a.json", our_result(timings=timings, **changes))

    assert account.turns is None
    assert account.text == "good day"


def test_a_failed_stage_of_ours_found_nothing(tmp_path: Path) -> None:
    changes = {"turns": (), "exclusive_turns": (), "speakers": ()}

    (account,) = read(tmp_path, "a.json", our_result(**changes))

    assert account.turns == ()


def test_chinese_is_joined_without_blanks(tmp_path: Path) -> None:
    segments = (
        Segment(0, 1, text="今日は", language="ja"),
        Segment(1, 2, text="良い", language="ja"),
    )

    (account,) = read(tmp_path, "a.json", our_result(segments=segments, language="ja"))

    assert account.text == "今日は良い"


def whisperx_word(start: float, end: float, text: str, speaker: str) -> dict[str, Any]:
    return {"word": text, "start": start, "end": end, "score": 0.5, "speaker": speaker}


def test_whisperx_turns_come_from_words_with_short_pauses_filled(tmp_path: Path) -> None:
    words = [
        whisperx_word(0, 1, "so", "A"),
        whisperx_word(1.25, 2, "then", "A"),
        whisperx_word(2.5, 3, "yes", "A"),
        whisperx_word(3, 4, "no", "B"),
    ]
    segments = [{"start": 0, "end": 4, "text": " so then yes no", "speaker": "A", "words": words}]

    account = read_json(tmp_path, {"segments": segments, "language": "en", "word_segments": words})

    assert account.turns == (turn(0, 2, "A"), turn(2.5, 3, "A"), turn(3, 4, "B"))
    assert account.utterances == (Utterance(0, 4, "so then yes no", "A"),)
    assert account.text == "so then yes no"
    assert account.language == "en"
    assert account.words is not None
    assert [word.text for word in account.words] == ["so", "then", "yes", "no"]
    assert account.words[0] == Word(0, 1, text="so", timing="aligned", score=0.5, speaker="A")


def test_whisperx_words_without_times_get_those_that_their_neighbours_leave(tmp_path: Path) -> None:
    words = [
        {"word": "in"},
        {"word": "1999.", "start": 2, "end": 3, "speaker": "B"},
        {"word": "or", "speaker": "B"},
        {"word": "later", "probability": 0.5},
        {"word": " "},
        {"word": "so", "start": 6.5, "end": 7},
        {"word": "yes"},
    ]
    text = "in 1999. or later so yes"
    segments = [{"start": 1, "end": 9, "text": text, "speaker": "A", "words": words}]

    account = read_json(tmp_path, {"segments": segments}, "talk.whisperx.json")

    assert account.recording == "talk"
    assert account.words == (
        Word(1, 2, text="in", timing="interpolated", speaker="A"),
        Word(2, 3, text="1999.", timing="recognizer", speaker="B"),
        Word(3, 4, text="or", timing="interpolated", speaker="B"),
        Word(4, 6.5, text="later", timing="interpolated", speaker="A", confidence=0.5),
        Word(6.5, 7, text="so", timing="recognizer", speaker="A"),
        Word(7, 9, text="yes", timing="interpolated", speaker="A"),
    )
    assert account.text == text
    assert account.turns == (turn(2, 3, "B"),), "only words with times and speakers of their own"


def test_whisperx_turns_are_the_segments_where_no_word_has_a_speaker(tmp_path: Path) -> None:
    words = [{"word": "in", "start": 0, "end": 1}, {"word": "1999."}]
    segments = [{"start": 0, "end": 4, "text": "in 1999.", "speaker": "A", "words": words}]

    account = read_json(tmp_path, {"segments": segments})

    assert account.turns == (turn(0, 4, "A"),)


def test_whisperx_words_beyond_their_segment_leave_an_instant(tmp_path: Path) -> None:
    words = [
        {"word": "a"},
        {"word": "b", "start": 1, "end": 3},
        {"word": "c"},
        {"word": "d", "start": 2, "end": 6},
        {"word": "e"},
    ]
    segments = [{"start": 2, "end": 5, "text": "a b c d e", "words": words}]

    account = read_json(tmp_path, {"segments": segments})

    spans = [(one.start, one.end) for one in account.words or ()]
    assert spans == [(1, 1), (1, 3), (2, 2), (2, 6), (6, 6)]


def test_a_segment_in_which_whisperx_placed_no_word_has_its_text_s(tmp_path: Path) -> None:
    segments = [
        {"start": 0, "end": 1, "text": "so", "words": [whisperx_word(0, 1, "so", "A")]},
        {"start": 2, "end": 5, "text": " 17 %", "speaker": "B", "words": []},
    ]

    account = read_json(tmp_path, {"segments": segments})

    assert account.words is not None
    assert account.words[1:] == (
        Word(2, 4, text="17", timing="interpolated", speaker="B"),
        Word(4, 5, text="%", timing="interpolated", speaker="B"),
    )


def test_whisperx_without_speakers_says_nothing_of_turns(tmp_path: Path) -> None:
    account = read_json(tmp_path, {"segments": [{"start": 0, "end": 1, "text": "hi"}]})

    assert account.turns is None
    assert account.words is None


def test_whisperx_that_found_no_speech_says_so(tmp_path: Path) -> None:
    account = read_json(tmp_path, {"segments": [], "language": "en"})

    assert account == Account(
        recording="talk", turns=(), utterances=(), words=(), text="", language="en"
    )


def test_whisperx_may_hold_its_words_once(tmp_path: Path) -> None:
    content = {
        "segments": [{"start": 0, "end": 1, "text": "hi"}],
        "word_segments": [whisperx_word(0, 0.5, "hi", "A"), {"word": "you"}],
    }

    account = read_json(tmp_path, content)

    assert account.turns == (turn(0, 0.5, "A"),)
    assert account.words is not None
    assert account.words[1:] == (Word(0.5, 1, text="you", timing="interpolated"),)


def test_whisper_s_own_json_is_read_and_a_score_that_is_none_is_left_out(tmp_path: Path) -> None:
    text = (
        '{"text": " hi you", "segments": [{"id": 0, "start": 0, "end": 2, "text": " hi you",'
        ' "words": [{"word": " hi", "start": 0, "end": 1, "probability": 0.75},'
        ' {"word": " you", "start": 1, "end": 2, "score": NaN}]}]}'
    )

    (account,) = read(tmp_path, "a.json", text)

    assert account.words == (
        Word(0, 1, text="hi", timing="recognizer", confidence=0.75),
        Word(1, 2, text="you", timing="recognizer"),
    )


def test_our_text_is_read_without_its_times_and_names(tmp_path: Path) -> None:
    text = "[0:00:01] Dr. Anna B.: good day: all\n\n[1:02:03] SPEAKER_01: yes\n\n[1:02:09] hm\n"

    (account,) = read(tmp_path, "talk.txt", text)

    said = (("good day: all", "Dr. Anna B."), ("yes", "SPEAKER_01"), ("hm", None))
    assert account == Account(
        recording="talk",
        paragraphs=tuple(Paragraph(text, speaker) for text, speaker in said),
        text="good day: all yes hm",
    )


def test_a_colon_in_our_text_without_names_is_no_name(tmp_path: Path) -> None:
    text = "[0:00:01] one\n\n[0:00:09] note: two\n\n[0:00:20] three\n"

    (account,) = read(tmp_path, "talk.txt", text)

    assert (account.text, account.paragraphs) == ("one note: two three", None)


def test_text_of_which_every_line_begins_with_a_name_says_who_says_what(tmp_path: Path) -> None:
    (account,) = read(tmp_path, "talk.txt", "anna: good day: all\n\n Dr. Ben:  hm\r\nanna:\n")

    said = (("good day: all", "anna"), ("hm", "Dr. Ben"), ("", "anna"))
    assert account == Account(
        recording="talk",
        paragraphs=tuple(Paragraph(text, speaker) for text, speaker in said),
        text="good day: all hm",
    )


def test_other_text_is_taken_as_it_is(tmp_path: Path) -> None:
    (account,) = read(tmp_path, "a.ref.txt", "\ufeffAnna: hello\r\n\r\n  you [0:00:01] there\n")

    assert account == Account(recording="a", text="Anna: hello you [0:00:01] there")


def tiers(*rows: tuple[str, list[tuple[float, float, str]]], end: float = 9) -> str:
    """A TextGrid in its short form."""
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", f"{end}"]
    lines += ["<exists>", f"{len(rows)}"]
    for name, intervals in rows:
        lines += ['"IntervalTier"', f'"{name}"', "0", f"{end}", f"{len(intervals)}"]
        lines += [f'{start}\n{stop}\n"{text}"' for start, stop, text in intervals]
    return "\n".join(lines) + "\n"


def test_a_tier_of_textgrid_is_a_speaker_s(tmp_path: Path) -> None:
    text = tiers(
        ("anna", [(0, 1, "hello"), (1, 2, ""), (2, 3, "you")]),
        ("ben", [(0.5, 1.5, "hm"), (1.5, 9, "<eps>")]),
    )

    (account,) = read(tmp_path, "talk.TextGrid", text)

    assert account == Account(
        recording="talk",
        turns=(turn(0, 1, "anna"), turn(0.5, 1.5, "ben"), turn(2, 3, "anna")),
        utterances=(
            Utterance(0, 1, "hello", "anna"),
            Utterance(0.5, 1.5, "hm", "ben"),
            Utterance(2, 3, "you", "anna"),
        ),
        text="hello hm you",
        duration=9,
    )


def test_an_aligner_s_tiers_of_words_are_their_speakers(tmp_path: Path) -> None:
    text = tiers(
        ("anna - words", [(0, 1, "so"), (1.25, 2, "then"), (2, 3, "sil"), (3, 4, "yes")]),
        ("anna - phones", [(0, 1, "S")]),
        ("ben - words", [(1, 2, "no")]),
    )

    (account,) = read(tmp_path, "talk.TextGrid", text)

    assert account.utterances == (
        Utterance(0, 2, "so then", "anna"),
        Utterance(1, 2, "no", "ben"),
        Utterance(3, 4, "yes", "anna"),
    )
    assert account.turns == (turn(0, 2, "anna"), turn(1, 2, "ben"), turn(3, 4, "anna"))
    assert account.words is not None
    assert [(word.text, word.speaker) for word in account.words] == [
        ("so", "anna"),
        ("no", "ben"),
        ("then", "anna"),
        ("yes", "anna"),
    ]


def test_words_beside_their_speaker_s_utterances_are_not_said_twice(tmp_path: Path) -> None:
    text = tiers(
        ("anna", [(0, 2, "so then")]),
        ("anna - words", [(0, 1, "so"), (1, 2, "then")]),
        ("words", [(0, 1, "so"), (1, 2, "then")]),
    )

    (account,) = read(tmp_path, "talk.TextGrid", text)

    assert account.text == "so then"
    assert account.turns == (turn(0, 2, "anna"),)


def test_words_of_one_unnamed_speaker_give_no_turns(tmp_path: Path) -> None:
    text = tiers(("words", [(0, 1, "so")]), ("phones", [(0, 1, "S")]))

    (account,) = read(tmp_path, "talk.TextGrid", text)

    assert account.turns is None
    assert account.words == (Word(0, 1, text="so", timing="aligned"),)


def test_a_tier_called_speaker_names_them_in_its_labels(tmp_path: Path) -> None:
    text = tiers(("Speakers", [(0, 1, "anna"), (1, 2, ""), (2, 3, "ben")]))

    (account,) = read(tmp_path, "talk.TextGrid", text)

    assert account == Account(
        recording="talk", turns=(turn(0, 1, "anna"), turn(2, 3, "ben")), duration=9
    )


def test_praat_s_utf_16_is_read(tmp_path: Path) -> None:
    text = tiers(("jürgen", [(0, 1, "größe")]))

    (account,) = read(tmp_path, "talk.textgrid", text.encode("utf-16"))

    assert account.utterances == (Utterance(0, 1, "größe", "jürgen"),)


def test_the_uems_of_a_folder_are_taken_together(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "a.uem").write_text("a 1 0 5\n")
    (tmp_path / "deeper" / "b.uem").write_text("b 1 0 5\na 1 3 9\n")

    assert read_uem(tmp_path) == {"a": (Span(0, 9),), "b": (Span(0, 5),)}
    assert read_uem(tmp_path / "a.uem") == {"a": (Span(0, 5),)}
