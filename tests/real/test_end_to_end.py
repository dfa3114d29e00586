"""The main job on the sample conversation: three voices told apart, and what they said."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import jiwer
import pytest
import webvtt
from cli_command import Ran, files_below, run_process
from invariants import check
from praatio import textgrid as praat
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from diascribe.formats import rttm
from diascribe.formats.table import FORMATS
from diascribe.span import Span
from diascribe.transcript import Transcript, Turn
from diascribe.wire.decode import from_json

EXAMPLES = Path(__file__).parents[2] / "examples"
CONVERSATION = EXAMPLES / "conversation.opus"

MOST_WORDS_WRONG = 0.1

READERS: dict[str, Callable[[Path], object]] = {
    ".json": lambda path: json.loads(path.read_text())["segments"],
    ".vtt": lambda path: webvtt.read(str(path)).captions,
    ".srt": lambda path: webvtt.from_srt(str(path)).captions,
    ".rttm": lambda path: rttm.parse(path.read_text())["conversation"],
    ".txt": lambda path: path.read_text().strip(),
    ".tsv": lambda path: path.read_text().splitlines()[1:],
    ".ctm": lambda path: path.read_text().splitlines(),
    ".seglst.json": lambda path: json.loads(path.read_text()),
    ".TextGrid": lambda path: praat.openTextgrid(str(path), includeEmptyIntervals=False).tierNames,
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of the conversation's transcript, as the command writes them."""
    folder = tmp_path_factory.mktemp("results")
    formats = ",".join(["json", *FORMATS])
    ran: Ran = run_process(
        "transcribe", CONVERSATION, "--language", "en", "-o", folder, "--format", formats
    )
    assert ran.status == 0, ran.err
    return folder


@pytest.fixture(scope="module")
def transcript(results: Path) -> Transcript:
    return from_json((results / "conversation.json").read_text())


@pytest.fixture(scope="module")
def reference() -> Sequence[Turn]:
    return rttm.parse((EXAMPLES / "conversation.rttm").read_text())["conversation"]


@pytest.fixture(scope="module")
def sentences() -> list[dict[str, str]]:
    """What was said, by whom, in order."""
    found: list[dict[str, str]] = json.loads((EXAMPLES / "conversation.json").read_text())
    return found


def annotation(turns: Sequence[Turn]) -> Annotation:
    found = Annotation()
    for place, turn in enumerate(turns):
        found[Segment(turn.start, turn.end), place] = turn.speaker
    return found


def plain(text: str) -> str:
    """Lower-case words without punctuation."""
    return " ".join("".join(one if one.isalnum() else " " for one in text.lower()).split())


def test_the_three_voices_are_told_apart_without_a_mistake(
    transcript: Transcript, reference: Sequence[Turn]
) -> None:
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)

    whole = Timeline([Segment(0, transcript.duration)])
    found = metric(annotation(reference), annotation(transcript.turns), uem=whole, detailed=True)

    assert len(transcript.speakers) == 3
    assert found["confusion"] == 0
    assert found["diarization error rate"] < 0.1


def test_at_most_a_tenth_of_the_words_is_wrong(
    transcript: Transcript, sentences: list[dict[str, str]]
) -> None:
    said = plain(" ".join(one["words"] for one in sentences))

    heard = plain(" ".join(word.text for word in transcript.words))

    assert len(said.split()) > 100
    assert jiwer.wer(said, heard) <= MOST_WORDS_WRONG


def test_every_word_goes_to_who_said_it(transcript: Transcript, reference: Sequence[Turn]) -> None:
    names: dict[str | None, str] = {}
    for word in transcript.words:
        spoken = [turn for turn in reference if turn.shared(Span(word.start, word.end))]
        assert len(spoken) == 1, word
        assert names.setdefault(word.speaker, spoken[0].speaker) == spoken[0].speaker, word

    assert sorted(names.values()) == ["alan", "anna", "robert"]


def test_the_result_keeps_every_promise(transcript: Transcript) -> None:
    check(transcript)

    assert transcript.language == "en"
    assert transcript.warnings == ()
    assert {model.stage for model in transcript.models} >= {"activity", "recognition"}
    assert any("draft" in model.note for model in transcript.models)


def test_every_format_is_written_and_can_be_read(results: Path) -> None:
    names = sorted(files_below(results))

    assert names == sorted(f"conversation{suffix}" for suffix in READERS)
    for suffix, read in READERS.items():
        assert read(results / f"conversation{suffix}"), suffix


def test_subtitles_are_readable(results: Path) -> None:
    cues = webvtt.read(str(results / "conversation.vtt")).captions

    assert {cue.voice for cue in cues} == {"SPEAKER_00", "SPEAKER_01", "SPEAKER_02"}
    for cue in cues:
        lines = cue.text.splitlines()
        assert len(lines) <= 2
        assert all(len(line) <= 42 for line in lines)
        assert cue.end_in_seconds - cue.start_in_seconds <= 7
