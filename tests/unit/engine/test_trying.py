"""What is given as a model is opened as its family is, before it is installed."""

from pathlib import Path
from typing import Any

import pytest

from diascribe.engine.opening import Openers
from diascribe.engine.trying import try_opening
from diascribe.errors import MissingExtraError, WeightsError
from diascribe.weights.catalog import CATALOG

FOLDER = Path("mine")


def refusing(error: Exception) -> Openers:
    """Openers of which each refuses whatever it is given."""

    def refuse(**_given: object) -> Any:  # noqa: ANN401 - never returns
        raise error

    return Openers(whisper=refuse, onnx_asr=refuse, ctc=refuse, streaming=refuse)


@pytest.mark.parametrize(
    "name", ["tiny", "ctc-de", "parakeet-tdt-0.6b-v3", "nemotron-3-diarization"]
)
def test_what_its_family_cannot_open_is_refused(name: str) -> None:
    with pytest.raises(WeightsError, match="cut short"):
        try_opening(CATALOG[name], FOLDER, refusing(WeightsError("cut short")))


def test_models_that_this_version_does_not_run_are_taken_as_they_are() -> None:
    try_opening(CATALOG["pyannote-community-1"], FOLDER, refusing(WeightsError("cut short")))


def test_without_the_extra_a_parakeet_is_taken_by_its_files() -> None:
    try_opening(CATALOG["parakeet-tdt-0.6b-v3"], FOLDER, refusing(MissingExtraError("onnx-asr")))


@pytest.mark.parametrize(
    ("name", "precision"),
    [("parakeet-tdt-0.6b-v3", "float32"), ("parakeet-tdt-0.6b-v3-int8", "int8")],
)
def test_the_precision_that_is_installed_is_opened(name: str, precision: str) -> None:
    given: list[object] = []
    openers = Openers(onnx_asr=lambda **one: given.append(one["compute_type"]))  # type: ignore[arg-type]  # none is looked at

    try_opening(CATALOG[name], FOLDER, openers)

    assert given == [precision]
