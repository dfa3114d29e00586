"""A scripted Whisper network, and a tokenizer whose tokens are words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from whisper_models import TINY, Shape, tokenizer

from diascribe.models.whisper.network import Draft, Path, Search
from diascribe.models.whisper.recognizer import WhisperRecognizer
from diascribe.models.whisper.vocabulary import Spelling, Vocabulary
from diascribe.protocols import Task
from diascribe.transcript import Model

WORD_FRAMES = 25
"""Frames that each token lasts to the scripted network: half a second."""


def vocabulary(shape: Shape = TINY) -> Vocabulary:
    """The real tokenizer of the tiny models."""
    made, multilingual = tokenizer(shape), bool(shape.languages)

    def spell(task: Task, language: str) -> Spelling:
        spelling: Spelling = Tokenizer(made, multilingual, task=task, language=language)
        return spelling

    return Vocabulary(spell, shape.languages or ("en",), multilingual)


@dataclass(frozen=True)
class Call:
    """One batch that was decoded."""

    windows: tuple[int, ...]
    prompts: tuple[tuple[int, ...], ...]
    search: Search


Script = Callable[[int, float], Draft]
"""What is heard in a window at a temperature. Windows are told apart by their level."""


@dataclass
class ScriptedNetwork:
    """Says what its script says of each window, and remembers what it was asked.

    A window's number is the largest of its features, as `number_of` makes them.
    """

    script: Script
    languages: Mapping[int, str] = field(default_factory=dict)
    fits: int = 8
    aligns: bool = True
    path: Callable[[Sequence[int]], Path] | None = None
    calls: list[Call] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)
    """How many texts at once it was asked to have room for."""
    encoded: list[tuple[int, ...]] = field(default_factory=list)
    aligned: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)

    def encode(self, features: NDArray[np.float32]) -> ScriptedEncoded:
        numbers = tuple(round(float(one.max())) for one in features)
        self.encoded.append(numbers)
        return ScriptedEncoded(self, numbers)

    def room(self, beam_size: int) -> int:
        self.followed.append(beam_size)
        return self.fits


@dataclass(frozen=True)
class ScriptedEncoded:
    network: ScriptedNetwork
    numbers: tuple[int, ...]

    def part(self, rows: Sequence[int]) -> ScriptedEncoded:
        return replace(self, numbers=tuple(self.numbers[row] for row in rows))

    def generate(self, prompts: Sequence[Sequence[int]], search: Search) -> list[Draft]:
        assert len({len(one) for one in prompts}) == 1
        told = tuple(map(tuple, prompts))
        self.network.calls.append(Call(self.numbers, told, search))
        return [self.network.script(one, search.temperature) for one in self.numbers]

    def align(
        self, start: Sequence[int], texts: Sequence[Sequence[int]], frames: Sequence[int]
    ) -> list[Path]:
        assert all(texts)
        assert len(texts) == len(frames) == len(self.numbers)
        self.network.aligned.append((self.numbers, tuple(start)))
        return [(self.network.path or even_path)(one) for one in texts]

    def detect(self) -> list[Mapping[str, float]]:
        found = [self.network.languages.get(one, "en") for one in self.numbers]
        return [{language: 0.75, "zh": 0.25} for language in found]


def even_path(tokens: Sequence[int]) -> Path:
    """Half a second a token, each with probability 0.9."""
    starts = tuple(WORD_FRAMES * i for i in range(len(tokens) + 1))
    return Path(starts, (0.9,) * len(tokens))


def number_of(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (1, frame) that hold the level of a sound in thousandths of full scale."""
    frames = np.zeros((1, len(sound) // 160 + 1), np.float32)
    frames[0, 0] = 1000 * float(np.abs(sound).max())
    return frames


def said(
    words: Vocabulary,
    text: str,
    *,
    log_prob: float = -0.3,
    no_speech: float = 0.0,
    language: str = "en",
) -> Draft:
    """A draft of a text."""
    tokens = tuple(words.spelling(language).encode(text))
    return Draft(tokens=tokens, log_prob=log_prob, no_speech=no_speech)


def scripted(network: ScriptedNetwork, shape: Shape = TINY) -> WhisperRecognizer:
    """The recognizer on a scripted network."""
    return WhisperRecognizer(
        model=Model("recognition", "scripted", "1"),
        network=network,
        vocabulary=vocabulary(shape),
        extract=number_of,
    )
