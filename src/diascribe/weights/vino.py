"""Networks in OpenVINO, the extra `openvino`: bfloat16 on processors that calculate in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import MissingExtraError, ModelError, OptionsError, WeightsError

VinoPrecision = Literal["float32", "bfloat16"]
TELEMETRY = "openvino_telemetry"
HINTS: Mapping[VinoPrecision, str] = {"float32": "f32", "bfloat16": "bf16"}


class VinoSession:
    """An open network in OpenVINO. One instance serves all threads; each call uses one core."""

    def __init__(self, name: str, data: bytes, *, precision: VinoPrecision, cores: int) -> None:
        """The network `data` of an ONNX file, for calls of so many threads side by side.

        Raises:
            MissingExtraError: OpenVINO is not installed.
            OptionsError: this processor does not calculate in that precision.
            WeightsError: it cannot be opened as a network.
        """
        core = _core()
        if precision == "bfloat16":
            _require_bfloat16(core)
        settings = {
            "INFERENCE_PRECISION_HINT": HINTS[precision],
            "NUM_STREAMS": str(cores),
            "INFERENCE_NUM_THREADS": str(cores),
        }
        try:
            self._model = core.compile_model(core.read_model(data), "CPU", settings)
        except Exception as error:  # the runtime raises bare classes of its own
            raise WeightsError(f"{name}: cannot be opened as a network: {error}") from error
        self.name = name
        self.inputs = tuple(one.get_any_name() for one in self._model.inputs)

    def sizes(self, name: str) -> tuple[int | None, ...]:
        """The sizes of an input's axes; null where any will do."""
        sizes = self._model.input(name).get_partial_shape()
        if sizes.rank.is_dynamic:
            return ()
        return tuple(None if one.is_dynamic else int(one.get_length()) for one in sizes)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs in the network's own order.

        Raises:
            ModelError: the runtime refused the input or ran out of memory.
        """
        try:
            request = self._model.create_infer_request()
            results = request.infer(dict(inputs))
            return [np.array(results[one]) for one in self._model.outputs]
        except Exception as error:  # the runtime raises bare classes of its own
            raise ModelError(f"{self.name}: failed while running: {error}") from error


def has_openvino() -> bool:
    """Whether it is installed."""
    try:
        _core()
    except MissingExtraError:
        return False
    return True


def calculates_bfloat16() -> bool:
    """Whether it is installed and this processor calculates in bfloat16.

    Elsewhere that would be emulated, more slowly than float32.
    """
    return has_openvino() and "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _require_bfloat16(core: Any) -> None:  # noqa: ANN401 - openvino's own class
    known = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if "BF16" not in known:
        raise OptionsError(
            ("diarization_precision: this processor does not calculate in bfloat16: wanted auto",)
        )


def _core() -> Any:  # noqa: ANN401 - openvino's own class
    # Its telemetry leaves a number in the user's home as soon as it is imported, and is left out.
    sys.modules.setdefault(TELEMETRY, None)  # type: ignore[arg-type]  # as import's own notes say
    try:
        openvino = import_module("openvino")
    except ImportError as error:
        raise MissingExtraError(
            "bfloat16 on processors needs OpenVINO, which is not installed",
            hint="pip install 'diascribe[openvino]'",
        ) from error
    return openvino.Core()
