"""WhisperX's JSON as an account of one recording.

Turns come from the words' speakers where a word has one, smoothed as in `turns`, and from
the segments' speakers where only they have. Where the file has words at all, each has times
and its segment's speaker if it names none itself: words that the aligner could not place, and
those of a segment in which it placed none, are interpolated between their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from diascribe.evaluation.account import Account
from diascribe.evaluation.reading.turns import turns_of_utterances, turns_of_words
from diascribe.formats.tokens import is_spaced, tidy
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Turn, Word
from diascribe.wire.whisperx import ForeignResult, ForeignSegment, ForeignWord, from_whisperx


def read(text: str, recording: str) -> Account:
    """The account of the recording.

    Raises:
        TranscriptFormatError: names every field that is absent or wrong at once.
    """
    result = from_whisperx(text)
    utterances = _utterances(result)
    return Account(
        recording=recording,
        turns=_turns(result, utterances),
        utterances=utterances,
        words=_words(result),
        text=_joined(utterances, result.language),
        language=result.language,
    )


def _utterances(result: ForeignResult) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(one.start, one.end, tidy(one.text), one.speaker) for one in result.segments
    )


def _words(result: ForeignResult) -> tuple[Word, ...] | None:
    """All words; null where the file has segments only."""
    worded = [one for one in result.segments if one.words is not None]
    if any(one.words for one in worded):
        return tuple(word for one in result.segments for word in _segment_words(one))
    if result.segments and not worded and result.word_segments is None:
        return None
    return tuple(_timed(result.word_segments or (), _extent(result)))


def _segment_words(segment: ForeignSegment) -> Iterator[Word]:
    """The segment's words, or those of its text; with its speaker where they have none."""
    words = segment.words or [ForeignWord(word=text) for text in segment.text.split()]
    for word in _timed(words, Span(segment.start, segment.end)):
        yield replace(word, speaker=word.speaker or segment.speaker)


def _extent(result: ForeignResult) -> Span:
    """From the start of the first segment to the end of the last."""
    start = min((one.start for one in result.segments), default=0.0)
    return Span(start, max((one.end for one in result.segments), default=start))


def _timed(words: Iterable[ForeignWord], whole: Span) -> Iterator[Word]:
    """The words, those without times in the time that their neighbours or the whole leave."""
    said = [one for one in words if tidy(one.word)]
    placed = [_placed(one) for one in said]
    for found, run in groupby(range(len(said)), key=lambda place: placed[place] is not None):
        places = list(run)
        if found:
            yield from (word for place in places if (word := placed[place]))
        else:
            before = placed[places[0] - 1] if places[0] else None
            after = placed[places[-1] + 1] if places[-1] + 1 < len(placed) else None
            yield from _interpolated([said[place] for place in places], _gap(whole, before, after))


def _placed(word: ForeignWord) -> Word | None:
    """The word; null where it has no times or no text."""
    if word.start is None or word.end is None or not tidy(word.word):
        return None
    return Word(
        word.start,
        word.end,
        text=tidy(word.word),
        timing="recognizer" if word.score is None else "aligned",
        confidence=word.probability,
        score=word.score,
        speaker=word.speaker,
    )


def _gap(whole: Span, before: Word | None, after: Word | None) -> Span:
    """The time between two words, an instant where they overlap; null is the whole's border."""
    earliest = whole.start if before is None else before.end
    end = max(whole.end, earliest) if after is None else after.start
    return Span(min(earliest, end), end)


def _interpolated(words: Sequence[ForeignWord], gap: Span) -> Iterator[Word]:
    texts = [tidy(one.word) for one in words]
    for one, text, span in zip(words, texts, spread(texts, gap), strict=True):
        yield Word(
            span.start,
            span.end,
            text=text,
            timing="interpolated",
            confidence=one.probability,
            speaker=one.speaker,
        )


def _turns(result: ForeignResult, utterances: Sequence[Utterance]) -> tuple[Turn, ...] | None:
    """What the words' own speakers cover by the words' own times; else the segments'."""
    inside = [word for one in result.segments for word in one.words or ()]
    placed = map(_placed, inside or result.word_segments or ())
    return turns_of_words(filter(None, placed)) or turns_of_utterances(utterances)


def _joined(utterances: Iterable[Utterance], language: str | None) -> str:
    blank = " " if is_spaced(language) else ""
    return blank.join(one.text for one in utterances if one.text)
