"""The recognizer that comes with the package: English, a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

import numpy as np

from diascribe.audio import FULL_SCALE, Audio
from diascribe.errors import LanguageError, OptionsError
from diascribe.models.pocketsphinx.messages import Heard, Question
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Decoding, Packing, Region
from diascribe.span import Span
from diascribe.transcript import Model, Segment, Word, mean_confidence

LANGUAGES = ("en",)

CAUTION = (
    "a draft recognizer for English: it gets 22 % of the words wrong in clear read speech"
    " (LJSpeech) and 61 % in difficult speech (LibriSpeech test-other); stronger recognizers"
    " come with `diascribe models pull`"
)
"""The figures are those of benchmarks/results/recognizer.jsonl, which a test holds them to."""


class PocketsphinxRecognizer:
    """Turns English speech into lower-case text without punctuation, on the processor.

    `workers` stay the caller's to close; the aligner may share them.
    """

    languages = LANGUAGES
    detector = None
    packing = Packing(longest_s=30.0)
    """A region is held as a whole, told of and stopped only at its end, and heard none better
    for being longer."""
    heeds: frozenset[str] = frozenset()
    placement: frozenset[str] = frozenset()

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.model = Model("recognition", "pocketsphinx-en-us", version("pocketsphinx"), CAUTION)

    def check(self, decoding: Decoding) -> None:
        """Refuse to translate.

        Raises:
            OptionsError: a translation is wanted.
        """
        if decoding.task == "translate":
            raise OptionsError((f"task: {self.model.name} transcribes, and cannot translate",))

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        """One segment a region, in order; without words and text where none were recognized.

        A region is normalised and decoded as one utterance: 5 to 30 s of one voice are best.
        Segments reach from their first word to their last; empty ones cover their region.

        Raises:
            LanguageError: a region is in another language than English.
            RecognizerError: the recognizer's processes die.
        """
        del decoding  # nothing in it makes a difference
        others = {one.language for one in regions} - {None, *LANGUAGES}
        if others:
            raise LanguageError(
                f"no installed recognizer speaks {others.pop()!r}: there is English (en) only",
                hint="leave the language out, or say en",
            )
        return self._segments(audio, regions)

    def _segments(self, audio: Audio, regions: Sequence[Span]) -> Iterator[Segment]:
        questions = (Question(sound_of(audio, region)) for region in regions)
        answers = self._workers.answers(questions)
        for region, answer in zip(regions, answers, strict=True):
            yield _segment(region, [heard for heard in answer.heard if heard is not None])


def sound_of(audio: Audio, span: Span) -> bytes:
    """The samples of `span` as int16 bytes."""
    return np.round(audio.cut(span) * FULL_SCALE).astype("<i2").tobytes()


def within(span: Span, start: float, end: float) -> Span:
    """`[start, end)` seconds after the start of `span`, cut off at its end."""
    return Span(min(span.end, span.start + start), min(span.end, span.start + end))


def _segment(region: Span, heard: Sequence[Heard]) -> Segment:
    words = tuple(_word(region, one) for one in heard)
    return Segment(
        words[0].start if words else region.start,
        words[-1].end if words else region.end,
        text=" ".join(word.text for word in words),
        language=LANGUAGES[0],
        words=words,
        confidence=mean_confidence(words),
    )


def _word(region: Span, heard: Heard) -> Word:
    span = within(region, heard.start, heard.end)
    return Word(
        span.start, span.end, text=heard.text, timing="recognizer", confidence=heard.sureness
    )
