"""Laws of the store: nothing leads out of it, whatever comes, and breaks change nothing."""

import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from hub import FakeHub, serving
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_models import finished, stored

from diascribe.errors import DiascribeError, WeightsError
from diascribe.weights.bundle import bundle
from diascribe.weights.hub import Hub
from diascribe.weights.manifest import Manifest, StoredFile, checked_path, parse_manifest
from diascribe.weights.pulling import Puller
from diascribe.weights.store import Store
from diascribe.weights.unbundle import unbundle

REPO = "Systran/faster-whisper-tiny"
BASE = {"config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a"}

contents = st.binary(max_size=3_000)


@given(st.text(alphabet="a./\\:\0 \n", max_size=12))
def test_a_path_that_is_taken_stays_below_its_folder(text: str) -> None:
    try:
        path = checked_path(text)
    except WeightsError:
        return

    parts = PurePosixPath(path).parts
    assert "/".join(parts) == path
    assert parts
    assert all(one not in {"..", ".", "/"} for one in parts)


@given(
    st.lists(
        st.builds(
            StoredFile,
            st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True),
            st.integers(0, 2**40),
            st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
            st.integers(0, 2**40),
        ),
        max_size=4,
    ),
    st.none() | st.text(),
)
def test_a_manifest_is_read_as_it_was_written(files: list[StoredFile], repo: str | None) -> None:
    manifest = Manifest("tiny", repo, "c0ffee", tuple(files))

    assert parse_manifest(manifest.text(), "tiny") == manifest


@given(contents, st.lists(st.integers(0, 3_000), max_size=6), st.booleans())
@settings(max_examples=25)
def test_however_often_a_pull_breaks_the_same_bytes_come(
    content: bytes,
    breaks: list[int],
    ranges: bool,  # noqa: FBT001
) -> None:
    hub = FakeHub({REPO: {**BASE, "model.bin": content}}, breaks_after=breaks, ranges=ranges)
    with serving(hub), tempfile.TemporaryDirectory() as folder:
        puller = Puller(Store(Path(folder)), Hub(hub.address, tries=1))
        while not list(puller.store.present()):
            with suppress(DiascribeError):
                finished(puller.pull("tiny"))

        pulled = puller.store.find("tiny")
        assert (pulled.path / "model.bin").read_bytes() == content


@given(contents, st.sampled_from(["a.tar", "a.tar.gz"]))
@settings(max_examples=25)
def test_what_is_bundled_comes_out(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Store(Path(folder) / "here"), Store(Path(folder) / "there")
        put = stored(here, "tiny", {**BASE, "model.bin": content})
        finished(bundle(here, ["tiny"], Path(folder) / name))

        (found,) = finished(unbundle(there, Path(folder) / name))

        assert (found.path / "model.bin").read_bytes() == content
        assert found.revision == put.revision


@given(st.data())
@settings(max_examples=60)
def test_an_archive_with_any_byte_changed_gives_a_whole_model_or_none(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Store(Path(folder) / "here"), Store(Path(folder) / "there")
        stored(here, "tiny", {**BASE, "model.bin": b"weights"})
        archive = Path(folder) / "a.tar"
        finished(bundle(here, ["tiny"], archive))
        content = bytearray(archive.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        archive.write_bytes(content)

        try:
            finished(unbundle(there, archive))
        except DiascribeError:
            assert list(there.present()) == []
        else:
            assert (there.root / "tiny" / "model.bin").read_bytes() == b"weights"
