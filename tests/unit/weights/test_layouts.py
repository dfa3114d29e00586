"""Folders tell which of onnx-asr's models they hold, by their files and by what they say."""

import json
from pathlib import Path
from types import MappingProxyType

import onnx_asr.loader
import pytest

from diascribe.weights.folders import family_of
from diascribe.weights.layouts import LAYOUTS, PRECISIONS, Layout, begun, layout_of


def filled(folder: Path, *names: str, **config: object) -> Path:
    """A folder of empty files."""
    for name in names:
        file = folder / name.replace("**", "onnx").replace("*", "x").replace("?", "2")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    if config or "config.json" in names:
        (folder / "config.json").write_text(json.dumps(config))
    return folder


LAYOUT_OF = MappingProxyType({one.type: one for one in LAYOUTS})


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.type)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_each_layout_is_known_by_its_files(tmp_path: Path, layout: Layout, precision: str) -> None:
    folder = filled(tmp_path, *layout.files(precision), model_type=layout.type)

    assert layout_of(folder) == layout
    assert layout.precisions(folder) == (precision,)
    assert family_of(folder) == "onnx-asr"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.type)
def test_each_layout_has_the_files_that_onnx_asr_looks_for(layout: Layout) -> None:
    types = onnx_asr.loader.create_asr_resolver(layout.type, ".").model_type

    theirs = set(types._get_model_files("int8").values())

    ours = {one.replace(".int8", "?int8") for one in layout.files("int8")}
    assert ours - {"config.json"} == theirs


def test_files_that_two_models_have_need_a_word_from_the_configuration(tmp_path: Path) -> None:
    files = LAYOUT_OF["nemo-conformer-tdt"].files("float32")
    folder = filled(tmp_path, *files, model_type="")

    assert layout_of(folder) is None
    assert family_of(folder) == "onnx-asr"  # which says why when it opens it


def test_a_configuration_of_another_model_does_not_hide_the_files(tmp_path: Path) -> None:
    files = LAYOUT_OF["gigaam-v3-e2e-ctc"].files("float32")

    found = layout_of(filled(tmp_path, *files, model_type="gigaam-v3-ctc"))

    assert found == LAYOUT_OF["gigaam-v3-e2e-ctc"]


def test_what_is_begun_says_what_it_lacks(tmp_path: Path) -> None:
    folder = filled(tmp_path, "encoder-model.int8.onnx", "decoder-model.int8.onnx", "config.json")

    lacking = {layout.type: files for layout, files in begun(folder)}

    assert lacking["nemo-conformer-aed"] == ["vocab.txt"]
    assert lacking["nemo-conformer-tdt"] == ["decoder_joint-model.int8.onnx", "vocab.txt"]


def test_an_aligner_is_not_mistaken_for_a_recognizer(tmp_path: Path) -> None:
    assert family_of(filled(tmp_path, "model.onnx", "vocab.json")) == "ctc"
