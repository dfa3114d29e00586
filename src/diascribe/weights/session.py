"""The one place that opens inference sessions, and says how those of other packages run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from diascribe.errors import ModelError, OptionsError, WeightsError

onnxruntime.disable_telemetry_events()  # for programs that imported it before `diascribe`


Device = Literal["auto", "cpu", "cuda"]
CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"


class Runner(Protocol):
    """An open network, whichever runtime runs it. One instance serves all threads."""

    @property
    def name(self) -> str:
        """Its file's name."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """What it takes, in its own order."""
        ...

    def sizes(self, name: str) -> tuple[int | None, ...]:
        """The sizes of an input's axes; null where any will do."""
        ...

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs in the network's own order.

        Raises:
            ModelError: the runtime refused the input or ran out of memory.
        """
        ...


def on_cores(cores: int = 1) -> onnxruntime.SessionOptions:
    """How sessions run, those of other packages too: a call on so many cores, nothing printed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors come back as exceptions
    options.enable_cpu_mem_arena = False  # an arena never shrinks after one long batch
    return options


def providers_for(device: Device) -> list[str]:
    """What runs the operations: the first that knows one.

    Raises:
        OptionsError: a graphics card is wanted, and the runtime that is installed knows none.
    """
    has_cuda = CUDA in onnxruntime.get_available_providers()
    if device == "cuda" and not has_cuda:
        raise OptionsError(
            ("device: the ONNX Runtime that is installed runs on processors only: wanted cpu",),
            hint="pip install onnxruntime-gpu in place of onnxruntime",
        )
    return [CUDA, CPU] if has_cuda and device != "cpu" else [CPU]


class Session:
    """An open network. One instance serves all threads; each call uses one core.

    Calls side by side on several threads are as fast as one call on several cores
    (benchmarks/results/choices.jsonl) and keep the cores busy between calls too, so
    parallelism is the caller's. Only where each call needs what the one before gave are
    more `cores` to be given to it.
    """

    def __init__(
        self, path: Path, *, cores: int = 1, device: Device = "cpu", data: bytes | None = None
    ) -> None:
        """The network of a file, or `data`, which was made out of it."""
        source, providers = str(path) if data is None else data, providers_for(device)
        try:
            self._session = onnxruntime.InferenceSession(
                source, on_cores(cores), providers=providers
            )
        except Exception as error:  # the runtime raises bare classes of its own
            raise WeightsError(f"{path.name}: cannot be opened as a network: {error}") from error
        self.name = path.name
        self.inputs = tuple(one.name for one in self._session.get_inputs())
        self.outputs = tuple(one.name for one in self._session.get_outputs())

    def sizes(self, name: str) -> tuple[int | None, ...]:
        """The sizes of an input's axes; null where any will do."""
        (one,) = (one for one in self._session.get_inputs() if one.name == name)
        return tuple(size if isinstance(size, int) else None for size in one.shape)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs in the network's own order.

        Raises:
            ModelError: the runtime refused the input or ran out of memory.
        """
        try:
            outputs: list[NDArray[np.float32]] = self._session.run(None, dict(inputs))
        except Exception as error:  # the runtime raises bare classes of its own
            raise ModelError(f"{self.name}: failed while running: {error}") from error
        return outputs
