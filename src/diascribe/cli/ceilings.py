"""`--fail-above`: figures that must not be larger, for continuous integration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diascribe.errors import OptionsError
from diascribe.evaluation.figures import FIGURES, Figures

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The largest value that a figure may have."""

    name: str
    most: float

    def broken(self, total: Figures) -> str | None:
        """How the figures break it; null where they do not. What is not known breaks it too."""
        if self.name not in total:
            return f"{self.name} was not measured, wanted at most {self.most:g}"
        value = total[self.name]
        if value is None:
            return f"{self.name} is undefined, wanted at most {self.most:g}"
        return (
            f"{self.name} is {value:.4f}, wanted at most {self.most:g}"
            if value > self.most
            else None
        )


def parse_ceilings(texts: Iterable[str]) -> list[Ceiling]:
    """Ceilings from `der=0.15` or `der=15%`.

    Raises:
        OptionsError: names every unknown figure and everything that is no number.
    """
    problems: list[str] = []
    ceilings: list[Ceiling] = []
    for text in texts:
        name, _, value = text.partition("=")
        most = _number(value)
        if name not in FIGURES:
            problems.append(f"fail-above: wanted one of {', '.join(FIGURES)}; got {name!r}")
        elif most is None:
            problems.append(f"fail-above: wanted {name}=NUMBER, got {text!r}")
        else:
            ceilings.append(Ceiling(name, most))
    if problems:
        raise OptionsError(tuple(problems))
    return ceilings


def _number(text: str) -> float | None:
    """A finite number, or a percentage as a fraction; null where it is neither."""
    try:
        value = float(text.removesuffix(PERCENT))
    except ValueError:
        return None
    if not 0 <= value < float("inf"):
        return None
    return value / 100 if text.endswith(PERCENT) else value
