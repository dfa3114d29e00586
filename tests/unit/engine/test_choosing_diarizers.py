"""The diarizer that is named is asked, unless more speakers are wanted than it tells apart."""

from collections.abc import Mapping
from typing import Any

import pytest
from fakes import FakeDiarizer, FakeShelf, FakeVad, fake_model, silence, tone
from test_engine import file_of

from diascribe.engine.diarization import choose
from diascribe.engine.engine import Engine
from diascribe.engine.options import Options
from diascribe.errors import UnknownModelError
from diascribe.transcript import Model, Transcript, Turn

EMBEDDED = FakeDiarizer((Turn(1, 2, speaker="SPEAKER_00"),), (fake_model("embedded"),))
NAMED = FakeDiarizer(
    (Turn(1, 3, speaker="SPEAKER_00"),),
    (Model("diarization", "four", "1"),),
    most_speakers=4,
)
SHELF = FakeShelf(other=NAMED)


def diarized(**options: Any) -> Transcript:  # noqa: ANN401 - any option's value
    with Engine(vad=FakeVad(), shelf=SHELF, diarizer=EMBEDDED) as engine:
        return engine.diarize(file_of(silence(1), tone(3)), **options)


def codes(found: Transcript) -> dict[str, str]:
    """What each warning says, by its code."""
    return {one.code: one.message for one in found.warnings}


def test_the_embedded_one_is_asked_where_none_is_named() -> None:
    found = diarized()

    assert [turn.end for turn in found.turns] == [2]
    assert [one.name for one in found.models] == ["fake-embedded"]
    assert found.applied["diarizer"] is None


def test_the_one_that_is_named_is_asked_and_is_in_the_result() -> None:
    found = diarized(diarizer="four")

    assert [turn.end for turn in found.turns] == [3]
    assert [one.name for one in found.models] == ["four"]
    assert (found.applied["diarizer"], found.warnings) == ("four", ())


@pytest.mark.parametrize(
    "counts",
    [{"num_speakers": 4}, {"max_speakers": 4}, {"min_speakers": 4}, {"num_speakers": 1}],
    ids=str,
)
def test_up_to_its_limit_it_is_asked(counts: Mapping[str, int]) -> None:
    assert [one.name for one in diarized(diarizer="four", **counts).models] == ["four"]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"num_speakers": 5}, "num_speakers is 5"),
        ({"max_speakers": 6}, "max_speakers is 6"),
        ({"min_speakers": 5, "max_speakers": 9}, "min_speakers is 5 and max_speakers is 9"),
    ],
    ids=str,
)
def test_beyond_its_limit_the_embedded_one_is_asked_and_the_result_says_so(
    counts: Mapping[str, int], said: str
) -> None:
    found = diarized(diarizer="four", **counts)

    assert [one.name for one in found.models] == ["fake-embedded"]
    assert codes(found)["speaker_limit"].startswith(
        f"four tells at most 4 speakers apart, and {said}:"
    )


def test_a_threshold_that_it_does_not_know_is_said_to_be_without_effect() -> None:
    found = diarized(diarizer="four", clustering_threshold=0.4)

    assert "clustering_threshold" in codes(found)["options_without_effect"]


def test_what_the_embedded_one_does_not_know_is_said_beyond_the_limit_too() -> None:
    found = diarized(diarizer="four", num_speakers=5, diarization_mode="fast")

    assert "diarization_mode" in codes(found)["options_without_effect"]
    assert "speaker_limit" in codes(found)


@pytest.mark.parametrize(
    "same", [{"device": "cpu"}, {"diarization_precision": "float32"}, {"diarization_mode": "exact"}]
)
def test_what_it_does_anyway_is_not_said_to_be_without_effect(same: Mapping[str, str]) -> None:
    assert diarized(**same).warnings == ()


def test_a_device_that_it_does_not_run_on_is_said_unless_the_recognizer_may() -> None:
    options = Options(device="cuda")

    alone = choose(SHELF, EMBEDDED, options)
    beside = choose(SHELF, EMBEDDED, options, recognition=True)

    assert [one.message for one in alone.warnings] == [
        "device makes no difference to fake-embedded, which has one way of hearing"
    ]
    assert beside.warnings == ()


def test_one_that_is_not_installed_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UnknownModelError, match="five: not installed"):
        choose(SHELF, EMBEDDED, Options(diarizer="five"))


def test_the_choice_says_where_it_is_to_run() -> None:
    assert Options(diarizer="four", device="cpu").diarizer_choice.device == "cpu"
