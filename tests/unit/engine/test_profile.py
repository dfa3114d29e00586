"""Profiles: read, refused, merged below what is given, and mistrusted with other models."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_command import TURNS, fake_engine, talk
from fakes import FakeDiarizer, fake_model
from hypothesis import given
from hypothesis import strategies as st

from diascribe.engine.given import parse_options
from diascribe.engine.options import Options, applied
from diascribe.engine.profile import LARGEST, OTHER_MODELS, Profile, read_profile, to_text
from diascribe.errors import OptionsError, SourceError
from diascribe.transcript import Model, Transcript

FAKE = fake_model("diarization")
MODELS = (Model(FAKE.stage, FAKE.name, FAKE.revision),)
TUNED = Profile(
    name="tuned.json",
    options={"vad_onset": 0.6, "clustering_threshold": 0.27},
    models=MODELS,
    evidence={"recordings": [{"name": "Gespräch", "seconds": 30.5}]},
)

numbers = st.floats(0, 0.363)


def stored(folder: Path, text: str) -> Path:
    path = folder / "tuned.json"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, **told: Any) -> tuple[str, ...]:  # noqa: ANN401 - any JSON
    """What is refused about a profile of these fields."""
    path = stored(folder, json.dumps({"profile_schema": 1, **told}))
    with pytest.raises(OptionsError) as error:
        parse_options({"profile": path})
    return error.value.problems


def diarized(folder: Path, profile: Profile, **options: Any) -> Transcript:  # noqa: ANN401
    tunable = fake_engine(diarizer=FakeDiarizer(TURNS, clustering_threshold=0.3))
    return tunable.diarize(talk(folder / "talk.wav"), profile=profile, **options)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = stored(tmp_path, to_text(TUNED))

    assert read_profile(path) == TUNED


def test_its_values_hold_for_whatever_is_not_given(tmp_path: Path) -> None:
    path = stored(tmp_path, to_text(TUNED))

    options = parse_options({"profile": str(path), "min_duration_on_s": 0.2})

    assert (options.vad_onset, options.clustering_threshold) == (0.6, 0.27)
    assert (options.vad_offset, options.min_duration_on_s) == (Options().vad_offset, 0.2)


@pytest.mark.parametrize(
    ("name", "value"), [("vad_onset", 0.5), ("vad_onset", 0.9), ("clustering_threshold", None)]
)
def test_what_is_given_wins_even_where_it_is_the_default(name: str, value: float | None) -> None:
    options = parse_options({"profile": TUNED, name: value})

    assert getattr(options, name) == value


@given(
    st.dictionaries(st.sampled_from(["vad_offset", "min_duration_on_s"]), numbers),
    st.dictionaries(st.sampled_from(["vad_offset", "attribution_gap_s"]), numbers),
)
def test_given_goes_before_profile_and_profile_before_default(
    own: dict[str, float], profiled: dict[str, float]
) -> None:
    profile = Profile(name="any", options=profiled)

    found = applied(parse_options({**own, "profile": profile}))

    assert found == {**applied(Options()), **profiled, **own, "profile": "any"}


def test_options_with_equal_profiles_are_one_key_and_with_others_several() -> None:
    options = parse_options({"profile": TUNED})
    same = parse_options({"profile": replace(TUNED, options=dict(TUNED.options))})
    other = replace(options, profile=replace(TUNED, evidence={}))

    assert len({options, same}) == 1
    assert len({options, other, Options()}) == 3


def test_no_profile_is_no_profile() -> None:
    assert parse_options({"profile": None}) == Options()
    assert applied(Options())["profile"] is None


def test_a_profile_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.json: wanted a profile: No such file"):
        parse_options({"profile": str(tmp_path / "none.json")})


def test_a_recording_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"talk\.wav: wanted a profile: it is no text"):
        parse_options({"profile": talk(tmp_path / "talk.wav")})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("{}", "profile_schema is missing"),
        ("[]", "it is no object"),
        ("null", "it is no object"),
        ('"profile"', "it is no object"),
        ('{\n"profile_schema": 1', "line 2: Expecting ',' delimiter"),
        ('{"profile_schema": 1}', "options is missing"),
        ('{"profile_schema": 1, "options": [1]}', "options is no object"),
        (
            '{"profile_schema": 1, "options": {}, "models": [{"stage": "activity"}]}',
            "models[0].name is missing",
        ),
        ('{"profile_schema": 1, "options": {}, "models": [3]}', "models[0] is no object"),
        ('{"profile_schema": 1, "options": {}, "models": 3}', "models is no list"),
        ('{"profile_schema": 1, "options": {}, "evidence": 3}', "evidence is no object"),
        ("[" * 100_000, "it is nested too deep"),
        (" " * (LARGEST + 1), f"it is longer than {LARGEST} characters"),
    ],
    ids=lambda text: text[:60],
)
def test_what_is_no_profile_is_refused_by_its_path_and_the_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = stored(tmp_path, text)

    with pytest.raises(OptionsError) as error:
        read_profile(path)

    wanted = "wanted the JSON that diascribe tune writes"
    assert str(error.value) == f"profile {path}: {wanted}: {reason}"


def test_a_later_schema_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, profile_schema=2, options={})

    assert "schema 2, this version reads 1" in problem


def test_unknown_options_and_wrong_values_are_refused_by_name_all_at_once(tmp_path: Path) -> None:
    found = refused(
        tmp_path, options={"vad_onset": 7, "speed": 1, "profile": None, "num_speakers": [2]}
    )

    starts = [problem.split(",")[0] for problem in found]
    assert starts == [
        f"profile {tmp_path}/tuned.json: profile: unknown option",
        f"profile {tmp_path}/tuned.json: speed: unknown option",
        f"profile {tmp_path}/tuned.json: num_speakers: wanted a whole number or null",
        f"profile {tmp_path}/tuned.json: vad_onset: wanted 0 to 1",
    ]


def test_a_contradiction_with_what_is_given_says_where_the_other_value_comes_from() -> None:
    with pytest.raises(OptionsError) as error:
        parse_options({"profile": TUNED, "vad_offset": 0.7})

    assert str(error.value) == "vad_offset 0.7 is above vad_onset 0.6"
    assert error.value.hint == "what is not given comes from the profile tuned.json"


@pytest.mark.parametrize("wrong", [3, True, ["tuned.json"]])
def test_what_is_neither_path_nor_profile_is_refused(wrong: object) -> None:
    with pytest.raises(OptionsError, match="profile: wanted a file or null, got "):
        parse_options({"profile": wrong})


def test_the_result_says_what_was_applied_and_names_the_profile(tmp_path: Path) -> None:
    found = diarized(tmp_path, TUNED, vad_onset=0.5)

    assert found.applied["profile"] == "tuned.json"
    assert found.applied["vad_onset"] == 0.5
    assert found.applied["clustering_threshold"] == 0.27
    assert found.warnings == ()


def test_with_other_models_it_works_and_warns(tmp_path: Path) -> None:
    other = Profile(name="old.json", options={}, models=(Model("diarization", "older", "7"),))

    found = diarized(tmp_path, other)

    (warning,) = found.warnings
    assert (warning.code, warning.stage) == (OTHER_MODELS, "options")
    assert "old.json was made with older (7)" in warning.message
    assert found.turns


def test_models_that_had_nothing_to_do_are_no_reason_to_warn(tmp_path: Path) -> None:
    older = Profile(name="old.json", options={}, models=(Model("diarization", "older", "7"),))

    found = fake_engine().transcribe(
        talk(tmp_path / "talk.wav"), profile=older, language="en", diarization=False
    )

    assert found.warnings == ()


def test_another_detector_of_speech_is_a_reason_even_without_speakers(tmp_path: Path) -> None:
    older = Profile(name="old.json", options={}, models=(Model("activity", "older", "7"),))

    found = fake_engine(diarizer=FakeDiarizer()).transcribe(
        talk(tmp_path / "talk.wav"), profile=older, language="en", diarization=False
    )

    assert [warning.code for warning in found.warnings] == [OTHER_MODELS]
