"""An hour's words and turns, the same for whoever is to bring them together.

Utterances of the reference are the segments. Their words are spread over them by their
letters, so that some fall into the pauses between the turns, as recognized words do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diascribe import Transcript
from diascribe.transcript import Diarization, Segment, Turn, Word


@dataclass(frozen=True, slots=True)
class Conversation:
    """What `write` wrote, as our own values."""

    segments: tuple[Segment, ...]
    diarization: Diarization

    def transcript(self, attributed: Sequence[Segment]) -> Transcript:
        """The transcript of its segments once their words have speakers."""
        return Transcript(
            duration=max(one.end for one in (*attributed, *self.diarization.turns)),
            language="en",
            segments=tuple(sorted(attributed, key=lambda one: (one.start, one.end))),
            turns=self.diarization.turns,
        )


def write(path: Path, utterances: Path, turns: Path) -> list[str]:
    """Write a reference as plain JSON; returns each word's true speaker."""
    rows = sorted(json.loads(utterances.read_text()), key=lambda row: float(row["start_time"]))
    content = {"segments": [_segment(row) for row in rows], "turns": list(_turns(turns))}
    path.write_text(json.dumps(content), encoding="utf-8")
    return [row["speaker"] for row in rows for _ in row["words"].split()]


def read(path: Path) -> Conversation:
    """The conversation in a file that `write` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    turns = tuple(Turn(**one) for one in content["turns"])
    return Conversation(tuple(map(_our_segment, content["segments"])), Diarization(turns))


def _segment(row: dict[str, Any]) -> dict[str, Any]:
    """An utterance and its words, each as long as its share of the letters."""
    start, end, words = float(row["start_time"]), float(row["end_time"]), row["words"].split()
    letter_s = (end - start) / sum(map(len, words))
    timed, at = [], start
    for word in words:
        timed.append({"word": word, "start": at, "end": min(end, at + len(word) * letter_s)})
        at = timed[-1]["end"]
    return {"start": start, "end": end, "text": row["words"], "words": timed}


def _turns(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines():
        _, _, _, start, duration, _, _, speaker, *_ = line.split()
        yield {"start": float(start), "end": float(start) + float(duration), "speaker": speaker}


def _our_segment(row: dict[str, Any]) -> Segment:
    words = tuple(
        Word(one["start"], one["end"], text=one["word"], timing="aligned") for one in row["words"]
    )
    return Segment(row["start"], row["end"], text=row["text"], language="en", words=words)
