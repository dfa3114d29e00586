"""Where a Whisper runs and how precisely: what the machine can do, proved before it is believed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ctranslate2

from diascribe.errors import OptionsError, printable

PREFERRED = {"cuda": ("float16", "bfloat16", "float32"), "cpu": ("int8", "float32")}
"""Precisions that `auto` takes on a device, the first that it computes in."""

PATIENCE_S = 300
"""For a large model read from a slow disk: a card that has not answered by then will not."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model is to run, as it was asked for."""

    device: str
    compute_type: str
    cores: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model does run."""

    device: str
    compute_type: str
    instead: str = ""
    """Why not on the graphics card that is there; empty where it does, or there is none."""


def placed(path: Path, wanted: Placement) -> Place:
    """Where the model in a folder runs: on a graphics card only once it has heard a window there.

    Raises:
        OptionsError: there is no such device, it does not work, or lacks that precision.
    """
    device = _device(wanted.device)
    if device == "cpu":
        return Place(device, _compute_type(wanted.compute_type, device))
    try:
        compute_type = _compute_type(wanted.compute_type, device)
        trouble = tried(path, device, compute_type)
    except RuntimeError as error:  # the card's own driver, which tells what it computes in
        compute_type, trouble = wanted.compute_type, _line(str(error))
    if not trouble:
        return Place(device, compute_type)
    if wanted.device == device:
        raise OptionsError(
            (f"device: wanted cuda, but the graphics card does not work: {trouble}",),
            hint="CTranslate2 needs its driver, cuBLAS and cuDNN; device auto or cpu does without",
        )
    return Place("cpu", _compute_type(wanted.compute_type, "cpu"), trouble)


@cache
def tried(path: Path, device: str, compute_type: str) -> str:
    """Why a model hears nothing on a device; empty where it does. Asked once in a process.

    CTranslate2 loads cuBLAS and cuDNN when it first computes, and ends the process where it
    finds none: a child hears a silent window.
    """
    command = [sys.executable, "-P", "-m", "diascribe.models.whisper.trial"]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, by our own interpreter
            [*command, str(path), device, compute_type],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {PATIENCE_S} s"
    if child.returncode == 0:
        return ""
    lines = child.stderr.strip().splitlines()
    return _line(lines[-1]) if lines else f"it ended with status {child.returncode}"


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def _device(wanted: str) -> str:
    """`cuda` or `cpu`."""
    cards = ctranslate2.get_cuda_device_count()
    if wanted == "auto":
        return "cuda" if cards else "cpu"
    if wanted not in PREFERRED:
        raise OptionsError((f"device: wanted one of auto, cpu, cuda, got {printable(wanted)}",))
    if wanted == "cuda" and not cards:
        raise OptionsError(("device: wanted cuda, but CTranslate2 sees no graphics card",))
    return wanted


def _compute_type(wanted: str, device: str) -> str:
    """A precision that the device computes in."""
    known = ctranslate2.get_supported_compute_types(device)
    if wanted == "auto":
        return next(one for one in PREFERRED[device] if one in known)
    if wanted not in known:
        choice = ", ".join(sorted(known))
        raise OptionsError(
            (f"compute_type: wanted auto or one of {choice}, got {printable(wanted)}",),
            hint=f"these are what this machine's {device} computes in",
        )
    return wanted
