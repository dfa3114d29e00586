"""PLDA models as files: both published layouts, and what is no such model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.errors import WeightsError
from diascribe.weights.plda import holds_plda, read_plda

TRANSFORM, MODEL = ("mean1", "mean2", "lda"), ("mu", "tr", "psi")


def arrays(dtype: type = np.float64) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "mean1": (6,),
        "mean2": (3,),
        "lda": (6, 3),
        "mu": (3,),
        "tr": (3, 3),
        "psi": (3,),
    }
    return {name: (random.random(shape) + 0.1).astype(dtype) for name, shape in shapes.items()}


def write_archives(folder: Path, given: Mapping[str, NDArray[Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "xvec_transform.npz", **{one: given[one] for one in TRANSFORM})  # type: ignore[arg-type]  # numpy types `allow_pickle` among them
    np.savez(folder / "plda.npz", **{one: given[one] for one in MODEL})  # type: ignore[arg-type]  # as above
    return folder


def write_files(folder: Path, given: Mapping[str, NDArray[Any]]) -> Path:
    for name, array in given.items():
        np.save(folder / f"plda_{name}.npy", array)
    return folder


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", ["community-1", "archives", "files"])
def test_every_published_layout_is_read(tmp_path: Path, layout: str, dtype: type) -> None:
    given = arrays(dtype)
    if layout == "files":
        write_files(tmp_path, given)
    else:
        write_archives(tmp_path / "plda" if layout == "community-1" else tmp_path, given)

    plda = read_plda(tmp_path)

    assert holds_plda(tmp_path)
    read = {**{name: getattr(plda, name) for name in given if name != "tr"}, "tr": plda.transform}
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == np.float64


def test_arrays_by_column_are_read_as_they_are(tmp_path: Path) -> None:
    given = arrays()
    write_files(tmp_path, {**given, "lda": np.asfortranarray(given["lda"])})

    np.testing.assert_array_equal(read_plda(tmp_path).lda, given["lda"])


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "plda.npz", mu=np.zeros(3))

    assert not holds_plda(tmp_path)
    with pytest.raises(WeightsError, match=r"wanted xvec_transform\.npz and plda\.npz"):
        read_plda(tmp_path)


def test_an_array_that_is_missing_is_named(tmp_path: Path) -> None:
    write_archives(tmp_path, arrays())
    np.savez(tmp_path / "plda.npz", mu=np.zeros(3), tr=np.eye(3))

    with pytest.raises(WeightsError, match=r"plda\.npz: wanted mu, tr, psi.*psi"):
        read_plda(tmp_path)


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("mu", np.zeros(4), r"do not fit lda \(6, 3\): mu \(4,\)"),
        ("lda", np.zeros(6), "do not fit lda"),
        ("tr", np.full((3, 3), np.nan), "not finite"),
        ("psi", np.array([1.0, 0.0, 2.0]), "psi must be above 0"),
        ("mean1", np.zeros(6, np.int64), "wanted floating point numbers"),
        ("mean1", np.array([{}] * 6, object), "wanted floating point numbers"),
    ],
)
def test_arrays_that_make_no_model_are_refused(
    tmp_path: Path, name: str, wrong: NDArray[Any], message: str
) -> None:
    write_archives(tmp_path, {**arrays(), name: wrong})

    with pytest.raises(WeightsError, match=message):
        read_plda(tmp_path)


@pytest.mark.parametrize("kept", [0, 10, 90, -20])
def test_damaged_files_are_refused(tmp_path: Path, kept: int) -> None:
    write_files(tmp_path, arrays())
    path = tmp_path / "plda_lda.npy"
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(WeightsError, match="plda_lda"):
        read_plda(tmp_path)


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    write_archives(tmp_path, arrays())
    path = tmp_path / "plda.npz"
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(WeightsError, match=r"plda\.npz"):
        read_plda(tmp_path)


def test_a_file_that_claims_more_than_it_holds_takes_no_memory(tmp_path: Path) -> None:
    write_files(tmp_path, arrays())
    path = tmp_path / "plda_lda.npy"
    path.write_bytes(path.read_bytes().replace(b"(6, 3)", b"(9999999999, 9999)"))

    with pytest.raises(WeightsError, match="plda_lda"):
        read_plda(tmp_path)
