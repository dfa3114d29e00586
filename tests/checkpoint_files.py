"""PyTorch checkpoint files written by hand, in both layouts and without PyTorch."""

import io
import pickle
import struct
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {
    "float64": "DoubleStorage",
    "float32": "FloatStorage",
    "float16": "HalfStorage",
    "int64": "LongStorage",
    "int32": "IntStorage",
    "int16": "ShortStorage",
    "int8": "CharStorage",
    "uint8": "ByteStorage",
    "bool": "BoolStorage",
}


@dataclass(frozen=True, eq=False)
class Storage:
    """A flat run of numbers (element,) under a key; `size` is what the pickle announces."""

    key: str
    values: NDArray[np.generic]
    size: int | None = None

    @property
    def pickled(self) -> bytes:
        """The persistent reference to it."""
        size = len(self.values) if self.size is None else self.size
        kind = _global("torch", TYPES[self.values.dtype.name])
        parts = plain("storage"), kind, plain(self.key), plain("cpu"), plain(size)
        return b"(" + b"".join(parts) + b"tQ"


@dataclass(frozen=True, eq=False)
class Tensor:
    """A view of a storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def pickled(self) -> bytes:
        """The call that rebuilds it."""
        geometry = plain(self.offset) + plain(self.shape) + plain(self.strides)
        rest = b"\x89" + _global("collections", "OrderedDict") + b")R"  # requires_grad, hooks
        arguments = b"(" + self.storage.pickled + geometry + rest + b"t"
        return _global("torch._utils", "_rebuild_tensor_v2") + arguments + b"R"


def whole(key: str, values: NDArray[np.generic]) -> Tensor:
    """A tensor of its own storage."""
    flat = np.ascontiguousarray(values)
    strides = tuple(stride // flat.itemsize for stride in flat.strides)
    return Tensor(Storage(key, flat.ravel()), 0, flat.shape, strides)


def plain(value: object) -> bytes:
    """Opcodes that leave a plain value on the stack."""
    return pickle.dumps(value, protocol=2)[2:-1]


def call(module: str, name: str, *arguments: object) -> bytes:
    """Opcodes that name a function and call it."""
    return _global(module, name) + plain(arguments) + b"R"


def mapping(entries: Mapping[str, bytes]) -> bytes:
    """Opcodes of a dictionary whose values are opcodes."""
    return b"}(" + b"".join(plain(key) + value for key, value in entries.items()) + b"u"


def weights(tensors: Mapping[str, Tensor]) -> bytes:
    """Opcodes of a dictionary of tensors."""
    return mapping({name: tensor.pickled for name, tensor in tensors.items()})


def write_zip(path: Path, content: bytes, storages: Iterable[Storage] = ()) -> Path:
    """The layout of PyTorch 1.6 and later: `content` is opcodes."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + content + b".")
        for storage in storages:
            archive.writestr(f"archive/data/{storage.key}", storage.values.tobytes())
        archive.writestr("archive/version", "3\n")
    return path


def write_stream(path: Path, content: bytes, storages: Iterable[Storage] = ()) -> Path:
    """The older layout: five pickles, then each storage's size and numbers."""
    file, storages = io.BytesIO(), list(storages)
    for value in (MAGIC, 1001, {"little_endian": True}):
        file.write(pickle.dumps(value, protocol=2))
    file.write(b"\x80\x02" + content + b".")
    file.write(pickle.dumps([storage.key for storage in storages], protocol=2))
    for storage in storages:
        file.write(struct.pack("<q", len(storage.values)) + storage.values.tobytes())
    path.write_bytes(file.getvalue())
    return path


def _global(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()
