"""Every figure that can be measured: its name, its meaning, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Unit = Literal["share", "seconds", "milliseconds", "count", "mean"]

Figures = Mapping[str, float | None]
"""Values by name; null where a figure is undefined."""


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
            return f"{100 * value:.1f} %"
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
        "jer": Figure("JER", "Mean of the reference speakers' Jaccard errors.", column=True),
        "detection_error": Figure("Detection", "Missed and false speech, whoever speaks."),
        "detection_miss": Figure("Missed speech", "Time of speech in which nobody was found."),
        "detection_false_alarm": Figure(
            "False speech", "Time in which only the hypothesis speaks."
        ),
        "speakers_wanted": Figure("Speakers", "Speakers of the reference.", "count"),
        "speakers_found": Figure("Found", "Speakers of the hypothesis.", "count", column=True),
        "speaker_count_error": Figure(
            "Count error", "Speakers too many or too few, mean over files.", "mean", column=True
        ),
    }
)


def columns(measured: Iterable[Figures]) -> list[str]:
    """The figures for which a table has columns: those with room that anything has."""
    names = {name for one in measured for name in one}
    return [name for name, figure in FIGURES.items() if figure.column and name in names]
