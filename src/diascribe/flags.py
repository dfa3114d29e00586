"""What segments are flagged with: what to mistrust about them, and what was done to them.

Recognizers set the first few, `diascribe.engine.repair` the rest; both take them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FlagKind = Literal["doubt", "done"]
"""A reason to mistrust a text, or something that was done to it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; its name is stable."""

    name: str
    kind: FlagKind
    meaning: str


TEMPERATURE_FALLBACK = "temperature_fallback"
LOW_CONFIDENCE = "low_confidence"
REPETITIVE = "repetitive"
NO_SPEECH = "no_speech"
LOOP = "loop"
PHANTOM = "phantom"
OUTSIDE_SPEECH = "outside_speech"
TEXT_DOES_NOT_FIT = "text_does_not_fit"

REDECODED = "redecoded"
RECOVERED = "recovered"
REDECODING_REJECTED = "redecoding_rejected"
LOOP_REMOVED = "loop_removed"
PHANTOM_REMOVED = "phantom_removed"
OUTSIDE_SPEECH_REMOVED = "outside_speech_removed"

FLAGS = (
    Flag(
        TEMPERATURE_FALLBACK,
        "doubt",
        "The first attempt failed the recognizer's own checks; this is a later one, at a"
        " higher temperature.",
    ),
    Flag(
        LOW_CONFIDENCE,
        "doubt",
        "The best attempt still is less likely than `log_prob_threshold`.",
    ),
    Flag(
        REPETITIVE,
        "doubt",
        "The best attempt still compresses better than `compression_ratio_threshold`.",
    ),
    Flag(
        NO_SPEECH,
        "doubt",
        "The recognizer finds no speech here likelier than `no_speech_threshold`.",
    ),
    Flag(LOOP, "doubt", "Words come again in a row, more often than people repeat themselves."),
    Flag(
        PHANTOM,
        "doubt",
        "All of it is a phrase that recognizers are known to make up, and there is a sign that"
        " this one was.",
    ),
    Flag(
        OUTSIDE_SPEECH,
        "doubt",
        "Its words lie where the speech detector heard nobody, at its usual thresholds if lower"
        " ones are asked for.",
    ),
    Flag(
        TEXT_DOES_NOT_FIT,
        "doubt",
        "The aligner does not find the text in the sound; the words keep the times that they had.",
    ),
    Flag(
        REDECODED,
        "done",
        "It was heard a second time, in other pieces, and that text was better than the first.",
    ),
    Flag(RECOVERED, "done", "There were no words where somebody spoke; a second hearing found it."),
    Flag(
        REDECODING_REJECTED,
        "done",
        "It was heard a second time, and the first text was no worse: it is kept.",
    ),
    Flag(
        LOOP_REMOVED,
        "done",
        "Words that came again and again in a row are gone: all but the first of them, or all"
        " where a second hearing found no words.",
    ),
    Flag(
        PHANTOM_REMOVED,
        "done",
        "A known phantom phrase was removed; its segment is gone with it.",
    ),
    Flag(
        OUTSIDE_SPEECH_REMOVED,
        "done",
        "Words in silence were removed, which the recognizer doubted too, did not write again"
        " when it heard them a second time, or which the aligner did not find; their segment is"
        " gone with them.",
    ),
)
"""Every flag, in the order in which they may come to be."""

DONE = tuple(one.name for one in FLAGS if one.kind == "done")
"""What is counted as repairs."""


def joined(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """All flags of the groups once, in the table's order; those it does not know come last.

    >>> joined(("redecoded",), ("loop", "redecoded"))
    ('loop', 'redecoded')
    """
    known = [one.name for one in FLAGS]
    given = dict.fromkeys(flag for group in groups for flag in group)
    return tuple(sorted(given, key=lambda flag: known.index(flag) if flag in known else len(known)))
