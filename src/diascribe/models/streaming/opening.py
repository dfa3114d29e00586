"""Opens the published exports of streaming diarizers out of their folders.

A single network that NeMo exported itself, as the parakeet-rs project publishes Sortformer; or
`embed.onnx` and `step.onnx` beside the learnt silence and mel filters, as Nemotron 3 is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Schedule, SpeakerCache
from diascribe.algorithms.aosc_keep import Keeping
from diascribe.algorithms.logmel import FFT_SIZE, MELS, LogMel
from diascribe.errors import WeightsError
from diascribe.models.streaming.diarizer import StreamingDiarizer
from diascribe.models.streaming.listening import StreamingListener
from diascribe.models.streaming.networks import Nemotron, Network, Sortformer
from diascribe.models.streaming.published import (
    NEMOTRON,
    NEMOTRON_KEEPING,
    SORTFORMER,
    SORTFORMER_KEEPING,
    TOKEN_S,
)
from diascribe.transcript import Model
from diascribe.weights.session import Device, Session

EMBED = "embed.onnx"
STEPS = ("step.onnx", "step_int8.onnx")
SILENCE, FILTERS = "silence_embeds.bin", "mel_filters.bin"


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What a folder holds."""

    network: Network
    features: LogMel
    keeping: Keeping
    schedules: tuple[Schedule, ...]
    """Those that its makers run it with, the longest latency and fewest errors first."""

    def listener(self, schedule: Schedule) -> StreamingListener:
        """Hears recordings with a schedule."""
        return StreamingListener(self.network, self.features, SpeakerCache(schedule, self.keeping))


def open_streaming(
    *, path: Path, name: str, revision: str, device: Device = "cpu", cores: int
) -> StreamingDiarizer:
    """The diarizer of a folder, for whole recordings; each step uses so many cores.

    Raises:
        WeightsError: a file is absent, damaged or of another kind of model.
        OptionsError: this machine has no such device.
    """
    export = open_export(path, device=device, cores=cores)
    return StreamingDiarizer(
        export.listener(export.schedules[0]),
        Model("diarization", name, revision),
        most_speakers=export.network.speakers,
        frame_s=TOKEN_S / export.network.frames,
    )


def open_export(path: Path, *, device: Device = "cpu", cores: int) -> Export:
    """The networks of a folder, and how they are run.

    Raises:
        WeightsError: as `open_streaming`.
        OptionsError: as `open_streaming`.
    """
    if (path / EMBED).is_file():
        network, features = _open_nemotron(path, device, cores)
        export = Export(network, features, NEMOTRON_KEEPING, NEMOTRON)
    else:
        session = Session(_only_network(path), device=device, cores=cores)
        export = Export(Sortformer(session), LogMel(), SORTFORMER_KEEPING, SORTFORMER)
    _check_speakers(export, path)
    return export


def _open_nemotron(path: Path, device: Device, cores: int) -> tuple[Nemotron, LogMel]:
    step = next((path / one for one in STEPS if (path / one).is_file()), None)
    if step is None:
        raise WeightsError(
            f"{path.name}: wanted {' or '.join(STEPS)} beside {EMBED}, found neither"
        )
    filters = _numbers(path / FILTERS, MELS * (FFT_SIZE // 2 + 1)).reshape(MELS, -1)
    embed, steps = Session(path / EMBED, device=device), Session(step, device=device, cores=cores)
    network = Nemotron(embed, steps, _numbers(path / SILENCE))
    return network, LogMel(np.ascontiguousarray(filters.T))


def _only_network(path: Path) -> Path:
    """The one network of a folder."""
    found = sorted(path.glob("*.onnx"))
    if len(found) != 1:
        raise WeightsError(
            f"{path.name}: wanted one network, or {EMBED} beside {' or '.join(STEPS)},"
            f" found {', '.join(one.name for one in found) or 'none'}"
        )
    return found[0]


def _numbers(path: Path, count: int | None = None) -> NDArray[np.float32]:
    """The numbers (number,) of a file that holds nothing else; of so many, where that is known."""
    try:
        found = np.fromfile(path, "<f4")
    except OSError as error:
        raise WeightsError(f"{path.parent.name}/{path.name}: cannot be read: {error}") from error
    wanted = "numbers" if count is None else f"{count} numbers"
    whole = len(found) * 4 == path.stat().st_size and np.isfinite(found).all()
    if not len(found) or not whole or count not in {None, len(found)}:
        raise WeightsError(
            f"{path.parent.name}/{path.name}: wanted {wanted} of 32 bits, got"
            f" {path.stat().st_size} bytes"
        )
    return found.astype(np.float32, copy=False)


def _check_speakers(export: Export, path: Path) -> None:
    if export.network.speakers != export.keeping.speakers:
        raise WeightsError(
            f"{path.name}: wanted a network that tells {export.keeping.speakers} speakers apart,"
            f" got one for {export.network.speakers}"
        )
