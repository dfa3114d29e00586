"""A small CTC network over letters in PyTorch: log-mel by convolutions, then convolutions."""

from __future__ import annotations

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from letters import SYMBOLS
from numpy.typing import NDArray
from torch import Tensor, nn

WIDTH, KERNEL = 144, 5
DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)
TAPS, STRIDE, BANDS = 400, 160, 80
FLOOR = 1e-4
"""Added to a band's power: far below the samples' own, which is 1."""


def fourier_filters() -> NDArray[np.float32]:
    """(part, 1, tap): cosines, then sines, under a Hann window."""
    angles = 2 * np.pi * np.outer(np.arange(TAPS // 2 + 1), np.arange(TAPS)) / TAPS
    window = np.hanning(TAPS + 1)[:-1] / np.sqrt(TAPS)
    parts = np.concatenate([np.cos(angles), np.sin(angles)]) * window
    filters: NDArray[np.float32] = parts[:, None].astype(np.float32)
    return filters


def mel_filters() -> NDArray[np.float32]:
    """(band, part): sums the squared parts of a frequency and weighs frequencies."""
    bands = FeatureExtractor.get_mel_filters(16_000, TAPS, BANDS) * 100
    return np.concatenate([bands, bands], axis=1).astype(np.float32)


class Block(nn.Module):
    """A dilated convolution added to what it reads."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        padding = dilation * (KERNEL - 1) // 2
        self.conv = nn.Conv1d(WIDTH, WIDTH, KERNEL, dilation=dilation, padding=padding, bias=False)
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, frame)."""
        return x + self.norm(self.conv(x)).relu()


class NanoAligner(nn.Module):
    """Samples of zero mean and unit variance in, letters of each 20 ms out."""

    def __init__(self, phones: int) -> None:
        super().__init__()
        self.fourier: Tensor
        self.mel: Tensor
        self.register_buffer("fourier", torch.from_numpy(fourier_filters()), persistent=False)
        self.register_buffer("mel", torch.from_numpy(mel_filters())[..., None], persistent=False)
        self.first = nn.Conv1d(BANDS, WIDTH, 3, stride=2, padding=1, bias=False)
        self.first_norm = nn.BatchNorm1d(WIDTH)
        self.blocks = nn.ModuleList(Block(dilation) for dilation in DILATIONS)
        self.letters = nn.Conv1d(WIDTH, len(SYMBOLS), 1)
        self.phones = nn.Conv1d(WIDTH, phones, 1)

    def features(self, samples: Tensor) -> Tensor:
        """(batch, band, frame of 10 ms) of samples (batch, time)."""
        parts = nn.functional.conv1d(samples[:, None], self.fourier, stride=STRIDE)
        return (nn.functional.conv1d(parts.square(), self.mel) + FLOOR).log() / 4

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, frame, letter) and (batch, frame, phone) of features (batch, band, frame).

        Phones help to learn and are left out of the finished network.
        """
        x = self.first_norm(self.first(features)).relu()
        for block in self.blocks:
            x = block(x)
        return self.letters(x).transpose(1, 2), self.phones(x).transpose(1, 2)


def folded(conv: nn.Conv1d, norm: nn.BatchNorm1d) -> tuple[NDArray[np.float32], ...]:
    """Weight and bias of one convolution that does both."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    weight = conv.weight * scale[:, None, None]
    bias = norm.bias - norm.running_mean * scale
    return weight.detach().numpy(), bias.detach().numpy()


def arrays(model: NanoAligner) -> dict[str, NDArray[np.float32]]:
    """All weights, norms folded in, by the names that aligner_graph.py reads."""
    named = {"fourier": model.fourier.numpy(), "mel": model.mel.numpy()}
    layers = [(model.first, model.first_norm)]
    layers += [(block.conv, block.norm) for block in model.blocks if isinstance(block, Block)]
    for index, layer in enumerate(layers):
        named[f"{index}.weight"], named[f"{index}.bias"] = folded(*layer)
    named["letters.weight"] = model.letters.weight.detach().numpy()
    assert model.letters.bias is not None
    named["letters.bias"] = model.letters.bias.detach().numpy()
    return named
