"""What the small CTC aligner of the tests finds in synthesised sentences, whose times are known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _models import ModelFile, digest
from numpy.typing import NDArray

from diascribe.algorithms.ctc import Placed, place
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.ctc import open_ctc
from diascribe.models.ctc.layout import read_layout
from diascribe.models.ctc.network import Network
from diascribe.models.ctc.texts import Text, text_of
from diascribe.models.ctc.vocabulary import Vocabulary
from diascribe.span import Span
from diascribe.transcript import Segment
from diascribe.weights.session import Session

NANO = Path(__file__).parent.parent / "tests" / "data" / "nano"
WEIGHTS, HELD_OUT = NANO / "ctc", NANO / "heldout"
"""The aligner, and sentences that it was not trained on."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, when each word is, and what the network hears."""

    segment: Segment
    spans: tuple[Span, ...]
    aligned: Segment
    letters: NDArray[np.float32]
    """Log probabilities (frame, token + star)."""


@dataclass(frozen=True, slots=True)
class Nano:
    """Errors in ms; positive where a time is late."""

    starts: NDArray[np.float64]
    """(word,)."""
    ends: NDArray[np.float64]
    """(word,)."""
    bare_ends: NDArray[np.float64]
    """(word,), where the last letter of each word is last named."""
    fits: list[float]
    """How well each text fits what is said."""
    misfits: list[float]
    """How well each text fits what is said with another's, in the same language."""


def aligner_file() -> ModelFile:
    """The aligner as a results file names it."""
    return ModelFile("nano-ctc", "tests/data/nano/ctc", digest([WEIGHTS / "model.onnx"]))


def measure() -> Nano:
    """Align every sentence with its own text, and with those of the others."""
    layout = read_layout(WEIGHTS)
    network = Network(Session(layout.network), layout, name="nano-ctc")
    sentences = list(_sentences(network))
    starts, ends, bare, fits = [], [], [], []
    misfits: list[float] = []
    for one in sentences:
        text = text_of(one.segment, layout.vocabulary)
        placed = _placed(one, text, layout.vocabulary)
        assert placed is not None
        fits.append(text.fit(placed))
        misfits.extend(_misfits(one, sentences, layout.vocabulary))
        words = zip(one.aligned.words, one.spans, _lasts(text, placed), strict=True)
        for word, span, last in words:
            starts.append(word.start - span.start)
            ends.append(word.end - span.end)
            bare.append(network.frames.second(last + 1) - span.end)
    return Nano(_in_ms(starts), _in_ms(ends), _in_ms(bare), fits, misfits)


def _misfits(
    one: Sentence, sentences: Sequence[Sentence], vocabulary: Vocabulary
) -> Iterator[float]:
    """How well the texts of others fit a sentence; there may be no room for one."""
    for other in sentences:
        if other.segment.language == one.segment.language and other is not one:
            text = text_of(other.segment, vocabulary)
            placed = _placed(one, text, vocabulary)
            if placed is not None:
                yield text.fit(placed)


def _in_ms(seconds: Sequence[float]) -> NDArray[np.float64]:
    return 1000 * np.array(seconds, np.float64)


def _sentences(network: Network) -> Iterator[Sentence]:
    aligner = open_ctc(WEIGHTS, name="nano-ctc", revision="tests", languages=("en", "de"))
    for row in json.loads((HELD_OUT / "heldout.json").read_text(encoding="utf-8")):
        audio = finish_seconds(decode(HELD_OUT / row["file"])).mix()
        texts, spans = zip(*((text, Span(*times)) for text, *times in row["words"]), strict=True)
        segment = Segment(0, audio.duration, text=" ".join(texts), language=row["language"])
        (aligned,) = aligner.align(audio, [segment])
        (letters,) = network.spell([audio.cut(segment)])
        yield Sentence(segment, spans, aligned, letters)


def _placed(sentence: Sentence, text: Text, vocabulary: Vocabulary) -> Placed | None:
    heard = sentence.letters
    (placed,) = place(heard[None], [len(heard)], [list(text.tokens)], blank=vocabulary.blank)
    return placed


def _lasts(text: Text, placed: Placed) -> Iterator[int]:
    """The last frame of each word's last letter."""
    for word in range(len(text.words)):
        yield int(placed.last[text.owners == word][-1])
