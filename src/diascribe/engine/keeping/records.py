"""Findings as bytes and back: frozen dataclasses of numbers, texts and arrays, and nothing else.

The types say what is read, so that a file holds data only and never names what is to be built.
"""

from __future__ import annotations

import io
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import FindingError

T = TypeVar("T")

TREE = "tree"
"""The member of the archive that holds everything but the arrays."""

ARRAY = "array"
"""How the tree names an array: by its place among them."""

Arrays = list[NDArray[Any]]


def dump(value: object) -> bytes:
    """A value as an archive of NumPy's, which holds its tree as JSON and its arrays as they are.

    The same value gives the same bytes.

    Raises:
        TypeError: it holds something that is neither data nor a dataclass of data.
    """
    arrays: Arrays = []
    tree = json.dumps(_plain(value, arrays), ensure_ascii=False).encode()
    members = {f"{ARRAY}{place}": one for place, one in enumerate(arrays)}
    members[TREE] = np.frombuffer(tree, np.uint8)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **members)
    return file.getvalue()


def load(data: bytes, wanted: type[T]) -> T:
    """The value that `dump` made bytes of; sequences come as lists where no tuple is wanted.

    Raises:
        FindingError: the bytes are damaged, or hold something of another type.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            tree = json.loads(archive[TREE].tobytes())
            arrays = [archive[f"{ARRAY}{place}"] for place in range(len(archive.files) - 1)]
        value: T = _typed(tree, wanted, arrays)
    except (BadZipFile, OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
        name = getattr(wanted, "__name__", str(wanted))
        raise FindingError(f"wanted a record of {name}, got other bytes: {error}") from error
    return value


def _plain(value: object, arrays: Arrays) -> Any:  # noqa: ANN401 - JSON
    """A value as JSON has it; arrays go to `arrays`."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.ndarray():
            arrays.append(value)
            return {ARRAY: len(arrays) - 1}
        case np.generic():
            return value.item()
        case Mapping():
            return {_key(name): _plain(one, arrays) for name, one in value.items()}
        case list() | tuple() | Sequence():
            return [_plain(one, arrays) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        given = (one.name for one in fields(value) if one.init)
        return {name: _plain(getattr(value, name), arrays) for name in given}
    raise TypeError(f"wanted data, got {type(value).__name__}")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"wanted a text as key, got {type(name).__name__}")
    return name


def _typed(tree: Any, wanted: Any, arrays: Arrays) -> Any:  # noqa: ANN401 - any type of ours
    """What a tree is, as a value of the wanted type."""
    origin = get_origin(wanted)
    if origin in {Union, types.UnionType}:
        return _chosen(tree, get_args(wanted), arrays)
    if origin is Literal:
        return _among(tree, get_args(wanted))
    if origin is np.ndarray:
        return arrays[tree[ARRAY]]
    if isinstance(wanted, type) and is_dataclass(wanted):
        kinds = _kinds(wanted)
        return wanted(**{name: _typed(one, kinds[name], arrays) for name, one in tree.items()})
    if origin is not None:
        return _many(tree, origin, get_args(wanted), arrays)
    return _scalar(tree, wanted)


def _many(tree: Any, origin: Any, inner: tuple[Any, ...], arrays: Arrays) -> Any:  # noqa: ANN401
    """A collection of values."""
    if issubclass(origin, Mapping):
        return {name: _typed(one, inner[1], arrays) for name, one in tree.items()}
    if not isinstance(tree, list):
        raise TypeError(f"wanted a list, got {type(tree).__name__}")
    if origin is tuple and inner[-1:] != (...,):
        return tuple(_typed(one, kind, arrays) for one, kind in zip(tree, inner, strict=True))
    if not _as_they_are(tree, inner[0]):
        tree = [_typed(one, inner[0], arrays) for one in tree]
    return tuple(tree) if origin is tuple else tree


def _as_they_are(tree: list[Any], wanted: Any) -> bool:  # noqa: ANN401 - any type of ours
    """Whether a list holds texts or nulls as wanted.

    Thousands of names are then not looked at one by one.
    """
    several = get_origin(wanted) in {Union, types.UnionType}
    kinds = set(get_args(wanted)) if several else {wanted}
    return kinds <= {str, type(None)} and set(map(type, tree)) <= kinds


def _chosen(tree: Any, kinds: tuple[Any, ...], arrays: Arrays) -> Any:  # noqa: ANN401
    """A value of the first type that it fits."""
    if tree is None and type(None) in kinds:
        return None
    problems = []
    for kind in kinds:
        try:
            return _typed(tree, kind, arrays)
        except (TypeError, KeyError, ValueError, AttributeError) as problem:
            problems.append(str(problem))
    raise TypeError("; ".join(problems))


def _among(tree: object, allowed: tuple[Any, ...]) -> object:
    if tree not in allowed:
        raise TypeError(f"wanted one of {allowed}, got {tree!r}")
    return tree


def _scalar(tree: object, wanted: type) -> object:
    if wanted is float and isinstance(tree, int) and not isinstance(tree, bool):
        return float(tree)
    if type(tree) is not wanted:
        raise TypeError(f"wanted {wanted.__name__}, got {type(tree).__name__}")
    return tree


@lru_cache(maxsize=256)
def _kinds(record: type) -> Mapping[str, Any]:
    """The type of each field."""
    return get_type_hints(record)
