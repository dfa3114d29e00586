"""Opening real files: tiny models in the published layout, whole and damaged."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from whisper_models import ENGLISH, LANGUAGES, Shape, save_model

from diascribe.errors import OptionsError, WeightsError
from diascribe.models.whisper import WhisperRecognizer, open_whisper


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


@pytest.mark.parametrize("heads", [None, [], [[9, 0]], [[0, -1]], [3], "all"])
def test_without_heads_that_know_the_times_of_words_a_model_is_refused(
    folder: Path, heads: object
) -> None:
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "alignment_heads": heads}))

    with pytest.raises(WeightsError, match=r"config\.json"):
        opened(folder)


def test_importing_the_package_loads_no_runtime() -> None:
    program = "import sys, diascribe.models.whisper; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"ctranslate2", "faster_whisper", "tokenizers", "huggingface_hub"}
