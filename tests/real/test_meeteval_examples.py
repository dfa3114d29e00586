"""The example files of meeteval, scored by its own command and by us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.text.scoring import score_text
from diascribe.evaluation.text.speaker_scores import SpeakerWordScore, TimedSpeakerWordScore
from diascribe.evaluation.text.word_errors import Edits, WordScore
from diascribe.formats import seglst, stm
from diascribe.formats.utterances import Utterance

PAIRS = [
    ("ref.stm", "hyp.stm"),
    ("refA.stm", "hypA.stm"),
    ("refB.stm", "hypB.stm"),
    ("ref.seglst.json", "hyp.seglst.json"),
    ("ref_siso.stm", "hyp_siso.stm"),
    ("ref.seglst.json", "hyp.stm"),
]


@pytest.fixture(scope="session")
def examples(shared_data: Path) -> Path:
    return shared_data / "scoring" / "fgnt+meeteval" / "example_files"


def counted(command: str, reference: Path, hypothesis: Path, out: Path) -> dict[str, Edits]:
    """What meeteval's command writes about each recording, and about all."""
    options = ["--collar", "5"] if command == "tcpwer" else []
    each, total = out / "each.json", out / "total.json"
    files: list[str | Path] = ["-r", reference, "-h", hypothesis]
    written: list[str | Path] = ["--per-reco-out", each, "--average-out", total]
    subprocess.run(
        [sys.executable, "-m", "meeteval.wer", command, *files, *written, *options],
        check=True,
        capture_output=True,
    )
    found = {**json.loads(each.read_text()), "": json.loads(total.read_text())}
    return {name: _edits(one) for name, one in found.items()}


def _edits(one: dict[str, int]) -> Edits:
    wrong, missing = one["substitutions"], one["deletions"]
    return Edits(one["length"] - wrong - missing, wrong, missing, one["insertions"])


def ours(reference: Path, hypothesis: Path) -> dict[type, dict[str, Edits]]:
    """Our components of each recording, by the kind of score, and of all."""
    wanted, found = _read(reference), _read(hypothesis)
    assert wanted.keys() == found.keys()
    counts: dict[type, dict[str, Edits]] = {}
    for name in wanted:
        pair = Pair(
            reference=Account(recording=name, utterances=wanted[name]),
            hypothesis=Account(recording=name, utterances=found[name]),
        )
        for score in score_text(pair, normalizer="none")[0]:
            if isinstance(score, (WordScore, SpeakerWordScore, TimedSpeakerWordScore)):
                each = counts.setdefault(type(score), {})
                each[name] = score.edits
                each[""] = each.get("", Edits()) + score.edits
    return counts


def _read(path: Path) -> dict[str, tuple[Utterance, ...]]:
    parse = stm.parse if path.suffix == ".stm" else seglst.parse
    return parse(path.read_text())


@pytest.mark.parametrize(("reference", "hypothesis"), PAIRS)
def test_each_pair_is_scored_as_by_the_command(
    examples: Path, tmp_path: Path, reference: str, hypothesis: str
) -> None:
    files = examples / reference, examples / hypothesis

    found = ours(*files)

    assert found[SpeakerWordScore] == counted("cpwer", *files, tmp_path)
    assert found[TimedSpeakerWordScore] == counted("tcpwer", *files, tmp_path)


def test_the_published_figure_of_the_example_comes_out(examples: Path) -> None:
    """The command prints: %cpWER: 27.17% [ 25 / 92, 8 ins, 15 del, 2 sub ]."""
    total = ours(examples / "ref.stm", examples / "hyp.stm")[SpeakerWordScore][""]

    assert total == Edits(hits=75, substitutions=2, deletions=15, insertions=8)
    assert total.rate == 25 / 92


def test_keyed_texts_are_scored_as_by_the_command(examples: Path, tmp_path: Path) -> None:
    """Nine errors in 92 words, of which the first sentence has two in 17."""
    files = examples / "text_ref", examples / "text_hyp"
    theirs = counted("wer", *files, tmp_path)
    wanted, found = (_keyed(path) for path in files)

    counts = {
        key: next(one.edits for one in scores if isinstance(one, WordScore))
        for key in wanted
        for scores, _ in [
            score_text(
                Pair(
                    reference=Account(recording=key, text=wanted[key]),
                    hypothesis=Account(recording=key, text=found[key]),
                ),
                normalizer="none",
            )
        ]
    }

    assert {**counts, "": sum(counts.values(), Edits())} == theirs
    assert theirs[""] == Edits(hits=83, substitutions=2, deletions=7)
    assert counts["a"] == Edits(hits=15, substitutions=2)


def _keyed(path: Path) -> dict[str, str]:
    """Kaldi's text: an id, then words."""
    lines = [line.partition(" ") for line in path.read_text().splitlines()]
    return {key: text for key, _, text in lines}
