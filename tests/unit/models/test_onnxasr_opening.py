"""Folders of ONNX recognizers: what is opened, and what is refused and why."""

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from onnx_models import (
    write_canary,
    write_ctc,
    write_gigaam,
    write_rnnt,
    write_tdt,
    write_whisper,
)

from diascribe.errors import MissingExtraError, OptionsError, WeightsError
from diascribe.models.onnxasr import OnnxAsrRecognizer, open_onnx_asr

ENGLISH = ("en",)


def opened(path: Path, **given: Any) -> OnnxAsrRecognizer:  # noqa: ANN401 - as it comes
    told = {"name": "tiny", "revision": "1", "languages": ENGLISH}
    return open_onnx_asr(path, **{**told, **given})


def changed(folder: Path, **config: object) -> Path:
    """The folder with something else in its configuration."""
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | config))
    return folder


@pytest.mark.parametrize("write", [write_tdt, write_rnnt, write_ctc, write_gigaam, write_canary])
def test_every_layout_opens_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], Path]
) -> None:
    def refuses(*_: object) -> None:
        raise AssertionError("a connection was wanted")

    folder = write(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", refuses)

    recognizer = opened(folder)

    assert (recognizer.model.stage, recognizer.model.name) == ("recognition", "tiny")
    assert recognizer.model.note == "float32 on cpu"


def test_the_precision_is_what_the_folder_has(tmp_path: Path) -> None:
    assert opened(write_tdt(tmp_path, suffix=".int8")).model.note == "int8 on cpu"


def test_of_two_precisions_the_better_one_is_taken_or_the_wanted(tmp_path: Path) -> None:
    folder = write_tdt(write_tdt(tmp_path), suffix=".int8")

    assert opened(folder).model.note == "float32 on cpu"
    assert opened(folder, compute_type="int8").model.note == "int8 on cpu"


def test_a_precision_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="compute_type: wanted auto or one of float32, got int8"):
        opened(write_tdt(tmp_path), compute_type="int8")


@pytest.mark.parametrize("name", ["vocab.txt", "decoder_joint-model.onnx", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_tdt(tmp_path) / name).unlink()

    with pytest.raises(WeightsError, match=f"there is no {name}"):
        opened(tmp_path)


@pytest.mark.parametrize("name", ["encoder-model.onnx", "decoder_joint-model.onnx"])
def test_a_network_that_was_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    file = write_tdt(tmp_path) / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    with pytest.raises(WeightsError, match="cannot be opened as nemo-conformer-tdt"):
        opened(tmp_path)


@pytest.mark.parametrize("vocabulary", ["", "one two three\n", "▁a 0\n▁b 1\n"])
def test_a_vocabulary_that_is_none_of_this_model_is_refused(
    tmp_path: Path, vocabulary: str
) -> None:
    (write_tdt(tmp_path) / "vocab.txt").write_text(vocabulary, encoding="utf-8")

    with pytest.raises(WeightsError, match=tmp_path.name):
        opened(tmp_path)


def test_features_of_another_size_are_refused_before_anything_is_heard(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="its files do not fit one another"):
        opened(changed(write_tdt(tmp_path), features_size=80))


def test_a_transducer_must_say_which_it_is(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r'wanted "model_type", such as "nemo-conformer-tdt"'):
        opened(changed(write_tdt(tmp_path), model_type="transducer"))


@pytest.mark.parametrize("config", ["", "[]", "{"])
def test_a_configuration_that_is_none_is_refused(tmp_path: Path, config: str) -> None:
    (write_tdt(tmp_path) / "config.json").write_text(config)

    with pytest.raises(WeightsError, match="model_type"):
        opened(tmp_path)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no model that onnx-asr runs"):
        opened(tmp_path)


def test_a_folder_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no model"):
        opened(tmp_path / "absent")

    assert not (tmp_path / "absent").exists()


def test_without_its_package_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx_asr", None)

    with pytest.raises(MissingExtraError, match="tiny needs the package onnx-asr") as caught:
        opened(write_tdt(tmp_path))

    assert caught.value.hint == "install it with: pip install 'diascribe[onnx]'"


def test_languages_are_as_the_table_of_models_has_them(tmp_path: Path) -> None:
    assert opened(write_tdt(tmp_path), languages=("de", "fr")).languages == ("de", "fr")


def test_a_folder_may_say_its_languages_itself(tmp_path: Path) -> None:
    folder = changed(write_tdt(tmp_path), languages=["de"])

    assert opened(folder, languages=()).languages == ("de",)


def test_a_folder_whose_languages_nobody_knows_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="do not say which languages") as caught:
        opened(write_tdt(tmp_path), languages=())

    assert '"languages"' in caught.value.hint


def test_a_whisper_knows_the_languages_of_its_tokens(tmp_path: Path) -> None:
    assert opened(write_whisper(tmp_path), languages=("*",)).languages == ("en", "de", "zh")


def test_a_whisper_whose_tokens_are_damaged_is_refused(tmp_path: Path) -> None:
    (write_whisper(tmp_path) / "added_tokens.json").write_text("{")

    with pytest.raises(WeightsError, match=r"added_tokens\.json"):
        opened(tmp_path, languages=("*",))


@pytest.mark.parametrize("vocabulary", [b"", b"<|de|> 0\n", b"\xff\xfe"])
def test_a_canary_that_cannot_be_told_a_language_is_refused(
    tmp_path: Path, vocabulary: bytes
) -> None:
    (write_canary(tmp_path) / "vocab.txt").write_bytes(vocabulary)

    with pytest.raises(WeightsError, match=r"vocab\.txt: "):
        opened(tmp_path, languages=("de", "en"))


def test_a_gigaam_is_russian(tmp_path: Path) -> None:
    assert opened(write_gigaam(tmp_path), languages=()).languages == ("ru",)
