"""Tiny models in the very files that the onnx-asr package's published ones have.

They hear whether somebody speaks, 80 ms at a time, and say the same sentence over and over while
somebody does: where words are is known, and which. Each network has the inputs and outputs of
its family, so that everything but accuracy can be tried.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from diascribe.audio import SAMPLE_RATE
from diascribe.weights.catalog import EUROPEAN

MELS = 128
POOL = 8
FRAME_S = 0.08
STEPS = 5
"""Durations that the TDT's head chooses from: 0 to 4 frames."""

STEP = 4
"""Frames that each of its tokens takes."""

SENTENCE = ("▁Good", "▁mor", "ning", ",", "▁every", "body")
WORDS = ("Good", "morning,", "everybody")
BLANK = "<blk>"
VOCABULARY = ("<unk>", *SENTENCE, BLANK)

TYPES = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "n": TensorProto.INT32}
"""What the first letter of a shape says of its numbers."""

SURE = 6.0
"""Logit of the token that is written: those of the others are 0."""

LOUD = 0.4
"""Share of a frame's mels that are louder than usual where somebody speaks: a click, which is
as loud but shorter, lights up fewer."""


def bursts(seconds: Sequence[tuple[float, float]], duration: float) -> NDArray[np.int16]:
    """Noise (time, 1) in each of the stretches from one second to another, else silence."""
    noise = np.random.default_rng(0).normal(0, 3000, round(duration * SAMPLE_RATE))
    loud = np.zeros(len(noise))
    for start, end in seconds:
        loud[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)] = 1
    return np.round(noise * loud).astype(np.int16)[:, None]


def write_tdt(folder: Path, *, suffix: str = "") -> Path:
    """A Parakeet TDT: a word a third of a second while somebody speaks."""
    return _transducer(folder, "nemo-conformer-tdt", suffix=suffix, steps=STEPS)


def write_rnnt(folder: Path, *, per_frame: int = 1) -> Path:
    """A Parakeet RNNT: some tokens in each frame while somebody speaks."""
    return _transducer(folder, "nemo-conformer-rnnt", max_tokens_per_step=per_frame)


def write_ctc(folder: Path) -> Path:
    """A Parakeet CTC: a token a third of a second while somebody speaks."""
    names = ("audio_signal", "length", "logprobs")
    save(_ctc(MELS, POOL, names, VOCABULARY), folder / "model.onnx")
    return _described(folder, "nemo-conformer-ctc", "vocab.txt", VOCABULARY, features_size=MELS)


def write_gigaam(folder: Path) -> Path:
    """A GigaAM v2 CTC, which spells letter by letter."""
    vocabulary = ("▁", *"добрыйень", BLANK)
    spelled = ("▁", *"добрый", "▁", *"день")
    names = ("features", "feature_lengths", "log_probs")
    network = _ctc(64, 4, names, vocabulary, spelled)
    save(network, folder / "v2_ctc.onnx")
    return _described(folder, "gigaam", "v2_vocab.txt", vocabulary, version="v2")


CANARY = (
    *("<unk>", "▁", "<|startofcontext|>", "<|startoftranscript|>", "<|emo:undefined|>"),
    *("<|pnc|>", "<|noitn|>", "<|notimestamp|>", "<|nodiarize|>", "<|endoftext|>"),
    *(f"<|{one}|>" for one in EUROPEAN),
    *("▁Good", "▁day.", "▁Guten", "▁Tag.", BLANK),
)
CANARY_NEXT = {
    "<|en|>": "▁Good",
    "▁Good": "▁day.",
    "▁day.": "<|endoftext|>",
    "<|de|>": "▁Guten",
    "▁Guten": "▁Tag.",
    "▁Tag.": "<|endoftext|>",
}


def write_canary(folder: Path) -> Path:
    """A Canary that greets in the language that it is to write."""
    graph = Graph()
    graph.add("AveragePool", ["audio_signal"], "pooled", kernel_shape=[POOL], strides=[POOL])
    graph.add("Transpose", ["pooled"], "encoder_embeddings", perm=[0, 2, 1])
    graph.add("ReduceMax", ["encoder_embeddings", graph.ints(2)], "largest", keepdims=0)
    graph.add("Mul", ["largest", graph.floats(0.0)], "nothing")
    graph.add("Add", ["nothing", graph.floats(1.0)], "ones")
    graph.add("Cast", ["ones"], "encoder_mask", to=TensorProto.INT64)
    inputs = {"audio_signal": ("f", "b", MELS, "t"), "length": ("i", "b")}
    outputs = {"encoder_embeddings": ("f", "b", "n", MELS), "encoder_mask": ("i", "b", "n")}
    save(graph.model(inputs, outputs), folder / "encoder-model.onnx")
    save(_canary_decoder(), folder / "decoder-model.onnx")
    return _described(folder, "nemo-conformer-aed", "vocab.txt", CANARY, features_size=MELS)


def _canary_decoder() -> onnx.ModelProto:
    """After the prompt of ten tokens the sixth, the language to write, says how to begin."""
    table = np.zeros((len(CANARY), len(CANARY)), np.float32)
    table[:, CANARY.index("<|endoftext|>")] = SURE / 2
    for token, following in CANARY_NEXT.items():
        table[CANARY.index(token), CANARY.index(following)] = SURE
    graph = Graph()
    graph.add("Shape", ["input_ids"], "shape")
    graph.add("Gather", ["shape", graph.ints(1)], "count")
    graph.add("Sub", ["count", graph.ints(1)], "last")
    graph.add("Min", ["last", graph.ints(5)], "place")
    graph.add("Gather", ["input_ids", "place"], "deciding", axis=1)
    graph.add("Gather", [graph.constant(table), "deciding"], "logits", axis=0)
    graph.add("Cast", ["deciding"], "number", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["number", graph.ints(0, 3)], "decoder_hidden_states")
    inputs = {
        "input_ids": ("i", "b", "n"),
        "encoder_embeddings": ("f", "b", "e", MELS),
        "encoder_mask": ("i", "b", "e"),
        "decoder_mems": ("f", 1, "b", "m", 1),
    }
    outputs = {
        "logits": ("f", "b", 1, len(CANARY)),
        "decoder_hidden_states": ("f", 1, "b", 1, 1),
    }
    return graph.model(inputs, outputs)


WHISPER = ("hello", "Ġworld", ".")
WHISPER_ADDED = (
    *("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|zh|>"),
    *("<|transcribe|>", "<|notimestamps|>"),
)


def write_whisper(folder: Path) -> Path:
    """A Whisper of ONNX Runtime's own exporter that greets the world."""
    tokens = (*WHISPER, *WHISPER_ADDED)
    said = [tokens.index(one) for one in ("<|en|>", *WHISPER, "<|endoftext|>")]
    graph = Graph()
    constant = graph.constant(np.array([said], np.int32))
    graph.add("Concat", ["decoder_input_ids", constant], "joined", axis=1)
    graph.add("Unsqueeze", ["joined", graph.ints(1)], "sequences")
    counts = ("max_length", "min_length", "num_beams", "num_return_sequences")
    inputs: dict[str, tuple[Any, ...]] = {"input_features": ("f", "b", 80, 3000)}
    inputs |= dict.fromkeys(counts, ("n", 1))
    inputs |= dict.fromkeys(("length_penalty", "repetition_penalty"), ("f", 1))
    inputs |= {"decoder_input_ids": ("n", "b", "n")}
    save(
        graph.model(inputs, {"sequences": ("n", "b", 1, "m")}), folder / "whisper-x_beamsearch.onnx"
    )
    numbers = {one: number for number, one in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps({one: numbers[one] for one in WHISPER}))
    added = {one: numbers[one] for one in WHISPER_ADDED}
    (folder / "added_tokens.json").write_text(json.dumps(added))
    (folder / "config.json").write_text(json.dumps({"model_type": "whisper-ort"}))
    return folder


def _transducer(
    folder: Path, type_: str, *, suffix: str = "", steps: int = 0, **config: object
) -> Path:
    graph = Graph()
    graph.add("Identity", [_loudness(graph, POOL)], "outputs")
    graph.add("Div", ["length", graph.ints(POOL)], "encoded_lengths")
    inputs = {"audio_signal": ("f", "b", MELS, "t"), "length": ("i", "b")}
    outputs = {"outputs": ("f", "b", 1, "n"), "encoded_lengths": ("i", "b")}
    save(graph.model(inputs, outputs), folder / f"encoder-model{suffix}.onnx")
    save(_joint(steps), folder / f"decoder_joint-model{suffix}.onnx")
    config |= {"features_size": MELS, "subsampling_factor": POOL}
    return _described(folder, type_, "vocab.txt", VOCABULARY, **config)


def _joint(steps: int) -> onnx.ModelProto:
    """While somebody speaks, the token that follows the one before; else blank."""
    size = len(VOCABULARY) + steps
    speaking, quiet = np.zeros((len(VOCABULARY), size)), np.zeros(size)
    for place in range(len(VOCABULARY)):
        following = place + 1 if 0 < place < len(SENTENCE) else 1
        speaking[place, following] = SURE
    quiet[len(VOCABULARY) - 1] = SURE
    if steps:
        speaking[:, len(VOCABULARY) + STEP] = SURE
        quiet[len(VOCABULARY) + 1] = SURE
    graph = Graph()
    graph.add("Gather", [graph.constant(speaking.astype(np.float32)), "targets"], "spoken", axis=0)
    graph.add("Greater", ["encoder_outputs", graph.floats(LOUD)], "speaks")
    graph.add("Where", ["speaks", "spoken", graph.constant(quiet.astype(np.float32))], "one")
    graph.add("Unsqueeze", ["one", graph.ints(1)], "outputs")
    for number in (1, 2):
        graph.add("Identity", [f"input_states_{number}"], f"output_states_{number}")
    states = {f"input_states_{number}": ("f", 1, "b", 2) for number in (1, 2)}
    inputs: dict[str, tuple[Any, ...]] = {
        "encoder_outputs": ("f", "b", 1, "t"),
        "targets": ("n", "b", "u"),
        "target_length": ("n", "b"),
    }
    after = {f"output_states_{number}": ("f", 1, "b", 2) for number in (1, 2)}
    outputs: dict[str, tuple[Any, ...]] = {"outputs": ("f", "b", "t", "u", size)}
    return graph.model(inputs | states, outputs | after)


def _ctc(
    mels: int,
    pool: int,
    names: tuple[str, str, str],
    vocabulary: Sequence[str],
    spelled: Sequence[str] = SENTENCE,
) -> onnx.ModelProto:
    """Log-probabilities (batch, frame, token): each fourth frame has a token of `spelled`."""
    frames = 1000
    table = np.zeros((frames, len(vocabulary)), np.float32)
    table[:, -1] = SURE
    for number, frame in enumerate(range(0, frames, STEP)):
        table[frame] = 0
        table[frame, vocabulary.index(spelled[number % len(spelled)])] = SURE
    quiet = np.zeros(len(vocabulary), np.float32)
    quiet[-1] = SURE
    graph = Graph()
    loudness = _loudness(graph, pool, names[0])
    graph.add("Transpose", [loudness], "heard", perm=[0, 2, 1])
    graph.add("Greater", ["heard", graph.floats(LOUD)], "speaks")
    graph.add("Shape", ["heard"], "shape")
    graph.add("Gather", ["shape", graph.ints(1)], "count")
    graph.add("Slice", [graph.constant(table), graph.ints(0), "count", graph.ints(0)], "script")
    graph.add("Where", ["speaks", "script", graph.constant(quiet)], "logits")
    graph.add("LogSoftmax", ["logits"], names[2], axis=-1)
    inputs = {names[0]: ("f", "b", mels, "t"), names[1]: ("i", "b")}
    return graph.model(inputs, {names[2]: ("f", "b", "n", len(vocabulary))})


def _loudness(graph: Graph, pool: int, features: str = "audio_signal") -> str:
    """The share (batch, 1, frame) of each frame's features that are above their mean."""
    graph.add("Mul", [features, graph.floats(60.0)], "scaled")
    graph.add("Sigmoid", ["scaled"], "above")
    graph.add("ReduceMean", ["above", graph.ints(1)], "share", keepdims=1)
    graph.add(
        "AveragePool", ["share"], "loudness", kernel_shape=[pool], strides=[pool], ceil_mode=1
    )
    return "loudness"


def _described(
    folder: Path, type_: str, name: str, vocabulary: Sequence[str], **config: object
) -> Path:
    """The folder with the files beside the networks."""
    lines = [f"{token} {number}\n" for number, token in enumerate(vocabulary)]
    (folder / name).write_text("".join(lines), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"model_type": type_, **config}))
    return folder


def save(model: onnx.ModelProto, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.checker.check_model(model)
    onnx.save(model, file)


class Graph:
    """Nodes and constants of a network in the making."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], output: str, **given: Any) -> None:  # noqa: ANN401 - its attributes
        self._nodes.append(helper.make_node(operator, inputs, [output], **given))

    def constant(self, value: NDArray[Any]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(value, name))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def floats(self, *values: float) -> str:
        return self.constant(np.array(values, np.float32))

    def model(
        self, inputs: dict[str, tuple[Any, ...]], outputs: dict[str, tuple[Any, ...]]
    ) -> onnx.ModelProto:
        """A network of these nodes; shapes begin with the letter of their type."""
        graph = helper.make_graph(
            self._nodes,
            "tiny",
            [self._value(*one) for one in inputs.items()],
            [self._value(*one) for one in outputs.items()],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
        model.ir_version = 9
        return model

    def _value(self, name: str, shape: tuple[Any, ...]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TYPES[shape[0]], list(shape[1:]))
