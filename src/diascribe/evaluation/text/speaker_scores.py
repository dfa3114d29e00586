"""Errors in words as each speaker's: cpWER, and with times tcpWER.

cpWER (Watanabe et al. 2020, CHiME-6 challenge, arXiv 2004.09249): each speaker's words are put
together, speakers of both sides are paired one to one so that the errors are fewest, and a
speaker without a partner is all errors. tcpWER (von Neumann et al. 2023, arXiv 2307.11394):
the same, but words may stand for one another only where their times, the hypothesis' widened
by a collar, overlap. Words of an utterance have times in proportion to their characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diascribe.evaluation.scores import added
from diascribe.evaluation.text.concatenated import concatenated, concatenated_in_time
from diascribe.evaluation.text.lines import Line, tokens
from diascribe.evaluation.text.pairing import paired, paired_in_time
from diascribe.evaluation.text.speakers import Speakers, by_speaker
from diascribe.evaluation.text.word_errors import Edits

MOST_SPEAKERS = 20
"""Of one side; meeteval refuses more."""

MOST_PAIRS = 1_000_000_000
"""Words of one side times words of the other; meeteval compares each with each."""

MOST_TIMED_PAIRS = 200_000_000
"""As `MOST_PAIRS`, of two speakers; with times meeteval keeps four bytes for each."""


@dataclass(frozen=True, slots=True)
class SpeakerWordScore:
    """Errors in words as each speaker's, whenever they are said."""

    edits: Edits

    def __add__(self, other: SpeakerWordScore, /) -> SpeakerWordScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The rate, and the words that it is made of."""
        return _figures("cpwer", self.edits)


@dataclass(frozen=True, slots=True)
class TimedSpeakerWordScore:
    """Errors in words as each speaker's, said when they are said."""

    edits: Edits

    def __add__(self, other: TimedSpeakerWordScore, /) -> TimedSpeakerWordScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The rate, and the words that it is made of."""
        return _figures("tcpwer", self.edits)


def speaker_score(reference: Sequence[Line], hypothesis: Sequence[Line]) -> SpeakerWordScore:
    """The cpWER's components.

    Counted by meeteval; beyond its limits by our own pairing, whose errors are as many.
    """
    wanted, found = by_speaker(reference), by_speaker(hypothesis)
    fits = _fits(wanted, found)
    return SpeakerWordScore((concatenated if fits else paired)(wanted, found))


def timed_speaker_score(
    reference: Sequence[Line], hypothesis: Sequence[Line], *, collar_s: float
) -> TimedSpeakerWordScore | None:
    """The tcpWER's components, as `speaker_score`; all lines have times.

    Null where too many words are near each other to be compared even one by one.
    """
    wanted, found = by_speaker(reference), by_speaker(hypothesis)
    fits = _fits(wanted, found) and _most(wanted) * _most(found) <= MOST_TIMED_PAIRS
    count = concatenated_in_time if fits else paired_in_time
    edits = count(wanted, found, collar_s=collar_s)
    return None if edits is None else TimedSpeakerWordScore(edits)


def _figures(name: str, edits: Edits) -> dict[str, float | None]:
    return {
        name: edits.rate,
        f"{name}_substitutions": edits.substitutions,
        f"{name}_deletions": edits.deletions,
        f"{name}_insertions": edits.insertions,
    }


def _fits(wanted: Speakers, found: Speakers) -> bool:
    """Whether meeteval can compare them in seconds."""
    pairs = sum(_sizes(wanted)) * sum(_sizes(found))
    return max(len(wanted), len(found)) <= MOST_SPEAKERS and pairs <= MOST_PAIRS


def _most(speakers: Speakers) -> int:
    return max(_sizes(speakers), default=0)


def _sizes(speakers: Speakers) -> list[int]:
    return [len(tokens(lines)) for lines in speakers.values()]
