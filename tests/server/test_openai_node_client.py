"""OpenAI's client for Node, over a real socket."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from meeting import MEETING
from openai_service import KEY, SOUND, Played, listening

SCRIPT = Path(__file__).parent / "node"
PATIENCE_S = 120
TEXT = " ".join(one.text for one in MEETING.segments).replace("! 今日", "!今日")

Ask = Callable[[str], Any]


def lacking(reason: str) -> NoReturn:
    """A loud skip; on the test machine, where nothing may lack, a failure."""
    if os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script with its client beside it, as the lock file has it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        lacking("wanted the commands node and npm, found none")
    folder = tmp_path_factory.mktemp("node") / "client"
    shutil.copytree(SCRIPT, folder)
    ran = subprocess.run(
        (npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if ran.returncode:
        lacking(f"wanted OpenAI's client for Node, npm did not bring it: {ran.stderr[-500:]}")
    return folder / "client.js"


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def ask(script: Path, played: Played) -> Iterator[Ask]:
    """What the client got for one way of asking."""
    with listening(played.service) as address:

        def asked(what: str) -> Any:  # noqa: ANN401 - JSON
            ran = subprocess.run(
                ("node", str(script), address, KEY, what),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            return json.loads(ran.stdout)

        yield asked


def test_json_is_the_text_and_the_recording_came_whole(ask: Ask, played: Played) -> None:
    found = ask("json")["found"]

    assert found["text"] == TEXT
    assert played.job.source == "talk.wav"
    assert played.jobs.uploads.popitem()[1] == SOUND


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("text", "Good morning"), ("srt", "1\n00:00:00,500 --> "), ("vtt", "WEBVTT\n\n")],
)
def test_texts_come_as_texts(ask: Ask, form: str, beginning: str) -> None:
    assert ask(form)["found"].startswith(beginning)


def test_verbose_json_has_segments_and_words(ask: Ask) -> None:
    found = ask("verbose")["found"]

    assert found["language"] == "english"
    assert [one["start"] for one in found["segments"]] == [0.5, 3.6, 6.0, 8.0]
    assert found["words"][0] == {"word": "Good", "start": 0.5, "end": 0.8}


def test_diarized_json_says_who(ask: Ask, played: Played) -> None:
    found = ask("diarized")["found"]

    speakers = [one["speaker"] for one in found["segments"]]
    assert speakers == ["Anna Müller", "A", "Anna Müller", "unknown"]
    assert played.options["speaker_samples"] == [
        {"url": "data:audio/wav;base64,UklGRg==", "name": "Anna Müller"}
    ]


def test_every_field_arrives_as_the_client_spells_it(ask: Ask, played: Played) -> None:
    found = ask("fields")["found"]

    assert played.options == {
        "initial_prompt": "A meeting.",
        "languages": ["en", "de"],
        "hotwords": "Diascribe, the program, Ada",
        "temperature": 0.2,
        "vad_onset": 0.4,
        "vad_offset": 0.363,
        "diarization": False,
    }
    assert "".join(one["token"] for one in found["logprobs"]) == TEXT


def test_a_stream_tells_the_text_while_it_is_found(ask: Ask, played: Played) -> None:
    begun = replace(MEETING, segments=MEETING.segments[:1], turns=(), speakers=())
    played.steps = [played.begin, played.show(begun), played.finish]

    told = ask("stream")["found"]

    assert [one["type"] for one in told[-2:]] == ["transcript.text.delta", "transcript.text.done"]
    assert "".join(one["delta"] for one in told[:-1]) == TEXT == told[-1]["text"]


def test_a_diarized_stream_tells_segments(ask: Ask) -> None:
    told = ask("diarizedStream")["found"]

    assert [one["type"] for one in told[:2]] == ["transcript.text.delta", "transcript.text.segment"]
    assert told[1]["speaker"] == "Anna Müller"
    assert told[-1]["type"] == "transcript.text.done"


def test_a_translation_is_asked_for_as_one(ask: Ask, played: Played) -> None:
    assert ask("translation")["found"] == {"text": TEXT}
    assert played.options == {"task": "translate", "diarization": False}


def test_models_are_listed_and_found(ask: Ask) -> None:
    model = {"id": "whisper-1", "object": "model", "created": 0, "owned_by": "diascribe"}

    assert model in ask("models")["found"]
    assert ask("model")["found"] == model


def test_an_error_has_all_its_fields(ask: Ask) -> None:
    error = ask("unknown")["error"]

    assert error.pop("requestID")
    assert "gpt-7: no model has that name" in error.pop("message")
    assert error == {
        "status": 404,
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


def test_whoever_leaves_a_stream_has_his_work_cancelled(ask: Ask, played: Played) -> None:
    begun = replace(MEETING, segments=MEETING.segments[:1], turns=(), speakers=())
    played.steps = [played.begin, played.show(begun), lambda _: None]

    first = ask("left")["found"]

    assert first["type"] == "transcript.text.delta"
    assert played.jobs.cancelled.wait(timeout=60)
    assert played.job.state == "cancelled"
