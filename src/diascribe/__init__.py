"""Who said what and when: offline, in one engine, from a laptop to a fleet.

from diascribe import load
engine = load()
transcript = engine.transcribe("talk.mp4")
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from diascribe.errors import DiascribeError
from diascribe.span import Span
from diascribe.transcript import Segment, Speaker, Transcript, Turn, Word

if TYPE_CHECKING:  # what `__getattr__` gives has no types otherwise
    from diascribe.api import load
    from diascribe.engine.engine import Engine
    from diascribe.engine.options import Options

__all__ = [
    "DiascribeError",
    "Engine",
    "Options",
    "Segment",
    "Span",
    "Speaker",
    "Transcript",
    "Turn",
    "Word",
    "load",
]

# ONNX Runtime 1.29 and later report every session to its maker, and keep a number for the
# machine on disk, unless this is set when it is first imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - sets what another package reads

_HEAVY = {
    "Engine": "diascribe.engine.engine",
    "Options": "diascribe.engine.options",
    "load": "diascribe.api",
}
"""Names whose modules open decoders and inference runtimes: imported when first asked for,
so that `import diascribe` takes a tenth of a second."""


def __getattr__(name: str) -> object:
    """The public names that are heavy to import (PEP 562)."""
    if name not in _HEAVY:
        raise AttributeError(f"module 'diascribe' has no attribute {name!r}")
    value: object = getattr(import_module(_HEAVY[name]), name)
    return value
