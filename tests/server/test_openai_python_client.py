"""OpenAI's Python client, over a real socket, in every format and failure."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openai
import pytest
from meeting import MEETING
from openai import OpenAI
from openai.types.audio import TranscriptionDiarized, TranscriptionVerbose
from openai_service import KEY, SOUND, Played, listening

from diascribe.jobs.job import Job
from diascribe.transcript import Model, Transcript

SAMPLE = "data:audio/wav;base64,UklGRg=="
TEXT = (
    "Good morning, everybody. Let us look at the R&D <budget> first --> all of it."
    " Ja, gern: 10 000 Euro, grüß Gott!"
    "今日はありがとうございました。また来週、同じ時間にここで会いましょう。さようなら。 Bravo!"
)


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def client(played: Played) -> Iterator[OpenAI]:
    with (
        listening(played.service) as address,
        OpenAI(base_url=address, api_key=KEY, max_retries=0) as client,
    ):
        yield client


def recording() -> io.BytesIO:
    file = io.BytesIO(SOUND)
    file.name = "talk.wav"
    return file


def test_json_is_the_text(client: OpenAI, played: Played) -> None:
    found = client.audio.transcriptions.create(file=recording(), model="whisper-1")

    assert found.text == TEXT
    assert found.usage is not None
    assert found.usage.type == "duration"
    assert found.usage.seconds == 10
    assert played.options == {"diarization": False}
    assert played.job.source == "talk.wav"
    assert played.job.priority == "interactive"
    assert played.jobs.uploads.popitem()[1] == SOUND


@pytest.mark.parametrize("form", ["text", "srt", "vtt"])
def test_texts_come_as_texts(client: OpenAI, form: Any) -> None:  # noqa: ANN401 - a literal
    found = client.audio.transcriptions.create(
        file=recording(), model="whisper-1", response_format=form
    )

    assert isinstance(found, str)
    assert "Bravo!" in found
    assert found.startswith({"text": TEXT, "srt": "1\n00:00:00,500 --> ", "vtt": "WEBVTT\n"}[form])


def test_verbose_json_has_segments_and_words(client: OpenAI) -> None:
    found = client.audio.transcriptions.create(
        file=recording(),
        model="whisper-1",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )

    assert isinstance(found, TranscriptionVerbose)
    assert (found.language, found.duration) == ("english", 10.0)
    assert found.segments is not None
    assert [one.start for one in found.segments] == [0.5, 3.6, 6.0, 8.0]
    assert found.words is not None
    assert (found.words[0].word, found.words[0].end) == ("Good", 0.8)
    assert "".join(one.text for one in found.segments).strip() == found.text


def test_diarized_json_says_who(client: OpenAI, played: Played) -> None:
    found = client.audio.transcriptions.create(
        file=recording(),
        model="gpt-4o-transcribe-diarize",
        response_format="diarized_json",
        chunking_strategy="auto",
        known_speaker_names=["Anna Müller"],
        known_speaker_references=[SAMPLE],
    )

    assert isinstance(found, TranscriptionDiarized)
    assert [one.speaker for one in found.segments] == ["Anna Müller", "A", "Anna Müller", "unknown"]
    assert found.segments[1].id == "seg_002"
    assert played.options == {
        "diarization": True,
        "speaker_samples": [{"url": SAMPLE, "name": "Anna Müller"}],
    }


def test_every_field_arrives_as_the_client_spells_it(client: OpenAI, played: Played) -> None:
    found = client.audio.transcriptions.with_raw_response.create(
        file=recording(),
        model="gpt-transcribe",
        prompt="A meeting.",
        language="en",
        languages=["en", "de"],
        keywords=["Diascribe, the program", "Ada"],
        temperature=0.2,
        include=["logprobs"],
        chunking_strategy={
            "type": "server_vad",
            "threshold": 0.4,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 200,
        },
    )

    assert played.options == {
        "initial_prompt": "A meeting.",
        "language": "en",
        "languages": ["en", "de"],
        "hotwords": "Diascribe, the program, Ada",
        "temperature": 0.2,
        "vad_onset": 0.4,
        "vad_offset": 0.363,
        "diarization": False,
    }
    parsed = found.parse()
    assert parsed.languages is not None
    assert [one.code for one in parsed.languages] == ["en", "de", "ja"]
    assert parsed.logprobs is not None
    assert "".join(one.token or "" for one in parsed.logprobs) == TEXT
    assert found.headers["x-diascribe-warnings"] == (
        "no_aligner, unused:chunking_strategy.prefix_padding_ms,"
        " unused:chunking_strategy.silence_duration_ms"
    )


def test_headers_name_the_request_and_the_recognizer(client: OpenAI, played: Played) -> None:
    ran = replace(MEETING, models=(Model("recognition", "small", "1"),))
    played.steps = [lambda job: played.finish(job, ran)]

    raw = client.audio.transcriptions.with_raw_response.create(file=recording(), model="whisper-1")

    assert raw.request_id
    assert raw.headers["x-diascribe-model"] == "small"


def test_a_translation_is_asked_for_as_one(client: OpenAI, played: Played) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):  # translations, in the client
        found = client.audio.translations.create(
            file=recording(), model="whisper-1", response_format="verbose_json", prompt="Hello."
        )

    assert found.text == TEXT
    assert found.language == "english"
    assert played.options == {
        "task": "translate",
        "initial_prompt": "Hello.",
        "diarization": False,
    }


def test_models_are_listed_and_found(client: OpenAI) -> None:
    listed = [one.id for one in client.models.list()]

    assert listed[:2] == ["pocketsphinx-en-us", "whisper-1"]
    assert client.models.retrieve("whisper-1").owned_by == "diascribe"
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("gpt-7")
    assert caught.value.code == "model_not_found"


def so_far(segments: int) -> Transcript:
    return replace(MEETING, segments=MEETING.segments[:segments], turns=(), speakers=())


def test_a_stream_tells_the_text_while_it_is_found(client: OpenAI, played: Played) -> None:
    played.steps = [
        played.begin,
        played.show(so_far(1)),
        played.show(so_far(2)),
        played.finish,
    ]

    events = list(
        client.audio.transcriptions.create(file=recording(), model="gpt-4o-transcribe", stream=True)
    )

    assert [one.type for one in events] == ["transcript.text.delta"] * 4 + ["transcript.text.done"]
    deltas = [one.delta for one in events if one.type == "transcript.text.delta"]
    assert deltas[0] == MEETING.segments[0].text
    assert "".join(deltas) == TEXT
    assert events[-1].type == "transcript.text.done"
    assert events[-1].text == TEXT


def test_a_diarized_stream_tells_segments(client: OpenAI, played: Played) -> None:
    played.steps = [played.begin, played.show(so_far(1)), played.finish]

    events = list(
        client.audio.transcriptions.create(
            file=recording(),
            model="gpt-4o-transcribe-diarize",
            response_format="diarized_json",
            stream=True,
        )
    )

    assert [one.type for one in events] == [
        *["transcript.text.delta", "transcript.text.segment"] * 4,
        "transcript.text.done",
    ]
    segments = [one for one in events if one.type == "transcript.text.segment"]
    deltas = [one for one in events if one.type == "transcript.text.delta"]
    assert [one.speaker for one in segments] == ["Anna Müller", "A", "Anna Müller", "unknown"]
    assert [one.segment_id for one in deltas] == [one.id for one in segments]


def test_whisper_1_ignores_the_wish_for_a_stream(client: OpenAI) -> None:
    raw = client.audio.transcriptions.with_raw_response.create(
        file=recording(), model="whisper-1", stream=True
    )

    assert raw.headers["content-type"] == "application/json"
    assert "unused:stream" in raw.headers["x-diascribe-warnings"]


def test_a_stream_that_fails_before_it_tells_anything_has_a_status(
    client: OpenAI, played: Played
) -> None:
    played.steps = [played.fail]

    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(file=recording(), model="gpt-4o-transcribe", stream=True)

    assert caught.value.code == "no_audio"
    assert caught.value.param == "file"


def test_a_stream_that_fails_later_raises_in_the_client(client: OpenAI, played: Played) -> None:
    played.steps = [
        played.begin,
        played.show(so_far(1)),
        lambda job: played.fail(job, "recognizer", "it died"),
    ]
    stream = client.audio.transcriptions.create(
        file=recording(), model="gpt-4o-transcribe", stream=True
    )

    first = next(iter(stream))
    with pytest.raises(openai.APIError, match="it died"):
        list(stream)

    assert first.type == "transcript.text.delta"


def test_a_job_that_failed_is_told_once(played: Played) -> None:
    played.steps = [lambda job: played.fail(job, "recognizer", "it died")]

    with listening(played.service) as address:
        client = OpenAI(base_url=address, api_key=KEY, max_retries=5)
        with pytest.raises(openai.InternalServerError, match="it died"):
            client.audio.transcriptions.create(file=recording(), model="whisper-1")

    assert len(played.jobs.kept) == 1


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"language": "english"}, "language"),
        ({"response_format": "xml"}, "response_format"),
    ],
)
def test_a_wrong_field_is_a_bad_request(
    client: OpenAI, played: Played, wrong: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(file=recording(), model="whisper-1", **wrong)

    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"
    assert not played.jobs.kept


def test_a_model_that_does_not_exist_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.audio.transcriptions.create(file=recording(), model="gpt-7")

    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_a_key_that_is_not_known_is_refused(played: Played) -> None:
    with listening(played.service) as address:
        client = OpenAI(base_url=address, api_key="wrong", max_retries=0)
        with pytest.raises(openai.AuthenticationError) as caught:
            client.models.list()

    assert caught.value.code == "invalid_api_key"


def test_who_has_too_much_to_do_is_told_so(played: Played) -> None:
    played.jobs.most_unfinished = 0

    with (
        listening(played.service) as address,
        OpenAI(base_url=address, api_key=KEY, max_retries=0) as client,
        pytest.raises(openai.RateLimitError) as caught,
    ):
        client.audio.transcriptions.create(file=recording(), model="whisper-1")

    assert caught.value.code == "rate_limit_exceeded"
    assert int(caught.value.response.headers["retry-after"]) > 0


def test_an_address_that_there_is_not_is_told_in_the_same_shape(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.audio.speech.create(input="Hello.", model="tts-1", voice="alloy")

    assert caught.value.type == "invalid_request_error"


def test_the_same_recording_is_not_heard_twice(client: OpenAI, played: Played) -> None:
    client.audio.transcriptions.create(file=recording(), model="whisper-1")
    client.audio.transcriptions.create(
        file=recording(), model="whisper-1", response_format="verbose_json"
    )

    assert len(played.jobs.kept) == 1


def test_whoever_leaves_a_stream_has_his_work_cancelled(client: OpenAI, played: Played) -> None:
    played.steps = [played.begin, played.show(so_far(1)), rest]

    with client.audio.transcriptions.create(
        file=recording(), model="gpt-4o-transcribe", stream=True
    ) as stream:
        first = next(iter(stream))

    assert first.type == "transcript.text.delta"
    assert played.jobs.cancelled.wait(timeout=60)
    assert played.job.state == "cancelled"


def rest(_: Job) -> None:
    """A step in which nothing is found."""
