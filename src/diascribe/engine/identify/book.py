"""Where known voices are kept, as far as the engine needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from diascribe.engine.identify.matching import Identity
from diascribe.engine.identify.people import Known, Stamp, Voiceprint


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """A speaker of a recording: the voice, and who was found to have it."""

    speaker: str
    voiceprint: Voiceprint
    identity: Identity


class VoiceBook(Protocol):
    """Known voices of one tenant."""

    def known(self, stamp: Stamp) -> Known:
        """Everybody to look for, as vectors of one encoder.

        Raises:
            DatabaseError: they cannot be read.
        """
        ...

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """What the voices of speakers are called from now on; speakers left out are not kept.

        Raises:
            DatabaseError: they cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Voices that only one request knows: nothing is kept."""

    voices: Known

    def known(self, stamp: Stamp) -> Known:
        """The voices, whichever encoder is asked for: they were made with it."""
        assert stamp == self.voices.stamp
        return self.voices

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """Nothing is kept."""
        del met
        return {}


@dataclass(frozen=True, slots=True)
class Copied:
    """Named people of one moment, for a process that does not see where they are kept."""

    everybody: tuple[str, ...]
    by_encoder: tuple[Known, ...]
    """Whom each encoder knows that anybody was enrolled with."""

    def known(self, stamp: Stamp) -> Known:
        """Everybody, as vectors of one encoder."""
        found = next((one for one in self.by_encoder if one.stamp == stamp), None)
        return found or Known((), (), np.zeros((0, 0), np.float32), stamp, self.everybody)

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """Nothing is kept."""
        del met
        return {}
