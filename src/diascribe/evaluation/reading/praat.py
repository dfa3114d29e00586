"""A TextGrid as an account of one recording: what its tiers are is told by their names.

- `words`, or `anna - words` as the Montreal Forced Aligner writes it: words, of `anna`.
- `phones`, or `anna - phones`: passed over.
- `speaker` or `speakers`: turns, the labels being who speaks.
- Any other tier of intervals belongs to the speaker who gives it its name, and each label is
  an utterance. Where a speaker has only words, those without a pause make an utterance.

Empty labels and the aligners' marks of silence are nothing said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.errors import TranscriptFormatError
from diascribe.evaluation.account import Account
from diascribe.evaluation.reading.turns import PAUSE_S, turns_of_utterances
from diascribe.formats import textgrid
from diascribe.formats.textgrid import TextGrid, Tier
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Turn, Word

ROLE = re.compile(r"(?:(?P<speaker>.+?)\s+-\s+)?(?P<role>word|phone|speaker)s?", re.IGNORECASE)

SILENCES = frozenset({"", "<eps>", "<p:>", "<sil>", "sil", "sp", "spn"})
"""What aligners write where nobody speaks, or makes a noise."""


@dataclass(frozen=True, slots=True)
class _Tiers:
    """The tiers that say something, by what they say."""

    speech: tuple[Tier, ...] = ()
    """Each named after its speaker."""
    words: tuple[Tier, ...] = ()
    """Each named after its speaker, or with the empty name."""
    speakers: tuple[Tier, ...] = ()


def read(text: str, recording: str) -> Account:
    """The account of the recording.

    Raises:
        TranscriptFormatError: the text is no TextGrid, or no tier says anything.
    """
    grid = textgrid.parse(text)
    tiers = _sorted_out(grid)
    utterances = _utterances(tiers)
    return Account(
        recording=recording,
        turns=_turns(tiers) if tiers.speakers else turns_of_utterances(utterances or ()),
        utterances=utterances,
        words=_words(tiers.words) if tiers.words else None,
        text=None if utterances is None else " ".join(one.text for one in utterances),
        duration=grid.end,
    )


def _sorted_out(grid: TextGrid) -> _Tiers:
    found: dict[str, list[Tier]] = {"speech": [], "word": [], "phone": [], "speaker": []}
    for tier in grid.tiers:
        role = ROLE.fullmatch(tier.name)
        kind = role["role"].lower() if role else "speech"
        name = (role["speaker"] or "") if role else tier.name
        found[kind].append(Tier(name, tuple(filter(_is_said, tier.intervals))))
    tiers = _Tiers(tuple(found["speech"]), tuple(found["word"]), tuple(found["speaker"]))
    if tiers == _Tiers():
        names = ", ".join(tier.name for tier in grid.tiers) or "none"
        wanted = "a tier of intervals for each speaker, or for words"
        raise TranscriptFormatError((f"wanted {wanted}, got tiers: {names}",))
    return tiers


def _is_said(interval: Utterance) -> bool:
    return interval.text.lower() not in SILENCES


def _turns(tiers: _Tiers) -> tuple[Turn, ...]:
    labels = (one for tier in tiers.speakers for one in tier.intervals)
    turns = (Turn(one.start, one.end, speaker=one.text) for one in labels)
    return tuple(sorted(turns, key=lambda one: (one.start, one.end)))


def _words(tiers: Iterable[Tier]) -> tuple[Word, ...]:
    found = (
        Word(one.start, one.end, text=one.text, timing="aligned", speaker=tier.name or None)
        for tier in tiers
        for one in tier.intervals
    )
    return tuple(sorted(found, key=lambda word: (word.start, word.end)))


def _utterances(tiers: _Tiers) -> tuple[Utterance, ...] | None:
    """By start; null where there are only names of speakers."""
    if not (tiers.speech or tiers.words):
        return None
    said = [
        Utterance(one.start, one.end, one.text, tier.name or None)
        for tier in tiers.speech
        for one in tier.intervals
    ]
    said += [one for tier in _without_speech(tiers) for one in _phrases(tier)]
    return tuple(sorted(said, key=lambda one: (one.start, one.end)))


def _without_speech(tiers: _Tiers) -> Sequence[Tier]:
    """The tiers of words that are not said once more in a tier of speech."""
    told = {tier.name for tier in tiers.speech}
    return [tier for tier in tiers.words if tier.name not in told and (tier.name or not told)]


def _phrases(tier: Tier) -> Iterator[Utterance]:
    """The words of one speaker, those at most `PAUSE_S` apart together."""
    phrase: list[Utterance] = []
    for word in tier.intervals:
        if phrase and word.start - phrase[-1].end > PAUSE_S:
            yield _phrase(phrase, tier.name)
            phrase = []
        phrase.append(word)
    if phrase:
        yield _phrase(phrase, tier.name)


def _phrase(words: Sequence[Utterance], speaker: str) -> Utterance:
    text = " ".join(one.text for one in words)
    return Utterance(words[0].start, max(one.end for one in words), text, speaker or None)
