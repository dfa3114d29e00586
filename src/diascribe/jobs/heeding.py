"""Which options each stage heeds: where none of them changes, its findings hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.options import SAMPLES, Options, applied
from diascribe.engine.rules import rule_in
from diascribe.jobs.planning import kind_of

SOUND = frozenset({"channels"})
"""What of the sound is heard."""

SPEECH = SOUND | {"vad_onset", "vad_offset"}
"""Where speech is."""

AFTERWARDS = frozenset({"align_output", "attribution_gap_s", "diarization", "profile"})
"""Options of recognition that its first stages do without."""

HEARD = SPEECH | {"diarizer", "diarization_mode", "diarization_precision", "device"}
"""What the networks of a diarizer hear."""

COUNTS = frozenset({"num_speakers", "min_speakers", "max_speakers"})
"""They may lead to another diarizer than the one that is named."""


def recognition_options() -> frozenset[str]:
    """The options that words hang on."""
    named = (one.name for one in fields(Options))
    own = {name for name in named if rule_in(Options, name).stage == "recognition"}
    return frozenset(own | SPEECH | {"device"}) - AFTERWARDS


def heeded(stage: str, options: Options) -> frozenset[str]:
    """Names of the options that a stage's findings hang on; all for the last one."""
    match kind_of(stage):
        case "decoding" | "channels":
            return frozenset()
        case "activity":
            return SPEECH
        case "language" | "recognition" | "repair":
            return recognition_options()
        case "alignment" | "words":
            return recognition_options() | {"align_output"}
        case "diarization":
            return HEARD | COUNTS if options.diarizer else HEARD
    return frozenset(one.name for one in fields(Options))


def key_of(options: Options, names: Iterable[str], models: Mapping[str, str]) -> str:
    """Values of some options, and the revisions of the models that are there, as a text."""
    values = {**applied(options), SAMPLES: tuple(map(_whole, options.speaker_samples))}
    chosen: dict[str, Any] = {name: values[name] for name in sorted(names)}
    return json.dumps([chosen, dict(sorted(models.items()))], sort_keys=True, default=str)


def _whole(sample: SpeakerSample) -> list[str]:
    """Whose sample it is, and a hash of its address: results show less of that than matters."""
    return [sample.name, hashlib.sha256(sample.url.encode()).hexdigest()]
