"""A segment's text as a network spells it, and its words once the letters have been found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.ctc import Placed
from diascribe.algorithms.settle import settle, words_of
from diascribe.flags import TEXT_DOES_NOT_FIT, joined
from diascribe.formats.tokens import is_spaced
from diascribe.models.ctc.layout import Frames
from diascribe.models.ctc.vocabulary import Vocabulary
from diascribe.span import Span
from diascribe.transcript import Segment, Word

LEAST_FIT = 0.2
"""A text whose letters are on average (geometrically) less likely than this was not said. Chosen
by hand: `fits` of benchmarks/alignment.py are what sentences have with their own texts, of which
none may be refused, and with others' from the same few words."""

TAIL = 1
"""Frames after its last letter that are a word's own, where no other word's letter is: networks
name the delimiter, or nothing, before the last sound has faded. `ends` of benchmarks/alignment.py
are how early words end without it and with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A segment and how its words are spelled."""

    segment: Segment
    words: tuple[Word, ...]
    tokens: tuple[int, ...]
    """Of all words, delimiters between them."""
    owners: NDArray[np.intp]
    """Which word each token belongs to (token,); -1 of delimiters."""
    known: NDArray[np.bool_]
    """Which tokens are letters that the network has (token,)."""

    def timed(self, placed: Placed | None, frames: Frames) -> Segment:
        """The segment with its words where their letters were found.

        Words of which no letter is known lie between the others. Where the text does not fit,
        the segment keeps its words' times and is flagged.
        """
        if not self.known.any():
            return replace(self.segment, words=self.words)
        if placed is None or self.fit(placed) < LEAST_FIT:
            flags = joined(self.segment.flags, (TEXT_DOES_NOT_FIT,))
            return replace(self.segment, words=self.words, flags=flags)
        return replace(self.segment, words=settle(self.segment, tuple(self._found(placed, frames))))

    def fit(self, placed: Placed) -> float:
        """How likely the letters are where they were found: their geometric mean, 0 to 1."""
        return _score(placed, self.known)

    def _found(self, placed: Placed, frames: Frames) -> Iterator[Word]:
        spoken = np.flatnonzero(self.owners >= 0)
        bounds = np.searchsorted(self.owners[spoken], np.arange(len(self.words) + 1))
        for word, begin, end in zip(self.words, bounds[:-1], bounds[1:], strict=True):
            own, following = spoken[begin:end], spoken[end : end + 1]
            known = own[self.known[own]]
            if not len(known):
                yield word
                continue
            limits = placed.first[following].tolist()
            after = min([int(placed.last[own[-1]]) + 1 + TAIL, *limits])
            span = self._span(int(placed.first[own[0]]), after, frames)
            score = _score(placed, known)
            yield replace(word, start=span.start, end=span.end, timing="aligned", score=score)

    def _span(self, first: int, after: int, frames: Frames) -> Span:
        """The seconds of frames from `first` to before `after`, within the segment."""
        start, end = self.segment.start, self.segment.end
        return Span(min(end, start + frames.second(first)), min(end, start + frames.second(after)))


def text_of(segment: Segment, vocabulary: Vocabulary) -> Text:
    """The segment's words spelled with the vocabulary."""
    spaced = is_spaced(segment.language)
    words = words_of(segment, spaced=spaced)
    tokens: list[int] = []
    owners: list[int] = []
    for place, word in enumerate(words):
        spelled = vocabulary.spell(word.text)
        if tokens and spelled and spaced and vocabulary.delimiter is not None:
            tokens.append(vocabulary.delimiter)
            owners.append(-1)
        tokens += spelled
        owners += [place] * len(spelled)
    special = (vocabulary.star, vocabulary.delimiter)
    known = np.array([token not in special for token in tokens], bool)
    return Text(segment, words, tuple(tokens), np.array(owners, np.intp), known)


def _score(placed: Placed, tokens: NDArray[np.intp] | NDArray[np.bool_]) -> float:
    """The geometric mean, over their frames, of the probability of some tokens."""
    return float(np.exp(placed.log_prob[tokens].sum() / placed.frames[tokens].sum()))
