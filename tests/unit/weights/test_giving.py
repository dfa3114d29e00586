"""Models out of the user's own folders: copied into the store, or used where they are."""

from pathlib import Path

import pytest
from stored_models import ALIGNER, WHISPER, finished, stored, written

from diascribe.errors import SourceError, UnknownModelError, WeightsError
from diascribe.weights.folders import family_of, locate
from diascribe.weights.giving import give
from diascribe.weights.manifest import Transfer
from diascribe.weights.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def test_a_folder_is_copied_with_the_files_that_such_a_model_has(
    store: Store, tmp_path: Path
) -> None:
    folder = written(tmp_path / "mine", {**ALIGNER, "config.json": b"{}", "notes.txt": b"mine"})

    given = finished(give(store, "ctc-de", folder))

    assert given.revision.startswith("local-")
    assert sorted(one.name for one in given.path.iterdir()) == [
        "config.json",
        "manifest.json",
        "model.onnx",
        "vocab.json",
    ]


def test_an_aligner_may_keep_its_network_in_a_folder_below(store: Store, tmp_path: Path) -> None:
    files = {"onnx/model.onnx": b"a", "onnx/model.onnx_data": b"b", "vocab.json": b"{}"}

    given = finished(give(store, "ctc-de", written(tmp_path / "mine", files)))

    assert (given.path / "onnx" / "model.onnx_data").read_bytes() == b"b"


def test_what_is_linked_is_copied(store: Store, tmp_path: Path) -> None:
    blobs = written(tmp_path / "blobs", WHISPER)
    linked = tmp_path / "snapshot"
    linked.mkdir()
    for name in WHISPER:
        (linked / name).symlink_to(blobs / name)

    given = finished(give(store, "tiny", linked))

    assert not (given.path / "model.bin").is_symlink()


def test_the_same_files_are_the_same_revision(store: Store, tmp_path: Path) -> None:
    first = finished(give(store, "tiny", written(tmp_path / "a", WHISPER)))
    again = finished(give(store, "tiny", written(tmp_path / "b", WHISPER)))
    other = finished(give(store, "tiny", written(tmp_path / "b", {"model.bin": b"other"})))

    assert first.revision == again.revision != other.revision


def test_copying_tells_how_far_it_is(store: Store, tmp_path: Path) -> None:
    steps = list(give(store, "tiny", written(tmp_path / "mine", WHISPER)))

    size = sum(map(len, WHISPER.values()))
    assert steps[-1] == Transfer(size, size)


def test_a_copy_that_is_stopped_leaves_no_model(store: Store, tmp_path: Path) -> None:
    steps = give(store, "tiny", written(tmp_path / "mine", WHISPER))
    next(steps)

    steps.close()

    assert list(store.present()) == []
    assert finished(give(store, "tiny", tmp_path / "mine")).path.is_dir()


def test_a_file_that_cannot_be_read_is_named(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", WHISPER)
    steps = give(store, "tiny", folder)
    next(steps)
    (folder / "vocabulary.txt").unlink()

    with pytest.raises(SourceError, match=r"mine/vocabulary\.txt: cannot be read: No such file"):
        finished(steps)


def test_a_link_to_nowhere_is_named(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", WHISPER)
    (folder / "model.bin").unlink()
    (folder / "model.bin").symlink_to(tmp_path / "nowhere")

    with pytest.raises(SourceError, match=r"mine/model\.bin: cannot be read: No such file"):
        finished(give(store, "tiny", folder))


def test_a_folder_without_a_needed_file_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"lacks model\.bin, config\.json, .*: a whisper"):
        finished(give(store, "tiny", written(tmp_path / "mine", ALIGNER)))


def test_only_folders_and_models_of_the_table_can_be_given(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a model's folder or an archive, found none"):
        finished(give(store, "tiny", tmp_path / "absent"))
    with pytest.raises(UnknownModelError):
        finished(give(store, "tinny", tmp_path))
    with pytest.raises(WeightsError, match="ge2e: comes in the package diascribe"):
        finished(give(store, "ge2e", tmp_path))


def test_a_name_of_the_table_is_the_installed_model(store: Store) -> None:
    put = stored(store, "large-v3-turbo")

    found = locate(store, "turbo")

    assert (found.family, found.path, found.name) == ("whisper", put.path, "large-v3-turbo")
    assert found.revision == put.revision


def test_a_folder_is_used_where_it_is(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "my-whisper", WHISPER)

    found = locate(store, str(folder))

    assert (found.family, found.path, found.name) == ("whisper", folder, "my-whisper")
    assert found.revision.startswith("sampled-")


def test_a_folder_of_another_store_has_its_revision(store: Store, tmp_path: Path) -> None:
    put = stored(Store(tmp_path / "other"), "tiny")

    assert locate(store, str(put.path)).revision == put.revision


def test_a_folder_beside_the_user_may_be_named_without_a_slash(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "mine", WHISPER)
    monkeypatch.chdir(tmp_path)

    assert locate(store, "mine").name == "mine"


def test_a_name_of_the_table_is_not_taken_for_a_folder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "tiny", WHISPER)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UnknownModelError, match="tiny: not installed"):
        locate(store, "tiny")
    assert locate(store, "./tiny").path == Path("tiny")


@pytest.mark.parametrize("named", ["no/such/folder", "nosuchmodel"])
def test_what_is_neither_says_what_is_installed(store: Store, named: str) -> None:
    stored(store, "tiny")

    with pytest.raises(UnknownModelError, match="installed: tiny, pocketsphinx-en-us"):
        locate(store, named)


def test_the_family_is_told_from_the_files(tmp_path: Path) -> None:
    assert family_of(written(tmp_path / "a", WHISPER)) == "whisper"
    assert family_of(written(tmp_path / "b", ALIGNER)) == "ctc"


def test_a_whisper_without_its_tokenizer_is_an_error_not_a_download(tmp_path: Path) -> None:
    files = {name: content for name, content in WHISPER.items() if name != "tokenizer.json"}

    told = (
        "mine: lacks tokenizer.json: a whisper model has model.bin, config.json, tokenizer.json,"
        " vocabulary.json or vocabulary.txt"
    )
    with pytest.raises(WeightsError, match=told):
        family_of(written(tmp_path / "mine", files))
    with pytest.raises(WeightsError, match=told):
        finished(give(Store(tmp_path / "models"), "tiny", tmp_path / "mine"))


def test_a_folder_that_holds_no_model_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"looked for model\.bin, .* \(whisper\) or model\.onnx"):
        family_of(tmp_path)


def test_a_folder_of_the_users_own_may_hold_another_manifest(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "mine", {**WHISPER, "manifest.json": b'{"icons": []}'})

    found = locate(store, str(folder))

    assert (found.path, found.installed) == (folder, False)
    assert found.revision.startswith("sampled-")
    assert finished(give(store, "tiny", folder)).revision.startswith("local-")


def test_the_home_of_nobody_is_no_folder(store: Store) -> None:
    with pytest.raises(UnknownModelError, match="no such folder"):
        locate(store, "~nobody-of-that-name/model")
