"""How large a network is, read from the head of each variable of a `model.bin`."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

FORMAT = 6
"""Of CTranslate2's binary files, since version 2."""

HEADS, HEAD = "decoder/num_heads", 64
"""Where their number stands; without it, each Whisper has one for so many numbers of its width."""

LAYER = re.compile(r"(encoder|decoder)/layer_(\d+)/")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What decides how much memory a window takes."""

    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    """Of attention, in each layer."""


def read_dimensions(path: Path) -> Dimensions:
    """The dimensions of a Whisper.

    Raises:
        ValueError: the file is none in this format, or ends too early.
    """
    with path.open("rb") as file:
        try:
            shapes: dict[str, tuple[int, ...]] = {}
            heads = 0
            for name, shape, content in _variables(file):
                shapes[name] = shape
                heads = int.from_bytes(content, "little") if name == HEADS else heads
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError("it ends too early, or is none of CTranslate2's") from error
    layers: dict[str, set[str]] = {"encoder": set(), "decoder": set()}
    for name in shapes:
        found = LAYER.match(name)
        if found:
            layers[found[1]].add(found[2])
    positions = shapes.get("encoder/position_encodings/encodings", ())
    if len(positions) != 2 or not all(layers.values()):
        raise ValueError("it is none of Whisper's")
    width = positions[1]
    heads = heads or max(1, width // HEAD)
    return Dimensions(width, len(layers["encoder"]), len(layers["decoder"]), heads)


def _variables(file: BinaryIO) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
    """Name, shape and content of each variable; of those with a shape it is passed over."""
    (version,) = _read(file, "I")
    if version != FORMAT:
        raise ValueError(f"wanted CTranslate2's format {FORMAT}, got {version}")
    _string(file)
    _, count = _read(file, "II")
    for _ in range(count):
        name = _string(file)
        (rank,) = _read(file, "B")
        shape = _read(file, f"{rank}I")
        _, size = _read(file, "BI")
        content = file.read(size) if not rank else b""
        file.seek(size - len(content), 1)
        yield name, shape, content
    (aliases,) = _read(file, "I")
    for _ in range(2 * aliases):  # they end the file: that they are there shows it is whole
        _string(file)


def _read(file: BinaryIO, form: str) -> tuple[int, ...]:
    form = f"<{form}"
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _string(file: BinaryIO) -> str:
    (size,) = _read(file, "H")
    (spelled,) = struct.unpack(f"{size}s", file.read(size))
    return str(spelled[:-1], "utf-8")
