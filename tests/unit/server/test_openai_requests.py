"""What a request's fields come to: options of ours, and a way to answer."""

import pytest

from diascribe.engine.shelf import NOTHING
from diascribe.errors import UnknownModelError
from diascribe.protocols import Task
from diascribe.server.openai.asked import Asked, read_request
from diascribe.server.openai.fields import read_fields
from diascribe.server.openai.names import THEIRS
from diascribe.server.openai.refusals import RefusedError

OURS = "pocketsphinx-en-us"
SAMPLE = "data:audio/wav;base64,UklGRg=="


def asked(*pairs: tuple[str, str], task: Task = "transcribe", model: str = OURS) -> Asked:
    return read_request(read_fields([("model", model), *pairs]), task, NOTHING)


def refused(*pairs: tuple[str, str], task: Task = "transcribe") -> tuple[int, str | None]:
    with pytest.raises(RefusedError) as caught:
        asked(*pairs, task=task)
    return caught.value.refusal.status, caught.value.refusal.param


def test_the_least_request_is_answered_as_json_without_looking_for_speakers() -> None:
    request = asked()

    assert request.form == "json"
    assert request.options == {"model": OURS, "diarization": False}
    assert request.unused == ()


@pytest.mark.parametrize("name", THEIRS)
def test_openai_s_names_leave_the_model_to_us(name: str) -> None:
    assert "model" not in asked(model=name).options


def test_every_field_of_a_transcription_becomes_an_option() -> None:
    request = asked(
        ("language", "en-US"),
        ("languages[]", "en"),
        ("languages[]", "de"),
        ("keywords[]", "Diascribe"),
        ("keywords[]", "Ada Lovelace"),
        ("prompt", "A talk."),
        ("temperature", "0.4"),
        ("chunking_strategy[type]", "server_vad"),
        ("chunking_strategy[threshold]", "0.3"),
        ("known_speaker_names[]", "Ada"),
        ("known_speaker_references[]", SAMPLE),
        ("response_format", "diarized_json"),
    )

    assert request.options == {
        "model": OURS,
        "language": "en",
        "languages": ["en", "de"],
        "hotwords": "Diascribe, Ada Lovelace",
        "initial_prompt": "A talk.",
        "temperature": 0.4,
        "vad_onset": 0.3,
        "vad_offset": 0.3,
        "speaker_samples": [{"url": SAMPLE, "name": "Ada"}],
        "diarization": True,
    }
    assert request.unused == ()


def test_a_translation_asks_for_the_task_and_ignores_what_only_transcriptions_have() -> None:
    request = asked(("language", "de"), ("prompt", "Hello."), task="translate")

    assert request.options == {
        "model": OURS,
        "task": "translate",
        "initial_prompt": "Hello.",
        "diarization": False,
    }
    assert request.unused == ("language",)


def test_a_threshold_above_ours_leaves_the_end_of_speech_where_it_is() -> None:
    request = asked(("chunking_strategy", '{"type": "server_vad", "threshold": 0.8}'))

    assert request.options["vad_onset"] == 0.8
    assert request.options["vad_offset"] == 0.363


def test_auto_is_what_is_done_anyway() -> None:
    assert asked(("chunking_strategy", "auto")).options == asked().options


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_look_for_speakers_only_where_the_model_s_name_says_so(form: str) -> None:
    plain = asked(("response_format", form), model="whisper-1")
    diarizing = asked(("response_format", form), model="gpt-4o-transcribe-diarize")

    assert not plain.options["diarization"]
    assert diarizing.options["diarization"]


def test_granularities_are_segments_unless_asked() -> None:
    verbose = ("response_format", "verbose_json")

    assert asked(verbose).granularities == {"segment"}
    assert asked(verbose, ("timestamp_granularities[]", "word")).granularities == {"word"}


def test_what_has_no_effect_is_named() -> None:
    request = asked(
        ("timestamp_granularities[]", "word"),
        ("include[]", "logprobs"),
        ("known_speaker_names[]", "Ada"),
        ("known_speaker_references[]", SAMPLE),
        ("chunking_strategy", '{"type": "server_vad", "silence_duration_ms": 200}'),
        ("response_format", "text"),
        ("stream", "true"),
        ("seed", "1"),
        model="whisper-1",
    )

    assert not request.stream
    assert not request.logprobs
    assert request.unused == (
        "seed",
        "timestamp_granularities",
        "include",
        "stream",
        "known_speaker_names",
        "known_speaker_references",
        "chunking_strategy.silence_duration_ms",
    )


@pytest.mark.parametrize("said", ["true", "True", "1"])
def test_a_stream_is_given_where_it_is_asked_for(said: str) -> None:
    assert asked(("stream", said)).stream


@pytest.mark.parametrize("said", ["false", "False", "0", ""])
def test_no_stream_is_given_where_it_is_refused(said: str) -> None:
    assert not asked(("stream", said)).stream


@pytest.mark.parametrize(
    ("pairs", "param"),
    [
        ([("response_format", "xml")], "response_format"),
        ([("temperature", "1.5")], "temperature"),
        ([("temperature", "warm")], "temperature"),
        ([("temperature", "nan")], "temperature"),
        ([("language", "english")], "language"),
        ([("languages[]", "en"), ("languages[]", "jp")], "languages"),
        ([("language", "fr"), ("languages[]", "en")], "language"),
        ([("include[]", "logits")], "include"),
        ([("timestamp_granularities[]", "phoneme")], "timestamp_granularities"),
        ([("stream", "perhaps")], "stream"),
        ([("stream", "true"), ("response_format", "srt")], "stream"),
        ([("chunking_strategy", "manual")], "chunking_strategy"),
        ([("chunking_strategy[threshold]", "0.5")], "chunking_strategy"),
        ([("chunking_strategy", '{"type": "server_vad", "threshold": 2}')], "chunking_strategy"),
        ([("chunking_strategy", '{"type": "server_vad", "pad": 2}')], "chunking_strategy"),
        ([("chunking_strategy", '{"type": "server_vad", "threshold": [1]}')], "chunking_strategy"),
        (
            [("chunking_strategy", '{"type": "server_vad", "prefix_padding_ms": -1}')],
            "chunking_strategy",
        ),
        ([("known_speaker_names[]", "Ada")], "known_speaker_references"),
        (
            [("known_speaker_names[]", "Ada"), ("known_speaker_references[]", "https://a/b.wav")],
            "known_speaker_references",
        ),
    ],
)
def test_the_wrong_field_is_named(pairs: list[tuple[str, str]], param: str) -> None:
    assert refused(*pairs) == (400, param)


def test_at_most_four_different_speakers_may_be_known() -> None:
    five: list[tuple[str, str]] = [("known_speaker_names[]", str(one)) for one in range(5)]
    twice = [("known_speaker_names[]", "Ada"), ("known_speaker_references[]", SAMPLE)] * 2

    assert refused(*five) == (400, "known_speaker_names")
    assert refused(*twice) == (400, "known_speaker_names")


def test_a_translation_has_no_speakers() -> None:
    form = ("response_format", "diarized_json")

    assert refused(form, task="translate") == (400, "response_format")


def test_a_model_has_to_be_named_and_to_exist() -> None:
    with pytest.raises(RefusedError) as caught:
        read_request({}, "transcribe", NOTHING)
    with pytest.raises(
        UnknownModelError, match="gpt-7: no model has that name; installed: pocketsphinx"
    ):
        asked(model="gpt-7")

    assert caught.value.refusal.param == "model"


def test_an_aligner_is_no_model_to_transcribe_with() -> None:
    with pytest.raises(UnknownModelError, match="ctc-en: no recognizer"):
        asked(model="ctc-en")
