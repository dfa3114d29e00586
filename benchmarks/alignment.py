"""Word times of the embedded aligner against boundaries that people marked.

    make bench NAME=alignment

Errors are of starts and ends alike. `score` compares words as read with the same sound under
its words in reverse; `hidden` is how far the other words of LibriSpeech and LJSpeech move
when the pronunciation of every fifth word is guessed from its spelling, or is mumbling.
`nano` is the CTC aligner that the tests use, on synthesised sentences: `ends` are how late its
words end with the frames that are added and without, `fits` how well texts fit that were said,
and those of other sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from _models import recognition
from _nano import HELD_OUT, Nano, aligner_file, measure
from _record import data_folder, store
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.ctc.texts import LEAST_FIT, TAIL
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner, spoken_parts
from diascribe.models.pocketsphinx.messages import Heard, Question
from diascribe.models.pocketsphinx.recognizer import sound_of
from diascribe.models.pocketsphinx.worker import ALIGNING
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.span import Span
from diascribe.transcript import Segment, Word

READ = re.compile("librispeech/test-other/|asr_multilingual/lj/")

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
    with Workers(1) as workers:
        rows = dict(_rows(PocketsphinxAligner(workers), recordings))
        texts = [(one.audio, one.texts) for one in recordings]
        scores = {
            "as read": _scores(_timed(workers, [_parts(*one) for one in texts])),
            "words in reverse": _scores(
                _timed(workers, [_parts(audio, words[::-1]) for audio, words in texts])
            ),
        }
        hidden = dict(_hidden(workers, list(_read(data_folder()))))
    nano = measure()
    rows["nano, synthesised"] = _summary(np.abs([*nano.starts, *nano.ends]))
    ends, fits = _tail(nano), _fits(nano)
    for name, row in [
        *rows.items(),
        *scores.items(),
        *hidden.items(),
        *ends.items(),
        *fits.items(),
    ]:
        print(f"{name:<22}", *(f"{key} {value}" for key, value in row.items()), sep="  ")
    measured = {
        "figures": list(_figures(rows)),
        "files": rows,
        "scores": scores,
        "hidden": hidden,
        "ends": ends,
        "fits": fits,
        "options": ALIGNING,
    }
    sounds = [*(one.path for one in recordings), *HELD_OUT.iterdir()]
    store("alignment", sounds, measured, [*recognition(), aligner_file()])


def _rows(
    aligner: PocketsphinxAligner, recordings: Sequence[Marked]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The errors in each recording, and in all of them."""
    errors = []
    for one in recordings:
        begun = perf_counter()
        words = _align(aligner, one, one.texts)
        speed = one.audio.duration / (perf_counter() - begun)
        errors.append(_errors(words, one.spans))
        yield one.name, {**_summary(errors[-1]), "speed": round(speed, 1)}
    yield "all", _summary(np.concatenate(errors))


def _figures(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the tables of the documentation take."""
    for row, data in (
        ("all", "the embedded aligner, words marked by people"),
        ("nano, synthesised", "the tests' CTC aligner, synthesised words"),
    ):
        for key, what in (("mean_ms", "mean"), ("median_ms", "median")):
            yield {
                "what": f"{what} word-time error of {data}",
                "value": rows[row][key],
                "unit": "ms",
            }
        share = round(100 * rows[row]["within_50_ms"], 1)
        yield {"what": f"word times within 50 ms, {data}", "value": share, "unit": "%"}


def _tail(nano: Nano) -> dict[str, dict[str, Any]]:
    """How late words end on average, with the frames that are added to them and without."""
    return {
        "ends": {"tail_frames": TAIL, "mean_late_ms": round(float(nano.ends.mean()), 1)},
        "ends without a tail": {
            "tail_frames": 0,
            "mean_late_ms": round(float(nano.bare_ends.mean()), 1),
        },
    }


def _fits(nano: Nano) -> dict[str, dict[str, Any]]:
    """How well texts fit that were said, and texts of others."""
    return {
        name: {
            "texts": len(found),
            "least": round(min(found), 3),
            "median": round(float(np.median(found)), 3),
            "most": round(max(found), 3),
            "below_least_fit": sum(one < LEAST_FIT for one in found),
        }
        for name, found in (("fits", nano.fits), ("fits of other texts", nano.misfits))
    }


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
