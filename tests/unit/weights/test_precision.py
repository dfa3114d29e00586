"""The gate of faster precisions, and OpenVINO where it is installed."""

import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import encoder_models
import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.errors import MissingExtraError, ModelError, OptionsError, WeightsError
from diascribe.models import pyannet
from diascribe.models.pyannet import PyanNet, open_powerset
from diascribe.models.resnet import open_resnet
from diascribe.protocols import Precision
from diascribe.weights import precision, vino
from diascribe.weights.embedded import PYANNET
from diascribe.weights.network import read_network
from diascribe.weights.precision import (
    LEAST_LIKENESS,
    MOST_CHANGED,
    changed_decisions,
    likeness,
    open_body,
    require_likeness,
    trial_talk,
    trial_windows,
)
from diascribe.weights.session import Session, providers_for
from diascribe.weights.vino import VinoSession, calculates_bfloat16


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    return encoder_models.write(encoder_models.encoder(), folder / "encoder.onnx")


def turned(windows: NDArray[np.float32], *, angle: float = 0.0) -> NDArray[np.float32]:
    """A vector (window, 2) for each window, at a given angle."""
    row = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return np.repeat(row[None], len(windows), axis=0) * (1 + angle)


def test_likeness_is_the_cosine_of_each_window() -> None:
    windows = np.zeros((3, 4), np.float32)

    found = likeness(partial(turned, angle=0.1), turned, windows)

    assert found == pytest.approx([np.cos(0.1)] * 3)


def test_a_precision_that_changes_vectors_is_refused_unless_forced() -> None:
    far, windows = partial(turned, angle=0.05), np.zeros((3, 4), np.float32)

    with pytest.raises(ModelError, match=r"tiny: .* as 0\.9988, wanted 0\.999"):
        require_likeness(far, turned, windows, name="tiny")
    assert require_likeness(far, turned, windows, name="tiny", forced=True) < LEAST_LIKENESS
    assert require_likeness(partial(turned, angle=0.01), turned, windows, name="tiny") > 0.9999


def test_vectors_that_are_no_numbers_are_refused() -> None:
    broken, windows = partial(turned, angle=np.nan), np.zeros((3, 4), np.float32)

    with pytest.raises(ModelError, match=r"tiny: .* as nan, wanted"):
        require_likeness(broken, turned, windows, name="tiny")


def marked(windows: NDArray[np.float32], *, until: int) -> NDArray[np.float32]:
    """Activity (window, 1000 frames, 2): one speaker up to a frame, then the other."""
    activity = np.zeros((len(windows), 1000, 2), np.float32)
    activity[:, :until, 0] = activity[:, until:, 1] = 1
    return activity


def test_changed_decisions_are_a_share_of_speech() -> None:
    exact, windows = partial(marked, until=500), np.zeros((3, 4), np.float32)

    assert changed_decisions(partial(marked, until=503), exact, windows) == pytest.approx(0.003)
    assert changed_decisions(exact, exact, windows) == 0


def test_the_talk_that_segmentations_are_tried_on_has_two_voices_that_overlap() -> None:
    talk = trial_talk(2)

    fifths = np.abs(talk).reshape(2, 5, -1).mean(axis=2)
    assert talk.shape == (2, 10 * SAMPLE_RATE)
    assert (fifths > 0).all()
    assert (fifths[:, 2] > fifths[:, [0, 4]].mean(axis=1)).all()
    assert np.abs(talk).max() < 1


def test_trial_sounds_are_the_same_each_time_and_no_louder_than_full_scale() -> None:
    one, other = trial_windows(2), trial_windows(2)

    assert np.array_equal(one, other)
    assert one.shape == (2, 3 * SAMPLE_RATE)
    assert 0.01 < np.abs(one).max() < 1
    assert not np.array_equal(one[0], one[1])


def test_without_openvino_the_error_names_the_extra(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(vino, "import_module", absent)

    assert not calculates_bfloat16()
    with pytest.raises(MissingExtraError) as caught:
        open_body(path, path.read_bytes(), precision="bfloat16")
    assert "diascribe[openvino]" in caught.value.hint


def test_a_processor_without_bfloat16_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Core:
        def get_property(self, device: str, name: str) -> list[str]:
            assert (device, name) == ("CPU", "OPTIMIZATION_CAPABILITIES")
            return ["FP32", "INT8"]

    monkeypatch.setattr(vino, "_core", Core)

    assert not calculates_bfloat16()
    with pytest.raises(OptionsError, match="does not calculate in bfloat16"):
        open_body(path, path.read_bytes(), precision="bfloat16")


@pytest.mark.parametrize("faster", ["bfloat16", "int8"])
def test_faster_precisions_are_for_processors(path: Path, faster: Precision) -> None:
    with pytest.raises(OptionsError, match=f"{faster} is for processors, and device says cuda"):
        open_body(path, path.read_bytes(), precision=faster, device="cuda")


def test_a_graphics_card_is_refused_where_the_runtime_knows_none() -> None:
    if "CUDAExecutionProvider" in providers_for("auto"):
        pytest.skip("this runtime knows one")

    assert providers_for("auto") == providers_for("cpu")
    with pytest.raises(OptionsError, match="runs on processors only") as caught:
        providers_for("cuda")
    assert "onnxruntime-gpu" in caught.value.hint


@pytest.fixture
def openvino() -> None:
    """OpenVINO, or a loud skip; on the test machine, where nothing may lack, a failure."""
    if find_spec("openvino") is not None:
        return
    reason = "OpenVINO is absent: make openvino installs it"
    if os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def bfloat16(openvino: None) -> None:  # noqa: ARG001 - it is asked before
    """A processor that calculates in bfloat16."""
    if not calculates_bfloat16():
        pytest.skip("this processor does not calculate in bfloat16")


@pytest.mark.usefixtures("openvino")
def test_openvino_says_what_onnx_runtime_says(path: Path) -> None:
    body = read_network(path).until("layer4.2.out").encoded()
    frames = np.random.default_rng(0).normal(0, 3, (2, 100, 80)).astype(np.float32)

    vinos = VinoSession(path.name, body, precision="float32", cores=1)

    session = Session(path, data=body)
    assert (vinos.name, vinos.inputs) == (session.name, session.inputs)
    assert vinos.sizes("feats") == session.sizes("feats") == (None, None, 80)
    (came,), (wanted,) = vinos.run({"feats": frames}), session.run({"feats": frames})
    assert came == pytest.approx(wanted, abs=1e-3)
    with pytest.raises(ModelError, match=r"encoder\.onnx: failed while running"):
        vinos.run({"other": frames})
    with pytest.raises(WeightsError, match=r"text\.onnx: cannot be opened"):
        VinoSession("text.onnx", b"no network", precision="float32", cores=1)


@pytest.mark.usefixtures("openvino")
def test_openvino_writes_nothing_into_the_home_and_asks_nobody(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from diascribe.weights.vino import calculates_bfloat16\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and sys.exit(event))\n"
        "calculates_bfloat16()\n"
        "print('openvino' in sys.modules)"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}  # noqa: TID251 - a child's

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )

    assert ran.stdout.strip() == "True"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("bfloat16")
def test_an_encoder_in_bfloat16_says_so_and_is_as_like_as_the_gate_wants(path: Path) -> None:
    encoder = open_resnet(path, name="tiny", revision="1", precision="bfloat16")

    assert encoder.model.note == "body in bfloat16"


@pytest.mark.usefixtures("bfloat16")
@pytest.mark.parametrize("wanted", ["bfloat16", "int8"])
def test_a_segmentation_in_bfloat16_decides_as_in_float32_or_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: Precision
) -> None:
    path = encoder_models.write(encoder_models.segmentation(), tmp_path / "segmentation.onnx")
    opened = partial(open_powerset, path, name="tiny", revision="1", precision=wanted)

    monkeypatch.setattr(pyannet, "MOST_CHANGED", 1.0)
    assert opened().model.note == "in bfloat16"
    monkeypatch.setattr(pyannet, "MOST_CHANGED", -1.0)
    assert opened().model.note.startswith("in float32, for bfloat16 changes who speaks in 0")


@pytest.mark.usefixtures("bfloat16")
def test_the_embedded_segmentation_in_bfloat16_would_not_pass() -> None:
    body = VinoSession("pyannet", PYANNET.path.read_bytes(), precision="bfloat16", cores=1)
    fast, exact = (PyanNet(one, "test") for one in (body, Session(PYANNET.path)))

    talk = trial_talk().reshape(-1, 5 * SAMPLE_RATE)

    assert changed_decisions(fast.activity, exact.activity, talk) > MOST_CHANGED


def test_an_encoder_in_8_bits_passes_the_gate_or_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encoder_models.write(encoder_models.wide_encoder(), tmp_path / "wide.onnx")
    opened = partial(open_resnet, path, name="wide", revision="1", precision="int8")

    assert opened().model.note == "body in int8"
    monkeypatch.setattr(precision, "LEAST_LIKENESS", 0.9999999)
    with pytest.raises(ModelError, match="wide: vectors in the faster precision"):
        opened()
