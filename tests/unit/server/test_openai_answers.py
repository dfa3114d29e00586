"""A transcript in OpenAI's shapes."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from meeting import MEETING

from diascribe.server.openai.answers import answer, headers, warned
from diascribe.server.openai.asked import Asked, Form
from diascribe.transcript import (
    Model,
    Notice,
    Quality,
    Segment,
    Speaker,
    Transcript,
    Word,
)

PLAIN = Asked(model="whisper-1", options={})
SURE = replace(PLAIN, logprobs=True)
TRANSLATION = replace(PLAIN, task="translate")
NAMING = replace(PLAIN, model="gpt-transcribe")


def word(start: float, text: str, confidence: float | None = None) -> Word:
    return Word(start, start + 0.25, text=text, timing="recognizer", confidence=confidence)


def segment(
    start: float,
    text: str,
    speaker: str | None = None,
    *,
    words: tuple[Word, ...] = (),
    quality: Quality | None = None,
    confidence: float | None = None,
) -> Segment:
    return Segment(
        start,
        start + 1,
        text=text,
        language="en",
        speaker=speaker,
        words=words,
        quality=quality,
        confidence=confidence,
    )


def transcript(*segments: Segment, language: str | None = "en") -> Transcript:
    return Transcript(duration=8.47, language=language, segments=segments)


def spoken(*segments: Segment, speakers: tuple[Speaker, ...]) -> Transcript:
    return replace(transcript(*segments), speakers=speakers)


def written(found: Transcript, form: Form = "json", asked: Asked = PLAIN) -> Any:  # noqa: ANN401 - JSON
    given = answer(found, replace(asked, form=form))
    return json.loads(given.body) if given.type == "application/json" else given.body.decode()


def test_json_is_the_text_and_the_seconds_that_were_begun() -> None:
    found = transcript(segment(0, " Hello  there."), segment(2, "General\nKenobi."))

    assert written(found) == {
        "text": "Hello there. General Kenobi.",
        "usage": {"type": "duration", "seconds": 9},
    }


def test_a_translation_is_only_its_text() -> None:
    assert written(transcript(segment(0, "Hello.")), asked=TRANSLATION) == {"text": "Hello."}


def test_text_ends_with_a_line_feed() -> None:
    assert written(transcript(segment(0, "Hello."), segment(1, "You.")), "text") == "Hello. You.\n"


def test_silence_is_an_empty_text() -> None:
    silence = transcript(language=None)

    assert written(silence)["text"] == ""
    assert written(silence, "verbose_json")["language"] == "unknown"
    assert written(silence, "diarized_json")["segments"] == []
    assert written(silence, "vtt") == "WEBVTT\n"
    assert written(silence, "srt") == ""


def test_the_languages_are_listed_where_the_model_s_name_promises_it() -> None:
    found = transcript(segment(0, "Ja."), replace(segment(1, "Yes."), language="de"))

    assert written(found, asked=NAMING)["languages"] == [{"code": "en"}, {"code": "de"}]
    assert written(transcript(language=None), asked=NAMING)["languages"] == []
    assert "languages" not in written(found)


def test_the_tokens_are_words_with_the_logarithm_of_their_probability() -> None:
    said = (word(0, "Hello,", 0.5), word(0.5, "you.", 1.0))
    found = transcript(segment(0, "Hello, you.", words=said))

    assert written(found, asked=SURE)["logprobs"] == [
        {"token": "Hello,", "logprob": -0.6931, "bytes": list(b"Hello,")},
        {"token": " you.", "logprob": 0.0, "bytes": list(b" you.")},
    ]


def test_a_word_of_unknown_probability_has_no_logarithm() -> None:
    found = transcript(segment(0, "Hello.", words=(word(0, "Hello."),)))

    assert written(found, asked=SURE)["logprobs"] == [{"token": "Hello.", "bytes": list(b"Hello.")}]


def test_an_impossible_word_has_a_logarithm_that_json_can_tell() -> None:
    found = transcript(segment(0, "No.", words=(word(0, "No.", 0.0),)))

    assert written(found, asked=SURE)["logprobs"][0]["logprob"] == round(math.log(1e-10), 4)


def test_verbose_json_tells_what_the_decoder_says() -> None:
    quality = Quality(log_prob=-0.28, compression_ratio=1.23, no_speech=0.009, temperature=0.2)
    found = transcript(segment(1.5, "The end.", quality=quality))

    assert written(found, "verbose_json") == {
        "task": "transcribe",
        "language": "english",
        "duration": 8.47,
        "text": "The end.",
        "segments": [
            {
                "id": 0,
                "seek": 150,
                "start": 1.5,
                "end": 2.5,
                "text": " The end.",
                "tokens": [],
                "temperature": 0.2,
                "avg_logprob": -0.28,
                "compression_ratio": 1.23,
                "no_speech_prob": 0.009,
            }
        ],
        "usage": {"type": "duration", "seconds": 9},
    }


def test_figures_that_nobody_said_are_numbers_all_the_same_and_a_header_says_so() -> None:
    found = transcript(segment(0, "The end.", confidence=0.5))
    asked = Asked(model="whisper-1", form="verbose_json", options={})

    (told,) = written(found, "verbose_json")["segments"]

    assert told["avg_logprob"] == -0.6931
    assert (told["no_speech_prob"], told["temperature"]) == (0.0, 0.0)
    assert 0 < told["compression_ratio"] < 1  # eight bytes grow when compressed
    assert headers(found, asked) == {"x-diascribe-warnings": "no_quality"}


def test_words_are_listed_where_they_are_asked_for_and_segments_where_not() -> None:
    found = transcript(segment(0, "Hello.", words=(word(0, " Hello.", 0.5), word(0.5, " "))))
    wanting = replace(PLAIN, granularities=frozenset({"word", "segment"}))

    both = written(found, "verbose_json", wanting)
    words = written(found, "verbose_json", replace(wanting, granularities=frozenset({"word"})))

    assert both["words"] == words["words"] == [{"word": "Hello.", "start": 0, "end": 0.25}]
    assert len(both["segments"]) == 1
    assert "segments" not in words


def test_a_verbose_translation_is_in_english() -> None:
    found = transcript(segment(0, "Hello."), language="de")

    told = written(found, "verbose_json", asked=TRANSLATION)

    assert (told["task"], told["language"]) == ("translate", "english")
    assert "usage" not in told


def test_speakers_are_letters_in_order_of_first_speech_and_known_ones_have_names() -> None:
    found = spoken(
        segment(0, "One.", "SPEAKER_01"),
        segment(1, "Two.", "SPEAKER_00"),
        segment(2, "Three.", "SPEAKER_02"),
        segment(3, "Four.", "SPEAKER_01"),
        segment(4, "Five."),
        speakers=(
            Speaker("SPEAKER_00", 1, "Ada"),
            Speaker("SPEAKER_01", 2),
            Speaker("SPEAKER_02", 1),
        ),
    )

    told = written(found, "diarized_json")["segments"]

    assert [one["speaker"] for one in told] == ["A", "Ada", "B", "A", "unknown"]
    assert [one["id"] for one in told] == ["seg_001", "seg_002", "seg_003", "seg_004", "seg_005"]


def test_a_letter_that_is_somebody_s_name_is_nobody_else_s() -> None:
    found = spoken(
        segment(0, "One.", "SPEAKER_00"),
        segment(1, "Two.", "SPEAKER_01"),
        speakers=(Speaker("SPEAKER_00", 1), Speaker("SPEAKER_01", 1, "A")),
    )

    told = written(found, "diarized_json")["segments"]

    assert [one["speaker"] for one in told] == ["B", "A"]


def test_after_26_unknown_speakers_letters_come_in_twos() -> None:
    ids = [f"SPEAKER_{one:02d}" for one in range(28)]
    found = transcript(*(segment(place, "Yes.", one) for place, one in enumerate(ids)))

    told = [one["speaker"] for one in written(found, "diarized_json")["segments"]]

    assert told[24:] == ["Y", "Z", "AA", "AB"]


@pytest.mark.parametrize(("form", "label"), [("srt", "[A]: Hello."), ("vtt", "<v A>Hello.")])
def test_subtitles_bear_the_same_labels(form: Form, label: str) -> None:
    found = spoken(segment(0, "Hello.", "SPEAKER_00"), speakers=(Speaker("SPEAKER_00", 1),))

    assert label in written(found, form)


def test_headers_tell_what_ran_and_what_to_mistrust() -> None:
    found = replace(
        transcript(),
        models=(Model("activity", "silero-vad", "6"), Model("recognition", "small", "1")),
        warnings=(Notice("no_aligner", "alignment", "-"), Notice("no_aligner", "alignment", "+")),
    )
    asked = Asked(model="whisper-1", options={}, unused=("seed",))

    assert headers(found, asked) == {
        "x-diascribe-model": "small",
        "x-diascribe-warnings": "no_aligner, unused:seed",
    }


def test_names_of_fields_cannot_break_a_header() -> None:
    (told,) = warned(["a\r\nset-cookie: x=1", "é" * 1000]).values()

    assert told.isascii()
    assert told.isprintable()
    assert len(told) < 200


def test_any_transcript_has_an_answer_in_every_format() -> None:
    forms: tuple[Form, ...] = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")

    assert all(written(MEETING, form) for form in forms)
