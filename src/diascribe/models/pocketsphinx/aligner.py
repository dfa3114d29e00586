"""The aligner that comes with the package, for English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import groupby
from string import ascii_lowercase

from diascribe.audio import Audio
from diascribe.models.pocketsphinx.messages import Answer, Heard, Question
from diascribe.models.pocketsphinx.recognizer import LANGUAGES, sound_of, within
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Model, Segment, Word

UNSPEAKABLE = "#"
"""A part that is spoken, nobody knows how."""

LETTERS = frozenset(ascii_lowercase)

PARTS = re.compile(r"[a-z]+(?:'[a-z]+)*'?")
"""What can be spoken of a written word: letters, with apostrophes after them."""

MARKS = re.compile(r"[\u0300-\u036f]")
"""Accents, once they are apart from their letters."""


class PocketsphinxAligner:
    """Finds the times of English words whose text is known.

    A word's score is e to the minus tenth of what its states lose, in nats a frame, to the
    best states of any word. Half of the words that were said score above 0.65, half of those
    that were not below 0.47; it says more about a sentence than about one short word.
    """

    languages = LANGUAGES

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.model = Model("alignment", "pocketsphinx-en-us", version("pocketsphinx"))

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        """The same segments in the same order, words `aligned` where they were found.

        A segment without words gets those of its text. Words that the dictionary lacks are
        spoken as they are spelled; words with digits or without Latin letters (speak numbers
        out before) are `interpolated` between their neighbours. Where the text does not fit
        the sound, a segment keeps the times that it came with, and words without times are
        spread over it. Segments in other languages count as not fitting.

        Raises:
            RecognizerError: the aligner's processes die.
        """
        questions = (_question(audio, segment) for segment in segments)
        answers = self._workers.answers(questions)
        for segment, answer in zip(segments, answers, strict=True):
            yield _aligned(segment, answer)


def spoken_parts(text: str) -> tuple[str, ...]:
    """The parts, in lower case, that a written word is spoken as; none for punctuation.

    >>> spoken_parts("Forty-two,"), spoken_parts("don't"), spoken_parts("$1,984"), spoken_parts("-")
    (('forty', 'two'), ("don't",), ('#',), ())
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    straight = MARKS.sub("", plain).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    unspeakable = any(one.isalnum() and one not in LETTERS for one in straight)
    return (UNSPEAKABLE,) if unspeakable else tuple(PARTS.findall(straight))


def _words(segment: Segment) -> tuple[Word, ...]:
    """The segment's words; out of its text, spread evenly, where it has none."""
    if segment.words:
        return segment.words
    texts = segment.text.split()
    spans = spread(texts, Span(segment.start, segment.end))
    return tuple(
        Word(span.start, span.end, text=text, timing="interpolated")
        for text, span in zip(texts, spans, strict=True)
    )


def _question(audio: Audio, segment: Segment) -> Question:
    wanted = _words(segment) if segment.language in LANGUAGES else ()
    return Question(sound_of(audio, segment), tuple(spoken_parts(w.text) for w in wanted))


def _aligned(segment: Segment, answer: Answer) -> Segment:
    words = _words(segment)
    if not any(answer.heard):
        return replace(segment, words=words)
    return replace(segment, words=tuple(_timed(segment, words, answer.heard)))


def _timed(segment: Span, words: Sequence[Word], heard: Sequence[Heard | None]) -> Iterator[Word]:
    """The words with the times at which they were heard, or that are left in between."""
    for found, run in groupby(range(len(words)), key=lambda index: heard[index] is not None):
        indices = list(run)
        if found:
            yield from (_found(segment, words[i], one) for i in indices if (one := heard[i]))
        else:
            hole = _hole(segment, heard, indices[0], indices[-1])
            yield from _interpolated([words[i] for i in indices], hole)


def _found(segment: Span, word: Word, heard: Heard) -> Word:
    span = within(segment, heard.start, heard.end)
    return replace(word, start=span.start, end=span.end, timing="aligned", score=heard.sureness)


def _hole(segment: Span, heard: Sequence[Heard | None], first: int, last: int) -> Span:
    """The time between the found words before `first` and after `last`."""
    before = heard[first - 1] if first else None
    after = heard[last + 1] if last + 1 < len(heard) else None
    start = before.end if before else 0.0
    return within(segment, start, after.start if after else segment.duration)


def _interpolated(words: Sequence[Word], hole: Span) -> list[Word]:
    spans = spread([word.text for word in words], hole)
    return [
        replace(word, start=span.start, end=span.end, timing="interpolated", score=None)
        for word, span in zip(words, spans, strict=True)
    ]
