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

LAYER = re.compile(r"(encoder|decoder)/layer_(\d+)/")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What decides how much memory a window takes."""

    width: int
    encoder_layers: int
    decoder_layers: int

    @property
    def heads(self) -> int:
        """Of attention: each Whisper has one for each 64 numbers of its width."""
        return max(1, self.width // 64)


def read_dimensions(path: Path) -> Dimensions:
    """The dimensions of a Whisper.

    Raises:
        ValueError: the file is none in this format, or ends too early.
    """
    with path.open("rb") as file:
        try:
            shapes = dict(_variables(file))
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
    return Dimensions(positions[1], len(layers["encoder"]), len(layers["decoder"]))


def _variables(file: BinaryIO) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of each variable; their contents are passed over."""
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
        file.seek(size, 1)
        yield name, shape
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
