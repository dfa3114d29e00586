"""A segmentation that somebody brings is read without running anything in it."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from diascribe.errors import WeightsError
from diascribe.weights.embedded import PYANNET
from diascribe.weights.network import parse_network, read_network
from diascribe.weights.segmentation import network_of


@pytest.fixture
def checkpoint(wheels: Path, tmp_path: Path) -> Path:
    """The file that WhisperX's own voice activity detector comes as."""
    path = tmp_path / "whisperx-vad-segmentation.bin"
    with zipfile.ZipFile(wheels / "whisperx-3.8.6-py3-none-any.whl") as wheel:
        path.write_bytes(wheel.read("whisperx/assets/pytorch_model.bin"))
    return path


def test_the_file_of_whisperx_gives_the_network_that_ships(checkpoint: Path) -> None:
    """The embedded one was drawn from the same file, by the onnx package."""
    data, told = network_of(checkpoint)

    came, shipped = parse_network(data), read_network(PYANNET.path)
    for name in shipped.tensors:
        np.testing.assert_array_equal(came.values(name), shipped.values(name))
    assert told == "whisperx-vad-segmentation.bin, sha256 0b5b3216d60a"


class Hostile:
    """Runs a command where somebody unpickles it in earnest."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


def test_a_hostile_file_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    place = tmp_path / "was-here"
    path = tmp_path / "network.bin"
    path.write_bytes(pickle.dumps({"state_dict": Hostile(place)}))

    with pytest.raises(WeightsError):
        network_of(path)

    assert not place.exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        network_of(tmp_path / "absent.bin")


def test_another_network_is_refused(wheels: Path, tmp_path: Path) -> None:
    path = tmp_path / "voice-encoder.pt"
    with zipfile.ZipFile(wheels / "Resemblyzer-0.1.4-py3-none-any.whl") as wheel:
        path.write_bytes(wheel.read("resemblyzer/pretrained.pt"))

    with pytest.raises(WeightsError, match=r"voice-encoder\.pt: "):
        network_of(path)
