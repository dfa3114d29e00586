"""Stretches heard a second time, in other pieces, and the better of both texts chosen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from diascribe.algorithms.loops import plain
from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.hearing import recognized
from diascribe.engine.judging import (
    Judge,
    emptied,
    flagged,
    is_doubtful,
    looping_words,
    part_of,
)
from diascribe.engine.recovered import beyond
from diascribe.engine.stretches import LONGEST_PIECE_S, LONGEST_STRETCH_S, Finder, Stretch, Why
from diascribe.flags import (
    LOOP,
    LOOP_REMOVED,
    OUTSIDE_SPEECH,
    OUTSIDE_SPEECH_REMOVED,
    PHANTOM,
    PHANTOM_REMOVED,
    RECOVERED,
    REDECODED,
    REDECODING_REJECTED,
)
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.timeline import Index, total
from diascribe.transcript import Segment, Word

MOST_SHARE = 0.25
"""Most of a recording that is heard again: what needs more needs another recognizer. Chosen by
hand, not measured."""

MOST_ALWAYS_S = LONGEST_STRETCH_S
"""Heard again however short the recording is: one stretch at least."""

LEAST_COST_S = LONGEST_PIECE_S
"""What a shorter piece counts for: a recognizer that pads what it hears works as long on it."""

WARMER = 0.2
"""A stretch that cannot be cut otherwise is decoded at a temperature higher by this, one step of
Whisper's own ladder."""

URGENT: Mapping[Why, int] = {"loop": 0, "missed": 1, "thin": 2, "doubtful": 3}
"""What is heard again first, where not everything can be."""

KEPT_SHARE = 0.5
"""A text with fewer letters than this share of the doubtful one's, loops counted once, has left
something out. Chosen by hand, not measured."""

MORE_SHARE = 1.2
"""A text that was too thin must become longer by this. Chosen by hand, not measured."""

SAME_SHARE = 0.75
"""Of the words of a text outside of speech, so many must come again when it is heard a second
time: what is made up comes out otherwise. Chosen by hand, not measured."""

LESS_DOUBTED = 0.25
"""By how much the doubtful share of the text must fall. Chosen by hand, not measured."""

CLEARLY = 0.1
"""By how much the mean log-probability must rise where both texts are equally doubtful. Chosen
by hand, not measured."""


@dataclass(frozen=True, slots=True)
class Again:
    """A stretch, the pieces in which it is heard, and how they are decoded."""

    stretch: Stretch
    pieces: Sequence[Region]
    decoding: Decoding


def cost(again: Again) -> float:
    """Seconds that are heard again."""
    return total(again.pieces)


def _work(again: Again) -> float:
    """The same, no piece counted for less than is worked on it."""
    return sum(max(LEAST_COST_S, piece.duration) for piece in again.pieces)


def plan(
    finder: Finder, heeds: frozenset[str], segments: Sequence[Segment], decoding: Decoding
) -> list[Again]:
    """What would be worth hearing again; only what would not sound the same as before.

    A prompt and a prefix are for the recording's first region and are left out.
    """
    usual = replace(decoding, initial_prompt=None, prefix=None)
    warmer = replace(usual, temperature=min(1.0, usual.temperature + WARMER))
    planned = []
    for stretch in finder.stretches(segments):
        pieces = finder.pieces(stretch)
        heard = any(map(finder.is_heard, pieces))
        if pieces and (not heard or "temperature" in heeds):
            planned.append(Again(stretch, pieces, warmer if heard else usual))
    return planned


def affordable(planned: Sequence[Again], duration: float) -> list[Again]:
    """The most urgent of what is planned, in the order of time, as far as the limit allows.

    The first stretch may be in as many pieces as it likes.
    """
    left = max(MOST_ALWAYS_S, MOST_SHARE * duration)
    chosen: list[Again] = []
    for one in sorted(planned, key=lambda one: URGENT[one.stretch.why]):
        if (_work(one) if chosen else cost(one)) <= left:
            left -= _work(one)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.stretch.start)


def hear(
    recognizer: Recognizer, audio: Audio, planned: Sequence[Again]
) -> Steps[list[tuple[Stretch, list[Segment]]]]:
    """What is heard in each stretch; those decoded alike are heard together.

    Raises:
        DiascribeError: the recognizer fails.
    """
    heard: list[tuple[Stretch, list[Segment]]] = []
    whole, done = sum(map(cost, planned)), 0.0
    for decoding in dict.fromkeys(one.decoding for one in planned):
        alike = [one for one in planned if one.decoding == decoding]
        found: list[list[Segment]] = [[] for _ in alike]
        starts = [one.pieces[0].start for one in alike]
        regions = [piece for one in alike for piece in one.pieces]
        reached = done
        for segment in recognized(recognizer, audio, regions, decoding):
            if segment is not None:
                place = max(0, bisect_right(starts, segment.start) - 1)
                found[place].append(segment)
                reached = done + total(regions[: 1 + _piece(regions, segment)])
            yield Progress("repair", audio.duration * reached / whole, audio.duration)
        done += total(regions)
        heard += zip((one.stretch for one in alike), found, strict=True)
    return heard


def _piece(regions: Sequence[Region], segment: Segment) -> int:
    """The place of the region that a segment was heard in."""
    return max(0, bisect_right(regions, segment.start, key=lambda one: one.start) - 1)


def chosen(
    stretch: Stretch, old: Sequence[Segment], heard: Sequence[Segment], judge: Judge
) -> list[Segment]:
    """The better one of a stretch's first text and its second, told by its flags."""
    new = judge.judged(heard)
    if stretch.why == "missed":
        return [flagged(one, RECOVERED) for one in new if _is_sound(one, judge)]
    if not any(one.text.strip() for one in new):
        return _unheard(old)
    if _is_outside(old) and _is_outside(new):
        return [_said_again(one, new) for one in old]
    if _is_better(stretch, old, new):
        return [flagged(one, REDECODED) if one.text.strip() else one for one in new]
    return [flagged(one, REDECODING_REJECTED) for one in old]


def _is_sound(segment: Segment, judge: Judge) -> bool:
    """Whether a text can be put where there was none."""
    return bool(segment.text.strip()) and not is_doubtful(segment) and not judge.doubts(segment)


def _unheard(old: Sequence[Segment]) -> list[Segment]:
    """What is left when a second hearing finds no words: no loop, phantom or text outside."""
    looping = {place for _, words in looping_words(old) for place in words}
    left: list[Segment] = []
    for place, one in enumerate(old):
        if LOOP in one.flags:
            besides = [word for i, word in enumerate(one.words) if (place, i) not in looping]
            left.append(_without_loop(one, besides))
        elif PHANTOM in one.flags:
            left.append(emptied(one, PHANTOM_REMOVED))
        elif OUTSIDE_SPEECH in one.flags:
            left.append(emptied(one, OUTSIDE_SPEECH_REMOVED))
        else:
            left.append(flagged(one, REDECODING_REJECTED))
    return left


def _is_outside(segments: Sequence[Segment]) -> bool:
    """Whether all texts lie where nobody is heard."""
    return all(OUTSIDE_SPEECH in one.flags for one in segments if one.text.strip())


def _said_again(segment: Segment, new: Sequence[Segment]) -> Segment:
    """A text outside of speech, gone where a second hearing says something else."""
    words = [plain(word.text) for word in segment.words]
    heard = [plain(word.text) for one in new for word in one.words]
    same = sum(one.size for one in SequenceMatcher(None, words, heard, False).get_matching_blocks())
    if same < SAME_SHARE * len(words):
        return emptied(segment, OUTSIDE_SPEECH_REMOVED)
    return flagged(segment, REDECODING_REJECTED)


def _without_loop(segment: Segment, besides: Sequence[Word]) -> Segment:
    """The words beside a loop, against which nothing else speaks; none where all are part of it.

    All of them are besides where most of the loop is in other stretches: then they are part of it.
    """
    said = any(plain(word.text) for word in besides) and len(besides) < len(segment.words)
    if not said:
        return emptied(segment, LOOP_REMOVED)
    return flagged(part_of(segment, besides), LOOP_REMOVED)


def _is_better(stretch: Stretch, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
    """Whether the second text is less doubtful than the first and leaves nothing out."""
    doubts, before = _doubted(new), _doubted(old)
    longer = _letters(new) / max(1, _letters(old))
    if stretch.why == "thin":
        return doubts == 0 and longer >= MORE_SHARE
    if _letters(new) < KEPT_SHARE * _letters_said(old):
        return False
    if doubts <= before - LESS_DOUBTED:
        return True
    return doubts <= before and _log_prob(new) > _log_prob(old) + CLEARLY


def _doubted(segments: Sequence[Segment]) -> float:
    """The share of doubtful texts, by letters."""
    return _letters([one for one in segments if is_doubtful(one)]) / max(1, _letters(segments))


def _letters(segments: Sequence[Segment]) -> int:
    return sum(len(plain(one.text)) for one in segments)


def _letters_said(segments: Sequence[Segment]) -> int:
    """The letters of texts, each loop brought down to its phrase.

    Of a text that loops on into other stretches nothing is told apart: none may be said.
    """
    loops = list(looping_words(segments))
    again = sum(
        len(plain(segments[place].words[i].text))
        for loop, words in loops
        for place, i in words[loop.size :]
    )
    looping = any(LOOP in one.flags for one in segments)
    return 0 if looping and not loops else _letters(segments) - again


def _log_prob(segments: Sequence[Segment]) -> float:
    """The mean over the segments' seconds; 0 where the recognizer does not say."""
    known = [(one.quality.log_prob, one.duration) for one in segments if one.quality]
    seconds = sum(duration for _, duration in known)
    return sum(value * duration for value, duration in known) / seconds if seconds else 0.0


def with_choices(
    segments: Sequence[Segment], choices: Sequence[tuple[Stretch, Sequence[Segment]]]
) -> list[Segment]:
    """The segments, those of stretches replaced; sorted, and split around what is new.

    Of what is put where there were no words, those are left out that are there already.
    """
    replaced = {place for stretch, _ in choices for place in stretch.places}
    kept = [one for place, one in enumerate(segments) if place not in replaced]
    better = [one for stretch, found in choices if stretch.why != "missed" for one in found]
    missed = [one for stretch, found in choices if stretch.why == "missed" for one in found]
    known = Index(word for one in (*kept, *better) for word in one.words)
    missed = [part for one in missed for part in beyond(one, known)]
    between = sorted(missed, key=lambda one: one.start)
    kept = [part for one in kept for part in _split_around(one, between)]
    return sorted([*kept, *better, *missed], key=lambda one: (one.start, one.end))


def _split_around(segment: Segment, between: Sequence[Segment]) -> list[Segment]:
    """The parts of a segment before, between and after what was found in its midst."""
    parts = [segment]
    for one in between:
        if one.shared(segment) > 0 and segment.words:
            last = parts.pop()
            before = [word for word in last.words if word.start < one.middle]
            after = last.words[len(before) :]
            ended = [_ended(word, one.start) for word in before]
            parts += [part_of(last, own) for own in (ended, after) if own]
    return parts


def _ended(word: Word, latest: float) -> Word:
    """The word, over by then: it was stretched over what it left out."""
    return replace(word, end=min(word.end, max(word.start, latest)))
