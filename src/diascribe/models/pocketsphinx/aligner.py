"""The aligner that comes with the package, for English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from string import ascii_lowercase

from diascribe.algorithms.settle import settle, words_of
from diascribe.audio import Audio
from diascribe.flags import TEXT_DOES_NOT_FIT, joined
from diascribe.formats.tokens import is_spaced
from diascribe.models.pocketsphinx.messages import Answer, Heard, Question
from diascribe.models.pocketsphinx.recognizer import LANGUAGES, sound_of, within
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.span import Span
from diascribe.transcript import Model, Segment, Word

UNSPEAKABLE = "#"
"""A part that is spoken, nobody knows how."""

LETTERS = frozenset(ascii_lowercase)

PARTS = re.compile(r"[a-z]+(?:'[a-z]+)*'?")
"""What can be spoken of a written word: letters, with apostrophes after them."""

MARKS = re.compile(r"[\u0300-\u036f]")
"""Accents, once they are apart from their letters."""


LEAST_FIT, LEAST_WORDS = 0.47, 3
"""Of three words or more that were said, the mean score was never below 0.5 in 19 utterances of
LibriSpeech test-other and LJSpeech; of as many others it was above in 8 of 100 cases."""


class PocketsphinxAligner:
    """Finds the times of English words whose text is known.

    A word's score is e to the minus tenth of what its states lose, in nats a frame, to the
    best states of any word. Half of the words that were said score above 0.65, half of those
    that were not below 0.47; it says more about a sentence than about one short word.
    """

    languages = LANGUAGES
    longest_s = 60.0
    """A segment is searched as a whole, and a text that strays from the sound loses its way."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.model = Model("alignment", "pocketsphinx-en-us", version("pocketsphinx"))

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        """The same segments in the same order, words `aligned` where they were found.

        A segment without words gets those of its text. Words that the dictionary lacks are
        spoken as they are spelled; words with digits or without Latin letters (speak numbers
        out before) keep a recognizer's times where those lie in order, and are `interpolated`
        else. Where the text does not fit the sound, a segment keeps its words' times, words
        without times being spread over it, and is flagged `text_does_not_fit`. Segments in
        other languages stay as they are.

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
    return words_of(segment, spaced=is_spaced(segment.language))


def _question(audio: Audio, segment: Segment) -> Question:
    wanted = _words(segment) if segment.language in LANGUAGES else ()
    return Question(sound_of(audio, segment), tuple(spoken_parts(w.text) for w in wanted))


def _aligned(segment: Segment, answer: Answer) -> Segment:
    words = _words(segment)
    given = replace(segment, words=words)
    if not fits(answer.heard):
        return _unfitting(segment, words) if _is_sayable(segment, words) else given
    found = zip(words, answer.heard, strict=True)
    timed = tuple(_found(segment, word, heard) if heard else word for word, heard in found)
    return replace(segment, words=settle(segment, timed))


def fits(heard: Sequence[Heard | None]) -> bool:
    """Whether the words were found as well as those that were said are."""
    scores = [one.sureness for one in heard if one is not None]
    if len(scores) < LEAST_WORDS:
        return bool(scores)
    return sum(scores) / len(scores) >= LEAST_FIT


def _is_sayable(segment: Segment, words: Sequence[Word]) -> bool:
    """Whether somebody could say any of it."""
    parts = {part for word in words for part in spoken_parts(word.text)} - {UNSPEAKABLE}
    return segment.language in LANGUAGES and bool(parts)


def _unfitting(segment: Segment, words: Sequence[Word]) -> Segment:
    """The segment flagged, its words as they came."""
    flags = joined(segment.flags, (TEXT_DOES_NOT_FIT,))
    return replace(segment, words=tuple(words), flags=flags)


def _found(segment: Span, word: Word, heard: Heard) -> Word:
    span = within(segment, heard.start, heard.end)
    return replace(word, start=span.start, end=span.end, timing="aligned", score=heard.sureness)
