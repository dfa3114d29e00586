"""Options: what is refused, by name, all at once."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.engine.given import parse_options
from diascribe.engine.options import Options, applied, kind_of, rule_of
from diascribe.errors import OptionsError
from diascribe.protocols import Choice, Clustering, Decoding, SpeakerCount, SpeechThresholds

RANGED = [one.name for one in fields(Options) if rule_of(one.name).low is not None]
FLOATS = [one.name for one in fields(Options) if kind_of(one.name).plain is float]


def problems(given: Mapping[str, Any]) -> tuple[str, ...]:
    """What is refused about these options."""
    with pytest.raises(OptionsError) as refused:
        parse_options(given)
    return refused.value.problems


def test_the_defaults_are_accepted_and_stated() -> None:
    options = parse_options({})

    assert options == Options()
    assert (options.vad_onset, options.vad_offset) == (0.5, 0.363)
    assert applied(options).keys() == {one.name for one in fields(Options)}


def test_every_option_is_documented_and_steers_a_known_stage() -> None:
    for one in fields(Options):
        rule = rule_of(one.name)
        assert rule.text.endswith(".")
        assert rule.stage in {"recognition", "diarization", "both"}
        assert (rule.low is None) == (rule.high is None)


def test_all_problems_are_named_at_once() -> None:
    found = problems(
        {"vad_onset": 2, "language": 3, "speakers": 2, "min_speakers": 5, "max_speakers": 4}
    )

    assert len(found) == 4
    assert set(found) == {
        "speakers: unknown option, near it are num_speakers and min_speakers and max_speakers",
        "language: wanted text or null, got 3",
        "vad_onset: wanted 0 to 1, got 2",
        "min_speakers 5 is more than max_speakers 4",
    }


def test_an_unknown_option_like_no_other_is_told_with_all_there_are() -> None:
    (found,) = problems({"zzz": 1})

    assert found.startswith("zzz: unknown option, wanted one of align_output, ")


@pytest.mark.parametrize(
    ("given", "code"),
    [("DE", "de"), ("english", "en"), ("German", "de"), ("pt-BR", "pt"), ("Cantonese", "yue")],
)
def test_languages_may_be_written_in_any_case_and_by_name(given: str, code: str) -> None:
    options = parse_options({"languages": [given, code]})

    assert parse_options({"language": given}).language == code
    assert options.languages == (code,)


def test_what_is_no_language_is_told_together_with_the_rest_and_what_is_near() -> None:
    found = problems({"batch_size": 0, "beam_sise": 3, "language": "xx", "languages": ["Germn"]})

    wanted = "wanted an ISO 639 code or an English name"
    assert set(found) == {
        "beam_sise: unknown option, near it are beam_size and batch_size",
        "batch_size: wanted 1 to 1024, got 0",
        f"language: {wanted}, got 'xx'",
        f"languages: {wanted}, got 'Germn', near it are de (German)",
        "language xx is not among languages Germn",
    }


def test_the_message_names_every_problem() -> None:
    with pytest.raises(OptionsError) as refused:
        parse_options({"a": 1, "b": 2})

    assert "a: unknown option" in str(refused.value)
    assert "b: unknown option" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("align_output", 1, "wanted true or false, got 1"),
        ("align_output", "true", 'wanted true or false, got "true"'),
        ("diarization", None, "wanted true or false, got null"),
        ("vad_onset", True, "wanted a number, got true"),
        ("vad_onset", "0.5", 'wanted a number, got "0.5"'),
        ("vad_onset", None, "wanted a number, got null"),
        ("clustering_threshold", False, "wanted a number or null, got false"),
        ("num_speakers", True, "wanted a whole number or null, got true"),
        ("num_speakers", 2.0, "wanted a whole number or null, got 2.0"),
        ("num_speakers", (2,), "wanted a whole number or null, got [2]"),
        ("languages", "en", 'wanted a list of texts or null, got "en"'),
        ("languages", (1,), "wanted a list of texts or null, got [1]"),
        ("languages", ({},), "wanted a list of texts or null, got [{}]"),
        ("task", "sing", 'wanted transcribe or translate, got "sing"'),
        ("device", None, "wanted auto or cpu or cuda, got null"),
        ("language", 3, "wanted text or null, got 3"),
    ],
)
def test_another_type_is_refused_in_words_of_json(name: str, value: object, problem: str) -> None:
    assert problems({name: value}) == (f"{name}: {problem}",)


@pytest.mark.parametrize("name", FLOATS)
def test_a_whole_number_is_fine_for_a_number(name: str) -> None:
    rule = rule_of(name)
    whole = 1 if rule.high is None or rule.high >= 1 else 0

    assert getattr(parse_options({"vad_onset": 1, name: whole}), name) == whole


@pytest.mark.parametrize("name", RANGED)
def test_the_ends_of_a_range_are_inside_and_beyond_is_refused(name: str) -> None:
    rule = rule_of(name)
    assert rule.low is not None
    assert rule.high is not None
    whole = kind_of(name).plain is int
    alone = {"vad_offset": 0} if name == "vad_onset" else {"vad_onset": 1}
    low, high = (int(rule.low), int(rule.high)) if whole else (rule.low, rule.high)

    for inside in (low, high):
        assert getattr(parse_options({**alone, name: inside}), name) == inside
    for outside in (low - 1, high + 1):
        assert f"{name}: wanted {low:g} to {high:g}, got {outside}" in problems(
            {**alone, name: outside}
        )


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused(name: str, value: float) -> None:
    assert any(problem.startswith(f"{name}: wanted ") for problem in problems({name: value}))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"min_speakers": 3, "max_speakers": 2}, "min_speakers 3 is more than max_speakers 2"),
        ({"num_speakers": 1, "min_speakers": 2}, "num_speakers 1 is less than min_speakers 2"),
        ({"num_speakers": 3, "max_speakers": 2}, "num_speakers 3 is more than max_speakers 2"),
        ({"vad_onset": 0.2}, "vad_offset 0.363 is above vad_onset 0.2"),
        ({"languages": []}, "languages: wanted at least one, got none"),
        (
            {"language": "fr", "languages": ["de", "en"]},
            "language fr is not among languages de, en",
        ),
        (
            {"language": "fr", "code_switching": True},
            "code_switching detects languages, and language says fr",
        ),
    ],
)
def test_options_that_contradict_are_refused(given: dict[str, Any], problem: str) -> None:
    assert problems(given) == (problem,)


@pytest.mark.parametrize(
    "given",
    [
        {"min_speakers": 2, "max_speakers": 2},
        {"num_speakers": 2, "min_speakers": 2, "max_speakers": 2},
        {"vad_onset": 0.363},
    ],
)
def test_options_that_just_agree_are_accepted(given: dict[str, float]) -> None:
    assert applied(parse_options(given)).items() >= given.items()


@given(st.dictionaries(st.sampled_from([one.name for one in fields(Options)]), st.none()))
def test_null_is_the_only_way_to_leave_an_option_open(given: dict[str, None]) -> None:
    closed = {name for name in given if not kind_of(name).nullable}

    if closed:
        assert {problem.split(":")[0] for problem in problems(given)} == closed
    else:
        assert parse_options(given) == Options()


def test_stages_get_what_steers_them() -> None:
    options = parse_options(
        {
            "model": "small",
            "device": "cpu",
            "compute_type": "int8",
            "hotwords": "Diascribe",
            "vad_onset": 0.7,
            "vad_offset": 0.6,
            "num_speakers": 3,
            "min_speakers": 2,
            "max_speakers": 4,
            "clustering_threshold": 0.0,
            "min_duration_on_s": 0.25,
            "min_duration_off_s": 0.5,
        }
    )

    assert options.choice == Choice("small", "cpu", "int8")
    assert options.decoding == Decoding(hotwords="Diascribe")
    assert options.speech == SpeechThresholds(0.7, 0.6)
    assert options.clustering == Clustering(SpeakerCount(3, 2, 4), 0.0, 0.25, 0.5)
