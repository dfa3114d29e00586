"""How many windows fit into memory at once."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path
from typing import Any

from diascribe.models.whisper.dimensions import Dimensions

FRAMES = 1500
"""Frames of the encoder's output."""

CONTEXT = 448
"""Tokens that the decoder keeps keys and values of."""

SHARE = 0.5
"""Of the free memory that windows may take; the rest is for everybody else."""

UNKNOWN_BYTES = 4 * 2**30
"""Taken to be free where nothing tells."""

MOST = {"cpu": 8, "cuda": 64}
"""Windows at once, whatever fits: more gain no speed, and results come later."""


def window_bytes(size: Dimensions, *, beam_size: int, number_bytes: int) -> int:
    """Estimate of what one window takes at its peak, in bytes.

    The encoder's attention: a score for each pair of frames and head, beside some ten times
    its output. The decoder's memory: keys and values of all
    frames for each layer, and of all tokens for each layer and beam. And the samples and
    features that it starts from.
    """
    scores = size.heads * FRAMES**2
    output = FRAMES * size.width
    heard = 2 * size.decoder_layers * output
    said = 2 * size.decoder_layers * CONTEXT * size.width * beam_size
    return number_bytes * (scores + 10 * output + heard + said) + 4 * (480_000 + 3000 * 128)


def room(size: Dimensions, *, device: str, beam_size: int, number_bytes: int, free: int) -> int:
    """How many windows may be worked on at once where `free` bytes are; at least 1."""
    each = window_bytes(size, beam_size=beam_size, number_bytes=number_bytes)
    return max(1, min(MOST[device], int(SHARE * free / each)))


def free_bytes(device: str) -> int:
    """Memory that is free on a device."""
    found = _free_on_card() if device == "cuda" else _free_here()
    return UNKNOWN_BYTES if found is None else found


def _free_here(root: Path = Path("/")) -> int | None:
    """What the system can give, and what a container may take; null where neither says."""
    told = [_available(root / "proc/meminfo"), _left(root / "sys/fs/cgroup")]
    known = [one for one in told if one is not None]
    if known:
        return min(known)
    if "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _available(path: Path) -> int | None:
    """What Linux says that programs can still take; null elsewhere."""
    found = re.search(r"^MemAvailable: +(\d+) kB$", _text(path), re.MULTILINE)
    return 1024 * int(found[1]) if found else None


def _left(folder: Path) -> int | None:
    """What a container may still take; null where it has no limit.

    Pages of files that were read count as used, and are given back when they are wanted.
    """
    limit, used = (_text(folder / name).strip() for name in ("memory.max", "memory.current"))
    if not (limit.isdigit() and used.isdigit()):
        return None
    cached = re.search(r"^inactive_file (\d+)$", _text(folder / "memory.stat"), re.MULTILINE)
    return max(0, int(limit) - int(used) + (int(cached[1]) if cached else 0))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _free_on_card() -> int | None:
    """What the first graphics card has free, as its driver says; null where it does not."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    return _first_free(driver)


def _first_free(driver: Any) -> int | None:  # noqa: ANN401 - a foreign library
    """What the driver's first card has free: the one that models are put on.

    The context is the card's own, which the runtime uses too: it is held only while it is
    asked, and what was current before is current again.
    """
    device, context = ctypes.c_int(), ctypes.c_void_p()
    if driver.cuInit(0) or driver.cuDeviceGet(ctypes.byref(device), 0):
        return None
    if driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), device):
        return None
    try:
        return _free_in(driver, context)
    finally:
        driver.cuDevicePrimaryCtxRelease_v2(device)


def _free_in(driver: Any, context: ctypes.c_void_p) -> int | None:  # noqa: ANN401 - see above
    """What the card of a context has free; null where the driver does not say."""
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    if driver.cuCtxPushCurrent_v2(context):
        return None
    try:
        failed = driver.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total))
        return None if failed else free.value
    finally:
        driver.cuCtxPopCurrent_v2(ctypes.byref(ctypes.c_void_p()))
