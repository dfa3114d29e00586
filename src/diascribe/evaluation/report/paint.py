"""What colours mean: speakers, those without counterpart, kinds of error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diascribe.evaluation.scores import Kind

LIGHT = {
    "speaker-0": "#0072b2",
    "speaker-1": "#e69f00",
    "speaker-2": "#009e73",
    "speaker-3": "#cc79a7",
    "speaker-4": "#56b4e9",
    "speaker-5": "#d55e00",
    "speaker-6": "#cdb800",
    "speaker-7": "#4d3b8f",
    "unmapped": "#8a8f98",
    "miss": "#d9415f",
    "false_alarm": "#eda0ae",
    "confusion": "#7d1230",
}
"""Okabe and Ito's palette (jfly.uni-koeln.de/color, 2008), which the colour-blind tell apart, its
yellow darkened to be seen on white and its black made violet; then three reds for the errors,
which differ in lightness."""

DARK = {
    **LIGHT,
    "speaker-0": "#3a97d8",
    "speaker-4": "#8fd0f7",
    "speaker-6": "#f0e442",
    "speaker-7": "#9a86e0",
    "miss": "#e4617c",
    "false_alarm": "#8f4455",
    "confusion": "#ffb9c6",
}
"""The same on black: what would be too dark there is lightened."""

COLOURS = 8
PATTERNS = ("plain", "stripes", "dots")
"""Each round of the palette has its own, so that 24 speakers look different."""

KIND_NAMES: Mapping[Kind, str] = {
    "miss": "miss",
    "false_alarm": "false alarm",
    "confusion": "confusion",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour of the palettes by its name, and how it is laid on."""

    colour: str
    pattern: str = "plain"

    @property
    def name(self) -> str:
        """What tells it from every other paint."""
        return f"{self.colour}-{self.pattern}"


UNMAPPED = Paint("unmapped", "stripes")
"""Of speakers of the hypothesis whom the reference does not have."""


def speaker_paints(speakers: Iterable[str]) -> dict[str, Paint]:
    """A paint for each speaker, in their order; the 25th looks like the first."""
    return {
        speaker: Paint(f"speaker-{place % COLOURS}", PATTERNS[place // COLOURS % len(PATTERNS)])
        for place, speaker in enumerate(speakers)
    }
