"""What is tuned: the options, the values that are tried, and which of two is the simpler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product

from diascribe.engine.options import Options
from diascribe.errors import OptionsError
from diascribe.transcript import Applied


@dataclass(frozen=True, slots=True)
class Tunable:
    """An option and the values tried for it, in order; its default is among them."""

    option: str
    values: tuple[float, ...]
    of_own: bool = False
    """Whether the values are shares of the models' own value, which the default, null, takes."""


TUNABLE = (
    Tunable("vad_onset", (0.35, 0.5, 0.65)),
    Tunable("vad_offset", (0.25, 0.363, 0.5)),
    Tunable("clustering_threshold", (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3), of_own=True),
    Tunable("min_duration_on_s", (0.0, 0.2, 0.4)),
    Tunable("min_duration_off_s", (0.0, 0.15, 0.3, 0.5)),
)
"""Every option that can be tuned. The grid is coarse on purpose: the finer it is, the better
chance does on the files that choose, and the longer it takes. `speaker_threshold` is none
of them: it changes names, and turns are what is scored."""


def parse_tunable(text: str) -> tuple[str, ...]:
    """The options in a list with commas, each once.

    Raises:
        OptionsError: names every one that cannot be tuned.
    """
    known = [one.option for one in TUNABLE]
    names = tuple(dict.fromkeys(one.strip().replace("-", "_") for one in text.split(",")))
    unknown = tuple(
        f"options: wanted some of {', '.join(known)}; got {name or 'nothing'}"
        for name in names
        if name not in known
    )
    if unknown:
        raise OptionsError(unknown)
    return names


def settings(names: Sequence[str], *, own_threshold: float | None) -> tuple[Options, ...]:
    """Every combination of the named options' values, the simplest first.

    The first is the default. Before another goes what changes fewer options, then what is
    fewer steps away from the default. Combinations that contradict are left out.

    Args:
        names: options of `TUNABLE`.
        own_threshold: the diarizer's own clustering threshold; null where it has none, and
            then none is tried.
    """
    lines = [_ranked(one, own_threshold) for one in TUNABLE if one.option in names]
    found = []
    for chosen in product(*lines):
        steps = [one.steps for one in chosen]
        options = _possible({one.option: one.value for one in chosen})
        if options is not None:
            found.append((sum(map(bool, steps)), sum(steps), options))
    found.sort(key=lambda one: one[:2])
    return tuple(options for _, _, options in found)


def changed(options: Options) -> dict[str, Applied]:
    """The options that differ from the defaults."""
    default = Options()
    return {
        one.name: getattr(options, one.name)
        for one in fields(Options)
        if getattr(options, one.name) != getattr(default, one.name)
    }


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A value of an option, and how many steps it is away from the default."""

    option: str
    value: float | None
    steps: int


def _ranked(tunable: Tunable, own: float | None) -> list[_Ranked]:
    """An option's values with their distances from the default."""
    if not tunable.of_own:
        default = tunable.values.index(getattr(Options(), tunable.option))
        return [
            _Ranked(tunable.option, value, abs(place - default))
            for place, value in enumerate(tunable.values)
        ]
    if own is None:
        return [_Ranked(tunable.option, None, 0)]
    return list(_shares(tunable, own))


def _shares(tunable: Tunable, own: float) -> Iterator[_Ranked]:
    """As `_ranked`, where values are shares of the models' own one."""
    default = tunable.values.index(1.0)
    for place, share in enumerate(tunable.values):
        value = None if share == 1.0 else round(share * own, 4)
        yield _Ranked(tunable.option, value, abs(place - default))


def _possible(values: dict[str, float | None]) -> Options | None:
    """The options; null where they contradict, as an offset above its onset does."""
    try:
        return Options(**values)  # type: ignore[arg-type]  # names and types are the table's
    except OptionsError:
        return None
