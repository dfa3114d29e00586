"""Every figure that can be measured: its name, its meaning, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Unit = Literal["share", "seconds", "milliseconds", "count", "mean"]

Figures = Mapping[str, float | None]
"""Values by name; null where a figure is undefined."""


def percent(share: float) -> str:
    """A share as it is printed everywhere.

    >>> percent(0.4666)
    '46.7 %'
    """
    return f"{100 * share:.1f} %"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure is called in tables, what it says, and its unit."""

    heading: str
    text: str
    unit: Unit = "share"
    column: bool = False
    """Whether tables of many files have room for it."""

    def shown(self, value: float) -> str:
        """The value with its unit.

        >>> Figure("DER", "").shown(0.1234)
        '12.3 %'
        """
        if self.unit == "share":
            return percent(value)
        if self.unit == "count":
            return f"{value:.0f}"
        if self.unit == "mean":
            return f"{value:.2f}"
        return f"{value:.1f} {'s' if self.unit == 'seconds' else 'ms'}"


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "der": Figure("DER", "Miss, false alarm and confusion over reference speech.", column=True),
        "correct": Figure("Correct", "Reference speech given to the right speaker.", column=True),
        "miss": Figure("Miss", "Reference speech that the hypothesis lacks.", column=True),
        "confusion": Figure("Confusion", "Reference speech of somebody else.", column=True),
        "false_alarm": Figure("False alarm", "Speech that the reference lacks.", column=True),
        "total_s": Figure(
            "Total", "Reference speech, each speaker's for itself.", "seconds", column=True
        ),
        "miss_s": Figure("Miss, time", "Reference speech that is missed.", "seconds"),
        "confusion_s": Figure("Confusion, time", "Reference speech of others.", "seconds"),
        "false_alarm_s": Figure("False alarm, time", "Speech made up.", "seconds"),
        "jer": Figure("JER", "Mean of the reference speakers' Jaccard errors.", column=True),
        "detection_error": Figure("Detection", "Missed and false speech, whoever speaks."),
        "detection_miss": Figure("Missed speech", "Time of speech in which nobody was found."),
        "detection_false_alarm": Figure(
            "False speech", "Time in which only the hypothesis speaks."
        ),
        "detection_total_s": Figure("Time of speech", "In the reference, by anybody.", "seconds"),
        "detection_miss_s": Figure("Missed speech, time", "Nobody was found.", "seconds"),
        "detection_false_alarm_s": Figure("False speech, time", "Nobody speaks.", "seconds"),
        "speakers_wanted": Figure("Speakers", "Speakers of the reference.", "count", column=True),
        "speakers_found": Figure("Found", "Speakers of the hypothesis.", "count", column=True),
        "speaker_count_error": Figure(
            "Count error", "Speakers too many or too few, mean over files.", "mean", column=True
        ),
        "wer": Figure("WER", "Wrong, missing and added words over reference words.", column=True),
        "words": Figure("Words", "Words of the reference.", "count"),
        "word_hits": Figure("Right words", "Reference words that are right.", "count"),
        "word_substitutions": Figure("Wrong words", "Reference words heard as others.", "count"),
        "word_deletions": Figure("Missing words", "Reference words not heard.", "count"),
        "word_insertions": Figure("Added words", "Words that nobody said.", "count"),
        "cer": Figure("CER", "As WER, of characters.", column=True),
        "characters": Figure("Characters", "Characters of the reference.", "count"),
        "cpwer": Figure(
            "cpWER", "As WER, of each speaker's words, speakers paired at best.", column=True
        ),
        "cpwer_substitutions": Figure("cpWER wrong", "Words heard as others.", "count"),
        "cpwer_deletions": Figure("cpWER missing", "Words their speaker lacks.", "count"),
        "cpwer_insertions": Figure("cpWER added", "Words their speaker did not say.", "count"),
        "tcpwer": Figure("tcpWER", "As cpWER, of words said at the same time.", column=True),
        "tcpwer_substitutions": Figure("tcpWER wrong", "Words heard as others.", "count"),
        "tcpwer_deletions": Figure("tcpWER missing", "Words their speaker lacks then.", "count"),
        "tcpwer_insertions": Figure("tcpWER added", "Words not said by them then.", "count"),
        "wder": Figure("WDER", "Aligned words given to the wrong speaker.", column=True),
        "wder_words": Figure("Aligned words", "Those whose speaker is known.", "count"),
        "start_ms_mean": Figure("Start error, mean", "Of matched words' starts.", "milliseconds"),
        "start_ms_median": Figure(
            "Start error", "Median, of matched words' starts.", "milliseconds", column=True
        ),
        "start_within_20_ms": Figure("Start within 20 ms", "Share of the matched words."),
        "start_within_50_ms": Figure("Start within 50 ms", "Share of the matched words."),
        "start_within_100_ms": Figure("Start within 100 ms", "Share of the matched words."),
        "end_ms_mean": Figure("End error, mean", "Of matched words' ends.", "milliseconds"),
        "end_ms_median": Figure(
            "End error", "Median, of matched words' ends.", "milliseconds", column=True
        ),
        "end_within_20_ms": Figure("End within 20 ms", "Share of the matched words."),
        "end_within_50_ms": Figure("End within 50 ms", "Share of the matched words."),
        "end_within_100_ms": Figure("End within 100 ms", "Share of the matched words."),
        "timed_words": Figure("Timed words", "Reference words with own times.", "count"),
        "timed_words_matched": Figure("Matched words", "Those found, with times.", "count"),
        "timed_words_matched_share": Figure("Matched", "Share of the timed words."),
    }
)


def columns(measured: Iterable[Figures]) -> list[str]:
    """The figures for which a table has columns: those with room that anything has."""
    names = {name for one in measured for name in one}
    return [name for name, figure in FIGURES.items() if figure.column and name in names]
