"""What a benchmark measured is kept: a line a run, never lost, never half."""

import hashlib
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from diascribe.weights.embedded import GE2E, PYANNET

REPOSITORY = Path(__file__).parents[2]
RESULTS = sorted((REPOSITORY / "benchmarks" / "results").glob("*.jsonl"))
EVERYWHERE = {"benchmark", "commit", "date", "machine", "versions"}
SINCE_HISTORY = EVERYWHERE | {"models", "data", "options"}


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return import_module("_record")


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return import_module("_models")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    return import_module("measured")


def test_a_run_is_added_below_those_before(
    record: ModuleType, measured: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "results" / "speed.jsonl"

    record.append(path, {"benchmark": "speed", "value": 1})
    first = path.read_bytes()
    record.append(path, {"benchmark": "speed", "value": 2, "unit": "µs"})

    assert path.read_bytes().startswith(first)
    assert path.read_text(encoding="utf-8").count("\n") == 2
    assert measured.last_line(path) == {"benchmark": "speed", "value": 2, "unit": "µs"}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}], ids=["not a number", "no JSON"])
def test_what_is_no_result_leaves_the_history_as_it_was(
    record: ModuleType, tmp_path: Path, value: object
) -> None:
    path = tmp_path / "speed.jsonl"
    record.append(path, {"value": 1})
    before = path.read_bytes()

    with pytest.raises((ValueError, TypeError)):
        record.append(path, {"value": value})

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_last_run_of_every_benchmark_is_read(measured: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"n": 1}\n{"n": 2}\n')
    (tmp_path / "a.jsonl").write_text('{"n": 3}\n')
    (tmp_path / "a.jsonl.new").write_text("half a li")

    runs = measured.latest(tmp_path)

    assert runs == [{"n": 3}, {"n": 2}]


def test_a_digest_is_of_the_files_digests_in_order_of_their_names(
    models: ModuleType, tmp_path: Path
) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"one")
    second.write_bytes(b"two")
    parts = hashlib.sha256(b"one").digest() + hashlib.sha256(b"two").digest()

    digests = {models.digest([first, second]), models.digest(iter([second, first]))}

    assert digests == {hashlib.sha256(parts).hexdigest()}


def test_a_stored_run_says_what_ran_on_what(
    record: ModuleType,
    models: ModuleType,
    measured: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"RIFF")

    record.store("speed", [recording], {"figures": []}, models.everything())

    run = measured.last_line(tmp_path / "speed.jsonl")
    assert run.keys() == {*SINCE_HISTORY, "figures"}
    assert run["data"]["files"] == ["talk.wav"]
    assert run["data"]["sha256"] == models.digest([recording])
    assert {"python", "diascribe", "onnxruntime"} <= run["versions"].keys()
    names = [one["name"] for one in run["models"]]
    assert len(names) == len(set(names)) == 4
    assert {PYANNET.sha256, GE2E.sha256} < {one["sha256"] for one in run["models"]}


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_every_stored_run_says_when_where_and_on_what(path: Path) -> None:
    runs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert runs
    for run in runs:
        assert run["benchmark"] == path.stem
        wanted = SINCE_HISTORY if "data" in run else EVERYWHERE | {"data_sha256"}
        assert wanted <= run.keys()
        assert str(REPOSITORY) not in json.dumps(run)
