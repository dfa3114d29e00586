"""Word times of the embedded aligner against boundaries that people marked.

    make bench NAME=alignment

Errors are of starts and ends alike. `score` compares words as read with the same sound under
its words in reverse; `hidden` is how far the other words of LibriSpeech and LJSpeech move
when the pronunciation of every fifth word is guessed from its spelling, or is mumbling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from _models import recognition
from _record import data_folder, store
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.ctc import open_ctc
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner, spoken_parts
from diascribe.models.pocketsphinx.messages import Heard, Question
from diascribe.models.pocketsphinx.recognizer import sound_of
from diascribe.models.pocketsphinx.worker import ALIGNING
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.span import Span
from diascribe.transcript import Segment, Word

READ = re.compile("librispeech/test-other/|asr_multilingual/lj/")

NANO = Path(__file__).parent.parent / "tests" / "data" / "nano" / "ctc"
"""A small CTC aligner that was trained on synthesised speech; measured where it is there."""

HELD_OUT = NANO.parent / "heldout"
"""Sentences that it was not trained on, and their times."""

HIDDEN = 5
"""Of so many words one is hidden, the first of each utterance always."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A recording and its words as people marked them."""

    name: str
    path: Path
    audio: Audio
    texts: tuple[str, ...]
    spans: tuple[Span, ...]

    def segment(self, texts: Sequence[str]) -> Segment:
        """The whole recording as one segment of the given words."""
        span = self.audio.span
        return Segment(span.start, span.end, text=" ".join(texts), language="en")


def main() -> None:
    """Align every recording, print the errors and store them."""
    recordings = list(_recordings(data_folder()))
    rows = {}
    with Workers(1) as workers:
        aligner = PocketsphinxAligner(workers)
        for one in recordings:
            begun = perf_counter()
            words = _align(aligner, one, one.texts)
            speed = one.audio.duration / (perf_counter() - begun)
            rows[one.name] = {**_summary(_errors(words, one.spans)), "speed": round(speed, 1)}
        found = [_align(aligner, one, one.texts) for one in recordings]
        hidden = dict(_hidden(workers, list(_read(data_folder()))))
        scores = {
            "as read": _scores(
                _timed(workers, [_parts(one.audio, one.texts) for one in recordings])
            ),
            "words in reverse": _scores(
                _timed(workers, [_parts(one.audio, one.texts[::-1]) for one in recordings])
            ),
        }
    pairs = zip(found, recordings, strict=True)
    errors = np.concatenate([_errors(words, one.spans) for words, one in pairs])
    rows["all"] = _summary(errors)
    if NANO.is_dir():
        rows["nano, synthesised"] = _summary(_nano_errors())
    for name, row in [*rows.items(), *scores.items(), *hidden.items()]:
        print(f"{name:<22}", *(f"{key} {value}" for key, value in row.items()), sep="  ")
    figures = [
        {
            "what": "median word-time error of alignment",
            "value": rows["all"]["median_ms"],
            "unit": "ms",
        },
        {
            "what": "word times within 50 ms",
            "value": 100 * rows["all"]["within_50_ms"],
            "unit": "%",
        },
    ]
    measured = {
        "figures": figures,
        "files": rows,
        "scores": scores,
        "hidden": hidden,
        "options": ALIGNING,
    }
    store("alignment", [one.path for one in recordings], measured, recognition())


def _nano_errors() -> NDArray[np.float64]:
    """Of the CTC aligner that the tests use, on its held-out sentences, whose times are known."""
    aligner = open_ctc(NANO, name="nano-ctc", revision="tests", languages=("en", "de"))
    errors = []
    for row in json.loads((HELD_OUT / "heldout.json").read_text()):
        audio = finish_seconds(decode(HELD_OUT / row["file"])).mix()
        texts, spans = zip(*((text, Span(*times)) for text, *times in row["words"]), strict=True)
        one = Marked(row["file"], HELD_OUT / row["file"], audio, texts, spans)
        segment = replace(one.segment(texts), language=row["language"])
        (aligned,) = aligner.align(audio, [segment])
        errors.append(_errors(aligned.words, spans))
    return np.concatenate(errors)


def _recordings(folder: Path) -> Iterator[Marked]:
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        if "align" in row.get("kinds", ()):
            path = folder / row["audio"]
            lines = [one.split() for one in (folder / row["words"]).read_text().splitlines()]
            spans = tuple(Span(float(a), float(a) + float(d)) for _, _, a, d, _ in lines)
            audio = finish_seconds(decode(path)).mix()
            yield Marked(row["id"], path, audio, tuple(one[4] for one in lines), spans)


def _align(
    aligner: PocketsphinxAligner, recording: Marked, texts: Sequence[str]
) -> tuple[Word, ...]:
    (aligned,) = aligner.align(recording.audio, [recording.segment(texts)])
    return aligned.words


def _errors(words: Sequence[Word], spans: Sequence[Span]) -> NDArray[np.float64]:
    """Distance in ms of each start and end from where people marked it."""
    pairs = list(zip(words, spans, strict=True))
    starts = [word.start - span.start for word, span in pairs]
    ends = [word.end - span.end for word, span in pairs]
    return np.abs(1000 * np.array(starts + ends, np.float64))


def _read(folder: Path) -> Iterator[tuple[Audio, tuple[str, ...]]]:
    """Every third utterance of LibriSpeech test-other and LJSpeech, with its words."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    for row in [one for one in rows if READ.match(one["audio"])][::3]:
        audio = finish_seconds(decode(folder / row["audio"])).mix()
        yield _parts(audio, row["text"].split())


def _parts(audio: Audio, texts: Sequence[str]) -> tuple[Audio, tuple[str, ...]]:
    return audio, tuple(part for text in texts for part in spoken_parts(text))


def _hidden(
    workers: Workers, utterances: Sequence[tuple[Audio, tuple[str, ...]]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """How far known words move, with every fifth word as it is spelled, and as mumbling."""
    known = _timed(workers, utterances)
    for name, form in {"guessed": "{}''", "mumbled": "#"}.items():
        heard = _timed(workers, utterances, form)
        errors = [
            1000 * abs(here - there)
            for before, after in zip(known, heard, strict=True)
            for i, (one, other) in enumerate(zip(before, after, strict=True))
            if i % HIDDEN and one and other
            for here, there in ((one.start, other.start), (one.end, other.end))
        ]
        yield name, _summary(np.array(errors))


def _timed(
    workers: Workers, utterances: Sequence[tuple[Audio, tuple[str, ...]]], form: str = "{}"
) -> list[tuple[Heard | None, ...]]:
    """The words of each utterance, every fifth in another form."""
    questions = []
    for audio, parts in utterances:
        words = [form.format(part) if i % HIDDEN == 0 else part for i, part in enumerate(parts)]
        sound = sound_of(audio, audio.span)
        questions.append(Question(sound, tuple((word,) for word in words)))
    return [answer.heard for answer in workers.answers(questions)]


def _summary(errors: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "words": len(errors) // 2,
        "mean_ms": round(float(errors.mean()), 1),
        "median_ms": round(float(np.median(errors)), 1),
        "within_50_ms": round(float((errors <= 50 + 1e-6).mean()), 3),
        "within_100_ms": round(float((errors <= 100 + 1e-6).mean()), 3),
    }


def _scores(found: Sequence[Sequence[Heard | None]]) -> dict[str, float]:
    """Of whatever was found, whether the aligner would say that the text fits or not."""
    scores = [one.sureness for words in found for one in words if one is not None]
    low, middle, high = np.quantile(scores, (0.1, 0.5, 0.9))
    return {"p10": round(low, 2), "median": round(middle, 2), "p90": round(high, 2)}


if __name__ == "__main__":
    main()
