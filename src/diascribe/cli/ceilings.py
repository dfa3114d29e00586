"""`--fail-above`: figures that must not be larger, for continuous integration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from diascribe.errors import OptionsError
from diascribe.evaluation.figures import FIGURES, Figures

PERCENT = "%"

MUCH = 1.5
"""A larger share is a percentage without its sign, unless it has one: no build allows more errors
than there are words."""

SPEECH, WORDS, TIMES = "total_s", "words", "timed_words_matched"

TOTALS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("der", "miss", "confusion", "false_alarm", "jer"), SPEECH),
        **dict.fromkeys(("detection_error", "detection_miss", "detection_false_alarm"), SPEECH),
        **dict.fromkeys(("miss_s", "confusion_s", "false_alarm_s"), SPEECH),
        **dict.fromkeys(("detection_miss_s", "detection_false_alarm_s"), SPEECH),
        "speaker_count_error": SPEECH,
        **dict.fromkeys(("wer", "cpwer", "tcpwer"), WORDS),
        **dict.fromkeys(("word_substitutions", "word_deletions", "word_insertions"), WORDS),
        **dict.fromkeys(("cpwer_substitutions", "cpwer_deletions", "cpwer_insertions"), WORDS),
        **dict.fromkeys(("tcpwer_substitutions", "tcpwer_deletions", "tcpwer_insertions"), WORDS),
        "cer": "characters",
        "wder": "wder_words",
        **dict.fromkeys(("start_ms_mean", "start_ms_median"), TIMES),
        **dict.fromkeys(("end_ms_mean", "end_ms_median"), TIMES),
    }
)
"""Every figure of which less is better, and the total that it is measured on."""

LISTED = "All are in docs/reference/metrics.md and in the `total` of --json"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The largest value that a figure may have."""

    name: str
    most: float

    @property
    def of_words(self) -> bool:
        """Whether it needs the packages that count words."""
        return TOTALS[self.name] != SPEECH

    def broken(self, total: Figures) -> str | None:
        """How the figures break it; null where they do not. What is not known breaks it too."""
        wanted = f"wanted at most {self.most:g}"
        value = total.get(self.name)
        if value is None or not total.get(TOTALS[self.name]):
            return f"{self.name} was not measured, {wanted}"
        if value <= self.most:
            return None
        return f"too high: {self.name} is {value:.4f}, {wanted}"


def parse_ceilings(texts: Iterable[str]) -> list[Ceiling]:
    """Ceilings from `der=0.15` or `der=15%`.

    Raises:
        OptionsError: names every figure that can have none and everything that is no ceiling.
    """
    problems: list[str] = []
    ceilings: list[Ceiling] = []
    for text in texts:
        try:
            ceilings.append(_ceiling(text))
        except OptionsError as error:
            problems += [f"fail-above: {problem}" for problem in error.problems]
    if problems:
        raise OptionsError(tuple(problems))
    return ceilings


def _ceiling(text: str) -> Ceiling:
    """One ceiling; raises as `parse_ceilings` does."""
    given, _, value = (part.strip() for part in text.partition("="))
    name = given.lower()
    if name not in TOTALS:
        raise OptionsError((_no_ceiling(given),))
    most = _number(value, is_share=FIGURES[name].unit == "share")
    if most is None:
        raise OptionsError((f"wanted {name}=NUMBER, got {text!r}",))
    if FIGURES[name].unit == "share" and most > MUCH and PERCENT not in value:
        wanted = f"wanted {name} as a share, 1 being all of it, got {value}"
        raise OptionsError((f"{wanted}: did you mean {value}{PERCENT}?",))
    return Ceiling(name, most)


def _no_ceiling(given: str) -> str:
    """Why a figure has no ceiling."""
    if given.lower() in FIGURES:
        reason = "it says how much there is, or more of it is better"
        return f"{given} is no figure to keep low: {reason}"
    near = get_close_matches(given.lower(), TOTALS, n=1)
    meant = f": did you mean {near[0]}?" if near else "."
    return f"no figure is called {given!r}{meant} {LISTED}"


def _number(text: str, *, is_share: bool) -> float | None:
    """A finite number from 0 up, a percentage of a share as a fraction; null for others."""
    try:
        value = float(text.removesuffix(PERCENT) if is_share else text)
    except ValueError:
        return None
    if not 0 <= value < float("inf"):
        return None
    return value / 100 if text.endswith(PERCENT) else value
