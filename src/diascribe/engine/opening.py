"""How models are opened, each family by its own package, and each model once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from diascribe.audio import Audio
from diascribe.protocols import Aligner, Diarizer, Recognizer
from diascribe.transcript import Model, Segment


def whisper(**given: Any) -> Recognizer:  # noqa: ANN401 - see `open_whisper`
    """A Whisper out of its folder; its runtime is imported only now."""
    from diascribe.models.whisper import open_whisper  # noqa: PLC0415

    recognizer: Recognizer = open_whisper(**given)
    return recognizer


def onnx_asr(**given: Any) -> Recognizer:  # noqa: ANN401 - see `open_onnx_asr`
    """A Parakeet or another of its family out of its folder; its runtime is imported only now."""
    from diascribe.models.onnxasr import open_onnx_asr  # noqa: PLC0415

    return open_onnx_asr(**given)


def ctc(**given: Any) -> Aligner:  # noqa: ANN401 - see `open_ctc`
    """A CTC aligner out of its folder; its runtime is imported only now."""
    from diascribe.models.ctc import open_ctc  # noqa: PLC0415

    return open_ctc(**given)


def streaming(**given: Any) -> Diarizer[Any]:  # noqa: ANN401 - see `open_streaming`
    """A streaming diarizer out of its folder; its runtime is imported only now."""
    from diascribe.models.streaming import open_streaming  # noqa: PLC0415

    return open_streaming(**given)


@dataclass(frozen=True, slots=True)
class Openers:
    """What opens a folder, by family."""

    whisper: Callable[..., Recognizer] = whisper
    onnx_asr: Callable[..., Recognizer] = onnx_asr
    ctc: Callable[..., Aligner] = ctc
    streaming: Callable[..., Diarizer[Any]] = streaming


MOST_OPEN = 4
"""Models kept open: a recognizer and the aligners of three languages. Chosen by hand: large ones
take gigabytes each, and opening one takes seconds."""


@dataclass(slots=True)
class _Door:
    """Whoever opens for a key has it locked; it is there as long as somebody wants through."""

    lock: Lock = field(default_factory=Lock)
    wanted: int = 0


class Opened:
    """What was opened, by what it was opened for: once, whoever asks, and kept while it is used.

    The one that nobody has asked for the longest makes room for another; whoever works with it
    keeps it until that is done. Who asks for one waits while that one is opened, and for no other.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        """Of the two below; nothing is opened under it."""
        self._models: dict[Hashable, Any] = {}
        """The last asked for last."""
        self._doors: dict[Hashable, _Door] = {}

    def get(self, key: Hashable, opener: Callable[[], Any]) -> Any:  # noqa: ANN401 - any model
        """What was opened for the key; opened now if nobody has yet."""
        with self._alone(key):
            with self._lock:
                if key in self._models:
                    self._models[key] = self._models.pop(key)
                    return self._models[key]
                self._keep(MOST_OPEN - 1)
            model = opener()
            with self._lock:
                self._keep(MOST_OPEN - 1)
                self._models[key] = model
            return model

    def _keep(self, most: int) -> None:
        """Let go of those that nobody has asked for the longest."""
        while len(self._models) > most:
            del self._models[next(iter(self._models))]

    @contextmanager
    def _alone(self, key: Hashable) -> Iterator[None]:
        """Nobody else opens anything for the key meanwhile."""
        with self._lock:
            door = self._doors.setdefault(key, _Door())
            door.wanted += 1
        try:
            with door.lock:
                yield
        finally:
            with self._lock:
                door.wanted -= 1
                if not door.wanted:
                    del self._doors[key]


@dataclass(frozen=True, slots=True)
class LateAligner:
    """An aligner that is opened when it is wanted: one that is damaged fails by itself then."""

    languages: tuple[str, ...]
    open: Callable[[], Aligner] = field(repr=False)

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        return self.open().model

    @property
    def longest_s(self) -> float | None:
        """Seconds of the longest segment that it aligns well; null where any length will do."""
        return self.open().longest_s

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        """The same segments in the same order, their words timed anew."""
        yield from self.open().align(audio, segments)
