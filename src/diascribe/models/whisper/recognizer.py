"""The recognizer on a Whisper network: windows in batches, each with its own checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from diascribe.audio import Audio
from diascribe.errors import LanguageError, OptionsError
from diascribe.models.whisper.detection import WhisperDetector
from diascribe.models.whisper.network import SAMPLES, MemoryShortError, Network
from diascribe.models.whisper.prompts import problems
from diascribe.models.whisper.transcribing import Batch
from diascribe.models.whisper.vocabulary import Vocabulary
from diascribe.models.whisper.windows import PACKING, Extractor, window_of
from diascribe.protocols import Decoding, Packing, Region
from diascribe.transcript import Model, Segment


class WhisperRecognizer:
    """Turns speech into text with marks and capitals, in the languages of its model.

    Texts at temperature 0 do not depend on the batch size. Those above are drawn by lot, with
    CTranslate2's own generators: from run to run they differ.
    """

    packing: Packing = PACKING
    heeds: frozenset[str] = frozenset(one.name for one in fields(Decoding))
    placement: frozenset[str] = frozenset({"device", "compute_type"})

    def __init__(
        self, *, model: Model, network: Network, vocabulary: Vocabulary, extract: Extractor
    ) -> None:
        self.model = model
        self.languages = vocabulary.languages
        self.detector = WhisperDetector(network, extract) if vocabulary.multilingual else None
        self._network = network
        self._vocabulary = vocabulary
        self._extract = extract

    def check(self, decoding: Decoding) -> None:
        """Refuse what it cannot do, before anything is heard.

        Raises:
            OptionsError: a translation is wanted of an English model, or prompts are too long.
        """
        found = list(problems(self._vocabulary.any, decoding))
        if decoding.task == "translate" and not self._vocabulary.multilingual:
            found.append(f"task: {self.model.name} knows only English, and cannot translate")
        if found:
            raise OptionsError(tuple(found))

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        """Segments in the order of `regions`, at least one a region, words inside it.

        A region is one window, and of regions longer than `packing` allows the beginning is
        heard. Its segments are its sentences, or with `timestamps` what the recognizer says.
        The first region that is not silent gets the prompt and the prefix. Segments have the
        language that was spoken, in translations too.

        Raises:
            LanguageError: a region is in a language that it does not know.
            OptionsError: as `check` does.
            ModelError: the network fails, or lacks the memory for a single window.
        """
        steps = self.recognize_stepwise(audio, regions, decoding)
        return (one for one in steps if one is not None)

    def recognize_stepwise(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        """The same, and null after each call of the network: windows may be tried six times."""
        self.check(decoding)
        others = {one.language for one in regions} - {None, *self.languages}
        if others:
            raise LanguageError(
                f"{self.model.name} does not know {', '.join(sorted(map(str, others)))}",
                hint=f"it knows {', '.join(self.languages)}",
            )
        return self._segments(audio, regions, decoding)

    def _segments(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        """Batch by batch; where memory is short after all, in batches half as large from there."""
        room = self._network.room(max(decoding.beam_size, SAMPLES))
        size = max(1, min(decoding.batch_size or len(regions), room))
        first, rest = True, list(regions)
        while rest:
            some = rest[:size]
            windows = [window_of(audio, one) for one in some]
            batch = Batch(
                self._network, self._vocabulary, self._extract, decoding=decoding, first=first
            )
            try:  # a batch has no segments before the network has done all its work
                yield from batch.segments(windows, [one.language for one in some])
            except MemoryShortError:
                if len(some) == 1:
                    raise
                size = len(some) // 2
                continue
            first = first and not any(one.audible for one in windows)
            rest = rest[len(some) :]
