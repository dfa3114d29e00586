"""What is kept of tuning: the evidence for a profile, and the profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diascribe.engine.profile import Profile
from diascribe.errors import printable
from diascribe.evaluation.tuning.candidates import changed
from diascribe.evaluation.tuning.outcome import LeftOut, Outcome
from diascribe.transcript import Model

METHOD = (
    "nested cross-validation: each recording is scored with the setting that recordings without"
    " it choose; 95 % interval of the gain by the delete-one jackknife"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When, with what and how it was measured."""

    date: str
    version: str
    """Of Diascribe."""
    models: tuple[Model, ...]
    references: Mapping[str, str]
    """SHA-256 of each reference by its recording."""
    collar: float
    """Seconds left out before and after each reference boundary."""
    skip_overlap: bool


def evidence(outcome: Outcome, circumstances: Circumstances) -> dict[str, Any]:
    """All that was measured, as JSON has it; rates are shares of the reference's speech."""
    gain = outcome.gain
    return {
        "date": circumstances.date,
        "diascribe": circumstances.version,
        "method": METHOD,
        "collar": circumstances.collar,
        "skip_overlap": circumstances.skip_overlap,
        "settings_tried": outcome.tried,
        "default": outcome.default.figures(),
        "tuned": outcome.tuned.figures(),
        "gain": {
            "der": gain.value,
            "standard_error": gain.error,
            "low": gain.low,
            "high": gain.high,
        },
        "recordings": [_recording(one, circumstances) for one in outcome.left_out],
    }


def _recording(one: LeftOut, circumstances: Circumstances) -> dict[str, Any]:
    return {
        "name": printable(one.name),
        "reference_sha256": circumstances.references[one.name],
        "speech_s": one.default.total,
        "default_der": one.default.der,
        "tuned_der": one.tuned.der,
        "chosen_by_the_others": changed(one.options),
    }


def to_profile(outcome: Outcome, circumstances: Circumstances, *, name: str) -> Profile:
    """The profile of a claimed gain."""
    assert outcome.claimed, "what is no better than the defaults makes no profile"
    return Profile(
        name=name,
        options=outcome.values,
        models=circumstances.models,
        evidence=evidence(outcome, circumstances),
    )
