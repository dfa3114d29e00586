"""Who spoke when, where a file only says who said what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diascribe.formats.utterances import Utterance
from diascribe.timeline import merge
from diascribe.transcript import Turn, Word

PAUSE_S = 0.3
"""A shorter silence between a speaker's words does not end the turn: NIST smooths the
references of its diarization evaluations (RT) so, speaker by speaker."""


def turns_of_utterances(utterances: Sequence[Utterance]) -> tuple[Turn, ...] | None:
    """A turn for each utterance of somebody; null where much is said and all by nobody."""
    turns = [Turn(one.start, one.end, speaker=one.speaker) for one in utterances if one.speaker]
    return _sorted(turns) if turns or not utterances else None


def turns_of_words(words: Iterable[Word]) -> tuple[Turn, ...]:
    """What each speaker's words cover, silences of at most `PAUSE_S` filled."""
    spoken: dict[str, list[Word]] = {}
    for word in words:
        if word.speaker:
            spoken.setdefault(word.speaker, []).append(word)
    return _sorted(turn for who, own in spoken.items() for turn in _smoothed(who, own))


def _smoothed(speaker: str, words: Iterable[Word]) -> Iterator[Turn]:
    for span in merge(words, gap_s=PAUSE_S):
        yield Turn(span.start, span.end, speaker=speaker)


def _sorted(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(sorted(turns, key=lambda one: (one.start, one.end)))
