"""The networks that ship with the package, and what they are."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import WeightsError

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Embedded:
    """One network on disk: where it lies and the bytes it must have."""

    path: Path
    sha256: str
    """Empty where another package carries the file and owns its bytes."""
    licence: str
    origin: str

    def verify(self) -> None:
        """Check the file against its digest.

        Raises:
            WeightsError: the file is absent or has other bytes.
        """
        try:
            came = hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError as error:
            raise WeightsError(f"{self.path.name}: cannot be read: {error.strerror}") from error
        if self.sha256 and came != self.sha256:
            raise WeightsError(
                f"{self.path.name}: wanted sha256 {self.sha256}, got {came}",
                hint="reinstall diascribe",
            )


PYANNET = Embedded(
    path=HERE / "pyannet.onnx",
    sha256="effcca450f357078ea4a42b0e5c20e1305f908a60df7efe1c2e4da0bfd3324b6",
    licence="MIT",
    origin="whisperx 3.8.6",
)
GE2E = Embedded(
    path=HERE / "ge2e.onnx",
    sha256="d94d3d6e1fae1bd83252a44d83fbb806e88704eea1e70298d89b3f0da15b9640",
    licence="Apache-2.0",
    origin="Resemblyzer 0.1.4",
)


def silero() -> Embedded:
    """The voice activity network inside the faster-whisper package, found without importing it.

    Raises:
        WeightsError: the package is absent or carries no such file.
    """
    spec = importlib.util.find_spec("faster_whisper")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(path for folder in folders for path in Path(folder).glob("assets/silero_vad*"))
    if not found:
        raise WeightsError(
            "wanted the silero network of the faster-whisper package, found none",
            hint="pip install 'faster-whisper>=1.2.1'",
        )
    version = importlib.metadata.version("faster-whisper")
    return Embedded(path=found[-1], sha256="", licence="MIT", origin=f"faster-whisper {version}")
