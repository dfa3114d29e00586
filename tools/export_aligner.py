"""Turns a wav2vec2-type model for PyTorch into the ONNX files that `diascribe` aligns with.

    .peers/bin/python tools/export_aligner.py MODEL FOLDER

MODEL is the folder of a model with `config.json` and weights, as Hugging Face's transformers
saves it, or its name on the model hub, from which it is downloaded then. Development only: it
needs torch, transformers and onnx, which `.peers` has (`make .peers/peers.stamp`).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCTC, AutoTokenizer, Wav2Vec2FeatureExtractor

OPSET = 17
SECONDS = 2
"""Of the sound that the network is traced with; any length may be heard afterwards."""

SAMPLES, MASK = "input_values", "attention_mask"
"""What transformers calls the inputs, and the files of an export too."""


def main() -> None:
    """Export the model and its vocabulary."""
    if len(sys.argv) != 3:
        sys.exit("usage: export_aligner.py MODEL FOLDER")
    source, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    sound = Wav2Vec2FeatureExtractor.from_pretrained(source)
    model = AutoModelForCTC.from_pretrained(source, attn_implementation="eager")
    export(model, folder, masked=sound.return_attention_mask)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    sound.save_pretrained(folder)
    print(f"wrote {folder}: give the folder to diascribe, or bundle it")


def export(model: Any, folder: Path, *, masked: bool = False) -> None:  # noqa: ANN401 - of any family
    """Write `model.onnx` and `config.json`; the folder is there.

    The network takes `input_values` (batch, time) and gives `logits` (batch, frame, token). One
    that was trained with masks takes `attention_mask` (batch, time) too, 1 where a sound is and
    0 behind its end. Others were not: what is behind a sound changes what they hear in it.
    """
    fresh = folder / "model.onnx.new"
    sounds = torch.randn(2, SECONDS * 16_000)
    mask = torch.ones(sounds.shape, dtype=torch.int64)
    mask[1, sounds.shape[1] // 2 :] = 0
    names = [SAMPLES, MASK] if masked else [SAMPLES]
    torch.onnx.export(
        model.eval(),
        (sounds, mask)[: len(names)],
        str(fresh),
        input_names=names,
        output_names=["logits"],
        dynamic_axes={
            **{name: {0: "batch", 1: "time"} for name in names},
            "logits": {0: "batch", 1: "frame"},
        },
        opset_version=OPSET,
        dynamo=False,
    )
    shutil.move(fresh, folder / "model.onnx")
    model.config.save_pretrained(folder)


if __name__ == "__main__":
    main()
