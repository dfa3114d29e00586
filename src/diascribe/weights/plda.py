"""Reads PLDA models as they are published: two archives of arrays, or a file for each array."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from diascribe.algorithms.plda import Plda
from diascribe.errors import WeightsError

ARCHIVES = {"xvec_transform.npz": ("mean1", "mean2", "lda"), "plda.npz": ("mu", "tr", "psi")}
"""What is in the archives of pyannote's community-1, beside its networks or in `plda/`."""

FILES = tuple(f"plda_{name}.npy" for names in ARCHIVES.values() for name in names)
"""The same arrays as the files of avencera/speakrs-models."""

LARGEST = 1 << 25
"""Bytes of one array: a model of 2048 dimensions."""

SINGULAR = 1e-12
"""Variances below this share of the largest cannot be told from none."""

Arrays = Mapping[str, NDArray[np.float64]]


def holds_plda(folder: Path) -> bool:
    """Whether a folder has the files of a PLDA model."""
    return _home(folder) is not None


def read_plda(folder: Path) -> Plda:
    """The PLDA model in a folder.

    Raises:
        WeightsError: it is not there, damaged, or its arrays do not fit together.
    """
    home = _home(folder)
    if home is None:
        wanted = " and ".join(ARCHIVES)
        raise WeightsError(
            f"{folder.name}: wanted {wanted}, there or in plda/, or {', '.join(FILES)}"
        )
    arrays = dict(_arrays(home))
    _check_shapes(arrays, home)
    transform = arrays.pop("tr")
    return Plda(**arrays, transform=transform)


def _home(folder: Path) -> Path | None:
    """The folder that the files lie in; null where they do not."""
    places = (folder, folder / "plda")
    for names in (tuple(ARCHIVES), FILES):
        for place in places:
            if all((place / name).is_file() for name in names):
                return place
    return None


def _arrays(home: Path) -> Iterator[tuple[str, NDArray[np.float64]]]:
    if not (home / FILES[0]).is_file():
        for archive, names in ARCHIVES.items():
            yield from _archived(home / archive, names)
        return
    for file in FILES:
        path = home / file
        if path.stat().st_size > LARGEST:
            raise WeightsError(f"{file}: larger than any PLDA model")
        yield file.removeprefix("plda_").removesuffix(".npy"), _parsed(path.read_bytes(), file)


def _archived(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in names:
                entry = archive.getinfo(f"{name}.npy")
                if entry.file_size > LARGEST:
                    raise WeightsError(f"{path.name}: {name} is larger than any PLDA model")
                yield name, _parsed(archive.read(entry), f"{path.name}: {name}")
    except KeyError as error:
        raise WeightsError(f"{path.name}: wanted {', '.join(names)}: {error.args[0]}") from error
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise WeightsError(f"{path.name}: no archive of arrays: {error}") from error


def _parsed(data: bytes, what: str) -> NDArray[np.float64]:
    """An array of numbers, of which nothing is believed but its bytes."""
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_column, dtype = header(stream)
        if dtype.kind != "f":
            raise WeightsError(f"{what}: wanted floating point numbers, found {dtype}")
        flat: NDArray[Any] = np.frombuffer(data, dtype, offset=stream.tell())
        array = flat.reshape(shape, order="F" if by_column else "C").astype(np.float64)
    except ValueError as error:
        raise WeightsError(f"{what}: damaged: {error}") from error
    if not np.isfinite(array).all():
        raise WeightsError(f"{what}: holds numbers that are not finite")
    return array


def _check_shapes(arrays: Arrays, home: Path) -> None:
    """Refuse arrays that do not fit together."""
    lda = arrays["lda"]
    dimension, axes = lda.shape if lda.ndim == 2 else (0, 0)
    wanted = {
        "mean1": (dimension,),
        "mean2": (axes,),
        "mu": (axes,),
        "tr": (axes, axes),
        "psi": (axes,),
    }
    wrong = [
        f"{name} {arrays[name].shape}"
        for name, shape in wanted.items()
        if arrays[name].shape != shape
    ]
    if wrong or not axes:
        raise WeightsError(f"{home.name}: do not fit lda {lda.shape}: {', '.join(wrong)}")
    psi = arrays["psi"]
    if psi.min() <= SINGULAR * psi.max():
        raise WeightsError(f"{home.name}: psi must be above 0: it is a variance between speakers")
