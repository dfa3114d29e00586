"""Draws training windows for the nano Whisper: sentences one after another and their labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from lexicon import GRAMMARS, Language, plain
from mixing import RATE, Mixer, Placed, frame_phones
from numpy.typing import NDArray
from sound import Samples, degraded, noise
from tokens import SIZE, TIMESTAMPS, Vocabulary
from torch import Tensor
from torch.utils.data import IterableDataset

FULL = 3_000  # frames of 10 ms: the 30 s that Whisper hears at once
IGNORED = -100  # what PyTorch's cross entropy takes for no label
ALONE = 0.3  # of the full windows hold one sentence, and then nothing
POOL = 4  # batches drawn at once, so that windows of like length share a batch


@dataclass(frozen=True, slots=True)
class Phase:
    """How long windows and pauses are, in seconds, and whether windows are filled up to 30 s."""

    shortest: float
    longest: float
    is_full: bool
    batch: int
    pause_s: float


@dataclass(slots=True)
class Label:
    """What the decoder hears and shall say."""

    tokens: list[int]
    """Compact numbers."""
    is_taught: list[bool]
    """Whether the token at this place shall be said."""
    spans: list[tuple[float, float]]
    """Where the sound of this token is, in seconds; empty where it has none."""

    def add(self, token: int, span: tuple[float, float] = (0, 0), *, taught: bool = True) -> None:
        """Append one token."""
        self.tokens.append(token)
        self.is_taught.append(taught)
        self.spans.append(span)


@dataclass(frozen=True, slots=True)
class Window:
    """One example."""

    mel: NDArray[np.float32]
    """(band, frame)"""
    shift: int
    """Encoder frames that lie before the first, unheard."""
    label: Label
    words: NDArray[np.int64]
    """(encoder frame,): the word that sounds, 0 for none."""
    phones: NDArray[np.int64]
    """(encoder frame,): the phone that sounds, 0 for none."""


class Windows(IterableDataset["Batch"]):
    """Batches without end; the same seed draws the same."""

    def __init__(self, folder: Path, phase: Phase, seed: int) -> None:
        self._phase, self._random = phase, Random(seed)
        self._mixer = Mixer(folder, self._random)
        self._phones = {phone: place for place, phone in enumerate(self._mixer.phones, start=1)}
        self._extractor = FeatureExtractor()
        vocabulary = Vocabulary()
        self._tokenizer = vocabulary.tokenizer()
        self._compact = {number: place for place, number in enumerate(vocabulary.taught)}
        self._numbers = vocabulary.numbers
        spoken = {plain(word) for grammar in GRAMMARS.values() for word in grammar.words}
        self._word_classes = {word: place for place, word in enumerate(sorted(spoken), start=1)}

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Text tokens, words and phones: what the network tells apart."""
        return len(self._compact) - TIMESTAMPS, len(self._word_classes) + 1, len(self._phones) + 1

    def __iter__(self) -> Iterator[Batch]:
        while True:
            size = self._phase.batch
            drawn = [self.draw() for _ in range(POOL * size)]
            drawn.sort(key=lambda window: window.mel.shape[1])
            batches = [collate(drawn[place : place + size]) for place in range(0, len(drawn), size)]
            self._random.shuffle(batches)
            yield from batches

    def draw(self) -> Window:
        """One window: now and then without speech."""
        return self._without_speech() if self._random.random() < 0.04 else self._with_speech()

    def _with_speech(self) -> Window:
        """Sentences of one language by any voices."""
        language, phase = self._mixer.language(), self._phase
        wanted_s = self._random.uniform(phase.shortest, phase.longest)
        if phase.is_full and self._random.random() < ALONE:
            wanted_s = phase.shortest
        samples, placed = self._mixer.mixed(language, wanted_s, phase.pause_s)
        mel = self._mel(degraded(samples, self._random))
        shift = 0
        if not phase.is_full and self._random.random() < 0.7:
            shift = self._random.randint(0, FULL // 2 - mel.shape[1] // 2 - 1)
        label = self._label(placed, language, shift)
        frames = mel.shape[1] // 2
        words = self._frame_words(placed, frames)
        phones = frame_phones(placed, self._phones, frames)
        return Window(mel, shift, label, words, phones)

    def _mel(self, samples: Samples) -> NDArray[np.float32]:
        """(band, frame), padded as faster-whisper does: with zeros, or before with silence."""
        padded_s = 30 if self._phase.is_full else len(samples) / RATE
        if self._random.random() < 0.2:
            samples = np.pad(samples, (0, max(0, round(padded_s * RATE) - len(samples))))
        mel: NDArray[np.float32] = self._extractor(samples)[:, :-1].astype(np.float32)
        mel = self._masked(mel[:, : min(mel.shape[1] // 2 * 2, FULL)])
        missing = FULL - mel.shape[1] if self._phase.is_full else 0
        return np.pad(mel, ((0, 0), (0, missing)))

    def _masked(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """Without a few bands."""
        for _ in range(self._random.choice((0, 1, 2))):
            width = self._random.randint(1, 10)
            band = self._random.randint(0, 79 - width)
            mel[band : band + width] = mel.min()
        return mel

    def _label(self, placed: list[Placed], language: Language, shift: int) -> Label:
        """Tokens with or without timestamps, after a prompt or none."""
        label, random = Label([], [], []), self._random
        if random.random() < 0.25:
            self._prompt(label, language)
        for name in ("startoftranscript", language, "transcribe"):
            label.add(self._special(name), taught=name != "startoftranscript")
        has_times = random.random() < 0.5
        if not has_times:
            label.add(self._special("notimestamps"))
        for one in placed:
            if not self._say(label, one, shift, has_times=has_times):
                break
        rest = float(placed[-1].times[-1, 1]) if placed else 0.0
        label.add(self._special("endoftext"), (rest, rest + 0.3))
        return label

    def _prompt(self, label: Label, language: Language) -> None:
        """Earlier sentences, which shall not be said again."""
        label.add(self._special("startofprev"), taught=False)
        most = 4 if self._phase.is_full else 3
        for _ in range(self._random.randint(1, most)):
            text = self._random.choice(self._mixer.sentences(language)).text
            for token in self._tokenizer.encode(f" {text}").ids:
                label.add(self._compact[token], taught=False)

    def _say(self, label: Label, one: Placed, shift: int, *, has_times: bool) -> bool:
        """Add one sentence's tokens; False if the window ends before the sentence does."""
        start, end = float(one.times[0, 0]), float(one.times[-1, 1])
        is_first = label.tokens[-1] == self._special("transcribe")
        if start > 29.5:
            return False
        if has_times:
            limited = min(start, 1.0) if is_first and self._phase.is_full else start
            label.add(self._time(limited, shift), (start - 0.04, start + 0.04))
            if end > 30:
                return False
        for word, (begin, stop) in zip(one.entry.words, one.times.tolist(), strict=True):
            if stop > 30:
                return False
            self._spell(label, word, begin, stop)
        if has_times:
            label.add(self._time(end, shift), (end - 0.04, end + 0.04))
        return True

    def _spell(self, label: Label, word: str, start: float, end: float) -> None:
        """The tokens of one word: a comma is where its word ends."""
        first, *rest = self._tokenizer.encode(f" {word}").ids
        label.add(self._compact[first], (start, end))
        for token in rest:
            label.add(self._compact[token], (end - 0.04, end + 0.04))

    def _special(self, name: str) -> int:
        """Compact number of a special token."""
        return self._compact[self._numbers[f"<|{name}|>"]]

    def _time(self, seconds: float, shift: int) -> int:
        """Compact number of a timestamp."""
        index = min(round(seconds / 0.02) + shift, TIMESTAMPS - 1)
        return self._compact[SIZE - TIMESTAMPS + index]

    def _frame_words(self, placed: list[Placed], frames: int) -> NDArray[np.int64]:
        """(encoder frame,): which word sounds."""
        words = np.zeros(frames, np.int64)
        for one in placed:
            for word, (start, end) in zip(one.entry.words, one.times.tolist(), strict=True):
                words[round(start / 0.02) : round(end / 0.02)] = self._word_classes[plain(word)]
        return words

    def _without_speech(self) -> Window:
        """Noise or silence, for which the first token after the prompt is the only label."""
        random = self._random
        count = 30 * RATE if self._phase.is_full else round(random.uniform(1, 5) * RATE)
        loudness = 0.0 if random.random() < 0.2 else 10 ** (random.uniform(-80, -20) / 20)
        generator = np.random.default_rng(random.getrandbits(32))
        if random.random() < 0.5:
            count = round(count * random.uniform(0.1, 1))
        sound = noise(count, random, generator) * np.float32(loudness)
        mel = self._mel(sound.astype(np.float32))
        label = Label([], [], [])
        label.add(self._special("startoftranscript"), taught=False)
        label.add(self._special("nospeech"))
        silent = np.zeros(mel.shape[1] // 2, np.int64)
        return Window(mel, 0, label, silent, silent)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one size."""

    mel: Tensor
    shifts: Tensor
    tokens: Tensor
    """(window, token)"""
    targets: Tensor
    """(window, token): the token after each."""
    spans: Tensor
    """(window, token, edge): encoder frames of the target's sound."""
    past: Tensor
    """(window, token, edge): encoder frames of the token's own sound."""
    words: Tensor
    """(window, encoder frame)"""
    phones: Tensor
    """(window, encoder frame)"""


def collate(windows: list[Window]) -> Batch:
    """Pad windows to the longest: sounds with zeros, labels with nothing to say."""
    frames = max(window.mel.shape[1] for window in windows)
    length = max(len(window.label.tokens) for window in windows) - 1
    mel = np.zeros((len(windows), 80, frames), np.float32)
    words, phones = np.zeros((2, len(windows), frames // 2), np.int64)
    tokens = np.zeros((len(windows), length), np.int64)
    targets = np.full((len(windows), length), IGNORED)
    spans, past = np.zeros((2, len(windows), length, 2), np.int64)
    for row, window in enumerate(windows):
        label, count = window.label, len(window.label.tokens) - 1
        mel[row, :, : window.mel.shape[1]] = window.mel
        words[row, : len(window.words)] = window.words
        phones[row, : len(window.phones)] = window.phones
        tokens[row, :count] = label.tokens[:-1]
        targets[row, :count] = np.where(label.is_taught[1:], label.tokens[1:], IGNORED)
        times = np.round(np.asarray(label.spans) / 0.02)
        spans[row, :count], past[row, :count] = times[1:], times[:-1]
    shifts = np.asarray([window.shift for window in windows])
    arrays = (mel, shifts, tokens, targets, spans, past, words, phones)
    return Batch(*(torch.from_numpy(array) for array in arrays))
