"""What a job's input means, and everything that is wrong with it at once."""

from dataclasses import replace
from typing import Any

import pytest
from runpod_worker import RULES

from diascribe.adapters.runpod.asked import Asked, Rules, parse
from diascribe.errors import OptionsError

URL = "https://example.org/calls/team.mp3"

DOCUMENTED: dict[str, Any] = {
    "language": None,
    "language_detection_min_prob": 0,
    "language_detection_max_tries": 5,
    "initial_prompt": None,
    "batch_size": 64,
    "temperature": 0,
    "vad_onset": 0.5,
    "vad_offset": 0.363,
    "align_output": False,
    "diarization": False,
    "min_speakers": None,
    "max_speakers": None,
    "speaker_samples": [],
}
"""Defaults by the document's table."""

UNDOCUMENTED: dict[str, Any] = {
    "speaker_verification": False,
    "model": "fake-recognition",
    "beam_size": None,
    "patience": None,
    "length_penalty": None,
    "no_speech_threshold": None,
    "log_prob_threshold": None,
    "compression_ratio_threshold": None,
}
"""The eight fields that the original's code takes besides, with its defaults."""


def asked(rules: Rules = RULES, **given: object) -> Asked:
    return parse({"audio_file": URL, **given}, rules)


def problems(given: object, rules: Rules = RULES) -> tuple[str, ...]:
    with pytest.raises(OptionsError) as caught:
        parse(given, rules)
    return caught.value.problems


def test_what_is_not_given_is_as_the_document_says() -> None:
    options = asked().options

    came = {name: getattr(options, name) for name in DOCUMENTED}
    assert came == {**DOCUMENTED, "speaker_samples": ()}


def test_every_documented_default_may_be_given_as_well() -> None:
    assert asked(**DOCUMENTED, huggingface_access_token=None, debug=False) == asked()


def test_the_undocumented_fields_are_taken_with_their_defaults() -> None:
    options = asked(**UNDOCUMENTED).options

    assert options.model == "fake-recognition"
    assert options.beam_size == asked().options.beam_size


def test_the_undocumented_fields_have_effect() -> None:
    options = asked(
        beam_size=3,
        patience=1.5,
        length_penalty=0.8,
        no_speech_threshold=0.5,
        log_prob_threshold=-0.7,
        compression_ratio_threshold=2.0,
    ).options

    assert (options.beam_size, options.patience, options.length_penalty) == (3, 1.5, 0.8)
    assert (options.no_speech_threshold, options.log_prob_threshold) == (0.5, -0.7)
    assert options.compression_ratio_threshold == 2.0


def test_an_exact_number_of_speakers_is_taken() -> None:
    assert asked(diarization=True, num_speakers=3).options.num_speakers == 3


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        {
            "batch_size": "many",
            "temperature": 7,
            "min_speakers": 5,
            "max_speakers": 2,
            "vad_onset": 0.2,
            "vad_offset": 0.4,
            "debug": "yes",
            "diarisation": True,
            "formats": ["doc"],
            "model": "another",
        }
    )

    starts = {one.split(":")[0].split(" ")[0] for one in found}
    assert starts == {
        "audio_file",
        "batch_size",
        "temperature",
        "min_speakers",
        "vad_offset",
        "debug",
        "diarisation",
        "formats",
        "model",
    }


def test_an_unknown_field_is_named_with_those_near_it() -> None:
    (found,) = problems({"audio_file": URL, "audiofile": URL})

    assert found == "audiofile: unknown field, near it are audio_file"


@pytest.mark.parametrize("given", [None, [], "text", 3])
def test_an_input_that_is_no_object_is_refused(given: object) -> None:
    (found,) = problems(given)

    assert found.startswith("input: wanted an object")


@pytest.mark.parametrize(
    "said", [None, "", " ", 7, "/etc/passwd", "file:///etc/passwd", "ftp://x/y"]
)
def test_a_source_that_is_none_is_refused(said: object) -> None:
    (found,) = problems({"audio_file": said})

    assert found.startswith("audio_file: wanted http://, https://, a data URI or base64")


def test_true_is_no_number() -> None:
    found = problems({"audio_file": URL, "batch_size": True})

    assert found[0].startswith("batch_size: wanted a whole number")


def test_samples_name_addresses_only() -> None:
    samples = [{"name": "Ada", "url": "/etc/passwd"}, "https://example.org/bob.wav"]

    (found,) = problems({"audio_file": URL, "diarization": True, "speaker_samples": samples})

    assert found == "speaker_samples[0]: wanted url with http://, https:// or data:"


def test_a_sample_without_a_name_is_named_by_query_then_fragment_then_stem() -> None:
    samples = [
        {"url": "https://example.org/a-1.m4a?name=swami"},
        {"url": "https://example.org/a-2.m4a#swami"},
        {"url": "https://example.org/swami-1.m4a?X-Amz-Signature=s"},
        {"name": "Ada", "url": "https://example.org/a-3.m4a?name=swami"},
    ]

    found = asked(diarization=True, speaker_samples=samples).options.speaker_samples

    assert [one.name for one in found] == ["swami", "swami", "swami-1", "Ada"]


def test_samples_alone_ask_for_verification() -> None:
    samples = ["https://example.org/ada.wav"]

    assert asked(diarization=True, speaker_samples=samples).options.verifies
    refused = asked(diarization=True, speaker_samples=samples, speaker_verification=False)
    assert not refused.options.verifies


def test_verification_without_samples_is_refused() -> None:
    given = {"audio_file": URL, "diarization": True, "speaker_verification": True}

    assert problems(given) == (
        "speaker_verification: wanted speaker_samples to look for, got none",
    )


def test_verification_without_diarization_is_refused() -> None:
    given = {"audio_file": URL, "speaker_samples": ["https://example.org/ada.wav"]}

    assert "diarization is off" in problems(given)[0]


def test_a_model_that_is_not_installed_is_refused_with_those_that_are() -> None:
    (found,) = problems({"audio_file": URL, "model": "large-v3"})

    assert found == "model: large-v3: not installed; installed: fake-recognition"


def test_a_profile_is_a_file_of_nobody_s() -> None:
    assert problems({"audio_file": URL, "profile": "/etc/passwd"})[0].startswith("profile: unknown")


def test_the_environment_sets_defaults_that_a_request_overrides() -> None:
    rules = replace(RULES, defaults={"model": "/app/models/x", "device": "cpu"}, debug=True)

    plain, chosen = asked(rules), asked(rules, device="cuda", debug=False)

    assert (plain.options.model, plain.options.device, plain.debug) == (
        "/app/models/x",
        "cpu",
        True,
    )
    assert (chosen.options.device, chosen.debug) == ("cuda", False)


def test_a_token_and_a_presigned_address_are_not_shown() -> None:
    found = asked(huggingface_access_token="hf_secret")  # noqa: S106 - of nobody

    assert "hf_secret" not in repr(found)
    assert URL not in repr(found)
