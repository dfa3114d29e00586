"""The recognizer on a network of the onnx-asr package: regions side by side, a core each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from diascribe.algorithms import settle
from diascribe.algorithms.sentences import by_sentences
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import LanguageError, OptionsError
from diascribe.formats.tokens import is_spaced
from diascribe.models.onnxasr.network import Heard, Network
from diascribe.models.onnxasr.words import words_of
from diascribe.protocols import Decoding, Packing, Region
from diascribe.transcript import Model, Segment, Word, mean_confidence

PACKING = Packing(longest_s=30.0, joined_gap_s=1.0)
"""These models were trained on pieces of up to about 30 s, and onnx-asr's maker advises 20 to 30.
A piece costs what it lasts, so that speech is joined only as far as a sentence goes on."""

FEWEST_SAMPLES = SAMPLE_RATE // 10
"""No word is shorter than 0.1 s."""

MOST_AT_ONCE = 8
"""Regions, however many cores there are: of each that lasts 30 s, a Parakeet's first layers hold
256 channels of 1500 frames by 64 bands, read and written: 200 MB."""

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages of a model, and how it comes to know which is spoken."""

    languages: tuple[str, ...]
    told: bool = False
    """It must be told: it does not find out."""
    translates: bool = False


class OnnxAsrRecognizer:
    """Turns speech into text with the likeliest token at each step: always the same text.

    Words have times where the network says in which frame it wrote them; else they are spread
    over their region and called `interpolated`.
    """

    packing: Packing = PACKING
    detector = None
    placement: frozenset[str] = frozenset({"compute_type"})

    def __init__(self, *, model: Model, network: Network, tongues: Tongues, cores: int = 1) -> None:
        self.model = model
        self.languages = tongues.languages
        self.heeds = frozenset({"batch_size", "task"} if tongues.translates else {"batch_size"})
        self._network = network
        self._tongues = tongues
        self._cores = min(cores, MOST_AT_ONCE)

    def check(self, decoding: Decoding) -> None:
        """Refuse what it cannot do, before anything is heard.

        Raises:
            OptionsError: a translation is wanted, and it only transcribes.
        """
        if decoding.task == "translate" and not self._tongues.translates:
            raise OptionsError((f"task: {self.model.name} cannot translate",))

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        """Segments in the order of `regions`, at least one a region, words inside it.

        A region's segments are its sentences, where the network gives times. Of regions longer
        than `packing` allows, a Whisper hears the beginning and others the whole. Segments have the
        language that was told, or the only one; null where the network found out by itself, for
        it does not say. Those of translations have the language that was spoken.

        Raises:
            LanguageError: a region's language is none that it knows, or it must be told and is not.
            OptionsError: as `check` does.
            ModelError: the network fails, for want of memory as a rule.
        """
        self.check(decoding)
        languages = [one.language or self._only for one in regions]
        self._check(languages)
        target = ENGLISH if decoding.task == "translate" else None
        hear = partial(self._segments, audio, target)
        at_once = min(self._cores, decoding.batch_size or self._cores)
        return _beside(hear, list(zip(regions, languages, strict=True)), at_once)

    @property
    def _only(self) -> str | None:
        """The language of a model that has but one."""
        return self.languages[0] if len(self.languages) == 1 else None

    def _check(self, languages: Sequence[str | None]) -> None:
        """Refuse languages that it does not know."""
        known = f"it knows {', '.join(self.languages)}"
        others = sorted({one for one in languages if one is not None} - {*self.languages})
        if others:
            raise LanguageError(f"{self.model.name} does not know {', '.join(others)}", hint=known)
        if self._tongues.told and None in languages:
            raise LanguageError(
                f"language: {self.model.name} must be told which is spoken", hint=known
            )

    def _segments(
        self, audio: Audio, target: str | None, region: Region, language: str | None
    ) -> list[Segment]:
        """What is said in a region; an empty segment over it where nothing is."""
        empty = Segment(region.start, region.end, text="", language=language)
        sound = audio.cut(region)
        if len(sound) < FEWEST_SAMPLES or not sound.any():
            return [empty]
        heard = self._network.hear(sound, language, target)
        return list(_written(heard, empty, spaced=is_spaced(target or language))) or [empty]


def _written(heard: Heard, region: Segment, *, spaced: bool) -> Iterator[Segment]:
    """The segments of a text: its sentences where it has times, else one."""
    if heard.tokens is None:
        text = heard.text.strip()
        whole = Segment(region.start, region.end, text=text, language=region.language)
        words = settle.words_of(whole, spaced=spaced)
        if words:
            yield _segment(whole, text, words)
        return
    for sentence in by_sentences(words_of(heard.tokens, region), region.language):
        yield _segment(region, " ".join(one.text for one in sentence), tuple(sentence))


def _segment(region: Segment, text: str, words: tuple[Word, ...]) -> Segment:
    return Segment(
        words[0].start,
        words[-1].end,
        text=text,
        language=region.language,
        words=words,
        confidence=mean_confidence(words),
    )


def _beside(
    hear: Callable[[Region, str | None], Sequence[Segment]],
    spoken: Sequence[tuple[Region, str | None]],
    at_once: int,
) -> Iterator[Segment]:
    """The segments of all regions in order; a caller who stops waits for those begun."""
    pool = ThreadPoolExecutor(at_once)
    try:
        for heard in [pool.submit(hear, *one) for one in spoken]:
            yield from heard.result()
    finally:
        pool.shutdown(cancel_futures=True)
