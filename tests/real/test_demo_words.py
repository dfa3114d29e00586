"""The demo conversation, recognized as a user's first file is."""

import json
import re
from pathlib import Path

import jiwer
import pytest

from diascribe.engine.load import load_engine
from diascribe.engine.options import Options
from diascribe.engine.regions import find_regions
from diascribe.engine.steps import finish_seconds
from diascribe.formats import rttm
from diascribe.media import decode
from diascribe.protocols import Choice, Decoding
from diascribe.transcript import Segment

EXAMPLES = Path(__file__).parents[2] / "examples"

EDGE_S = 0.1
"""How far an aligned edge may be off."""


@pytest.fixture(scope="module")
def segments() -> list[Segment]:
    """The conversation as recognized in the regions that the detector finds, then aligned."""
    audio = finish_seconds(decode(EXAMPLES / "conversation.opus")).mix()
    with load_engine(cores=2) as engine:
        recognizer = engine.shelf.recognizer(Choice())
        (aligner,) = engine.shelf.aligners("en")
        regions = finish_seconds(
            find_regions(engine.vad, audio, Options().speech, recognizer.packing)
        )
        recognized = list(recognizer.recognize(audio, regions, Decoding()))
        return list(aligner.align(audio, recognized))


def plain(text: str) -> str:
    """Lower case, without punctuation."""
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def test_the_demo_is_read_with_at_most_one_word_in_fifty_wrong(segments: list[Segment]) -> None:
    reference = json.loads((EXAMPLES / "conversation.json").read_text())
    wanted = plain(" ".join(turn["words"] for turn in reference))

    assert jiwer.wer(wanted, plain(" ".join(segment.text for segment in segments))) <= 0.02


def test_the_demos_words_are_found_where_somebody_speaks(segments: list[Segment]) -> None:
    (turns,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    words = [word for segment in segments for word in segment.words]

    assert {word.timing for word in words} == {"aligned"}
    for word in words:
        assert any(
            turn.start - EDGE_S <= word.start and word.end <= turn.end + EDGE_S for turn in turns
        )


def test_the_references_agree() -> None:
    reference = json.loads((EXAMPLES / "conversation.json").read_text())
    (turns,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    lines = (EXAMPLES / "conversation.txt").read_text().splitlines()

    for turn, reread in zip(reference, turns, strict=True):
        assert turn["speaker"] == reread.speaker
        assert turn["start_time"] == reread.start
        assert turn["end_time"] == pytest.approx(reread.end, abs=0.0011)
    assert [f"{turn['speaker']}: {turn['words']}" for turn in reference] == lines
