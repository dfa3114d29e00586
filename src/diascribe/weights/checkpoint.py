"""Reads PyTorch checkpoint files without PyTorch and without running their code.

Both layouts are read: the zip archive of PyTorch 1.6 and later, and the older stream of
pickles. Pickle can name any function; here only tensors and plain containers are rebuilt,
and every other class becomes an inert `Opaque`, so a hostile file can run nothing, read
nothing outside itself and take little more memory than its own size.
"""

from __future__ import annotations

import io
import math
import os
import pickle
import struct
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection
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

    def __init__(self, *_args: object, **_named: object) -> None:
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

    @property
    def room(self) -> int:
        """Bytes that the numbers take."""
        return self.size * self.dtype.itemsize

    def fill(self, data: bytes) -> None:
        """Take the numbers from `data`."""
        if len(data) != self.room:
            raise WeightsError(f"a tensor's storage needs {self.room} bytes, got {len(data)}")
        self.values = np.frombuffer(data, self.dtype)


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view that is made once its storage is filled."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """A read-only view of the storage in the tensor's own shape."""
        count = math.prod(self.shape)
        if count == 0:
            return np.zeros(self.shape, self.storage.dtype)
        last = self.offset + sum(
            (length - 1) * stride for length, stride in zip(self.shape, self.strides, strict=True)
        )
        # A tensor larger than its storage repeats numbers: a few bytes could claim a terabyte.
        if max(last, count - 1) >= self.storage.values.size:
            raise WeightsError("a tensor reaches outside its storage")
        width = self.storage.dtype.itemsize
        return np.lib.stride_tricks.as_strided(
            self.storage.values[self.offset :],
            self.shape,
            tuple(stride * width for stride in self.strides),
            writeable=False,
        )


def _tensor(storage: object, offset: object, size: object, stride: object, *_: object) -> _Tensor:
    """Stand-in for `torch._utils._rebuild_tensor_v2`."""
    if not isinstance(storage, _Storage) or not isinstance(offset, int) or offset < 0:
        raise WeightsError("a tensor in the checkpoint has no storage")
    return _Tensor(storage, offset, _lengths(size), _lengths(stride))


def _lengths(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple) or not all(isinstance(v, int) and v >= 0 for v in values):
        raise WeightsError("a tensor's shape and strides must be non-negative integers")
    return values


def _default_dict(*_factory: object) -> defaultdict[object, object]:
    """A default dictionary without its factory, which could be any function."""
    return defaultdict()


@dataclass(frozen=True, slots=True)
class _StorageType:
    """What the pickle means by `torch.FloatStorage` and its kin."""

    dtype: np.dtype[Any]


class _Reader(pickle._Unpickler):  # noqa: SLF001 - see below
    """Rebuilds tensors and plain containers, nothing else.

    Python's own unpickler and not the C one, whose memo grows to any index that a file
    names: there eight bytes take 64 GB.
    """

    dispatch = dict(pickle._Unpickler.dispatch)  # noqa: SLF001, RUF012

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
            case ("storage", _StorageType(dtype), str(key), str(), int(size), *_) if size >= 0:
                storage = self.storages.setdefault(key, _Storage.empty(dtype, size))
            case _:
                raise WeightsError("the checkpoint refers to something that is no tensor's storage")
        if (storage.dtype, storage.size) != (dtype, size):
            raise WeightsError(f"the checkpoint announces storage {key:.20} twice and differently")
        return storage

    def drop_state(self) -> None:
        """Leave every object as it was made: a state could change it behind its back."""
        self.stack.pop()  # type: ignore[attr-defined]  # typeshed leaves out the stack

    dispatch[pickle.BUILD[0]] = drop_state  # type: ignore[assignment]  # typed for the C one


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
        raise WeightsError(f"{path.name}: not a PyTorch checkpoint: {error!s:.200}") from error
    except DAMAGES as error:
        raise WeightsError(f"{path.name}: damaged PyTorch checkpoint: {error!s:.200}") from error


DAMAGES = (
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, struct.error),
    *(RuntimeError, MemoryError),  # nested too deeply, encrypted, or an absurd announced size
)
"""What unpickling and unpacking of arbitrary bytes raise."""


def _read_any(file: BinaryIO) -> object:
    if zipfile.is_zipfile(file):
        return _read_zip(file)
    file.seek(0)
    return _read_stream(file)


def _read_zip(file: BinaryIO) -> object:
    with zipfile.ZipFile(file) as archive:
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise WeightsError(f"wanted an archive with one data.pkl, got {len(pickles)}")
        reader = _Reader(io.BytesIO(_member(archive, pickles[0])), {})
        content: object = reader.load()
        _check_room(reader.storages.values(), file)
        folder = pickles[0].removesuffix("data.pkl") + "data/"
        for key, storage in reader.storages.items():
            storage.fill(_member(archive, folder + key))
    return content


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's bytes; PyTorch never compresses, and what is not compressed is no bomb."""
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise WeightsError(f"wanted an archive without compression, got {name:.80} compressed")
    return archive.read(name)


def _check_room(storages: Collection[_Storage], file: BinaryIO) -> None:
    """Refuse storages larger than their file: members of an archive can lie over each other."""
    wanted, there = sum(storage.room for storage in storages), os.fstat(file.fileno()).st_size
    if wanted > there:
        raise WeightsError(f"tensors need {wanted} bytes, the file has {there}")


def _read_stream(file: BinaryIO) -> object:
    """Magic, protocol, system facts, content, storage keys; then each storage's numbers."""
    storages: dict[str, _Storage] = {}

    def load() -> object:
        return _Reader(file, storages).load()

    if load() != LEGACY_MAGIC:
        raise WeightsError("not a PyTorch checkpoint")
    load()
    load()
    content, keys = load(), load()
    if not isinstance(keys, list) or set(keys) != set(storages):
        raise WeightsError("the checkpoint's list of storages is not that of its tensors")
    _check_room(storages.values(), file)
    for key in keys:
        storage = storages[key]
        size = int.from_bytes(file.read(8), "little", signed=True)
        if size != storage.size:
            raise WeightsError(f"a storage announces {storage.size} elements, holds {size}")
        storage.fill(file.read(storage.room))
    return content


def _as_arrays(content: object) -> dict[str, Any]:
    """The same nest of containers with tensors made arrays."""
    if not isinstance(content, dict):
        raise WeightsError(f"wanted a dictionary, got {type(content).__name__}")
    arrays: dict[str, Any] = _as_array(content, {})
    return arrays


def _as_array(value: object, made: dict[int, Any]) -> Any:  # noqa: ANN401 - any nest
    """A nest's part with tensors made arrays; `made` are parts by id, each made once.

    Few bytes can nest shared parts so that there are 2^n ways through them.
    """
    if isinstance(value, _Tensor):
        return value.array()
    if not isinstance(value, dict | list | tuple):
        return value
    if id(value) not in made:
        made[id(value)] = None  # what holds itself, holds nothing there
        if isinstance(value, dict):
            parts = dict.items(value)
            made[id(value)] = {_name(key): _as_array(part, made) for key, part in parts}
        else:
            made[id(value)] = type(value)(_as_array(part, made) for part in value)
    return made[id(value)]


def _name(key: object) -> str:
    return str(key) if isinstance(key, str | int) else type(key).__name__
