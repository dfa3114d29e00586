"""Hears a silent window with a model, to see whether it can be heard with: in a child process."""

from __future__ import annotations

import sys

import ctranslate2
import numpy as np

FRAMES = 3000
"""Of 10 ms: what every Whisper hears at once."""


def try_out(path: str, device: str, compute_type: str) -> None:
    """Encode a silent window, and wait for it."""
    model = ctranslate2.models.Whisper(path, device=device, compute_type=compute_type)
    silence = np.zeros((1, model.n_mels, FRAMES), np.float32)
    model.encode(ctranslate2.StorageView.from_array(silence), to_cpu=True)


if __name__ == "__main__":
    try:
        try_out(*sys.argv[1:])
    except (RuntimeError, ValueError) as error:
        sys.exit(" ".join(str(error).split()))
