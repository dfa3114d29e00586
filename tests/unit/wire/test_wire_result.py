"""The JSON result: its fields, its schema and its refusals."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from meeting import MEETING

from diascribe.errors import TranscriptFormatError
from diascribe.transcript import StageTime, Transcript
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json
from diascribe.wire.result import SCHEMA_VERSION, schema

EMPTY = Transcript(duration=0.0, language=None)


def changed(**changes: object) -> str:
    """The empty result with other values in its fields."""
    return json.dumps(json.loads(to_json(EMPTY)) | changes)


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(TranscriptFormatError) as refused:
        from_json(text)
    return refused.value.problems


def whisperx_reading(result: dict[str, Any]) -> Iterator[tuple[str, float, float, str | None]]:
    """Look up what readers of WhisperX's JSON look up, as they do it."""
    assert isinstance(result["language"], str)
    for segment in result["segments"]:
        assert segment["start"] <= segment["end"]
        assert isinstance(segment["text"], str)
        for word in segment["words"]:
            if "start" in word and "score" in word:
                yield word["word"], word["start"], word["end"], word.get("speaker")


def test_a_reader_of_whisperx_finds_segments_words_and_speakers() -> None:
    result = json.loads(to_json(MEETING))

    read = list(whisperx_reading(result))

    assert read[0] == ("Good", 0.5, 0.8, "SPEAKER_00")
    assert len(read) == len(MEETING.words)
    assert [word["word"] for word in result["word_segments"]] == [word for word, *_ in read]


def test_times_are_on_whole_milliseconds() -> None:
    result = json.loads(to_json(MEETING))

    times = [time for turn in result["turns"] for time in (turn["start"], turn["end"])]

    assert times == [0.5, 4.1, 3.6, 5.0, 6.0, 7.25]


def test_a_speaker_is_an_id_and_the_name_stands_once() -> None:
    result = json.loads(to_json(MEETING))

    assert result["segments"][0]["speaker"] == "SPEAKER_00"
    assert result["speakers"]["SPEAKER_00"] == {
        "name": "Anna Müller",
        "score": None,
        "runner_up": None,
        "voice": None,
        "time": 4.85,
    }


def test_text_is_not_escaped() -> None:
    assert "今日は" in to_json(MEETING)


def test_the_real_time_factor_is_work_for_each_second_of_sound() -> None:
    transcript = Transcript(duration=10.0, language=None, timings=(StageTime("vad", 2.5),))

    assert json.loads(to_json(transcript))["timings"] == {
        "vad": {"seconds": 2.5, "realtime_factor": 0.25}
    }


def test_a_stage_that_ran_twice_is_added_up() -> None:
    twice = (StageTime("vad", 1.0), StageTime("vad", 2.0))

    timings = json.loads(to_json(Transcript(duration=2.0, language=None, timings=twice)))["timings"]

    assert timings["vad"]["seconds"] == 3.0


def test_an_empty_recording_has_no_real_time_factor() -> None:
    transcript = Transcript(duration=0.0, language=None, timings=(StageTime("vad", 1.0),))

    assert json.loads(to_json(transcript))["timings"]["vad"]["realtime_factor"] is None


def test_what_is_no_json_is_refused() -> None:
    (problem,) = problems_of("{")

    assert problem.startswith("result: wanted JSON (EOF while parsing")
    assert problem.endswith(', got "{"')


def test_another_major_version_is_refused() -> None:
    assert problems_of(changed(schema_version="2.0")) == (
        "schema_version: wanted schema version 1.x, got 2.0",
    )


def test_another_minor_version_is_read() -> None:
    assert from_json(changed(schema_version="1.7")) == EMPTY


def test_a_version_must_be_there() -> None:
    document = json.loads(to_json(EMPTY))
    del document["schema_version"]

    assert problems_of(json.dumps(document)) == ("schema_version: wanted a value, got none",)


def test_all_problems_are_named_at_once() -> None:
    turn = {"start": 2, "end": 1, "speaker": "a", "confidence": None, "channel": None}

    problems = problems_of(changed(colour="red", duration="long", turns=[turn]))

    assert problems == (
        'duration: wanted a number, got "long"',
        "turns[0]: wanted an end not before 2.0, got 1.0",
        'colour: wanted no such field, got "red"',
    )


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("duration", -1, "duration: wanted a number from 0 up, got -1"),
        ("language", 3, "language: wanted text, got 3"),
        ("language_probability", 1.5, "language_probability: wanted a number up to 1, got 1.5"),
        ("turns", {}, "turns: wanted a list, got {}"),
        ("turns", [None], "turns[0]: wanted an object, got null"),
        ("speakers", [], "speakers: wanted an object, got []"),
        (
            "schema_version",
            "one",
            r'schema_version: wanted text that matches ^\d+\.\d+$, got "one"',
        ),
    ],
)
def test_a_problem_says_what_was_wanted_and_what_came(
    field: str, value: object, problem: str
) -> None:
    assert problems_of(changed(**{field: value})) == (problem,)


def test_a_long_wrong_value_is_cut_off() -> None:
    (problem,) = problems_of(changed(duration="x" * 1000))

    assert len(problem) < 130
    assert problem.endswith("…")


def _fields(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from part["properties"].items()
    for inner in part.get("$defs", {}).values():
        yield from inner["properties"].items()


def test_the_schema_describes_every_field() -> None:
    undescribed = [name for name, field in _fields(schema()) if not field.get("description")]

    assert undescribed == []


def test_the_schema_names_every_key_that_is_written() -> None:
    assert list(schema()["properties"]) == list(json.loads(to_json(MEETING)))
    assert json.loads(to_json(MEETING))["schema_version"] == SCHEMA_VERSION


def test_the_package_does_not_load_pydantic() -> None:
    loads = "import sys, diascribe, diascribe.formats.table; print('pydantic' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", loads], capture_output=True, check=True)

    assert answer.stdout.strip() == b"False"
