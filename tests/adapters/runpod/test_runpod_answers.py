"""The shape of answers: names, large results, failures."""

import json
from pathlib import Path
from typing import Any

import pytest
from runpod_worker import a_worker

from diascribe.adapters.run import Done, Failure, Usage
from diascribe.adapters.runpod.answers import error_of, inline, named, result_of, size_of
from diascribe.adapters.runpod.asked import parse
from diascribe.errors import OutputError
from diascribe.transcript import Segment, Speaker, Transcript, Turn, Word

USAGE = Usage(seconds=1.0, peak_memory_mb=1, peak_children_mb=0)


def speakers(*names: str | None) -> Transcript:
    found = (Speaker(f"SPEAKER_{i:02}", 1.0, name=name) for i, name in enumerate(names))
    return Transcript(duration=1.0, language="en", speakers=tuple(found))


def names(transcript: Transcript) -> list[str | None]:
    return [one.name for one in named(transcript).speakers]


def test_who_is_known_has_a_name_and_others_their_number() -> None:
    assert names(speakers("Ada", None, None)) == ["Ada", "Speaker 1", "Speaker 2"]


def test_nobody_unknown_has_the_name_of_somebody_known() -> None:
    assert names(speakers("Speaker 1", None)) == ["Speaker 1", "Speaker 1 (unknown)"]


def a_result(words: int) -> dict[str, Any]:
    spoken = tuple(
        Word(i, i + 1.0, text=f"word{i}", timing="recognizer", speaker="SPEAKER_00")
        for i in range(words)
    )
    segment = Segment(
        0.0, float(words), text="text", language="en", words=spoken, speaker="SPEAKER_00"
    )
    transcript = Transcript(
        duration=float(words),
        language="en",
        segments=(segment,),
        turns=(Turn(0.0, float(words), speaker="SPEAKER_00"),),
        speakers=(Speaker("SPEAKER_00", float(words)),),
    )
    worker = a_worker(Path("/nowhere"))
    asked = parse({"audio_file": "https://example.org/a", "diarization": True}, worker.rules)
    return result_of(asked, Done(transcript=transcript, usage=USAGE))


def test_a_small_result_is_whole() -> None:
    result = a_result(3)

    assert inline(result, {"srt": "text"}) == {**result, "srt": "text"}


def test_of_a_large_result_what_the_document_shows_is_left_and_a_warning() -> None:
    result = a_result(100)

    short = inline(result, {}, most_bytes=12_000)

    assert size_of(short) <= 12_000
    assert [one["word"] for one in short["segments"][0]["words"]] == [
        f"word{i}" for i in range(100)
    ]
    assert short["segments"][0]["words"][0]["speaker"] == "SPEAKER_00"
    assert short["speakers"]["SPEAKER_00"] == result["speakers"]["SPEAKER_00"]
    assert short["warnings"][-1]["code"] == "shortened"


def test_what_is_too_large_in_any_form_fails_and_says_what_helps() -> None:
    with pytest.raises(OutputError) as caught:
        inline(a_result(100), {}, most_bytes=500)

    assert "STORAGE_BUCKET" in caught.value.hint


def test_a_failure_is_a_text_and_problems_are_a_list() -> None:
    failure = Failure(code="fetch_failed", message="no such host", hint="look")

    assert error_of(failure) == {"error": "fetch_failed: no such host (look)"}
    assert error_of(Failure(code="x", message="a; b", problems=("a", "b"))) == {"error": ["a", "b"]}


def test_answers_are_json() -> None:
    assert json.loads(json.dumps(a_result(2)))["duration"] == 2.0
