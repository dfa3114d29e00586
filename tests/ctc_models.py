"""A model laid out as wav2vec2's are, which spells tones: each letter has a frequency."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from diascribe.audio import SAMPLE_RATE

FIELD, HOP = 400, 320
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>", "|")
LETTERS = ("'", *ascii_uppercase)
TOKENS = (*SPECIAL, *LETTERS)
SPOKEN = ("|", *LETTERS)
"""The tokens that have a tone."""

STEP_HZ = 200
"""Between tones: five periods more in each frame, so that none is heard in another's place."""

SURENESS = 40.0
"""Logit of a tone as loud as all the sound together."""

FAINTEST = 0.3
"""Share of a frame's loudness below which it is blank."""

LETTER_S = 0.1
PAUSE_S = 0.04


def frequency(token: str) -> int:
    return STEP_HZ * (2 + SPOKEN.index(token))


def write_model(
    folder: Path, *, masked: bool = False, frames: int = FIELD, letters: Sequence[str] = LETTERS
) -> Path:
    """The folder, with a network that reads `attention_mask` too where `masked`.

    Its letters may be others: the tone of each is that of the Latin one in its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_network(masked=masked), folder / "model.onnx")
    files = {
        "vocab.json": {token: number for number, token in enumerate((*SPECIAL, *letters))},
        "config.json": {"conv_kernel": [frames], "conv_stride": [HOP], "pad_token_id": 0},
        "preprocessor_config.json": {
            "do_normalize": True,
            "sampling_rate": SAMPLE_RATE,
            "return_attention_mask": masked,
        },
        "tokenizer_config.json": {"word_delimiter_token": "|", "pad_token": "<pad>"},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    return folder


def _network(*, masked: bool) -> onnx.ModelProto:
    """Samples (batch, time) to logits (batch, frame, token)."""
    time = np.arange(FIELD) / SAMPLE_RATE
    angles = 2 * np.pi * np.array([frequency(one) for one in SPOKEN])[:, None] * time
    kernels = np.concatenate([np.cos(angles), np.sin(angles)])[:, None] * np.sqrt(2) / FIELD
    weight = np.zeros((len(SPOKEN), len(TOKENS)), np.float32)
    weight[np.arange(len(SPOKEN)), [TOKENS.index(one) for one in SPOKEN]] = SURENESS
    bias = np.full(len(TOKENS), -SURENESS, np.float32)
    bias[[TOKENS.index(one) for one in SPOKEN]] = 0
    bias[0] = SURENESS * FAINTEST
    constants = {"kernels": kernels.astype(np.float32), "weight": weight, "bias": bias}
    constants |= {"one": np.array([1], np.int64)}
    nodes = [
        helper.make_node("Unsqueeze", ["sound", "one"], ["channel"]),
        helper.make_node("Conv", ["channel", "kernels"], ["waves"], strides=[HOP]),
        helper.make_node("Mul", ["waves", "waves"], ["powers"]),
        helper.make_node("Split", ["powers"], ["cosines", "sines"], axis=1, num_outputs=2),
        helper.make_node("Add", ["cosines", "sines"], ["tones"]),
        helper.make_node("Transpose", ["tones"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames", "weight"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logits"]),
    ]
    inputs = [helper.make_tensor_value_info("input_values", TensorProto.FLOAT, ["b", "t"])]
    if masked:
        inputs += [helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["b", "t"])]
        nodes = [
            helper.make_node("Cast", ["attention_mask"], ["heard"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["input_values", "heard"], ["sound"]),
            *nodes,
        ]
    else:
        nodes = [helper.make_node("Identity", ["input_values"], ["sound"]), *nodes]
    graph = helper.make_graph(
        nodes,
        "tones",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "f", len(TOKENS)])],
        [numpy_helper.from_array(one, name) for name, one in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    return model


@dataclass(frozen=True, slots=True)
class Sung:
    """Words as tones, and when each begins and ends."""

    samples: NDArray[np.int16]
    """(time, 1)."""
    texts: tuple[str, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]


def sing(
    words: Sequence[str],
    *,
    letter_s: float = LETTER_S,
    before_s: float = 0.5,
    letters: Sequence[str] = LETTERS,
) -> Sung:
    """Each letter `letter_s` long with a pause behind, each word followed by the tone of `|`."""
    pieces = [_rest(before_s)]
    starts, ends = [], []
    for word in words:
        starts.append(_seconds(pieces))
        for letter in word.upper():
            tone = LETTERS[letters.index(letter)]
            pieces += [_tone(tone, letter_s), _rest(PAUSE_S)]
        pieces.pop()
        ends.append(_seconds(pieces))
        pieces += [_rest(PAUSE_S), _tone("|", PAUSE_S), _rest(PAUSE_S)]
    wave = np.concatenate([*pieces, _rest(before_s)])
    samples = np.round(wave * 8_000).astype(np.int16)[:, None]
    return Sung(samples, tuple(words), tuple(starts), tuple(ends))


def _tone(token: str, duration: float) -> NDArray[np.float64]:
    time = np.arange(round(duration * SAMPLE_RATE)) / SAMPLE_RATE
    tone: NDArray[np.float64] = np.sin(2 * np.pi * frequency(token) * time)
    return tone


def _rest(duration: float) -> NDArray[np.float64]:
    return np.zeros(round(duration * SAMPLE_RATE))


def _seconds(pieces: Sequence[NDArray[np.float64]]) -> float:
    return sum(map(len, pieces)) / SAMPLE_RATE
