"""The models that are installed, opened when they are first wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from diascribe.engine.opening import LateAligner, Opened, Openers
from diascribe.engine.pipelines import Pipelines
from diascribe.errors import OptionsError, WeightsError
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner
from diascribe.models.pocketsphinx.recognizer import LANGUAGES, PocketsphinxRecognizer
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Aligner, Choice, Diarizer, Recognizer
from diascribe.weights.catalog import EMBEDDED_RECOGNIZER
from diascribe.weights.entry import Entry, Family
from diascribe.weights.folders import Located, locate
from diascribe.weights.store import Installed, Store

NOTHING = Store(Path(os.devnull))
"""A store below which nothing is: the embedded models remain."""


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """The models of this machine; `workers` stay the caller's to close."""

    workers: Workers
    store: Store = NOTHING
    cores: int = 1
    """Processor cores that each model may use."""
    openers: Openers = field(default_factory=Openers)
    _opened: Opened = field(default_factory=Opened, init=False, repr=False, compare=False)

    def recognizer(self, choice: Choice) -> Recognizer:
        """The recognizer that a request names, or the best one for its language.

        Raises:
            UnknownModelError: it is not installed; says what is.
            WeightsError: it is damaged, or no recognizer that this version runs.
        """
        named = choice.model or self._best(choice.language)
        if named == EMBEDDED_RECOGNIZER:
            return PocketsphinxRecognizer(self.workers)
        found = locate(self.store, named)
        opener = {"whisper": self._whisper, "onnx-asr": self._onnx_asr}.get(found.family)
        if opener is None:
            raise WeightsError(
                f"{found.name}: is not a recognizer that this version runs; {self.store.working()}"
            )
        key = (found, choice.device, choice.compute_type)
        recognizer: Recognizer = self._opened.get(key, partial(opener, found, choice))
        return recognizer

    def diarizer(self, choice: Choice) -> Diarizer[Any]:
        """The diarizer that a request names.

        Raises:
            UnknownModelError: it is not installed; says what is.
            WeightsError: it is damaged, or no diarizer that this version runs.
        """
        assert choice.model is not None, "none is better than the embedded one yet"
        found = locate(self.store, choice.model)
        opener = self._diarizers.get(found.family)
        if opener is None:
            raise WeightsError(
                f"{found.name}: is not a diarizer that this version runs; {self.store.working()}"
            )
        key = (found, choice.device, choice.mode, choice.precision)
        diarizer: Diarizer[Any] = self._opened.get(key, partial(opener, found, choice))
        return diarizer

    @property
    def _diarizers(self) -> Mapping[Family, Callable[[Located, Choice], Diarizer[Any]]]:
        """What opens a diarizer, by family."""
        pipelines = Pipelines(self.store, self.cores)
        return {
            "pipeline": pipelines.open,
            "resnet": pipelines.open,
            "pyannet": pipelines.open,
            "streaming": self._streaming,
        }

    def aligners(self, language: str) -> Sequence[Aligner]:
        """The aligners for a language, the best first; none where there is none.

        They all run on processors.
        """
        installed: list[Aligner] = [
            LateAligner(one.entry.languages, partial(self._aligner, one.entry))
            for one in self.store.installed()
            if one.entry.family == "ctc" and one.entry.speaks(language)
        ]
        embedded = PocketsphinxAligner(self.workers)
        return [*installed, embedded] if language in embedded.languages else installed

    def _best(self, language: str | None) -> str:
        """The best installed recognizer for a language; of those that detect it, where null.

        One that knows another language only is better than none, which says so then; the
        embedded one is better than that, and than one that waits in vain to be told.
        """
        installed = [one.entry for one in self.store.installed()]
        known = [one for one in installed if one.stage == "recognition" and one.opened]
        fitting = [one.name for one in known if one.speaks(language)]
        if fitting or language in LANGUAGES:
            return next(iter(fitting), EMBEDDED_RECOGNIZER)
        others = (one.name for one in known if language is not None or not one.told)
        return next(others, EMBEDDED_RECOGNIZER)

    def _whisper(self, found: Located, choice: Choice) -> Recognizer:
        if found.installed:
            self.store.find(found.name)  # proves it
        return self.openers.whisper(
            path=found.path,
            name=found.name,
            revision=found.revision,
            device=choice.device,
            compute_type=choice.compute_type,
            cores=self.cores,
        )

    def _onnx_asr(self, found: Located, choice: Choice) -> Recognizer:
        if choice.device == "cuda":
            raise OptionsError(
                (f"device: {found.name} runs on processors only: wanted auto or cpu",)
            )
        if found.installed:
            self.store.find(found.name)  # proves it
        entry = self.store.like(found.name)
        return self.openers.onnx_asr(
            path=found.path,
            name=found.name,
            revision=found.revision,
            languages=entry.languages if entry else (),
            compute_type=choice.compute_type,
            cores=self.cores,
        )

    def _streaming(self, found: Located, choice: Choice) -> Diarizer[Any]:
        if found.installed:
            self.store.find(found.name)  # proves it
        return self.openers.streaming(
            path=found.path,
            name=found.name,
            revision=found.revision,
            device=choice.device,
            cores=self.cores,
        )

    def _aligner(self, entry: Entry) -> Aligner:
        """An installed aligner, opened once."""
        found = self.store.peek(entry.name)
        aligner: Aligner = self._opened.get(found, partial(self._ctc, found))
        return aligner

    def _ctc(self, found: Installed) -> Aligner:
        self.store.find(found.entry.name)  # proves it
        return self.openers.ctc(
            path=found.path,
            name=found.entry.name,
            revision=found.revision,
            languages=found.entry.languages,
            cores=self.cores,
        )
