"""Writes what torchaudio makes of a chirp, for the test of our own fbank.

    .peers/bin/python tools/fbank_reference.py

The chirp is `chirp` below: one second that sweeps over all frequencies, off its middle.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "fbank" / "chirp.json"
RATE_HZ = 16_000
FRAMES = (0, 1, 48, 97)
"""The frames that are kept: both ends and the middle."""


def chirp() -> NDArray[np.float32]:
    """Samples (time,) of one second."""
    time = np.arange(RATE_HZ) / RATE_HZ
    wave = 0.02 + 0.3 * np.sin(2 * np.pi * (100 + 3900 * time) * time)
    return wave.astype(np.float32)


def main() -> None:
    """Write the file."""
    torch: Any = import_module("torch")
    kaldi: Any = import_module("torchaudio.compliance.kaldi")
    features = kaldi.fbank(
        torch.from_numpy(chirp()[None] * (1 << 15)),
        num_mel_bins=80,
        frame_length=25.0,
        frame_shift=10.0,
        dither=0.0,
        sample_frequency=RATE_HZ,
        window_type="hamming",
        use_energy=False,
    ).numpy()
    rows = {str(one): [round(float(value), 3) for value in features[one]] for one in FRAMES}
    made = {"by": f"torchaudio {version('torchaudio')}", "frames": len(features), "rows": rows}
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
