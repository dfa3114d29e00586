"""WhisperX's JSON as an account of one recording.

Turns come from the words' speakers where a word has one, smoothed as in `turns`, and from
the segments' speakers where only they have. A word without times stays in its segment's
text and is no word of the account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diascribe.evaluation.account import Account
from diascribe.evaluation.reading.turns import turns_of_utterances, turns_of_words
from diascribe.formats.tokens import is_spaced, tidy
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Turn, Word
from diascribe.wire.whisperx import ForeignResult, ForeignWord, from_whisperx


def read(text: str, recording: str) -> Account:
    """The account of the recording.

    Raises:
        TranscriptFormatError: names every field that is absent or wrong at once.
    """
    result = from_whisperx(text)
    words, utterances = _words(result), _utterances(result)
    return Account(
        recording=recording,
        turns=_turns(words, utterances),
        utterances=utterances,
        words=words,
        text=_joined(utterances, result.language),
        language=result.language,
    )


def _utterances(result: ForeignResult) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(one.start, one.end, tidy(one.text), one.speaker) for one in result.segments
    )


def _words(result: ForeignResult) -> tuple[Word, ...] | None:
    """The words with times; null where the file has segments only."""
    inside = [one.words for one in result.segments if one.words is not None]
    if not inside and result.word_segments is None:
        return () if not result.segments else None
    spoken = [word for words in inside for word in words] or result.word_segments or ()
    return tuple(_timed(spoken))


def _timed(words: Iterable[ForeignWord]) -> Iterable[Word]:
    for word in words:
        if word.start is not None and word.end is not None and tidy(word.word):
            yield Word(
                word.start,
                word.end,
                text=tidy(word.word),
                timing="recognizer" if word.score is None else "aligned",
                confidence=word.probability,
                score=word.score,
                speaker=word.speaker,
            )


def _turns(
    words: Sequence[Word] | None, utterances: Sequence[Utterance]
) -> tuple[Turn, ...] | None:
    return turns_of_words(words or ()) or turns_of_utterances(utterances)


def _joined(utterances: Iterable[Utterance], language: str | None) -> str:
    blank = " " if language is None or is_spaced(language) else ""
    return blank.join(one.text for one in utterances if one.text)
