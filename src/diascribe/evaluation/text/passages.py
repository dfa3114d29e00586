"""Utterances cut where, by their words, the speaker changes.

The text stays as the utterances write it: words may lack its punctuation, or break `1,000`
and `50%` apart, which a normalizer would then read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise

from diascribe.formats.utterances import Utterance
from diascribe.transcript import Word


def passages(utterances: Sequence[Utterance], words: Iterable[Word]) -> list[Utterance] | None:
    """The utterances in parts, each of one speaker, with the time of the whole.

    Null where the words do not say the same letters and digits in the same order; an utterance
    without any stays whole.
    """
    said = [[text for _, text in _letters(one.text)] for one in utterances]
    spoken = [(text, word.speaker) for word in words for _, text in _letters(word.text)]
    if [text for text, _ in spoken] != list(chain.from_iterable(said)):
        return None
    speakers = (speaker for _, speaker in spoken)
    return [
        part
        for one, letters in zip(utterances, said, strict=True)
        for part in _parts(one, list(islice(speakers, len(letters))))
    ]


def _letters(text: str) -> list[tuple[int, str]]:
    """Places of letters and digits, and these without case."""
    return [(place, char.casefold()) for place, char in enumerate(text) if char.isalnum()]


def _parts(utterance: Utterance, speakers: Sequence[str | None]) -> list[Utterance]:
    """The utterance cut between letters of different speakers; each letter has one."""
    if not speakers:
        return [utterance]
    text, places = utterance.text, [place for place, _ in _letters(utterance.text)]
    changes = [late for late in range(1, len(places)) if speakers[late] != speakers[late - 1]]
    borders = [_border(text, places[late - 1], places[late]) for late in changes]
    return [
        replace(utterance, text=text[start:end].strip(), speaker=speakers[first])
        for first, (start, end) in zip(
            [0, *changes], pairwise([0, *borders, len(text)]), strict=True
        )
    ]


def _border(text: str, last: int, first: int) -> int:
    """Where to cut between two letters: after the last blank, which keeps `$5` in one piece."""
    blank = text.rfind(" ", last, first)
    return first if blank < 0 else blank + 1
