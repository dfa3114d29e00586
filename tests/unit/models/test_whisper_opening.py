"""Opening real files: tiny models in the published layout, whole and damaged."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from whisper_models import ENGLISH, LANGUAGES, Shape, save_model

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import OptionsError, WeightsError
from diascribe.models.whisper import WhisperRecognizer, open_whisper
from diascribe.models.whisper.placement import Place, Placement, placed, tried
from diascribe.protocols import Decoding, Region
from diascribe.transcript import Segment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save_model(tmp_path / "tiny", ENGLISH)


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("multilingual") / "tiny")


def opened(folder: Path, *, device: str = "auto", compute_type: str = "auto") -> WhisperRecognizer:
    return open_whisper(folder, name="tiny", revision="2", device=device, compute_type=compute_type)


def test_a_multilingual_model_knows_the_languages_of_its_tokens(multilingual: Path) -> None:
    recognizer = opened(multilingual)

    assert set(recognizer.languages) == set(LANGUAGES[:-1])
    assert len(recognizer.languages) == 99
    assert recognizer.detector is not None


def test_large_v3_knows_100_languages_and_has_128_mels(tmp_path: Path) -> None:
    recognizer = opened(save_model(tmp_path / "v3", Shape(mels=128, languages=LANGUAGES)))

    assert set(recognizer.languages) == set(LANGUAGES)


def test_an_english_model_knows_english(folder: Path) -> None:
    recognizer = opened(folder)

    assert recognizer.languages == ("en",)
    assert recognizer.detector is None


def test_the_result_names_the_model_and_how_it_runs(folder: Path) -> None:
    model = opened(folder, compute_type="float32").model

    assert (model.stage, model.name, model.revision) == ("recognition", "tiny", "2")
    assert model.note == "float32 on cpu"


def test_processors_compute_in_int8_unless_told(folder: Path) -> None:
    assert opened(folder).model.note.startswith("int8")


def test_older_files_open_too(folder: Path) -> None:
    tokens = json.loads((folder / "vocabulary.json").read_text())
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("\n".join(tokens) + "\n")
    (folder / "preprocessor_config.json").unlink()

    assert opened(folder).languages == ("en",)


def test_a_folder_that_does_not_exist_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="nowhere: wanted a folder of a model's files"):
        opened(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "missing", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"]
)
def test_a_missing_file_is_named_and_not_downloaded(folder: Path, missing: str) -> None:
    (folder / missing).unlink()

    with pytest.raises(WeightsError, match=f"there is no {missing}") as caught:
        opened(folder)
    assert "nothing is downloaded" in caught.value.hint


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"\x80garbage" * 100)


@pytest.mark.parametrize("damage", [cut, empty, garbage])
@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
def test_a_damaged_file_is_refused_in_one_line(
    folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(folder / name)

    with pytest.raises(WeightsError) as caught:
        opened(folder)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["", "[1, 2]", "null", "{", '"text"'])
def test_a_damaged_file_of_features_is_refused(folder: Path, text: str) -> None:
    (folder / "preprocessor_config.json").write_text(text)

    with pytest.raises(WeightsError, match=r"preprocessor_config\.json"):
        opened(folder)


@pytest.mark.parametrize(
    ("name", "value"), [("feature_size", 128), ("hop_length", 80), ("chunk_length", 15)]
)
def test_features_that_the_model_does_not_take_are_refused(
    folder: Path, name: str, value: int
) -> None:
    (folder / "preprocessor_config.json").write_text(json.dumps({name: value}))

    with pytest.raises(WeightsError, match=f"{name}: wanted .*, got {value}"):
        opened(folder)


def test_a_tokenizer_of_another_model_is_refused(folder: Path, multilingual: Path) -> None:
    (folder / "tokenizer.json").write_bytes((multilingual / "tokenizer.json").read_bytes())

    with pytest.raises(WeightsError, match="numbers its tokens otherwise"):
        opened(folder)


def test_a_tokenizer_that_is_none_of_whispers_is_refused(folder: Path) -> None:
    told = json.loads((folder / "tokenizer.json").read_text())
    told["added_tokens"] = []
    (folder / "tokenizer.json").write_text(json.dumps(told))

    with pytest.raises(WeightsError, match=r"lacks <\|startoftranscript\|>"):
        opened(folder)


def test_another_kind_of_model_is_refused(folder: Path) -> None:
    path = folder / "model.bin"
    path.write_bytes(path.read_bytes().replace(b"WhisperSpec", b"WhimperSpec"))

    with pytest.raises(WeightsError, match="WhimperSpec"):
        opened(folder)


@pytest.mark.parametrize("wanted", ["float16", "bfloat16", "int4"])
def test_a_precision_that_the_processor_lacks_is_refused(folder: Path, wanted: str) -> None:
    with pytest.raises(OptionsError, match=f"compute_type: wanted auto or one of .*, got {wanted}"):
        opened(folder, device="cpu", compute_type=wanted)


def test_a_device_that_does_not_exist_is_refused(folder: Path) -> None:
    with pytest.raises(OptionsError, match="device: wanted one of auto, cpu, cuda, got tpu"):
        opened(folder, device="tpu")


def test_a_graphics_card_that_is_not_there_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)

    with pytest.raises(OptionsError, match="device: wanted cuda, but CTranslate2 sees no graphics"):
        opened(folder, device="cuda")


@pytest.mark.parametrize("heads", [None, [], [[9, 0]], [[0, 2]], [[0, -1]], [[0, "1"]], [3], "all"])
def test_without_heads_that_know_the_times_of_words_these_are_interpolated(
    folder: Path, heads: object
) -> None:
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "alignment_heads": heads}))

    recognizer = opened(folder)
    words = [word for one in heard(recognizer) for word in one.words]

    assert recognizer.model.note.endswith(
        "does not know when words are spoken:"
        " config.json names no alignment_heads that the model has"
    )
    assert words
    assert {one.timing for one in words} == {"interpolated"}


def heard(recognizer: WhisperRecognizer) -> list[Segment]:
    noise = np.random.default_rng(1).normal(0, 3000, 5 * SAMPLE_RATE).astype(np.int16)
    audio = Audio(noise[:, None])
    certain = Decoding(no_speech_threshold=1.0)
    return list(recognizer.recognize(audio, [Region(0.0, audio.duration, "en")], certain))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """CTranslate2 sees a graphics card, whether there is one or not."""
    supported = ctranslate2.get_supported_compute_types
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(
        "ctranslate2.get_supported_compute_types",
        lambda device: {"float16", "float32"} if device == "cuda" else supported(device),
    )


def broken(path: Path, device: str, compute_type: str) -> str:
    assert (path.name, device, compute_type) == ("tiny", "cuda", "float16")
    return "Library libcublas.so.12 is not found"


@pytest.mark.usefixtures("card")
def test_a_graphics_card_that_does_not_work_leaves_the_processor_and_is_told_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diascribe.models.whisper.placement.tried", broken)

    note = opened(folder).model.note

    assert note.startswith("int8")
    assert note.endswith(
        "on cpu, for the graphics card does not work: Library libcublas.so.12 is not found"
    )


@pytest.mark.usefixtures("card")
def test_a_graphics_card_that_was_asked_for_and_does_not_work_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diascribe.models.whisper.placement.tried", broken)

    with pytest.raises(OptionsError, match="graphics card does not work: Library") as error:
        opened(folder, device="cuda")
    assert "cuBLAS and cuDNN" in error.value.hint


@pytest.mark.usefixtures("card")
def test_a_graphics_card_that_works_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diascribe.models.whisper.placement.tried", lambda *_: "")

    assert placed(folder, Placement("auto", "auto", 1)) == Place("cuda", "float16")


@pytest.mark.usefixtures("card")
def test_a_driver_that_fails_when_it_is_asked_leaves_the_processor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(device: str) -> set[str]:
        if device == "cuda":
            raise RuntimeError("CUDA driver version is insufficient")
        return {"int8"}

    monkeypatch.setattr("ctranslate2.get_supported_compute_types", fails)

    found = placed(folder, Placement("auto", "auto", 1))

    assert found == Place("cpu", "int8", "CUDA driver version is insufficient")


def test_a_device_is_tried_in_a_process_of_its_own_and_once(folder: Path) -> None:
    assert tried(folder, "cpu", "int8") == ""
    (folder / "model.bin").unlink()

    assert tried(folder, "cpu", "int8") == ""
    assert "model.bin" in tried(folder, "cpu", "float32")


def test_a_process_that_ends_without_a_word_is_told_by_its_status(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aborts(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], -6, "", "")

    monkeypatch.setattr("subprocess.run", aborts)

    assert tried(folder, "cuda", "float16") == "it ended with status -6"


def test_a_device_that_does_not_answer_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired("python", 300)

    monkeypatch.setattr("subprocess.run", hangs)

    assert tried(folder, "cuda", "float16") == "it did not answer within 300 s"


def test_importing_the_package_loads_no_runtime() -> None:
    program = "import sys, diascribe.models.whisper; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"ctranslate2", "faster_whisper", "tokenizers", "huggingface_hub"}
