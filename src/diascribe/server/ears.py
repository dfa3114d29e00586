"""Who hears samples of voices for the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from diascribe.engine.identify.people import Voiceprint
from diascribe.jobs.children import Child, StageFailedError, named
from diascribe.server.hearing import SAMPLE, THRESHOLD, VOICE
from diascribe.server.problems import ProblemError, of_failure
from diascribe.wire.voiceprints import voices_from_json

STAGES = "diascribe.server.hearing:open_stages"


@dataclass(frozen=True, slots=True)
class Heard:
    """The voice in a sample."""

    voiceprint: Voiceprint
    threshold: float
    """Cosine similarity from which on voices are one person's."""


class Ear(Protocol):
    """What hears samples."""

    async def hear(self, workspace: Path, name: str) -> Heard:
        """The voice in the file `SOURCE` of a folder; `name` is what to remember it by.

        Raises:
            ProblemError: it is no usable sample; says why.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChildEar:
    """Hears each sample in a child process of its own, which sees no database and no key."""

    environment: Mapping[str, str] = field(repr=False)
    limits: Mapping[str, int] = field(default_factory=dict)
    most_s: float = 120.0

    async def hear(self, workspace: Path, name: str) -> Heard:
        """The voice in a sample."""
        child = Child(STAGES, self.environment, self.limits)
        question = {"stage": SAMPLE, "options": {"name": name}, "workspace": str(workspace)}
        try:
            await child.ask(question, limit_s=self.most_s, on_share=_unheeded)
        except StageFailedError as error:
            raise ProblemError(of_failure(named(error.failure, name))) from error
        finally:
            await child.kill()
        ((voiceprint,),) = voices_from_json((workspace / VOICE).read_text()).values()
        return Heard(voiceprint, float((workspace / THRESHOLD).read_text()))


async def _unheeded(share: float) -> None:
    """Nobody watches."""
    del share
