"""Words given to the wrong speaker.

WDER (Shafey et al. 2019, Joint Speech Recognition and Speaker Diarization via Sequence
Transduction, arXiv 1907.05337, equation 3) = (S_IS + C_IS) / (S + C): of the words that stand
for one another in the alignment of the WER, correct or substituted, those whose speakers are
not each other's. Speakers of both sides are paired one to one so that most words agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diascribe.algorithms.match import match
from diascribe.evaluation.scores import added, rate
from diascribe.evaluation.text.lines import Line, tokens
from diascribe.evaluation.text.word_errors import aligned


@dataclass(frozen=True, slots=True)
class WordSpeakerScore:
    """Aligned words whose reference has a speaker, and those of the wrong or of nobody."""

    words: int
    errors: int

    def __add__(self, other: WordSpeakerScore, /) -> WordSpeakerScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The rate, and the words that it is made of."""
        return {"wder": rate(self.errors, self.words), "wder_words": self.words}


def word_speaker_score(reference: Sequence[Line], hypothesis: Sequence[Line]) -> WordSpeakerScore:
    """Compare who says each word; a word of nobody in the hypothesis is wrong."""
    wanted, found = _speakers(reference), _speakers(hypothesis)
    pairs = [
        (wanted[row], found[column])
        for row, column in aligned(tokens(reference), tokens(hypothesis))
        if wanted[row]
    ]
    return WordSpeakerScore(len(pairs), len(pairs) - _agreeing(pairs))


def _speakers(lines: Sequence[Line]) -> list[str | None]:
    """The speaker of each token."""
    return [line.speaker for line in lines for _ in line.tokens]


def _agreeing(pairs: Sequence[tuple[str | None, str | None]]) -> int:
    """Words whose speakers are each other's, under the best one-to-one pairing."""
    named = [(one, other) for one, other in pairs if other]
    wanted = {speaker: row for row, speaker in enumerate(dict.fromkeys(one for one, _ in named))}
    found = {speaker: row for row, speaker in enumerate(dict.fromkeys(one for _, one in named))}
    words = np.zeros((len(wanted), len(found)))  # (reference speaker, hypothesis speaker)
    for one, other in named:
        words[wanted[one], found[other]] += 1
    return int(sum(words[row, column] for row, column in match(words)))
