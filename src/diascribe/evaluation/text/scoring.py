"""All that can be measured of a recording's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diascribe.evaluation.account import Pair
from diascribe.evaluation.scores import Score
from diascribe.evaluation.text.lines import Line, Rules, Side, Source, rules, tokens
from diascribe.evaluation.text.speaker_errors import word_speaker_score
from diascribe.evaluation.text.speaker_scores import speaker_score, timed_speaker_score
from diascribe.evaluation.text.time_errors import word_time_score
from diascribe.evaluation.text.word_errors import CharacterScore, WordScore, count_edits
from diascribe.span import Span

Lines = Sequence[Line]
Maybe = Lines | None

AS_SAID: tuple[Source, ...] = ("passages", "utterances", "words", "paragraphs")
"""What tells best who says what: each word's own speaker, else its utterance's."""

IN_TIME: tuple[Source, ...] = ("told", "utterances", "words")
"""As `AS_SAID`, with each word's own times. Words of which some are lacking come last."""

TOO_NEAR = "too many words are said at the same time"


def score_text(
    pair: Pair,
    *,
    normalizer: str = "auto",
    collar_s: float = 5.0,
    scored: tuple[Span, ...] | None = None,
) -> tuple[list[Score], list[str]]:
    """The scores that both files allow, and notes: how they were counted, what could not be.

    Without text on either side there is nothing to score and nothing to note.

    Args:
        pair: the two sides of one recording.
        normalizer: one of `NORMALIZERS`.
        collar_s: by how much a word's time may be wrong in tcpWER, before and after.
        scored: count only what has its middle in these, sorted and disjoint; null counts all.

    Raises:
        OptionsError: no normalizer has that name.
        MissingExtraError: what counts a score is not installed.
    """
    chosen = rules(pair, normalizer, scored)
    wanted, found = Side(pair.reference, chosen), Side(pair.hypothesis, chosen)
    words = _word_scores(wanted, found, chosen)
    if isinstance(words, str):
        return [], [words] if wanted.speaks or found.speaks else []
    answers = [
        *words,
        _speaker_score(wanted, found),
        _timed_speaker_score(wanted, found, collar_s),
        _word_speaker_score(wanted, found),
        *_word_times(wanted, found),
    ]
    scores = [one for one in answers if not isinstance(one, str)]
    notes = [one for one in answers if isinstance(one, str)]
    return scores, [*_manner(chosen), *notes]


def _manner(chosen: Rules) -> Iterator[str]:
    """How the words were compared."""
    known = f"language {chosen.language}" if chosen.language else "language unknown"
    yield f"words: compared after the normalizer {chosen.normalizer.name}, {known}"
    if not chosen.spaced:
        yield "words: each character is one, since the language is written without blanks"
    if chosen.scored is not None:
        yield "words: those count whose middle, or whose utterance's, is scored"


def _word_scores(wanted: Side, found: Side, chosen: Rules) -> list[Score | str] | str:
    by_time: tuple[Source, ...] = ("utterances", "words", "text")
    as_filed: tuple[Source, ...] = ("text", "utterances", "words")
    timed = all(one.first("utterances", "words") for one in (wanted, found))
    sources = by_time if timed else as_filed
    needs = "has no text" if chosen.scored is None else "has no text with times"
    sides = _both(wanted.first(*sources), found.first(*sources), "words", needs)
    if isinstance(sides, str):
        return sides
    one, other = map(tokens, sides)
    blank = " " if chosen.spaced else ""
    return [
        WordScore(count_edits(one, other)),
        CharacterScore(count_edits(blank.join(one), blank.join(other))),
    ]


def _speaker_score(wanted: Side, found: Side) -> Score | str:
    sides = _speaking(wanted, found, "cpWER")
    return sides if isinstance(sides, str) else speaker_score(*sides)


def _timed_speaker_score(wanted: Side, found: Side, collar_s: float) -> Score | str:
    sides = _both(
        wanted.speaking(*IN_TIME),
        found.speaking(*IN_TIME),
        "tcpWER",
        "does not say who said what when",
    )
    if isinstance(sides, str):
        return sides
    score = timed_speaker_score(*sides, collar_s=collar_s)
    return score or f"tcpWER: {TOO_NEAR}"


def _word_speaker_score(wanted: Side, found: Side) -> Score | str:
    sides = _speaking(wanted, found, "WDER")
    return sides if isinstance(sides, str) else word_speaker_score(*sides)


def _word_times(wanted: Side, found: Side) -> Iterator[Score | str]:
    """The score of the words whose times are known, and how many others there are."""
    lacking = "has no words with times of their own"
    sides = _both(wanted.measured, found.measured, "word times", lacking)
    if isinstance(sides, str):
        yield sides
        return
    yield word_time_score(*sides) or f"word times: {TOO_NEAR}"
    for name, side, measured in zip(
        ("reference", "hypothesis"), (wanted, found), sides, strict=True
    ):
        count = len(side.words or ())
        if count > len(measured):
            left_out = f"{count - len(measured)} of {count} words of the {name}"
            yield f"word times: {left_out} left out, their times being interpolated"


def _speaking(wanted: Side, found: Side, what: str) -> tuple[Lines, Lines] | str:
    sides = wanted.speaking(*AS_SAID), found.speaking(*AS_SAID)
    return _both(*sides, what, "does not say who said what")


def _both(wanted: Maybe, found: Maybe, what: str, lacking: str) -> tuple[Lines, Lines] | str:
    """Both sides' lines, or why there is nothing to measure."""
    if wanted is not None and found is not None:
        return wanted, found
    return f"{what}: the {'reference' if wanted is None else 'hypothesis'} {lacking}"
