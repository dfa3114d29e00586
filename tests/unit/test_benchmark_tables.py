"""The tables of benchmarks/README.md are the stored numbers, and say where they come from."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]

RUN = {"benchmark": "peers", "commit": "abc1234", "date": "2026-11-21", "machine": "X, 2 cores"}


def _peer(what: str, ours: float, theirs: float, unit: str, ratio: float | None) -> dict[str, Any]:
    sides = {"ours": ours, "theirs": theirs}
    return {"what": what, "peer": "whisperx", **sides, "unit": unit, "ratio": ratio}


PEERS = {
    **RUN,
    "peer_versions": {"whisperx": "3.8.6", "torch": "2.8.0"},
    "peers": [
        _peer("fresh process", 0.25, 5.0, "s", 20.0),
        _peer("words without a speaker", 1, 235, "", None),
    ],
    "peer_stages_end_s": {"segmentation": 2.0, "speaker_counting": 3.0, "embeddings": 9.0, "x": 10},
    "load_before": 0.25,
    "not_run": {"NeMo": "a | b"},
}


@pytest.fixture
def benchmarked(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    return import_module("benchmarked")


@pytest.fixture
def comparing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return import_module("peers")


@pytest.fixture
def talking(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return import_module("_conversation")


def _stored(folder: Path, *runs: Mapping[str, Any]) -> Path:
    for run in runs:
        with (folder / f"{run['benchmark']}.jsonl").open("a") as out:
            out.write(f"{json.dumps(run)}\n")
    return folder


def test_peers_stand_beside_ours_with_the_ratio(benchmarked: ModuleType, tmp_path: Path) -> None:
    text = benchmarked.peers(_stored(tmp_path, {"benchmark": "peers", "old": True}, PEERS))

    assert "One run at commit abc1234 on 2026-11-21, X, 2 cores; 0.25 processes at work" in text
    assert "whisperx 3.8.6, torch 2.8.0" in text
    assert "| fresh process | whisperx | 0.25 s | 5 s | 20 |" in text
    assert "| words without a speaker | whisperx | 1 | 235 |  |" in text


def test_peers_that_could_not_be_run_are_listed_with_the_reason(
    benchmarked: ModuleType, tmp_path: Path
) -> None:
    text = benchmarked.peers(_stored(tmp_path, PEERS))

    assert "| NeMo | a \\| b |" in text


def test_the_encoders_share_is_of_the_whole_time(benchmarked: ModuleType, tmp_path: Path) -> None:
    text = benchmarked.peers(_stored(tmp_path, PEERS))

    assert "60% is its speaker encoder's" in text  # 3 to 9 of 10 seconds


def test_without_a_run_there_are_no_numbers(benchmarked: ModuleType, tmp_path: Path) -> None:
    text = benchmarked.peers(tmp_path)

    assert text == "Nothing is stored yet: `make bench-peers`."


def test_only_the_newest_run_is_shown_and_says_its_commit(
    benchmarked: ModuleType, tmp_path: Path
) -> None:
    older, newer = (
        {
            **RUN,
            "benchmark": "speed",
            "commit": commit,
            "figures": [{"what": "start", "value": value, "unit": "s"}],
        }
        for commit, value in (("aaa", 0.5), ("bbb", 0.25))
    )

    text = benchmarked.newest(_stored(tmp_path, older, newer))

    assert "| speed | start | 0.25 s | bbb | 2026-11-21 |" in text
    assert "aaa" not in text


def test_an_accuracy_row_is_shown_as_in_the_readme(benchmarked: ModuleType, tmp_path: Path) -> None:
    row = {"model": "pocketsphinx", "data": "LJ", "wer": 0.25, "speed": 4.5, "licence": "BSD"}

    text = benchmarked.newest(_stored(tmp_path, {**RUN, "benchmark": "words", "rows": [row]}))

    assert "| words | pocketsphinx: LJ | WER 25.0 %; 4.5 times real time | abc1234 |" in text


def test_stages_are_shown_cold_and_loaded(benchmarked: ModuleType, tmp_path: Path) -> None:
    stage = {"stage": "decoding", "cold_s": 0.5, "loaded_s": 0.01, "speed": 6012.3}

    text = benchmarked.newest(_stored(tmp_path, {**RUN, "benchmark": "stages", "stages": [stage]}))

    assert "| decoding | 0.50 s | 0.01 s | 6010 times real time |" in text


def test_memory_stands_against_length_whichever_benchmark_measured_it(
    benchmarked: ModuleType, tmp_path: Path
) -> None:
    day, speed = (
        {**RUN, "benchmark": name, "lengths": [{"hours": hours, "peak_mb": peak, "speed": 60.4}]}
        for name, hours, peak in (("day", 24, 1648.2), ("speed", 3, 336.6))
    )

    text = benchmarked.newest(_stored(tmp_path, day, speed))

    assert text.endswith(
        "| 3 | speed | 337 MB | 60 times real time | abc1234 | 2026-11-21 |\n"
        "| 24 | day | 1648 MB | 60 times real time | abc1234 | 2026-11-21 |"
    )


def test_ratios_are_theirs_over_ours_and_only_of_what_costs(comparing: ModuleType) -> None:
    cost = comparing._row("memory", "whisperx", (40.0, 1000.0), "MB")
    outcome = comparing._row("cues", "whisperx", (40, 1000), "", cost=False)

    assert cost.ratio == 25.0
    assert outcome.ratio is None


def test_words_that_nobody_gave_a_speaker_agree_with_nothing(comparing: ModuleType) -> None:
    share = comparing._equal(["A", None, "B", "A"], ["A", None, "A", "A"])

    assert share == 50.0


def test_subtitles_are_counted_against_the_rules(comparing: ModuleType) -> None:
    text = (
        "1\n00:00:00,000 --> 00:00:07,000\nshort\n\n"
        f"2\n00:00:07,000 --> 00:00:14,500\n{'x' * 42}\n{'x' * 43}\n\n"
    )

    shown = comparing._shown(text)

    assert shown == (2, 1, 1)


def test_words_lie_in_their_utterance_by_their_letters(talking: ModuleType, tmp_path: Path) -> None:
    utterances, turns, path = tmp_path / "u.json", tmp_path / "t.rttm", tmp_path / "out.json"
    rows = [
        {"speaker": "b", "start_time": 10, "end_time": 14, "words": "is it"},
        {"speaker": "a", "start_time": 1, "end_time": 5, "words": "a bcd"},
    ]
    utterances.write_text(json.dumps(rows))
    turns.write_text("SPEAKER x 1 1.000 3.500 <NA> <NA> a <NA> <NA>\n")

    truth = talking.write(path, utterances, turns)
    conversation = talking.read(path)

    words = [word for segment in conversation.segments for word in segment.words]
    assert truth == ["a", "a", "b", "b"]
    times = [(word.text, word.start, word.end) for word in words]
    assert times == [("a", 1, 2), ("bcd", 2, 5), ("is", 10, 12), ("it", 12, 14)]
    (turn,) = conversation.diarization.turns
    assert (turn.start, turn.end, turn.speaker) == (1.0, 4.5, "a")


def test_other_races_with_whisperx_have_a_table_of_their_own(
    benchmarked: ModuleType, tmp_path: Path
) -> None:
    run = {**RUN, "benchmark": "shapes", "peers": [_peer("decoding", 2, 5, "s", 2.5)]}
    stored = _stored(tmp_path, {**run, "load_before": 0.5})

    text = benchmarked.beside(stored, "shapes")

    assert "0.5 processes at work before" in text
    assert "| decoding | whisperx | 2 s | 5 s | 2.5 |" in text
    assert benchmarked.beside(stored, "words") == "Nothing is stored yet: `make bench-peers`."
