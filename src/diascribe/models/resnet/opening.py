"""Opens an encoder out of its file, in the precision that is wanted where it holds."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.fbank import centred, fbank
from diascribe.models.resnet.encoder import ResNetEncoder
from diascribe.protocols import Precision
from diascribe.transcript import Model
from diascribe.weights.encoders import cut_encoder
from diascribe.weights.network import Network
from diascribe.weights.precision import open_body, require_likeness, trial_windows
from diascribe.weights.quantized import flowing, measured, quantized
from diascribe.weights.session import Device, Session


def open_resnet(
    path: Path,
    *,
    name: str,
    revision: str,
    device: Device = "cpu",
    precision: Precision = "auto",
    cores: int = 1,
) -> ResNetEncoder:
    """The encoder of a published file, cut before its pooling.

    Its body runs in `precision`; pooling, and what comes after it, always in float32. A faster
    precision is compared with float32 on sounds like voices first.

    Raises:
        WeightsError: it cannot be read, or pools in a way that is not known.
        OptionsError: this machine has no such device, or does not calculate in that precision.
        MissingExtraError: what calculates in that precision is not installed.
        ModelError: its vectors in that precision are too unlike those in float32.
    """
    cut = cut_encoder(path)
    opened = partial(open_body, path, device=device, cores=cores)
    exact = precision in {"auto", "float32"}
    note = "" if exact else f"body in {precision}"
    made = partial(ResNetEncoder, linear=cut.linear, model=Model("embedding", name, revision, note))
    body = _in_8_bits(path, cut.body) if precision == "int8" else cut.body
    encoder = made(opened(body.encoded(), precision=precision))
    if not exact:
        reference = made(opened(cut.body.encoded(), precision="float32"))
        pair = partial(whole_vectors, encoder), partial(whole_vectors, reference)
        require_likeness(*pair, trial_windows(), name=name)
    return encoder


def _in_8_bits(path: Path, body: Network) -> Network:
    """The body with its convolutions in 8 bits, calibrated on sounds like voices."""
    inside = Session(path, data=body.until(*flowing(body)).encoded())
    frames = centred(fbank(trial_windows(6, seed=1)))
    return quantized(body, measured(body, inside, {body.inputs[0]: frames}))


def whole_vectors(encoder: ResNetEncoder, windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """One vector (window, dimension) of everything in samples (window, time)."""
    masks = np.ones((len(windows), encoder.frames(windows.shape[1]), 1), np.float32)
    return encoder.embed(windows, masks)[:, 0]
