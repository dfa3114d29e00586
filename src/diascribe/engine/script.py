"""A plain text as words to be found, and found words as its sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from diascribe.algorithms.sentences import ends_sentence
from diascribe.algorithms.settle import words_of
from diascribe.errors import TranscriptFormatError
from diascribe.flags import joined
from diascribe.formats.tokens import is_spaced
from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Segment, Word

PAUSE_S = 1.0
"""A longer pause ends a sentence, whatever the text says."""


@dataclass(frozen=True, slots=True)
class Script:
    """The words of a text, and where its lines end."""

    language: str
    texts: tuple[str, ...]
    ends: frozenset[int]
    """The places of the words that end a line."""

    def segment(self, span: Span, words: slice = slice(None)) -> Segment:
        """Some of the words as a segment, evenly spread over a span."""
        texts = self.texts[words]
        return Segment(
            span.start,
            span.end,
            text=self._written(texts),
            language=self.language,
            words=tuple(
                Word(one.start, one.end, text=text, timing="interpolated")
                for text, one in zip(texts, spread(texts, span), strict=True)
            ),
        )

    def sentences(self, segments: Sequence[Segment]) -> tuple[Segment, ...]:
        """The words of segments, which are all of them, as a segment a line or sentence."""
        words = [(word, one) for one in segments for word in one.words]
        if not words:
            return ()
        cuts = [0, *self._cuts([word for word, _ in words]), len(words)]
        return tuple(self._sentence(words[first:after]) for first, after in pairwise(cuts))

    def _cuts(self, words: Sequence[Word]) -> Iterator[int]:
        """The places at which a sentence begins, but for the first."""
        for place, (word, after) in enumerate(pairwise(words)):
            ended = ends_sentence(word.text, self.language)
            if place in self.ends or ended or after.start - word.end > PAUSE_S:
                yield place + 1

    def _sentence(self, words: Sequence[tuple[Word, Segment]]) -> Segment:
        own = tuple(word for word, _ in words)
        return Segment(
            own[0].start,
            own[-1].end,
            text=self._written([word.text for word in own]),
            language=self.language,
            words=own,
            flags=joined(*(segment.flags for _, segment in words)),
        )

    def _written(self, texts: Sequence[str]) -> str:
        return (" " if is_spaced(self.language) else "").join(texts)


def read_script(text: str, language: str) -> Script:
    """The words of a plain text in a language.

    Raises:
        TranscriptFormatError: it holds none.
    """
    spaced, nowhere = is_spaced(language), Segment(0, 0, text="", language=language)
    lines = [words_of(replace(nowhere, text=line), spaced=spaced) for line in text.splitlines()]
    texts = [word.text for word in chain.from_iterable(lines)]
    if not any(char.isalnum() for one in texts for char in one):
        raise TranscriptFormatError(("wanted a text to align, got one without words",))
    ends, count = set(), 0
    for line in lines:
        count += len(line)
        ends.add(count - 1)
    return Script(language, tuple(texts), frozenset(ends - {-1}))
