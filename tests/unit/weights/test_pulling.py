"""Models come from a hub whole or not at all, and a broken pull goes on where it broke off."""

import errno
import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cli_command import files_below
from hub import COMMIT, TOKEN, FakeHub, serving
from huggingface_hub import constants
from stored_models import PARAKEET, WHISPER, finished, stored

from diascribe.errors import (
    DiascribeError,
    DownloadError,
    GatedModelError,
    OptionsError,
    StoreFullError,
    UnknownModelError,
    WeightsError,
)
from diascribe.weights.hub import Hub
from diascribe.weights.manifest import Transfer, read_manifest
from diascribe.weights.placing import reserved
from diascribe.weights.pulling import Puller
from diascribe.weights.store import Store

WORKS = "what is installed works without a network"
TINY = "Systran/faster-whisper-tiny"
GATED = "pyannote/speaker-diarization-community-1"
PIPELINE = {
    "config.yaml": b"a: 1\n",
    "segmentation/pytorch_model.bin": b"s" * 99,
    "embedding/pytorch_model.bin": b"e" * 99,
    "plda/plda.npz": b"p" * 9,
    "README.md": b"not wanted",
}
SIZE = sum(map(len, WHISPER.values()))

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as the system call's


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    repos = {TINY: {**WHISPER, "README.md": b"not wanted"}, GATED: dict(PIPELINE)}
    with serving(FakeHub(repos, gated={GATED})) as served:
        yield served


@pytest.fixture
def puller(hub: FakeHub, tmp_path: Path) -> Puller:
    return Puller(Store(tmp_path / "models"), Hub(hub.address, pause_s=0, tries=2))


def broken(puller: Puller, name: str = "tiny") -> DiascribeError:
    """What ends a pull; nothing is installed then."""
    with pytest.raises(DiascribeError) as ended:
        finished(puller.pull(name))
    assert list(puller.store.installed()) == []
    return ended.value


def test_a_pulled_model_has_the_files_that_it_needs_and_its_commit(puller: Puller) -> None:
    pulled = finished(puller.pull("tiny"))

    assert pulled == puller.store.find("tiny")
    assert pulled.revision == COMMIT
    assert {one: (pulled.path / one).read_bytes() for one in WHISPER} == WHISPER
    assert sorted(files_below(pulled.path)) == sorted([*WHISPER, "manifest.json"])
    assert read_manifest(pulled.path).repo == TINY


def test_a_pull_tells_how_far_it_is_in_bytes(puller: Puller) -> None:
    steps = list(puller.pull("tiny"))

    assert steps[0] == Transfer(0, SIZE)
    assert steps[-1] == Transfer(SIZE, SIZE)
    assert [one.done for one in steps] == sorted(one.done for one in steps)


def test_a_token_is_not_sent_on_to_the_server_that_has_the_files(
    puller: Puller, hub: FakeHub
) -> None:
    with serving(FakeHub({GATED: dict(PIPELINE)})) as elsewhere:
        hub.moved_to = elsewhere.address

        finished(replace(puller, token=TOKEN).pull("pyannote-community-1"))

    assert {one.token for one in hub.asked} == {TOKEN}
    assert len(elsewhere.asked) == len(PIPELINE) - 1
    assert {one.token for one in elsewhere.asked} == {None}


@pytest.mark.parametrize("token", ["s\u00e9cret-one", "secret\nsecret-two", "secret\0secret"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(
    puller: Puller, hub: FakeHub, token: str
) -> None:
    failure = broken(replace(puller, token=token), "pyannote-community-1")

    assert isinstance(failure, OptionsError)
    assert "HF_TOKEN" in str(failure)
    assert "cret" not in f"{failure} {failure.hint} {failure.__cause__}"
    assert hub.asked == []


def test_a_broken_connection_is_taken_up_where_it_broke(puller: Puller, hub: FakeHub) -> None:
    hub.breaks_after = [2, 1_000]

    pulled = finished(puller.pull("tiny"))

    assert (pulled.path / "model.bin").read_bytes() == WHISPER["model.bin"]
    assert [one for one in hub.files_asked() if one[0] == "model.bin"] == [
        ("model.bin", 0),
        ("model.bin", 1_000),
    ]


def test_a_server_that_sends_only_whole_files_is_understood(puller: Puller, hub: FakeHub) -> None:
    hub.ranges = False
    hub.breaks_after = [2, 1_000]

    pulled = finished(puller.pull("tiny"))

    assert (pulled.path / "model.bin").read_bytes() == WHISPER["model.bin"]


def test_an_answer_that_may_be_another_a_second_later_is_asked_for_again(
    puller: Puller, hub: FakeHub
) -> None:
    hub.statuses = [503, 0, 429]

    assert finished(puller.pull("tiny")).size == SIZE


def test_a_pull_that_broke_off_goes_on_with_what_came(puller: Puller, hub: FakeHub) -> None:
    hub.breaks_after = [2, 1_000, 0]
    failure = broken(puller)
    hub.asked.clear()

    steps = list(puller.pull("tiny"))

    assert isinstance(failure, DownloadError)
    assert failure.hint == "what came is kept: pull again"
    assert hub.files_asked() == [("model.bin", 1_000), ("tokenizer.json", 0), ("vocabulary.txt", 0)]
    assert steps[-1].done == SIZE
    assert puller.store.find("tiny").size == SIZE


def test_a_pull_that_is_stopped_goes_on_with_what_came(puller: Puller, hub: FakeHub) -> None:
    steps = puller.pull("tiny")
    while next(steps).done < len(WHISPER["config.json"]) + len(WHISPER["model.bin"]):
        pass
    steps.close()
    assert list(puller.store.installed()) == []
    hub.asked.clear()

    finished(puller.pull("tiny"))

    assert [name for name, _ in hub.files_asked()] == ["tokenizer.json", "vocabulary.txt"]


def test_what_came_of_another_revision_is_not_mixed_in(puller: Puller, hub: FakeHub) -> None:
    hub.breaks_after = [2, 1_000, 0]
    broken(puller)
    hub.commit = "d" * 40
    hub.repos[TINY]["model.bin"] = b"new" * 1_000

    pulled = finished(puller.pull("tiny"))

    assert pulled.revision == "d" * 40
    assert (pulled.path / "model.bin").read_bytes() == b"new" * 1_000
    assert [name for name in files_below(puller.store.root) if COMMIT in name] == []


def test_what_came_is_proved_too(puller: Puller, hub: FakeHub) -> None:
    hub.breaks_after = [2, 1_000, 0]
    broken(puller)
    (half,) = puller.store.root.rglob("model.bin")
    half.write_bytes(b"x" * 1_000)

    failure = broken(puller)

    assert "model.bin: wanted digest" in str(failure)
    assert finished(puller.pull("tiny")).size == SIZE


def test_more_than_there_should_be_is_thrown_away(puller: Puller, hub: FakeHub) -> None:
    hub.breaks_after = [2, 1_000, 0]
    broken(puller)
    (half,) = puller.store.root.rglob("model.bin")
    half.write_bytes(b"x" * 100_000)

    assert finished(puller.pull("tiny")).size == SIZE


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_other_bytes_than_announced_are_refused(puller: Puller, hub: FakeHub, name: str) -> None:
    hub.sends[name] = b"x" * len(WHISPER[name])

    failure = broken(puller)

    assert type(failure) is WeightsError
    assert str(failure).startswith(f"{name}: wanted digest ")
    assert list(puller.store.root.rglob(name)) == []


def test_more_bytes_than_announced_are_refused(puller: Puller, hub: FakeHub) -> None:
    hub.sends["config.json"] = b"{}    "

    assert "config.json: wanted 2 bytes, more came" in str(broken(puller))


def test_pulling_again_does_nothing_without_a_newer_revision(puller: Puller, hub: FakeHub) -> None:
    finished(puller.pull("tiny"))
    hub.asked.clear()

    assert list(puller.pull("tiny")) == [Transfer(SIZE, SIZE)]
    assert hub.files_asked() == []


def test_pulling_again_brings_a_newer_revision(puller: Puller, hub: FakeHub) -> None:
    finished(puller.pull("tiny"))
    hub.commit = "d" * 40
    hub.repos[TINY]["config.json"] = b'{"new": 1}'

    pulled = finished(puller.pull("tiny"))

    assert pulled.revision == "d" * 40
    assert (pulled.path / "config.json").read_bytes() == b'{"new": 1}'


def test_pulling_again_repairs_what_is_damaged(puller: Puller) -> None:
    pulled = finished(puller.pull("tiny"))
    (pulled.path / "model.bin").write_bytes(b"short")

    assert finished(puller.pull("tiny")) == pulled
    assert (pulled.path / "model.bin").read_bytes() == WHISPER["model.bin"]


def test_without_a_network_it_is_told_what_works(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored(store, "base")
    puller = Puller(store, Hub("http://127.0.0.1:9", pause_s=0))

    with pytest.raises(DownloadError) as refused:
        finished(puller.pull("tiny"))

    assert "the hub cannot be reached" in str(refused.value)
    assert str(refused.value).endswith(f"; {WORKS}: base, pocketsphinx-en-us")
    assert "diascribe models pull tiny --from FOLDER" in refused.value.hint


def test_where_the_network_must_not_be_used_it_is_not(puller: Puller, hub: FakeHub) -> None:
    offline = Puller(puller.store, puller.hub, offline=True)

    failure = broken(offline)

    told = "tiny: DIASCRIBE_OFFLINE forbids the network"
    assert str(failure) == f"{told}; {WORKS}: pocketsphinx-en-us"
    assert hub.asked == []


def test_where_the_client_may_not_use_the_network_that_is_told(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    assert "HF_HUB_OFFLINE forbids the network" in str(broken(puller))


def test_a_gated_model_without_a_token_names_page_and_variable(
    puller: Puller, hub: FakeHub
) -> None:
    failure = broken(puller, "pyannote-community-1")

    assert isinstance(failure, GatedModelError)
    assert f"{hub.address}/{GATED}" in failure.hint
    assert "HF_TOKEN" in failure.hint
    assert hub.asked == []


def test_a_token_that_has_not_accepted_the_terms_names_the_page(
    puller: Puller, hub: FakeHub
) -> None:
    failure = broken(Puller(puller.store, puller.hub, "another"), "pyannote-community-1")

    assert isinstance(failure, GatedModelError)
    assert f"{hub.address}/{GATED}" in failure.hint


def test_a_password_in_the_hubs_address_is_never_shown(tmp_path: Path) -> None:
    hub = Hub("http://ada:secret@127.0.0.1:1", pause_s=0, tries=1)
    puller = Puller(Store(tmp_path / "models"), hub)

    failures = [broken(puller), broken(puller, "pyannote-community-1")]

    assert "http://127.0.0.1:1/pyannote" in failures[1].hint
    for one in failures:
        assert "secret" not in f"{one} {one.hint} {hub}"


def test_a_token_that_accepted_gets_a_gated_model(puller: Puller) -> None:
    pulled = finished(Puller(puller.store, puller.hub, TOKEN).pull("pyannote-community-1"))

    assert sorted(files_below(pulled.path)) == sorted(
        ["manifest.json", *(one for one in PIPELINE if one != "README.md")]
    )


def test_the_token_is_sent_for_gated_models_only_and_none_is_looked_for(
    puller: Puller, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "of-the-environment")

    finished(Puller(puller.store, puller.hub, TOKEN).pull("tiny"))
    free = {one.token for one in hub.asked}
    hub.asked.clear()
    finished(Puller(puller.store, puller.hub, TOKEN).pull("pyannote-community-1"))

    assert free == {None}
    assert {one.token for one in hub.asked} == {TOKEN}


@pytest.mark.parametrize("tells", [True, False])
def test_the_token_is_sent_for_a_free_model_where_its_makers_gated_it_since(
    puller: Puller, hub: FakeHub, *, tells: bool
) -> None:
    hub.gated.add(TINY)
    hub.tells = tells

    pulled = finished(Puller(puller.store, puller.hub, TOKEN).pull("tiny"))

    assert pulled.size == SIZE
    refused = [one.path for one in hub.asked if one.token is None]
    assert set(refused) == {one.path for one in hub.asked}
    assert sorted(one.path for one in hub.asked if one.token == TOKEN) == sorted(
        one for one in refused if not tells or "/resolve/" in one
    )


def test_the_token_is_sent_for_what_a_mirror_hides(puller: Puller, hub: FakeHub) -> None:
    hub.hidden.add(TINY)

    assert finished(Puller(puller.store, puller.hub, TOKEN).pull("tiny")).size == SIZE


def test_a_token_that_a_refusal_asked_for_does_not_go_elsewhere_either(
    puller: Puller, hub: FakeHub
) -> None:
    hub.gated.add(TINY)
    with serving(FakeHub({TINY: dict(WHISPER)})) as elsewhere:
        hub.moved_to = elsewhere.address

        finished(Puller(puller.store, puller.hub, TOKEN).pull("tiny"))

    assert len(elsewhere.asked) == len(WHISPER)
    assert {one.token for one in elsewhere.asked} == {None}


@pytest.mark.parametrize("of", ["gated", "hidden"])
def test_a_refusal_without_a_token_says_how_to_set_one_and_is_not_asked_about_again(
    puller: Puller, hub: FakeHub, of: str
) -> None:
    getattr(hub, of).add(TINY)

    failure = broken(puller)

    assert "set HF_TOKEN to a token of yours" in failure.hint
    assert len(hub.asked) == 1


@pytest.mark.parametrize("of", ["gated", "hidden"])
def test_a_token_that_does_not_help_is_sent_once_and_never_shown(
    puller: Puller, hub: FakeHub, of: str
) -> None:
    getattr(hub, of).add(TINY)

    failure = broken(Puller(puller.store, puller.hub, "not-accepted"))

    assert [one.token for one in hub.asked] == [None, "not-accepted"]
    assert "set HF_TOKEN" not in failure.hint
    assert "not-accepted" not in f"{failure} {failure.hint} {failure.__cause__}"


def test_requests_tell_who_asks_and_nothing_of_the_machine(puller: Puller, hub: FakeHub) -> None:
    finished(puller.pull("tiny"))

    for one in hub.asked:
        parts = {part.strip().partition("/")[0] for part in one.agent.split(";")}
        assert parts == {"diascribe", "hf_hub", "python"}


def test_a_token_is_not_shown(puller: Puller) -> None:
    hub = Hub(token="secret", reserve="secret")  # noqa: S106

    assert "secret" not in repr(Puller(puller.store, hub, "secret"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ctc-de", "is not published in a form that can be pulled: it takes an ONNX export of "),
        ("ge2e", "comes in the package diascribe: there is nothing to pull"),
    ],
)
def test_what_cannot_be_pulled_says_how_to_have_it(puller: Puller, name: str, told: str) -> None:
    failure = broken(puller, name)

    assert isinstance(failure, OptionsError)
    assert told in str(failure)


def test_an_unknown_model_is_refused_before_the_hub_is_asked(puller: Puller, hub: FakeHub) -> None:
    assert isinstance(broken(puller, "tinny"), UnknownModelError)
    assert hub.asked == []


def test_a_repository_that_is_not_there_is_told(puller: Puller) -> None:
    failure = broken(puller, "base")

    assert "Systran/faster-whisper-base: the hub has no such repository" in str(failure)


def test_a_repository_without_a_needed_file_is_told(puller: Puller, hub: FakeHub) -> None:
    del hub.repos[TINY]["tokenizer.json"]

    assert f"{TINY}: lacks tokenizer.json" in str(broken(puller))
    assert hub.files_asked() == []


def test_a_file_that_the_hub_announces_and_does_not_have_is_told(
    puller: Puller, hub: FakeHub
) -> None:
    hub.statuses = [404]

    assert "the hub answers with status 404" in str(broken(puller))


@pytest.mark.parametrize(
    "says",
    [
        b"<html>Please log in</html>",
        b"[]",
        b'{"id": "x"}',
        b'{"id": "x", "sha": "c0ffee", "siblings": [{"rfilename": "model.bin"}]}',
    ],
)
def test_what_is_no_hub_is_told(puller: Puller, hub: FakeHub, says: bytes) -> None:
    hub.says = says

    assert isinstance(broken(puller), DownloadError)


def test_a_hub_that_names_its_commit_after_another_folder_is_refused(
    puller: Puller, hub: FakeHub
) -> None:
    hub.commit = "../../elsewhere"

    assert "no file of a model may have that name" in str(broken(puller))
    assert not puller.store.root.exists()


def test_a_file_with_a_name_that_leads_elsewhere_is_refused(puller: Puller, hub: FakeHub) -> None:
    files = {**PARAKEET, "encoder-model.onnx\\data": b"evil"}
    hub.repos["istupakov/parakeet-tdt-0.6b-v3-onnx"] = files

    failure = broken(puller, "parakeet-tdt-0.6b-v3")

    assert "no file of a model may have that name" in str(failure)


def test_what_does_not_fit_is_refused_before_it_is_fetched(
    puller: Puller, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, SIZE - 1))

    failure = broken(puller)

    assert isinstance(failure, StoreFullError)
    assert "DIASCRIBE_MODELS" in failure.hint
    assert hub.files_asked() == []


def test_what_came_already_needs_no_more_room(
    puller: Puller, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.breaks_after = [2, 1_000, 0]
    broken(puller)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, SIZE - 1_000))

    assert finished(puller.pull("tiny")).size == SIZE


def test_a_disk_that_fills_up_meanwhile_is_told_and_what_came_is_kept(
    puller: Puller, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Hub, *__: object) -> Iterator[bytes]:
        yield b"{}"
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Hub, "read", full)
        failure = broken(puller)
    finished(puller.pull("tiny"))

    assert isinstance(failure, StoreFullError)
    assert ("config.json", 0) not in hub.files_asked()


def test_a_folder_that_cannot_be_written_is_told(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    puller = Puller(Store(tmp_path / "file" / "models"), Hub(hub.address))

    assert "cannot be written: Not a directory" in str(broken(puller))


def test_two_processes_do_not_pull_the_same_model(puller: Puller) -> None:
    with reserved(puller.store.root, "tiny"):
        failure = broken(puller)

    assert str(failure) == "tiny: another process is installing it"
