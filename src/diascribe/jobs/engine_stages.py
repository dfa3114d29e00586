"""The engine's pipeline cut into stages, each of which leaves its findings in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from diascribe.api import load
from diascribe.audio import SAMPLE_RATE
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.engine import Engine
from diascribe.engine.given import parse_options
from diascribe.engine.identify.book import VoiceBook
from diascribe.engine.keeping.folder import DECODED, Facts, InFolder, write
from diascribe.engine.options import Options
from diascribe.engine.steps import finish, told
from diascribe.errors import DiascribeError
from diascribe.jobs.draft import draft
from diascribe.jobs.heeding import heeded, key_of
from diascribe.jobs.known import Laid
from diascribe.jobs.planning import RESULT_STAGE, kind_of, planned
from diascribe.jobs.seam import PARTIAL, RESULT, SOURCE, Traits
from diascribe.jobs.weighing import share_of
from diascribe.media import decode
from diascribe.settings import read_settings
from diascribe.transcript import Transcript
from diascribe.weights.store import Store
from diascribe.wire.encode import to_json


@dataclass(frozen=True)  # without slots: the engine is loaded once
class EngineStages:
    """The pipeline behind the seam `Stages`. One instance serves all threads."""

    loading: Callable[[], Engine]
    """Loads the models, when they are first needed."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Revisions of what is installed: with other models, findings are made anew."""

    @cached_property
    def engine(self) -> Engine:
        """The models."""
        return self.loading()

    def plan(self, options: Mapping[str, Any], workspace: Path) -> Sequence[str]:
        """Names of the stages, in order, as far as the findings tell."""
        return planned(parse_options(options), workspace)

    def traits(self, stage: str, options: Mapping[str, Any]) -> Traits:
        """What kind of stage that is."""
        wanted = parse_options(options)
        models = {**self.models, "diascribe": version("diascribe")}
        key, kind = key_of(wanted, heeded(stage, wanted), models), kind_of(stage)
        traits = Traits(key=key, kind=kind, share=share_of(kind, wanted))
        match kind:
            case "decoding":
                return replace(traits, reads=(), hostile=True)
            case "channels":
                return replace(traits, reads=(DECODED,))
            case "diarization":
                return replace(traits, reads=(DECODED, "channels"), optional=True)
            case "result":
                known = wanted.verifies and not wanted.speaker_samples
                return replace(traits, quick=not wanted.verifies, voices=known)
        return replace(traits, optional=True)

    def duration(self, workspace: Path) -> float | None:
        """Seconds of the recording; null until they are known."""
        facts = InFolder(folder=workspace).read(DECODED, Facts)
        return None if facts is None else facts.samples / SAMPLE_RATE

    def run(self, stage: str, options: Mapping[str, Any], workspace: Path) -> Iterator[float]:
        """One stage; yields the share done.

        Raises:
            DiascribeError: the stage fails.
        """
        wanted = parse_options(options)
        if stage == RESULT_STAGE:
            yield 0.0
            transcript = finish(self._steps(wanted, InFolder(folder=workspace), Laid(workspace)))
            write(workspace / RESULT, to_json(transcript).encode())
            return
        kept = InFolder(folder=workspace, only=stage)
        source = workspace / SOURCE
        steps: Steps[Any] = (
            kept.decoded(lambda: told(DECODED, None, decode(source)))  # without any model
            if stage == DECODED
            else self._steps(_unnamed(wanted), kept)
        )
        yield from _until_found(steps, kept)
        if kind_of(stage) == "recognition":
            write(workspace / PARTIAL, to_json(draft(wanted, workspace)).encode())

    def _steps(
        self, options: Options, kept: InFolder, voices: VoiceBook | None = None
    ) -> Steps[Transcript]:
        source = kept.folder / SOURCE
        return self.engine.steps(source, options, recognition=True, voices=voices, kept=kept)


def _unnamed(options: Options) -> Options:
    """The same, and nobody is asked who the speakers are: that is for the last stage alone."""
    return replace(options, speaker_verification=False, speaker_samples=())


def _until_found(steps: Steps[Any], kept: InFolder) -> Iterator[float]:
    """Work until the one stage has its finding; yields the share done."""
    assert kept.only is not None, "the last stage has a way of its own"
    try:
        with closing(steps):
            for progress in steps:
                if kept.has(kept.only):
                    return
                yield _share(progress)
    except DiascribeError as failure:
        if kept.has(kept.only):  # stages after it have nothing to begin with
            return
        raise kept.trouble[0] if kept.trouble else failure from failure
    if kept.trouble:  # which was but a warning to the pipeline
        raise kept.trouble[0]
    assert kept.has(kept.only), f"{kept.only} was out of its turn"


def _share(progress: Progress) -> float:
    return min(1.0, progress.done / progress.total) if progress.total else 0.0


def open_stages() -> EngineStages:
    """The stages over the models of this machine, which are loaded when they are needed."""
    store = Store(read_settings().models)
    revisions = {one.entry.name: one.revision for one in store.installed()}
    return EngineStages(load, revisions)
