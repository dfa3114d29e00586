"""The networks inside the package have the bytes that they should, and come from where they say."""

import hashlib
import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from diascribe.errors import ModelError, WeightsError
from diascribe.weights import embedded
from diascribe.weights.session import Session

CONVERT = Path(__file__).parents[3] / "tools" / "convert_weights.py"

shipped = pytest.mark.parametrize(
    "network", [embedded.PYANNET, embedded.GE2E], ids=["pyannet", "ge2e"]
)


@shipped
def test_a_shipped_network_has_the_bytes_of_its_digest(network: embedded.Embedded) -> None:
    network.verify()

    assert hashlib.sha256(network.path.read_bytes()).hexdigest() == network.sha256


@shipped
def test_one_changed_bit_is_noticed(network: embedded.Embedded, tmp_path: Path) -> None:
    changed = bytearray(network.path.read_bytes())
    changed[len(changed) // 2] ^= 1
    copy = replace(network, path=tmp_path / "copy.onnx")
    copy.path.write_bytes(changed)

    with pytest.raises(WeightsError, match=f"copy.onnx: wanted sha256 {network.sha256}") as refused:
        copy.verify()

    assert refused.value.hint == "reinstall diascribe"


def test_an_absent_network_is_one_clear_line(tmp_path: Path) -> None:
    absent = replace(embedded.GE2E, path=tmp_path / "absent.onnx")

    with pytest.raises(WeightsError, match=r"^absent\.onnx: cannot be read: No such file"):
        absent.verify()


def test_a_file_that_another_package_owns_only_has_to_be_there(tmp_path: Path) -> None:
    owned = replace(embedded.GE2E, path=tmp_path / "owned.onnx", sha256="")
    owned.path.write_bytes(b"any version")

    owned.verify()


def test_the_same_packages_give_the_same_networks(wheels: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(CONVERT), str(wheels), str(tmp_path)]

    subprocess.run(command, check=True, capture_output=True)

    for network in (embedded.PYANNET, embedded.GE2E):
        assert (tmp_path / network.path.name).read_bytes() == network.path.read_bytes()


def test_the_voice_activity_network_is_found_without_importing_its_package() -> None:
    program = (
        "import sys; from diascribe.weights import embedded; found = embedded.silero(); "
        "found.verify(); print(found.origin, 'faster_whisper' in sys.modules)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert printed.startswith("faster-whisper 1.")
    assert printed.endswith("False\n")


def test_without_its_package_the_voice_activity_network_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(WeightsError, match="faster-whisper package, found none") as refused:
        embedded.silero()

    assert "pip install" in refused.value.hint


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.onnx"
    path.write_bytes(b"no network")

    with pytest.raises(WeightsError, match=r"^noise\.onnx: cannot be opened as a network"):
        Session(path)


def test_input_that_a_network_refuses_is_our_error() -> None:
    session = Session(embedded.GE2E.path)

    with pytest.raises(ModelError, match=r"^ge2e\.onnx: failed while running"):
        session.run({"mel": np.zeros((1, 160, 39), np.float32)})
