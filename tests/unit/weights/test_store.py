"""Installed models are found, checked, proved and removed."""

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from cli_command import files_below
from stored_models import ALIGNER, WHISPER, finished, stored

from diascribe.errors import UnknownModelError, WeightsError
from diascribe.weights.manifest import MANIFEST, checked_path, read_manifest
from diascribe.weights.placing import reserved
from diascribe.weights.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def test_nothing_is_installed_where_no_folder_is(store: Store) -> None:
    assert list(store.installed()) == []
    assert store.working() == "installed: pocketsphinx-en-us"


def test_what_is_installed_is_found_by_all_its_names(store: Store) -> None:
    put = stored(store, "large-v3-turbo")

    assert store.find("turbo") == store.find("large-v3-turbo") == put
    assert put.size == sum(map(len, WHISPER.values()))
    assert put.path == store.root / "large-v3-turbo"


def test_better_models_come_first(store: Store) -> None:
    for name in ("tiny", "large-v3", "small"):
        stored(store, name)

    assert [one.entry.name for one in store.installed()] == ["large-v3", "small", "tiny"]


def test_a_model_that_is_not_installed_is_told_with_those_that_are(store: Store) -> None:
    stored(store, "tiny")

    with pytest.raises(UnknownModelError) as refused:
        store.find("turbo")

    assert str(refused.value) == "turbo: not installed; installed: tiny, pocketsphinx-en-us"
    assert refused.value.hint == "diascribe models pull large-v3-turbo"


def test_in_a_folder_that_may_not_be_looked_at_nothing_is_installed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(store, "tiny")
    monkeypatch.setattr(Path, "is_dir", _read_only)  # an administrator may look at all

    assert list(store.installed()) == []
    with pytest.raises(UnknownModelError, match="tiny: not installed"):
        store.find("tiny")


def test_a_model_of_the_package_is_not_looked_for_in_the_store(store: Store) -> None:
    with pytest.raises(UnknownModelError, match=r"^ge2e: comes in the package diascribe"):
        store.find("ge2e")


def test_a_file_cut_short_is_told_with_both_sizes(store: Store) -> None:
    put = stored(store, "tiny")
    os.truncate(put.path / "model.bin", 100)

    with pytest.raises(WeightsError, match=r"model.bin: wanted 10240 bytes, got 100") as refused:
        store.find("tiny")

    assert refused.value.hint == "diascribe models pull tiny --from FOLDER"


def test_a_file_that_is_gone_is_told(store: Store) -> None:
    put = stored(store, "tiny")
    (put.path / "tokenizer.json").unlink()

    with pytest.raises(WeightsError, match=r"tokenizer.json: cannot be read: No such file"):
        store.find("tiny")


def test_processes_that_share_a_store_put_times_down_without_tearing_the_manifest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stored(store, "tiny")
    os.utime(put.path / "config.json", (1, 1))
    both_wrote, replace_file, written = Barrier(2, timeout=10), Path.replace, []

    def meet_before(fresh: Path, target: Path) -> Path:
        written.append(fresh.name)
        both_wrote.wait()
        return replace_file(fresh, target)

    monkeypatch.setattr(Path, "replace", meet_before)

    with ThreadPoolExecutor(2) as threads:
        found = [one.result() for one in [threads.submit(store.find, "tiny") for _ in range(2)]]

    assert found == [put, put]
    assert len(set(written)) == 2
    assert {one.path: one.modified for one in read_manifest(put.path).files}["config.json"] == 1
    assert sorted(files_below(put.path)) == sorted([*WHISPER, MANIFEST])


def test_times_that_cannot_be_put_down_leave_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stored(store, "tiny")
    os.utime(put.path / "config.json", (1, 1))
    monkeypatch.setattr(Path, "replace", _read_only)

    assert store.find("tiny") == put

    assert sorted(files_below(put.path)) == sorted([*WHISPER, MANIFEST])


def test_a_file_with_other_bytes_and_another_time_is_told(store: Store) -> None:
    put = stored(store, "tiny")
    (put.path / "config.json").write_bytes(b"[]")
    os.utime(put.path / "config.json", (1, 1))

    with pytest.raises(WeightsError, match=r"config\.json: wanted sha256 \w{64}, got \w{64}"):
        store.find("tiny")


@pytest.mark.parametrize(
    ("repo", "hint"),
    [
        ("someone/somewhere", "diascribe models pull ctc-en"),
        (None, "diascribe models pull ctc-en --from FOLDER"),
    ],
)
def test_a_damaged_model_comes_again_from_where_it_came(
    store: Store, repo: str | None, hint: str
) -> None:
    put = stored(store, "ctc-en", ALIGNER)
    (put.path / MANIFEST).write_text(replace(read_manifest(put.path), repo=repo).text())
    (put.path / "vocab.json").unlink()

    with pytest.raises(WeightsError) as damaged:
        store.find("ctc-en")

    assert damaged.value.hint == hint


def test_all_files_that_are_wrong_are_told_at_once(store: Store) -> None:
    put = stored(store, "tiny")
    (put.path / "tokenizer.json").unlink()
    os.truncate(put.path / "model.bin", 1)

    with pytest.raises(WeightsError, match=r"model.bin.*tokenizer.json"):
        store.find("tiny")


def test_files_of_another_time_are_read_once_and_their_time_put_down(store: Store) -> None:
    put = stored(store, "tiny")
    os.utime(put.path / "model.bin", (1_000, 1_000))

    assert store.find("tiny") == put

    times = {one.path: one.modified for one in read_manifest(put.path).files}
    assert times["model.bin"] == 1_000


def test_files_of_another_time_in_a_folder_that_cannot_be_written_do_as_well(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stored(store, "tiny")
    before = (put.path / MANIFEST).read_text()
    os.utime(put.path / "model.bin", (1_000, 1_000))
    monkeypatch.setattr(Path, "write_text", _read_only)

    assert store.find("tiny") == put
    assert (put.path / MANIFEST).read_text() == before


def _read_only(*_: object) -> None:
    raise PermissionError


def test_bytes_that_changed_under_the_same_size_and_time_are_seen_by_verify(store: Store) -> None:
    put = stored(store, "tiny")
    kept = (put.path / "model.bin").stat()
    (put.path / "model.bin").write_bytes(bytes(kept.st_size))
    os.utime(put.path / "model.bin", ns=(kept.st_atime_ns, kept.st_mtime_ns))

    assert store.find("tiny") == put
    with pytest.raises(WeightsError, match=r"model.bin: wanted sha256"):
        finished(store.verify("tiny"))


def test_verify_reads_every_byte_and_tells_how_far_it_is(store: Store) -> None:
    put = stored(store, "tiny")

    steps = list(store.verify("tiny"))

    assert [one.done for one in steps] == sorted(one.done for one in steps)
    assert steps[-1].done == steps[-1].total == put.size


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not what diascribe writes"),
        ("[]", "not what diascribe writes"),
        ("{}", "not what diascribe writes"),
        ("[" * 100_000, "not what diascribe writes"),
        (
            '{"schema": 1, "files": [{"size": Infinity, "modified": 0}]}',
            "not what diascribe writes",
        ),
        ('{"schema": 2}', "wanted schema 1, got 2"),
        ('{"schema": 1, "name": "x", "repo": null, "revision": "1", "files": []}', "is that of x"),
        ('{"schema": 1, "files": [{"path": "a", "size": -1, "modified": 0}]}', "size -1"),
        ('{"schema": 1, "files": [{"path": "../a", "size": 1, "modified": 0}]}', "no file of a"),
    ],
)
def test_a_manifest_that_is_none_is_damage(store: Store, text: str, told: str) -> None:
    put = stored(store, "tiny")
    (put.path / MANIFEST).write_text(text)

    with pytest.raises(WeightsError, match=told):
        store.find("tiny")
    assert list(store.installed()) == []
    assert [one.name for one in store.present()] == ["tiny"]


def test_a_manifest_that_is_no_text_or_absent_is_damage(store: Store) -> None:
    put = stored(store, "tiny")

    (put.path / MANIFEST).write_bytes(b"\xff")
    with pytest.raises(WeightsError, match=r"not UTF-8"):
        store.find("tiny")
    (put.path / MANIFEST).unlink()
    with pytest.raises(WeightsError, match=r"manifest.json: cannot be read: No such file"):
        store.find("tiny")


def test_a_manifest_tells_revision_and_hashes_to_whoever_reads_it(store: Store) -> None:
    put = stored(store, "ctc-en", ALIGNER)

    told = json.loads((put.path / MANIFEST).read_text())

    assert told["schema"] == 1
    assert (told["name"], told["repo"], told["revision"]) == ("ctc-en", None, put.revision)
    assert [one["path"] for one in told["files"]] == ["model.onnx", "vocab.json"]


def test_removing_takes_all_of_a_model(store: Store) -> None:
    stored(store, "tiny")
    stored(store, "base")
    with reserved(store.root, "tiny") as folder:
        (folder / "half").write_bytes(b"half")

    store.remove("tiny")

    assert [one.entry.name for one in store.installed()] == ["base"]
    left = [name for name in files_below(store.root) if not name.startswith((".given", "base"))]
    assert [name for name in left if not name.endswith(".lock")] == []


def test_removing_takes_a_damaged_model(store: Store) -> None:
    put = stored(store, "tiny")
    (put.path / MANIFEST).unlink()

    store.remove("tiny")

    assert list(store.present()) == []


def test_what_is_not_there_cannot_be_removed(store: Store) -> None:
    with pytest.raises(UnknownModelError, match=r"^tiny: not installed"):
        store.remove("tiny")


def test_what_another_process_installs_is_left_alone(store: Store) -> None:
    stored(store, "tiny")

    with (
        reserved(store.root, "tiny"),
        pytest.raises(WeightsError, match=r"another process is installing it"),
    ):
        store.remove("tiny")

    assert store.find("tiny").size


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../up", "a/../b", "a//b", ".hidden", "a/.b", "a\\b", "a\nb", "c:", "a/",
     "manifest.json"],
)  # fmt: skip
def test_no_file_of_a_model_may_lead_elsewhere(name: str) -> None:
    with pytest.raises(WeightsError, match=r"no file of a model may have that name"):
        checked_path(name)


def test_a_model_that_a_dead_process_left_beside_its_place_is_put_back(store: Store) -> None:
    put = stored(store, "tiny")
    beside = store.root / ".partial" / "tiny" / "old"
    beside.parent.mkdir(parents=True, exist_ok=True)
    put.path.replace(beside)

    with reserved(store.root, "tiny"):
        assert store.find("tiny") == put


def test_where_a_new_model_cannot_take_its_place_the_older_one_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stored(store, "tiny")
    rename = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.name == "local":
            raise OSError(errno.EIO, "broken")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(WeightsError, match="cannot be written: broken"):
        stored(store, "tiny", {**WHISPER, "model.bin": b"another"})

    assert store.find("tiny") == put
