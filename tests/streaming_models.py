"""Streaming diarizers whose every answer is known: a scripted world, and tiny ONNX networks.

In the scripted world a token says which voices speak in it. The oracle network knows nobody
from before: it numbers the voices in the order in which it finds each alone among all that it
hears, memory first. So a voice that memory lost comes back under another number, and every
mistake of the cache shows as speakers that swap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from onnx_models import Graph, save

from diascribe.algorithms.aosc import Heard, Memory
from diascribe.algorithms.logmel import FFT_SIZE, GROUP, MELS
from diascribe.algorithms.mel import mel_filters

SURE, UNSURE = 0.95, 0.02
VOICES = 24
"""Voices in the scripted world: places of a token; the last place says when it was."""


def spoken(script: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Tokens (token, VOICES + 1) in which those voices speak, each marked with its time."""
    tokens = np.zeros((len(script), VOICES + 1), np.float32)
    for place, voices in enumerate(script):
        tokens[place, list(voices)] = 1
        tokens[place, -1] = place
    return tokens


@dataclass(frozen=True)
class Oracle:
    """Numbers the voices in the order in which it finds them; those beyond its slots share one."""

    speakers: int = 4
    frames: int = 1
    sure: float = SURE
    most: list[int] = field(default_factory=list)
    """Tokens that it heard in each step."""

    def hear(self, memory: Memory, tokens: NDArray[np.float32]) -> Heard:
        everything = np.concatenate([memory.cache, memory.fifo, tokens])
        self.most.append(len(everything))
        voices = everything[:, :-1] > 0.5
        alone = voices[voices.sum(axis=1) == 1]
        order = dict.fromkeys([*np.nonzero(alone)[1].tolist(), *np.nonzero(voices)[1].tolist()])
        activity = np.full((len(everything), self.frames, self.speakers), UNSURE, np.float32)
        for number, voice in enumerate(order):
            channel = min(number, self.speakers - 1)
            activity[voices[:, voice], :, channel] = self.sure
        return Heard(tokens, activity)


def write_sortformer(folder: Path, *, speakers: int = 4, dimension: int = 512) -> Path:
    """A Sortformer as NeMo exports it, with random weights: its folder."""
    graph = Graph()
    graph.add("Transpose", ["chunk"], "channels", perm=[0, 2, 1])
    weights = _weights(graph, dimension, MELS, GROUP)
    graph.add("Conv", ["channels", weights], "strided", strides=[GROUP], pads=[0, GROUP - 1])
    graph.add("Transpose", ["strided"], "chunk_pre_encode_embs", perm=[0, 2, 1])
    graph.add("Div", ["chunk_lengths", graph.ints(GROUP)], "chunk_pre_encode_lengths")
    graph.add("Add", ["spkcache_lengths", "fifo_lengths"], "remembered")
    graph.add("Cast", ["remembered"], "total", to=TensorProto.FLOAT)
    graph.add("Concat", ["spkcache", "fifo", "chunk_pre_encode_embs"], "all", axis=1)
    graph.add("ReduceMean", ["all", graph.ints(1)], "context", keepdims=1)
    graph.add("Sub", ["all", "context"], "apart")
    graph.add("MatMul", ["apart", _weights(graph, dimension, speakers)], "logits")
    graph.add("Mul", ["total", graph.floats(0.0)], "nothing")
    graph.add("Add", ["logits", "nothing"], "counted")
    graph.add("Sigmoid", ["counted"], "spkcache_fifo_chunk_preds")
    inputs: dict[str, tuple[Any, ...]] = {
        "chunk": ("f", "b", "t", MELS),
        "chunk_lengths": ("i", 1),
        "spkcache": ("f", "b", "c", dimension),
        "spkcache_lengths": ("i", 1),
        "fifo": ("f", "b", "q", dimension),
        "fifo_lengths": ("i", 1),
    }
    outputs: dict[str, tuple[Any, ...]] = {
        "spkcache_fifo_chunk_preds": ("f", "b", "o", speakers),
        "chunk_pre_encode_embs": ("f", "b", "e", dimension),
        "chunk_pre_encode_lengths": ("i", 1),
    }
    save(graph.model(inputs, outputs), folder / "diar_streaming_sortformer_4spk-v2.onnx")
    return folder


def write_nemotron(folder: Path, *, speakers: int = 8, step: str = "step.onnx") -> Path:
    """A Nemotron 3 in the files that its ONNX export has, with random weights: its folder."""
    dimension = 512
    graph = Graph()
    graph.add("Transpose", ["features"], "channels", perm=[0, 2, 1])
    weights = _weights(graph, dimension, MELS, GROUP)
    graph.add("Conv", ["channels", weights], "strided", strides=[GROUP], pads=[0, GROUP - 1])
    graph.add("Transpose", ["strided"], "embeds", perm=[0, 2, 1])
    features, embeds = ("f", 1, "t", MELS), ("f", 1, "e", dimension)
    save(graph.model({"features": features}, {"embeds": embeds}), folder / "embed.onnx")
    graph = Graph()
    graph.add("ReduceMean", ["embeds", graph.ints(1)], "context", keepdims=1)
    graph.add("Sub", ["embeds", "context"], "apart")
    graph.add("MatMul", ["apart", _weights(graph, dimension, GROUP * speakers)], "grouped")
    graph.add("Reshape", ["grouped", graph.ints(1, -1, speakers)], "logits")
    logits = ("f", 1, "o", speakers)
    save(graph.model({"embeds": embeds}, {"logits": logits}), folder / step)
    learnt = np.random.default_rng(1).normal(0, 0.1, dimension)
    learnt.astype("<f4").tofile(folder / "silence_embeds.bin")
    mel_filters(MELS, FFT_SIZE).T.astype("<f4").tofile(folder / "mel_filters.bin")
    return folder


def _weights(graph: Graph, *shape: int) -> str:
    """Weights of such a size that what comes of speech is neither all sure nor all unsure."""
    fan = shape[0] if len(shape) == 2 else shape[1] * shape[2]
    random = np.random.default_rng(len(shape))
    return graph.constant(random.normal(0, fan**-0.5, shape).astype(np.float32))
