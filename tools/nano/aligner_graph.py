"""Writes the trained aligner as ONNX with the files that wav2vec2 models have beside it.

.venv/bin/python tools/nano/aligner_graph.py WEIGHTS.npz FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from letters import SYMBOLS
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from graph import Graph

DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)
KERNEL = 5
STRIDE = 160  # samples between two frames of the log-mel; the first layer takes every second
FLOOR = 1e-4

Weights = dict[str, NDArray[np.float32]]


def build(weights: Weights) -> onnx.ModelProto:
    """The network: `input_values` (batch, time) in, `logits` (batch, frame, letter) out."""
    graph = Graph("nano-ctc")
    x = graph.add("Unsqueeze", "wave", "input_values", graph.weight("axis", np.array([1])))
    x = _log_mel(graph, x, weights)
    x = _conv(graph, "0", x, weights, strides=[2], pads=[1, 1])
    x = graph.add("Relu", "0.relu", x)
    for index, dilation in enumerate(DILATIONS, start=1):
        padding = dilation * (KERNEL - 1) // 2
        y = _conv(graph, str(index), x, weights, dilations=[dilation], pads=[padding, padding])
        x = graph.add("Add", f"{index}.sum", x, graph.add("Relu", f"{index}.relu", y))
    graph.add("Transpose", "logits", _conv(graph, "letters", x, weights), perm=[0, 2, 1])
    return graph.model(
        {"input_values": ["batch", "time"]},
        {"logits": ["batch", "frame", len(SYMBOLS)]},
        "Letters of each 20 ms, trained on synthesised speech: test data",
    )


def _log_mel(graph: Graph, x: str, weights: Weights) -> str:
    """(batch, band, frame of 10 ms)."""
    fourier = graph.weight("fourier", weights["fourier"])
    x = graph.add("Conv", "parts", x, fourier, strides=[STRIDE])
    x = graph.add("Mul", "squares", x, x)
    x = graph.add("Conv", "bands", x, graph.weight("mel", weights["mel"]))
    floor = graph.weight("floor", np.array(FLOOR, np.float32))
    x = graph.add("Log", "log", graph.add("Add", "floored", x, floor))
    return graph.add("Div", "features", x, graph.weight("four", np.array(4, np.float32)))


def _conv(graph: Graph, name: str, x: str, weights: Weights, **attributes: list[int]) -> str:
    """A convolution with bias."""
    names = [
        graph.weight(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")
    ]
    return graph.add("Conv", f"{name}.conv", x, *names, **attributes)


CONFIG: dict[str, object] = {
    "architectures": ["Wav2Vec2ForCTC"],
    "model_type": "wav2vec2",
    "vocab_size": len(SYMBOLS),
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "conv_kernel": [400],
    "conv_stride": [320],
    "inputs_to_logits_ratio": 320,
}
PREPROCESSOR: dict[str, object] = {
    "feature_extractor_type": "Wav2Vec2FeatureExtractor",
    "do_normalize": True,
    "feature_size": 1,
    "padding_side": "right",
    "padding_value": 0.0,
    "return_attention_mask": False,
    "sampling_rate": 16_000,
}
TOKENIZER: dict[str, object] = {
    "tokenizer_class": "Wav2Vec2CTCTokenizer",
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "word_delimiter_token": "|",
    "do_lower_case": False,
}


def main() -> None:
    """Write the folder."""
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with np.load(sys.argv[1]) as stored:
        model = build(dict(stored))
    onnx.checker.check_model(model, full_check=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    files = {
        "config": CONFIG,
        "preprocessor_config": PREPROCESSOR,
        "tokenizer_config": TOKENIZER,
        "vocab": {symbol: number for number, symbol in enumerate(SYMBOLS)},
    }
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
