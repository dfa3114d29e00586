"""The stage that finds out who the speakers of a recording are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.beside import Steps
from diascribe.engine.identify.book import Met, VoiceBook
from diascribe.engine.identify.enrolling import Enroller, seconds_of
from diascribe.engine.identify.gathering import STAGE, outdated
from diascribe.engine.identify.matching import Identity, match
from diascribe.engine.identify.people import Figures, Stamp, Voiceprint
from diascribe.engine.identify.voicing import voice_of
from diascribe.engine.steps import told
from diascribe.transcript import Diarization, Model, Notice, Turn

LEAST_HEARD_S = 2.0
"""Who speaks for less stays unknown: a vector of a few words is nobody's for certain."""

EMBEDDING = "embedding"
"""The stage of the model that a diarizer's voices come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How alike voices must be."""

    threshold: float
    """Least cosine similarity."""
    one_to_one: bool = True
    """Whether two speakers of a recording are two people."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the speakers are."""

    identities: Mapping[str, Identity] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()
    models: tuple[Model, ...] = ()
    """The encoder that voices were compared by; none where nobody was."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A recording and the voices that were found in it."""

    audio: Audio
    name: str
    diarization: Diarization
    models: tuple[Model, ...]
    """What the diarizer consists of."""
    sides: Mapping[int, Audio] = field(default_factory=dict)
    """The channels that were heard apart, without what leaks into them."""

    def sound_of(self, turns: Sequence[Turn]) -> Audio:
        """Where the turns are heard best: on their channel, where all are on one."""
        channels = {turn.channel for turn in turns}
        only = channels.pop() if len(channels) == 1 else None
        return self.audio if only is None else self.sides.get(only, self.audio)


def identify(scene: Scene, enroller: Enroller, book: VoiceBook, how: Matching) -> Steps[Identified]:
    """Who the speakers are, as the book knows them.

    Raises:
        DatabaseError: the book cannot be read or written.
    """
    seconds = seconds_of(scene.diarization)
    voices = yield from _voices(scene, enroller, seconds)
    known = book.known(enroller.stamp)
    found = match(voices, known, threshold=how.threshold, one_to_one=how.one_to_one)
    met = [
        Met(
            speaker,
            Voiceprint(vector, enroller.stamp, scene.name, Figures(seconds=seconds[speaker])),
            found[speaker],
        )
        for speaker, vector in voices.items()
    ]
    called = book.meet(met)
    identities = {
        speaker: replace(identity, voice=called.get(speaker, identity.voice))
        for speaker, identity in found.items()
    }
    return Identified(identities, tuple(outdated(known)), (enroller.encoder.model,))


def _voices(
    scene: Scene, enroller: Enroller, seconds: Mapping[str, float]
) -> Steps[dict[str, NDArray[np.float32]]]:
    """The vector of everybody who speaks for long enough.

    The diarizer's own where they are of the encoder that known voices are of.
    """
    lasting = [who for who, spoken in seconds.items() if spoken >= LEAST_HEARD_S]
    made_by = [Stamp.of(one) for one in scene.models if one.stage == EMBEDDING]
    if enroller.stamp in made_by:
        own = scene.diarization.voices
        return {who: own[who] for who in lasting if who in own}
    voices: dict[str, NDArray[np.float32]] = {}
    for who in lasting:
        turns = [turn for turn in scene.diarization.exclusive if turn.speaker == who]
        sound = scene.sound_of(turns)
        vector = yield from told(STAGE, 1.0, voice_of(enroller.encoder, sound, turns))
        if vector is not None:
            voices[who] = vector
    return voices
