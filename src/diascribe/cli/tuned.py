"""What tuning found, as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from diascribe.engine.options import Options
from diascribe.errors import printable
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.candidates import changed
from diascribe.evaluation.tuning.outcome import Outcome

DEFAULTS = "the defaults"


def readable(outcome: Outcome) -> str:
    """A table of the recordings, the gain with its spread, and what follows from it."""
    return "\n".join((*_table(outcome), "", _gain(outcome), _verdict(outcome))) + "\n"


def _table(outcome: Outcome) -> Iterator[str]:
    """Each recording's error under the defaults and under what the others chose."""
    width = max(len("recording"), *(len(printable(one.name)) for one in outcome.left_out))
    yield f"{'recording':<{width}}  default    tuned  the others chose"
    for one in outcome.left_out:
        name = f"{printable(one.name):<{width}}"
        yield f"{name}  {_percent(one.default)}  {_percent(one.tuned)}  {_told(one.options)}"
    yield f"{'all':<{width}}  {_percent(outcome.default)}  {_percent(outcome.tuned)}"


def _gain(outcome: Outcome) -> str:
    gain, count = outcome.gain, len(outcome.left_out)
    return (
        f"Gain on recordings left out of the choice: {_points(gain.value)} points of DER,"
        f" 95 % interval {_points(gain.low)} to {_points(gain.high)}"
        f" ({count} recordings, {outcome.tried} settings)."
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.claimed:
        return f"Chosen: {_told(outcome.options)}."
    if not outcome.values:
        reason = "no other values are clearly better than the defaults"
    elif outcome.gain.value <= 0:
        reason = "what some recordings choose does not help the others"
    else:
        reason = "it is smaller than its noise"
    return f"No gain can be claimed: {reason}. The defaults stay, and no profile is written."


def _told(options: Options) -> str:
    values = changed(options).items()
    return ", ".join(f"{name} {value}" for name, value in values) or DEFAULTS


def _percent(score: DiarizationScore) -> str:
    """DER in a column of seven; in every recording somebody speaks, so there is one."""
    assert score.der is not None, "there is reference speech"
    return f"{100 * score.der:5.1f} %"


def _points(share: float) -> str:
    """Percentage points; what rounds to nothing has no sign."""
    return f"{round(100 * share, 1) + 0.0:.1f}"
