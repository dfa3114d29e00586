"""`diascribe models` has models on this machine, and tells people and machines of them."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_command import COMMAND, PATIENCE_S, Run, fake_engine, files_below, runner, until
from hub import COMMIT, TOKEN, FakeHub, serving
from stored_models import WHISPER, finished, stored

from diascribe.weights.catalog import CATALOG
from diascribe.weights.store import Store

NANO = Path(__file__).parents[2] / "data" / "nano"
TINY = "Systran/faster-whisper-tiny"
CHECKPOINTS = {
    "config.yaml": b"version: 4",
    "segmentation/pytorch_model.bin": b"network",
    "embedding/pytorch_model.bin": b"another",
    "plda/plda.npz": b"numbers",
}
SIZE = sum(map(len, WHISPER.values()))


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    gated = CATALOG["pyannote-community-1"].repo
    assert gated is not None
    with serving(FakeHub({TINY: dict(WHISPER), gated: {}}, gated={gated})) as served:
        yield served


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("DIASCRIBE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return Store(tmp_path / "models")


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    assert store.root.name == "models"
    return runner(monkeypatch, capsys, fake_engine())


def test_without_a_command_its_help_is_shown(run: Run) -> None:
    ran = run("models")

    assert "pull" in ran.out
    assert (ran.status, ran.err) == (2, "")


def test_the_list_shows_every_model_and_which_are_there(run: Run, store: Store) -> None:
    stored(store, "tiny")
    damaged = stored(store, "base")
    (damaged.path / "model.bin").unlink()
    (store.root / "medium").mkdir()

    ran = run("models", "list")

    rows = {line.split()[0]: line for line in ran.out.splitlines() if line}
    assert list(CATALOG) == [name for name in rows if name in CATALOG]
    assert rows["tiny"].split()[1] == "installed"
    assert rows["base"].split()[1] == "damaged"
    assert rows["ge2e"].split()[1] == "embedded"
    assert rows["small"].split()[1] == "recognition"
    assert rows["medium"].split()[1] == "damaged"
    assert "its makers want their terms accepted" in rows["pyannote-community-1"]
    assert "not used by this version" in rows["pyannote-community-1"]
    assert str(store.root) in ran.out
    assert ran.status == 0


def test_the_list_is_there_for_machines(run: Run, store: Store) -> None:
    put = stored(store, "tiny")

    told = json.loads(run("models", "list", "--json").out)

    models = {one["name"]: one for one in told["models"]}
    assert told["folder"] == str(store.root)
    assert models.keys() == CATALOG.keys()
    assert models["tiny"]["state"] == "installed"
    assert models["tiny"]["installed"]["revision"] == put.revision
    assert (models["base"]["state"], models["base"]["installed"]) == (None, None)
    assert (models["base"]["used"], models["pyannote-community-1"]["used"]) == (True, False)


def test_a_model_is_pulled_and_told_with_source_size_and_licence(
    run: Run, store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)

    ran = run("models", "pull", "tiny")

    assert ran.err == f"tiny: about 75 MB, from {TINY}, licence MIT\n"
    assert ran.out == f"tiny ({COMMIT[:18]}): installed\n"
    assert ran.status == 0
    assert store.find("tiny").revision == COMMIT


def test_a_pull_is_told_to_machines(
    run: Run, store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)

    told = json.loads(run("models", "pull", "tiny", "--json").out)

    folder = str(store.root / "tiny")
    assert told == {
        "models": [{"name": "tiny", "revision": COMMIT, "folder": folder, "bytes": SIZE}]
    }


def test_a_token_of_the_environment_is_sent_for_a_gated_model(
    run: Run, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("HF_TOKEN", TOKEN)

    ran = run("models", "pull", "pyannote-community-1")

    assert "lacks config.yaml" in ran.err  # the gate let it through to an empty repository
    assert {one.token for one in hub.asked} == {TOKEN}


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("pull",), 2, "names: wanted at least one model"),
        (("pull", "tinny"), 2, "tinny: no model has that name, near it are tiny"),
        (("pull", "ctc-de"), 2, "hint: diascribe models pull ctc-de --from FOLDER"),
        (("pull", "tiny"), 1, "the hub cannot be reached"),
        (("pull", "pyannote-community-1"), 1, "set HF_TOKEN"),
        (("pull", "tiny", "--from", __file__), 2, "an archive names its models itself"),
        (("pull", "tiny", "--from", "absent"), 2, "absent: cannot be read: No such file"),
        (("pull", "--from", "absent.tar"), 2, "absent.tar: cannot be read: No such file"),
        (("pull", "--from", "."), 2, "a folder is one model: say which one"),
        (("verify", "tiny"), 2, "tiny: not installed; installed: pocketsphinx-en-us"),
        (("bundle", "tiny"), 2, "hint: diascribe models pull tiny"),
        (("remove", "tiny"), 2, "(hint: diascribe models list shows what is there)"),
        (("pull", "large-v33"), 2, "near it are large-v3 and large-v2 and large-v1"),
        (("bundle",), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    run: Run, arguments: tuple[str, ...], status: int, told: str
) -> None:
    ran = run("models", *arguments)

    assert len(ran.errors) == 1
    assert told in ran.errors[0]
    assert (ran.status, ran.out) == (status, "")


def test_offline_is_obeyed_and_what_works_is_told(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(store, "base")
    monkeypatch.setenv("DIASCRIBE_OFFLINE", "1")

    ran = run("models", "pull", "tiny")

    assert (
        "forbids the network; what is installed works without a network: base, pocketsphinx"
        in ran.err
    )
    assert "hint: diascribe models pull tiny --from FOLDER takes the files" in ran.err
    assert ran.status == 1


def test_a_folder_is_installed_without_a_network(run: Run, store: Store) -> None:
    ran = run("models", "pull", "ctc-de", "--from", NANO / "ctc")

    assert ran.status == 0
    assert ran.out.startswith("ctc-de (local-")
    assert store.find("ctc-de").size


@pytest.mark.parametrize("language", ["sv", "cy"])
def test_an_aligner_of_any_language_is_installed_listed_found_and_removed(
    run: Run, store: Store, language: str
) -> None:
    name, folder = f"ctc-{language}", str(NANO / "ctc")

    ran = run("models", "pull", name, "--from", folder)

    assert (ran.status, ran.out.split()[0]) == (0, name)
    rows = {line.split()[0]: line for line in run("models", "list").out.splitlines() if line}
    assert rows[name].split()[1] == "installed"
    assert [one.entry.name for one in store.installed() if one.entry.speaks(language)] == [name]
    assert run("models", "verify").out == ran.out.replace("installed", "right")
    assert run("models", "remove", name).status == 0
    assert list(store.installed()) == []


def test_a_folder_of_another_name_in_the_store_is_no_model(run: Run, store: Store) -> None:
    (store.root / "ctc-welsh").mkdir(parents=True)

    assert "ctc-welsh" not in run("models", "list").out


@pytest.mark.parametrize(
    ("name", "family", "cut"), [("tiny", "whisper", "model.bin"), ("ctc-de", "ctc", "model.onnx")]
)
def test_a_model_that_is_cut_short_is_refused_and_nothing_is_installed(
    run: Run, store: Store, tmp_path: Path, name: str, family: str, cut: str
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(NANO / family, folder)
    os.truncate(folder / cut, 300_000)

    ran = run("models", "pull", name, "--from", folder)

    (error,) = ran.errors
    assert (ran.status, ran.out) == (1, "")
    assert cut in error
    assert not list(files_below(store.root))


def test_a_bundle_is_installed_elsewhere(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(store, "tiny")
    archive = tmp_path / "out" / "model.tar.gz"

    bundled = run("models", "bundle", "tiny", "-o", archive, "--json")
    monkeypatch.setenv("DIASCRIBE_MODELS", str(tmp_path / "elsewhere"))
    pulled = run("models", "pull", "--from", archive)

    told = {"archive": str(archive), "bytes": archive.stat().st_size}
    assert json.loads(bundled.out) == told
    assert (bundled.status, pulled.status) == (0, 0)
    assert Store(tmp_path / "elsewhere").find("tiny").revision == store.find("tiny").revision


def test_bundling_tells_people_where_the_archive_is(run: Run, store: Store, tmp_path: Path) -> None:
    stored(store, "tiny")

    assert (
        run("models", "bundle", "tiny", "-o", tmp_path / "a.tar").out == f"{tmp_path}/a.tar: 0 MB\n"
    )


def test_verify_proves_all_that_are_there_and_goes_on_after_damage(run: Run, store: Store) -> None:
    damaged = stored(store, "small")
    stored(store, "tiny")
    (damaged.path / "model.bin").write_bytes(b"short")

    ran = run("models", "verify")

    (error,) = ran.errors
    assert "small: damaged: model.bin: wanted 10240 bytes, got 5" in error
    assert ran.out.startswith("tiny (local-")
    assert ran.out.endswith("): right\n")
    assert ran.status == 1


def test_verify_of_nothing_says_that_nothing_is_installed(run: Run, store: Store) -> None:
    ran = run("models", "verify")

    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"no model is installed in {store.root}\n"


def test_verify_of_right_models_ends_with_0(run: Run, store: Store) -> None:
    stored(store, "tiny")

    ran = run("models", "verify", "tiny", "--json")

    assert [one["name"] for one in json.loads(ran.out)["models"]] == ["tiny"]
    assert ran.status == 0


def test_what_is_removed_is_gone(run: Run, store: Store) -> None:
    stored(store, "tiny")
    stored(store, "base")

    people = run("models", "remove", "tiny")
    machines = run("models", "remove", "base", "--json")

    assert people.out == "tiny: removed\n"
    assert json.loads(machines.out) == {"removed": ["base"]}
    assert list(store.present()) == []


def test_a_model_that_is_named_twice_is_removed_once(run: Run, store: Store) -> None:
    stored(store, "large-v3-turbo")

    ran = run("models", "remove", "turbo", "large-v3-turbo")

    assert (ran.status, ran.out) == (0, "large-v3-turbo: removed\n")


def test_nothing_is_removed_where_one_of_the_names_is_unknown(run: Run, store: Store) -> None:
    stored(store, "tiny")

    ran = run("models", "remove", "tiny", "tinny")

    assert ran.status == 2
    assert store.find("tiny").size


def test_an_interrupted_pull_leaves_only_what_came_and_goes_on_from_there(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.breaks_after, hub.stalls = [2, 5_000], True
    changed = {"DIASCRIBE_MODELS": str(tmp_path), "HF_ENDPOINT": hub.address}
    environment = {**os.environ, **changed}  # noqa: TID251 - a child's
    pull = [*COMMAND, "models", "pull", "tiny"]
    came = tmp_path / ".partial" / "tiny" / COMMIT / "model.bin"

    with subprocess.Popen(pull, env=environment, stderr=subprocess.PIPE, text=True) as child:
        until(lambda: came.exists() and ("model.bin", 0) in hub.files_asked())
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=PATIENCE_S)[1]

    assert child.returncode == 130
    assert said.splitlines()[1:] == ["interrupted"]
    assert list(Store(tmp_path).present()) == []
    assert all(name.startswith(".partial/") for name in files_below(tmp_path))
    hub.stalls = False
    again = subprocess.run(pull, env=environment, check=True, capture_output=True, text=True)
    assert again.stdout == f"tiny ({COMMIT[:18]}): installed\n"
    assert finished(Store(tmp_path).verify("tiny")).size == SIZE


def test_doctor_proves_what_is_installed(run: Run, store: Store) -> None:
    put = stored(store, "pyannote-community-1", CHECKPOINTS)
    broken = stored(store, "tiny")

    checks = {one["name"]: one for one in json.loads(run("doctor", "--json").out)["checks"]}

    assert checks["pyannote-community-1"]["works"]
    assert "files as pulled" in checks["pyannote-community-1"]["detail"]
    assert put.revision in checks["pyannote-community-1"]["detail"]
    assert not checks["tiny"]["works"], "random bytes are no Whisper"
    assert broken.path.is_dir()
