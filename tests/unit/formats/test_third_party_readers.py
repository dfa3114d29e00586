"""Readers that others wrote find in our files what we put there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import meeteval
import pytest
import srt  # type: ignore[import-untyped]  # ships no types
import webvtt
from meeting import MEETING, RECORDING
from praatio import textgrid as praat
from pyannote.database.util import load_rttm

from diascribe.formats.clock import milliseconds
from diascribe.formats.cues import cues
from diascribe.formats.rules import CueRules
from diascribe.formats.table import write
from diascribe.formats.tokens import tidy
from diascribe.span import Span
from diascribe.transcript import Segment, Word

ESCAPED = "board%20meeting%203"
RULES = CueRules()


def written(form: str) -> str:
    return write(form, MEETING, name=RECORDING)


def edges_ms(spans: Iterator[Span]) -> list[tuple[int, int]]:
    return [(milliseconds(span.start), milliseconds(span.end)) for span in spans]


def test_meeteval_reads_rttm() -> None:
    read = meeteval.io.RTTM.parse(written("rttm")).to_seglst()

    assert [
        (one["session_id"], one["speaker"], float(one["start_time"]), float(one["end_time"]))
        for one in read
    ] == [
        (ESCAPED, "SPEAKER_00", 0.5, 4.1),
        (ESCAPED, "SPEAKER_01", 3.6, 5.0),
        (ESCAPED, "SPEAKER_00", 6.0, 7.25),
    ]


def test_pyannote_reads_rttm(tmp_path: Path) -> None:
    path = tmp_path / "meeting.rttm"
    path.write_text(written("rttm"), encoding="utf-8")

    loaded = load_rttm(path)  # type: ignore[no-untyped-call]  # pyannote is partly typed
    annotation = loaded[ESCAPED]

    turns = [
        (turn.start, turn.end, who) for turn, _, who in annotation.itertracks(yield_label=True)
    ]
    assert turns == [
        (0.5, pytest.approx(4.1), "SPEAKER_00"),
        (3.6, pytest.approx(5.0), "SPEAKER_01"),
        (6.0, pytest.approx(7.25), "SPEAKER_00"),
    ]


def test_meeteval_reads_ctm() -> None:
    read = meeteval.io.CTM.parse(written("ctm")).lines

    assert len(read) == 22  # 21 words, of which `10 000` is two
    assert {line.filename for line in read} == {ESCAPED}
    assert (read[-1].word, float(read[-1].begin_time), read[-1].confidence) == (
        "Gott!",
        4.8,
        "0.900",
    )


def test_meeteval_reads_and_scores_seglst() -> None:
    read = meeteval.io.SegLST.parse(written("seglst"))

    score = meeteval.wer.cpwer(read, read)[RECORDING]

    assert {one["session_id"] for one in read} == {RECORDING}
    assert (score.errors, score.length) == (0, 24)


def test_srt_reads_our_cues() -> None:
    read = list(srt.parse(written("srt")))

    shown = cues(MEETING, RULES, labelled=True)
    assert [one.content for one in read] == ["\n".join(cue.lines) for cue in shown]
    assert [one.index for one in read] == list(range(1, len(shown) + 1))
    assert [
        (one.start // timedelta(milliseconds=1), one.end // timedelta(milliseconds=1))
        for one in read
    ] == edges_ms(iter(shown))


def test_webvtt_py_reads_our_cues_and_their_voices(tmp_path: Path) -> None:
    path = tmp_path / "meeting.vtt"
    path.write_text(written("vtt"), encoding="utf-8")

    read = webvtt.read(str(path)).captions

    assert [one.voice for one in read] == ["Anna Müller", "SPEAKER_01", "Anna Müller", None]
    assert [(one.start, one.end) for one in read] == [
        ("00:00:00.500", "00:00:04.100"),
        ("00:00:03.600", "00:00:05.000"),
        ("00:00:06.000", "00:00:07.250"),
        ("00:00:08.000", "00:00:09.500"),
    ]
    assert read[1].text == "Ja, gern: 10 000 Euro, grüß Gott!"


def test_praatio_finds_every_word_of_the_textgrid(tmp_path: Path) -> None:
    path = tmp_path / "meeting.TextGrid"
    path.write_text(written("textgrid"), encoding="utf-8")

    grid = praat.openTextgrid(str(path), includeEmptyIntervals=False)

    tiers = [grid.getTier(name) for name in grid.tierNames if name.endswith("words")]
    found = [(entry.start, entry.end, entry.label) for tier in tiers for entry in tier.entries]
    said: list[Word | Segment] = [part for one in MEETING.segments for part in one.words or (one,)]
    wanted = [(round(one.start, 3), round(one.end, 3), tidy(one.text)) for one in said]
    assert sorted(found) == sorted(wanted)
