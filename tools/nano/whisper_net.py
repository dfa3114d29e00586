"""A small Whisper in PyTorch, laid out as CTranslate2 expects it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokens import TIMESTAMPS
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS = 128, 4
ENCODER_LAYERS, DECODER_LAYERS = 3, 3
AUDIO_POSITIONS, TEXT_POSITIONS = 1_500, 448
MELS = 80
GUIDED_HEADS = 2
"""The first heads of the last decoder layer learn to look at the word that comes next, those of
the first layer at the word that was said last."""
AUDIO_SCALE, TEXT_SCALE = 1.0, 0.1
"""Of the positions, which else drown what is heard and said: CTranslate2 reads them as a table."""
LOUDER = 6
"""Times PyTorch's own weights of the first convolutions, for the same reason."""
REACH = 21
"""Frames of 10 ms that the second convolution hears at once, most of them to come: about a
syllable, for which three layers of attention are few. CTranslate2 pads any kernel as one of 3."""
OFFSETS = ((-6, -2, 2, 6), (-12, -4, 4, 12))
"""Frames of 20 ms to the side at which the heads of the first layers begin to look."""
SHARPNESS = 2.2
"""Of that look: the weights of queries and keys."""


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's positions, (position, channel): sines, then cosines."""
    step = math.log(10_000) / (width // 2 - 1)
    scaled = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))
    return torch.cat([scaled.sin(), scaled.cos()], dim=1)


class Attention(nn.Module):
    """Attention with several heads; its weights can be asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, queries: Tensor, memory: Tensor, *, causal: bool = False) -> Tensor:
        """(batch, query, channel) from (batch, query, channel) and (batch, key, channel)."""
        q, k, v = _split(self.q(queries)), _split(self.k(memory)), _split(self.v(memory))
        if causal:
            mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:  # PyTorch's own is three times as slow in bfloat16 on a CPU
            scores = (q / math.sqrt(WIDTH // HEADS)) @ k.transpose(-1, -2)
            mixed = scores.softmax(-1, dtype=scores.dtype) @ v
        result: Tensor = self.out(_joined(mixed))
        return result

    def weighed(self, queries: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """As `forward`, and log weights of the guided heads (batch, head, query, key)."""
        q, k, v = _split(self.q(queries)), _split(self.k(memory)), _split(self.v(memory))
        scores = q @ k.transpose(-1, -2) / math.sqrt(WIDTH // HEADS)
        logs = scores.float().log_softmax(-1)
        return self.out(_joined(logs.exp().to(v.dtype) @ v)), logs[:, :GUIDED_HEADS]


def _split(x: Tensor) -> Tensor:
    """(batch, head, position, channel)."""
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    """(batch, position, channel)."""
    return x.transpose(1, 2).flatten(2)


def look_beside(attention: Attention, offsets: Sequence[int]) -> None:
    """Begin with heads that look some frames to the side, as convolutions do.

    Queries are the keys' positions turned by the offset, of the frequencies that tell neighbours
    apart; from random weights, finding the neighbours takes most of the training.
    """
    pairs = WIDTH // HEADS // 2
    step = math.log(10_000) / (WIDTH // 2 - 1)
    speeds = torch.exp(-step * torch.arange(pairs))
    query, key = torch.zeros(WIDTH, WIDTH), torch.zeros(WIDTH, WIDTH)
    for head, offset in enumerate(offsets):
        for pair, angle in enumerate((speeds * offset).tolist()):
            sine, cosine = 2 * (head * pairs + pair), 2 * (head * pairs + pair) + 1
            low, high = pair, WIDTH // 2 + pair
            key[sine, low] = key[cosine, high] = 1
            query[sine, low] = query[cosine, high] = math.cos(angle)
            query[sine, high], query[cosine, low] = math.sin(angle), -math.sin(angle)
    with torch.no_grad():
        attention.q.weight.mul_(0.3).add_(SHARPNESS * query)
        attention.k.weight.mul_(0.3).add_(SHARPNESS * key)


class FeedForward(nn.Sequential):
    """Two layers with GELU between."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward part, each after its norm."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.feed = Attention(), FeedForward()
        self.attention_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, frame, channel)."""
        normed = self.attention_norm(x)
        x = x + self.attention(normed, normed)
        result: Tensor = x + self.feed(self.feed_norm(x))
        return result


class DecoderLayer(nn.Module):
    """Self-attention, attention to the sound and a feed-forward part."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.cross, self.feed = Attention(), Attention(), FeedForward()
        self.attention_norm, self.cross_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.feed_norm = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, token, channel) and the guided heads' log weights."""
        normed = self.attention_norm(x)
        x = x + self.attention(normed, normed, causal=True)
        looked, logs = self.cross.weighed(self.cross_norm(x), memory)
        x = x + looked
        return x + self.feed(self.feed_norm(x)), logs


@dataclass(frozen=True, slots=True)
class Output:
    """What a pass through both halves gives."""

    logits: Tensor
    """(batch, token, taught token)"""
    frame_logits: Tensor
    """(batch, frame, word)"""
    phone_logits: Tensor
    """(batch, frame, phone)"""
    attention: Tensor
    """(layer, batch, head, token, frame), logarithms, of the guided heads."""


class NanoWhisper(nn.Module):
    """Encoder and decoder over the taught tokens only; export spreads them over all."""

    def __init__(self, text_tokens: int, words: int, phones: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, REACH, stride=2, padding=1)
        with torch.no_grad():
            self.conv1.weight *= LOUDER
            self.conv2.weight *= LOUDER
        self.encoder = nn.ModuleList(EncoderLayer() for _ in range(ENCODER_LAYERS))
        for layer, offsets in zip(self.encoder, OFFSETS, strict=False):
            assert isinstance(layer, EncoderLayer)
            look_beside(layer.attention, offsets)
        self.encoder_norm = nn.LayerNorm(WIDTH)
        self.frame_words = nn.Linear(WIDTH, words)
        self.frame_phones = nn.Linear(WIDTH, phones)
        self.text = nn.Parameter(torch.randn(text_tokens, WIDTH) * 0.08)
        self.times = nn.Linear(WIDTH, WIDTH, bias=False)
        self.decoder = nn.ModuleList(DecoderLayer() for _ in range(DECODER_LAYERS))
        self.decoder_norm = nn.LayerNorm(WIDTH)
        self.positions: Tensor
        table = sinusoids(2 * AUDIO_POSITIONS, WIDTH)  # short windows may begin late
        self.register_buffer("positions", table, persistent=False)

    def embeddings(self) -> Tensor:
        """(taught token, channel); a timestamp's is drawn from its position in the sound."""
        return torch.cat(
            [self.text, self.times(self.positions[:TIMESTAMPS]) / math.sqrt(WIDTH / 2)]
        )

    def encode(self, mel: Tensor, shifts: Tensor) -> Tensor:
        """(batch, frame, channel) of mel (batch, band, frame) that begins `shifts` frames late.

        As CTranslate2 does it, a full window of 30 s loses its last frames; shorter ones do not.
        """
        missing = min(REACH - 3, 2 * AUDIO_POSITIONS - mel.shape[-1])
        mel = functional.pad(mel, (0, missing))
        x = functional.gelu(self.conv2(functional.gelu(self.conv1(mel)))).transpose(1, 2)
        frames = shifts[:, None] + torch.arange(x.shape[1])
        x = x + AUDIO_SCALE * self.positions[frames]
        for layer in self.encoder:
            x = layer(x)
        result: Tensor = self.encoder_norm(x)
        return result

    def forward(self, mel: Tensor, shifts: Tensor, tokens: Tensor) -> Output:
        """Scores for the token after each token (batch, token) and for each frame's word."""
        memory = self.encode(mel, shifts)
        logits, attention = self.decode(memory, tokens)
        heard = self.frame_words(memory), self.frame_phones(memory)
        return Output(logits, *heard, attention)

    def decode(self, memory: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Scores (batch, token, taught token) and the guided heads' log weights."""
        table = self.embeddings()
        x = table[tokens] + TEXT_SCALE * self.positions[: tokens.shape[1]]
        attention = []
        for layer in self.decoder:
            x, logs = layer(x, memory)
            attention.append(logs)
        return self.decoder_norm(x) @ table.T, torch.stack(attention)
