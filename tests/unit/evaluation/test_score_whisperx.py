"""A segment of WhisperX in which two people speak, scored by its words."""

from __future__ import annotations

import json
from pathlib import Path

from diascribe.evaluation.evaluate import Evaluation, Settings, evaluate
from diascribe.evaluation.pairing import find_pairs

SAID = ["so", "what", "do", "you", "think", "of", "it", "well", "I", "like", "it", "a", "lot"]
SPEAKERS = ["A"] * 7 + ["B"] * 6

STM = """\
talk 1 anna 0 7 so what do you think of it
talk 1 ben 7 13 well i like it a lot
"""


def word(place: int) -> dict[str, object]:
    """A second long; every fourth is one that the aligner could not place."""
    told: dict[str, object] = {"word": SAID[place], "speaker": SPEAKERS[place]}
    times: dict[str, object] = {"start": place, "end": place + 1, "score": 0.9}
    return told if place % 4 == 3 else {**told, **times}


def compared(folder: Path, name: str, reference: str) -> Evaluation:
    """The segment, whose speaker is A, against a reference of that name."""
    words = [word(place) for place in range(len(SAID))]
    segment = {"start": 0, "end": 13, "text": " ".join(SAID), "speaker": "A", "words": words}
    hypothesis = folder / "talk.json"
    hypothesis.write_text(json.dumps({"segments": [segment], "language": "en"}))
    (folder / name).write_text(reference)
    pairs, _ = find_pairs(hypothesis, folder / name)
    return evaluate(pairs, Settings())


def test_right_words_of_right_speakers_are_right_whoever_speaks_most(tmp_path: Path) -> None:
    found = compared(tmp_path, "talk.stm", STM).total()

    assert [found[name] for name in ("wer", "wder", "cpwer", "tcpwer")] == [0, 0, 0, 0]
    assert found["wder_words"] == 13


def test_a_word_without_times_costs_a_perfect_transcript_nothing(tmp_path: Path) -> None:
    said = ["one", "two", "three", "four", "five"]
    words: list[dict[str, object]] = [
        {"word": text, "start": at, "end": at + 1, "score": 0.9} for at, text in enumerate(said)
    ]
    words[2] = {"word": "three"}
    segment = {"start": 0, "end": 5, "text": " ".join(said), "speaker": "A", "words": words}
    (tmp_path / "talk.json").write_text(json.dumps({"segments": [segment], "language": "en"}))
    (tmp_path / "talk.stm").write_text(f"talk 1 anna 0 5 {' '.join(said)}\n")

    pairs, _ = find_pairs(tmp_path / "talk.json", tmp_path / "talk.stm")

    assert evaluate(pairs, Settings()).total()["tcpwer"] == 0


def test_words_that_could_not_be_placed_have_no_error_of_time(tmp_path: Path) -> None:
    ctm = "".join(f"talk 1 {at} 1 {text}\n" for at, text in enumerate(SAID))

    found = compared(tmp_path, "talk.ctm", ctm)

    assert found.total()["timed_words_matched"] == 10
    left_out = "3 of 13 words of the hypothesis left out, their times being interpolated"
    assert f"word times: {left_out}" in found.files[0].notes
