"""Trains the nano aligner on a corpus and stores its weights as arrays.

PYTHON tools/nano/train_aligner.py CORPUS_FOLDER WEIGHTS.npz [STEPS]
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from aligner_net import NanoAligner, arrays
from letters import BLANK, SEPARATOR, frame_labels, frames_of, spelt
from mixing import Mixer, Placed, frame_phones
from numpy.typing import NDArray
from sound import Samples, degraded
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

STEPS, BATCH = 500, 24
PEAK = 3e-3  # of the learning rate
SAVE_EVERY = 100
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one size."""

    samples: Tensor
    """(window, time), each of zero mean and unit variance"""
    frames: Tensor
    """(window, frame): letters"""
    phones: Tensor
    """(window, frame)"""
    counts: Tensor
    """(window,): frames that are not padding"""
    letters: Tensor
    """All windows' letters one after another"""
    lengths: Tensor
    """(window,): letters of each"""


@dataclass(frozen=True, slots=True)
class Example:
    """One window."""

    samples: Samples
    labels: NDArray[np.int64]
    phones: NDArray[np.int64]
    letters: list[int]


class Examples(IterableDataset[Batch]):
    """Batches without end; the same seed draws the same."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._random = Random(seed)
        self._mixer = Mixer(folder, self._random)
        self.phones = {phone: place for place, phone in enumerate(self._mixer.phones, start=1)}

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield collate([self._example() for _ in range(BATCH)])

    def _example(self) -> Example:
        """One window of a few sentences."""
        random, language = self._random, self._mixer.language()
        samples, placed = self._mixer.mixed(language, random.uniform(0.5, 3), 0.4)
        samples = degraded(samples, random)
        normed = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        words = [word for one in placed for word in _timed(one)]
        letters = [letter for word, _, _ in words for letter in (*spelt(word), SEPARATOR)]
        frames = frames_of(len(samples))
        phones = frame_phones(placed, self.phones, frames)
        return Example(normed, frame_labels(words, frames), phones, letters)


def _timed(one: Placed) -> list[tuple[str, float, float]]:
    """Words of a sentence with their times in the window."""
    return [
        (word, start, end)
        for word, (start, end) in zip(one.entry.words, one.times.tolist(), strict=True)
    ]


def collate(examples: list[Example]) -> Batch:
    """Pad windows with zeros to the longest."""
    longest = max(len(one.samples) for one in examples)
    samples = np.zeros((len(examples), longest), np.float32)
    frames, phones = np.full((2, len(examples), frames_of(longest)), BLANK)
    for row, one in enumerate(examples):
        samples[row, : len(one.samples)] = one.samples
        frames[row, : len(one.labels)] = one.labels
        phones[row, : len(one.phones)] = one.phones
    counts = torch.tensor([len(one.labels) for one in examples])
    letters = torch.tensor([letter for one in examples for letter in one.letters])
    lengths = torch.tensor([len(one.letters) for one in examples])
    sounds, spelt_frames, spoken_frames = map(torch.from_numpy, (samples, frames, phones))
    return Batch(sounds, spelt_frames, spoken_frames, counts, letters, lengths)


def main() -> None:
    """Train and store."""
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else STEPS
    torch.manual_seed(SEED)
    examples = Examples(folder, SEED)
    model = NanoAligner(len(examples.phones) + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.02)
    loader = DataLoader(examples, batch_size=None, num_workers=1, prefetch_factor=4)
    began = time.monotonic()
    for step, batch in zip(range(steps), loader, strict=False):
        for group in optimizer.param_groups:
            rise = min(1, (step + 1) / 100)
            group["lr"] = PEAK * rise * (0.01 + 0.99 * (1 + math.cos(math.pi * step / steps)) / 2)
        losses = _update(model, optimizer, batch)
        if step % 20 == 0:
            shown = " ".join(f"{loss:.3f}" for loss in losses)
            print(f"{step} {time.monotonic() - began:.0f}s {shown}", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps:
            np.savez(output, **arrays(model))  # type: ignore[arg-type]  # numpy's stub: allow_pickle


def _update(model: NanoAligner, optimizer: torch.optim.Optimizer, batch: Batch) -> list[float]:
    """One step; the losses of frames' letters and phones and of the whole."""
    with torch.no_grad():
        features = _masked(model.features(batch.samples))
    with torch.autocast("cpu", torch.bfloat16):
        logits, phone_logits = model(features)
    logs = logits.float().log_softmax(-1)
    framewise = functional.nll_loss(logs.flatten(0, 1), batch.frames.flatten())
    whole = functional.ctc_loss(
        logs.transpose(0, 1), batch.letters, batch.counts, batch.lengths, zero_infinity=True
    )
    sounds = functional.cross_entropy(phone_logits.float().flatten(0, 1), batch.phones.flatten())
    optimizer.zero_grad()
    (framewise + sounds + 0.1 * whole).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return [framewise.item(), sounds.item(), whole.item()]


def _masked(features: Tensor) -> Tensor:
    """Without a few bands, in each window others."""
    bands = torch.arange(features.shape[1])
    for _ in range(2):
        first = torch.randint(0, 80, (len(features), 1))
        width = torch.randint(0, 10, (len(features), 1))
        hidden = (bands >= first) & (bands < first + width)
        features = features.masked_fill(hidden[..., None], -2.0)
    return features


if __name__ == "__main__":
    main()
