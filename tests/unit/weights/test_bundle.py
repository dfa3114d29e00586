"""Models travel in one archive, which is checked before anything of it is unpacked."""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cli_command import files_below
from stored_models import ALIGNER, WHISPER, finished, stored, written

from diascribe.errors import DiascribeError, OptionsError, SourceError, UnknownModelError
from diascribe.weights import unbundle as unpacking
from diascribe.weights.bundle import bundle
from diascribe.weights.manifest import Manifest, StoredFile, Transfer
from diascribe.weights.store import Store
from diascribe.weights.unbundle import unbundle


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "models")
    stored(store, "tiny")
    stored(store, "ctc-en", ALIGNER)
    return store


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """The store of another machine."""
    return Store(tmp_path / "elsewhere" / "models")


@pytest.fixture
def members(store: Store, tmp_path: Path) -> dict[str, bytes]:
    """What a bundle of `tiny` holds, in its order."""
    finished(bundle(store, ["tiny"], tmp_path / "good.tar"))
    with tarfile.open(tmp_path / "good.tar") as archive:
        files = {one.name: archive.extractfile(one) for one in archive}
        return {name: file.read() for name, file in files.items() if file is not None}


Change = Callable[[tarfile.TarInfo], None]


def unchanged(info: tarfile.TarInfo) -> None:
    """Leave a member as it is."""
    del info


def packed(path: Path, members: Mapping[str, bytes], changes: Mapping[str, Change]) -> Path:
    """An archive of these files, some of which are something else."""
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            changes.get(name, unchanged)(info)
            archive.addfile(info, io.BytesIO(content))
    return path


def refused(store: Store, path: Path) -> DiascribeError:
    """Why an archive is not taken; nothing is installed, and nothing lies elsewhere."""
    before = set(files_below(store.root.parents[1]))
    with pytest.raises(DiascribeError) as why:
        finished(unbundle(store, path))
    assert list(store.present()) == []
    after = set(files_below(store.root.parents[1])) - before
    assert all(name.startswith("elsewhere/models/.partial/") for name in after)
    return why.value


@pytest.mark.parametrize("name", ["model.tar.gz", "models.tgz", "models.tar"])
def test_what_is_bundled_here_is_installed_there(
    store: Store, other: Store, tmp_path: Path, name: str
) -> None:
    finished(bundle(store, ["tiny", "ctc-en"], tmp_path / name))

    there = finished(unbundle(other, tmp_path / name))

    assert [(one.entry.name, one.revision, one.size) for one in there] == [
        (one.entry.name, one.revision, one.size)
        for one in (store.find("ctc-en"), store.find("tiny"))
    ]
    assert (other.root / "tiny" / "model.bin").read_bytes() == WHISPER["model.bin"]


def test_an_archive_unpacked_by_others_is_a_store(store: Store, tmp_path: Path) -> None:
    finished(bundle(store, ["tiny", "ctc-en"], tmp_path / "model.tar.gz"))

    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        archive.extractall(tmp_path / "model", filter="data")

    assert [one.entry.name for one in Store(tmp_path / "model").installed()] == ["tiny", "ctc-en"]
    assert Store(tmp_path / "model").find("tiny").revision == store.find("tiny").revision


def test_the_same_models_give_the_same_bytes(store: Store, tmp_path: Path) -> None:
    finished(bundle(store, ["tiny", "ctc-en"], tmp_path / "one.tar.gz"))
    finished(bundle(store, ["ctc-en", "tiny", "tiny"], tmp_path / "two.tar.gz"))

    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_bundling_and_unpacking_tell_how_far_they_are(
    store: Store, other: Store, tmp_path: Path
) -> None:
    size = store.find("tiny").size

    out = list(bundle(store, ["tiny"], tmp_path / "model.tar"))
    back = list(unbundle(other, tmp_path / "model.tar"))

    assert out[-1] == Transfer(size, size)
    assert [one.done for one in back] == sorted(one.done for one in back)
    assert back[-1].done == back[-1].total == (tmp_path / "model.tar").stat().st_size


def test_a_model_that_changed_unseen_is_not_bundled(store: Store, tmp_path: Path) -> None:
    file = store.root / "tiny" / "model.bin"
    kept = file.stat()
    file.write_bytes(bytes(kept.st_size))
    os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    with pytest.raises(DiascribeError, match=r"tiny: damaged: model\.bin: wanted sha256"):
        finished(bundle(store, ["tiny"], tmp_path / "out" / "model.tar.gz"))

    assert list(files_below(tmp_path / "out")) == []


def test_a_bundle_that_is_stopped_leaves_no_file(store: Store, tmp_path: Path) -> None:
    steps = bundle(store, ["tiny"], tmp_path / "out" / "model.tar.gz")
    next(steps)

    steps.close()

    assert list(files_below(tmp_path / "out")) == []


def test_a_file_that_cannot_be_read_is_told_by_its_own_name(store: Store, tmp_path: Path) -> None:
    steps = bundle(store, ["tiny"], tmp_path / "out" / "model.tar.gz")
    next(steps)
    (store.root / "tiny" / "tokenizer.json").unlink()

    with pytest.raises(DiascribeError) as failure:
        finished(steps)

    assert str(failure.value) == "tiny: tokenizer.json: cannot be read: No such file or directory"
    assert list(files_below(tmp_path / "out")) == []


def test_only_what_is_installed_is_bundled_and_only_to_archives(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(UnknownModelError, match=r"base: not installed; installed: tiny, ctc-en"):
        finished(bundle(store, ["base"], tmp_path / "model.tar.gz"))
    with pytest.raises(OptionsError, match=r"model\.zip: wanted a name that ends in \.tar\.gz"):
        finished(bundle(store, ["tiny"], tmp_path / "model.zip"))


def test_a_bundle_to_where_nothing_can_be_written_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(DiascribeError, match="cannot be written"):
        finished(bundle(store, ["tiny"], tmp_path / "file" / "model.tar"))


def test_the_good_archive_made_by_hand_is_taken(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    named = {f"./{name}": content for name, content in members.items()}

    assert finished(unbundle(other, packed(tmp_path / "made.tar", named, {})))


@pytest.mark.parametrize(
    "name",
    ["../evil", "/tmp/evil", "tiny/../../evil", "tiny/sub/../../../evil", "base/model.bin", "evil"],  # noqa: S108
)
def test_files_that_the_manifest_does_not_name_are_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    manifest = "tiny/manifest.json"
    evil = {manifest: members[manifest], name: b"evil", **members}

    assert "not as manifest.json says" in str(refused(other, packed(tmp_path / "a.tar", evil, {})))


@pytest.mark.parametrize("path", ["../../evil", "/evil", ".evil", "manifest.json", "a\\\\b"])
def test_a_manifest_with_a_file_that_leads_elsewhere_is_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path, path: str
) -> None:
    text = members["tiny/manifest.json"].decode().replace("tokenizer.json", path)
    evil = {**members, "tiny/manifest.json": text.encode()}

    failure = refused(other, packed(tmp_path / "a.tar", evil, {}))

    assert "no file of a model may have that name" in str(failure)


def link(kind: bytes) -> Change:
    """Make a member a link, or a device."""

    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname, info.size = kind, "/etc/passwd", 0

    return change


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE],
)
def test_links_and_devices_are_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path, kind: bytes
) -> None:
    path = packed(tmp_path / "a.tar", members, {"tiny/model.bin": link(kind)})

    assert "wanted files and folders only" in str(refused(other, path))


def test_other_bytes_than_the_manifest_says_are_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    evil = {**members, "tiny/model.bin": bytes(len(members["tiny/model.bin"]))}

    assert "model.bin: wanted sha256" in str(refused(other, packed(tmp_path / "a.tar", evil, {})))


def test_more_bytes_than_the_manifest_says_are_refused_unread(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    evil = {**members, "tiny/model.bin": bytes(10_000_000)}
    with gzip.open(tmp_path / "bomb.tar.gz", "wb") as file:
        file.write(packed(tmp_path / "a.tar", evil, {}).read_bytes())

    failure = refused(other, tmp_path / "bomb.tar.gz")

    assert "model.bin: 10000000 bytes, not as manifest.json says" in str(failure)


def test_a_remark_of_great_length_is_not_read(other: Store, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", pax_headers={"comment": "x" * 9_000_000}):
        pass

    assert "a name or remark of 9" in str(refused(other, tmp_path / "a.tar"))


def test_names_that_announce_names_without_end_are_refused(other: Store, tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1
    announcing = info.tobuf(tarfile.GNU_FORMAT) + b"a".ljust(tarfile.BLOCKSIZE, b"\0")
    (tmp_path / "a.tar").write_bytes(3_000 * announcing)

    assert "a.tar: cannot be read as an archive" in str(refused(other, tmp_path / "a.tar"))


def test_an_archive_without_a_manifest_is_refused_with_what_makes_one(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    del members["tiny/manifest.json"]

    failure = refused(other, packed(tmp_path / "a.tar", members, {}))

    assert "wanted NAME/manifest.json before a model's files" in str(failure)
    assert "diascribe models bundle" in failure.hint


def test_an_archive_of_a_model_that_nobody_knows_is_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    evil = {name.replace("tiny/", "evil/"): content for name, content in members.items()}

    failure = refused(other, packed(tmp_path / "a.tar", evil, {}))

    assert isinstance(failure, UnknownModelError)


def test_an_archive_of_a_model_under_another_name_is_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    for name, told in (("turbo", "wanted large-v3-turbo"), ("base", "is that of tiny")):
        evil = {one.replace("tiny/", f"{name}/"): content for one, content in members.items()}

        assert told in str(refused(other, packed(tmp_path / "a.tar", evil, {})))


def manifest_of(name: str, files: Mapping[str, bytes]) -> bytes:
    stored = tuple(
        StoredFile(path, len(content), hashlib.sha256(content).hexdigest(), 0)
        for path, content in files.items()
    )
    return Manifest(name, None, "r", stored).text().encode()


@pytest.mark.parametrize("files", [{}, {"config.json": b"{}"}])
def test_an_archive_of_a_model_that_lacks_what_it_needs_is_refused(
    other: Store, tmp_path: Path, files: dict[str, bytes]
) -> None:
    made = {"tiny/manifest.json": manifest_of("tiny", files)}
    made |= {f"tiny/{name}": content for name, content in files.items()}

    failure = refused(other, packed(tmp_path / "a.tar", made, {}))

    assert "tiny: it lacks model.bin" in str(failure)


def test_an_archive_does_not_take_the_place_of_what_comes_with_the_package(
    other: Store, tmp_path: Path
) -> None:
    made = {"silero/manifest.json": manifest_of("silero", {"a": b"b"}), "silero/a": b"b"}

    failure = refused(other, packed(tmp_path / "a.tar", made, {}))

    assert "silero: comes in the package faster-whisper" in str(failure)


def test_nothing_of_an_archive_that_was_refused_comes_with_the_next(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    files = {"preprocessor_config.json": b"wanted", **WHISPER}
    evil = {"tiny/manifest.json": manifest_of("tiny", files)}
    evil["tiny/preprocessor_config.json"] = b"others"
    refused(other, packed(tmp_path / "evil.tar", evil, {}))

    (there,) = finished(unbundle(other, packed(tmp_path / "good.tar", members, {})))

    assert sorted(files_below(there.path)) == sorted([*WHISPER, "manifest.json"])


def test_what_an_archive_says_of_itself_is_printable(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    text = manifest_of("tiny", WHISPER).decode().replace('"r"', '"\\u001b[31mr"')
    odd = {**members, "tiny/manifest.json": text.encode()}

    (there,) = finished(unbundle(other, packed(tmp_path / "a.tar", odd, {})))

    assert there.revision == "\N{REPLACEMENT CHARACTER}[31mr"


def test_an_archive_that_ends_too_early_is_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path
) -> None:
    members.popitem()

    assert "ends before tiny/" in str(refused(other, packed(tmp_path / "a.tar", members, {})))


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz"])
def test_of_an_archive_that_is_cut_short_anywhere_a_model_comes_whole_or_not(
    store: Store, other: Store, tmp_path: Path, suffix: str
) -> None:
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / "cut"
    finished(bundle(store, ["tiny"], whole))
    content = whole.read_bytes()

    codes = []
    for length in range(1, len(content), max(1, len(content) // 40)):
        cut.write_bytes(content[:length])
        try:
            finished(unbundle(other, cut))
        except DiascribeError as error:
            codes.append(error.code)
        for one in other.installed():
            finished(other.verify(one.entry.name))
            other.remove(one.entry.name)

    assert set(codes) == {"weights"}
    assert len(codes) > 30


@pytest.mark.parametrize("content", [b"", b"not an archive", bytes(2048), b"\x1f\x8b nor this"])
def test_what_is_no_archive_is_refused(other: Store, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar").write_bytes(content)

    assert str(refused(other, tmp_path / "a.tar")).startswith("a.tar: ")


def test_an_archive_that_is_not_there_is_told(other: Store, tmp_path: Path) -> None:
    assert isinstance(refused(other, tmp_path / "absent.tar"), SourceError)


def test_an_archive_of_too_many_files_is_refused(
    other: Store, members: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 3)

    failure = refused(other, packed(tmp_path / "a.tar", members, {}))

    assert "more than 3 files in one archive" in str(failure)


def test_a_folder_in_an_archive_is_skipped(other: Store, store: Store, tmp_path: Path) -> None:
    names = ["tiny/manifest.json", *(f"tiny/{name}" for name in sorted(WHISPER))]
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(store.root / "tiny", "tiny", recursive=False)
        for name in names:
            archive.add(store.root / name, name)

    assert finished(unbundle(other, tmp_path / "a.tar"))


def test_files_of_the_user_beside_a_model_are_not_bundled(store: Store, tmp_path: Path) -> None:
    written(store.root / "tiny", {"notes.txt": b"mine"})

    finished(bundle(store, ["tiny"], tmp_path / "model.tar"))

    with tarfile.open(tmp_path / "model.tar") as archive:
        assert "tiny/notes.txt" not in archive.getnames()
