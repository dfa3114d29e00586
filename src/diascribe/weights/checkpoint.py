"""Reads PyTorch checkpoint files without PyTorch and without running their code.

Both layouts are read: the zip archive of PyTorch 1.6 and later, and the older stream of
pickles. Pickle can name any function; here only tensors and plain containers are rebuilt,
and every other class becomes an inert `Opaque`, so a hostile file can do nothing.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import WeightsError

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
"""First pickle of the stream layout (torch/serialization.py, `MAGIC_NUMBER`)."""

STORAGE_TYPES: dict[str, np.dtype[Any]] = {
    "DoubleStorage": np.dtype("<f8"),
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("i1"),
    "ByteStorage": np.dtype("u1"),
    "BoolStorage": np.dtype("?"),
}

PLAIN: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("__builtin__", "list"): list,
    ("__builtin__", "dict"): dict,
    ("__builtin__", "long"): int,
    ("builtins", "list"): list,
    ("builtins", "dict"): dict,
    ("builtins", "int"): int,
}


class Opaque:
    """Stands for an object of a class that is not rebuilt; keeps nothing, does nothing."""

    def __init__(self, *_args: object) -> None:
        pass

    def __setstate__(self, _state: object) -> None:
        pass


@dataclass(slots=True)
class _Storage:
    """A flat run of numbers that tensors are views of; `values` is (element,)."""

    dtype: np.dtype[Any]
    size: int
    values: NDArray[Any]

    @classmethod
    def empty(cls, dtype: np.dtype[Any], size: int) -> _Storage:
        """A storage to be filled after the pickle that names it."""
        return cls(dtype, size, np.zeros(0, dtype))

    def fill(self, data: bytes) -> None:
        """Take the numbers from `data`."""
        wanted = self.size * self.dtype.itemsize
        if len(data) != wanted:
            raise WeightsError(f"a tensor's storage needs {wanted} bytes, got {len(data)}")
        self.values = np.frombuffer(data, self.dtype)


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view that is made once its storage is filled."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """A copy as an array of the tensor's own shape."""
        last = self.offset + sum(
            (length - 1) * stride for length, stride in zip(self.shape, self.strides, strict=True)
        )
        empty = 0 in self.shape
        if not empty and not 0 <= last < self.storage.values.size:
            raise WeightsError(f"a tensor {self.shape} reaches outside its storage")
        if empty:
            return np.zeros(self.shape, self.storage.dtype)
        width = self.storage.dtype.itemsize
        return np.lib.stride_tricks.as_strided(
            self.storage.values[self.offset :],
            self.shape,
            tuple(stride * width for stride in self.strides),
        ).copy()


def _tensor(storage: object, offset: object, size: object, stride: object, *_: object) -> _Tensor:
    """Stand-in for `torch._utils._rebuild_tensor_v2`."""
    if not isinstance(storage, _Storage) or not isinstance(offset, int) or offset < 0:
        raise WeightsError("a tensor in the checkpoint has no storage")
    return _Tensor(storage, offset, _lengths(size), _lengths(stride))


def _lengths(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple) or not all(isinstance(v, int) and v >= 0 for v in values):
        raise WeightsError(f"a tensor's shape must be non-negative integers, got {values!r}")
    return values


def _default_dict(*_factory: object) -> defaultdict[object, object]:
    """A default dictionary without its factory, which could be any function."""
    return defaultdict()


@dataclass(frozen=True, slots=True)
class _StorageType:
    """What the pickle means by `torch.FloatStorage` and its kin."""

    dtype: np.dtype[Any]


class _Reader(pickle.Unpickler):
    """Rebuilds tensors and plain containers, nothing else."""

    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file, encoding="utf-8")
        self.storages = storages

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - pickle's own signature
        if module == "torch" and name in STORAGE_TYPES:
            return _StorageType(STORAGE_TYPES[name])
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("collections", "defaultdict"):
            return _default_dict
        return PLAIN.get((module, name), Opaque)

    def persistent_load(self, pid: Any) -> _Storage:  # noqa: ANN401 - pickle's own signature
        match pid:
            case ("storage", _StorageType(dtype), str(key), str(), int(size), *_):
                return self.storages.setdefault(key, _Storage.empty(dtype, size))
            case _:
                raise WeightsError(f"the checkpoint refers to something unknown: {pid!r:.80}")


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The checkpoint's dictionary, its tensors as arrays.

    Raises:
        WeightsError: the file is absent, damaged or no checkpoint.
    """
    try:
        with path.open("rb") as file:
            return _as_arrays(_read_any(file))
    except WeightsError as error:
        raise WeightsError(f"{path.name}: {error}") from error
    except OSError as error:
        raise WeightsError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (pickle.UnpicklingError, zipfile.BadZipFile, EOFError) as error:
        raise WeightsError(f"{path.name}: not a PyTorch checkpoint: {error}") from error
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise WeightsError(f"{path.name}: damaged PyTorch checkpoint: {error}") from error


def _read_any(file: BinaryIO) -> object:
    if zipfile.is_zipfile(file):
        return _read_zip(file)
    file.seek(0)
    return _read_stream(file)


def _read_zip(file: BinaryIO) -> object:
    with zipfile.ZipFile(file) as archive:
        (pickled,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        folder = pickled.removesuffix("data.pkl") + "data/"
        reader = _Reader(io.BytesIO(archive.read(pickled)), {})
        content: object = reader.load()
        for key, storage in reader.storages.items():
            storage.fill(archive.read(folder + key))
    return content


def _read_stream(file: BinaryIO) -> object:
    """Magic, protocol, system facts, content, storage keys; then each storage's numbers."""
    storages: dict[str, _Storage] = {}

    def load() -> object:
        return _Reader(file, storages).load()

    if load() != LEGACY_MAGIC:
        raise WeightsError("not a PyTorch checkpoint")
    load()
    load()
    content = load()
    for key in _keys(load()):
        size = int.from_bytes(file.read(8), "little", signed=True)
        storage = storages[key]
        if size != storage.size:
            raise WeightsError(f"storage {key} announces {storage.size} elements, holds {size}")
        storage.fill(file.read(size * storage.dtype.itemsize))
    return content


def _keys(value: object) -> list[str]:
    if not isinstance(value, list):
        raise WeightsError("the checkpoint lists no storages")
    return [str(key) for key in value]


def _as_arrays(content: object) -> dict[str, Any]:
    """The same nest of dictionaries with tensors made arrays."""
    if not isinstance(content, dict):
        raise WeightsError(f"wanted a dictionary, got {type(content).__name__}")
    return {str(key): _as_array(value) for key, value in content.items()}


def _as_array(value: object) -> object:
    if isinstance(value, _Tensor):
        return value.array()
    return _as_arrays(value) if isinstance(value, dict) else value
