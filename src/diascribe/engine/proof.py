"""Proof that a runtime or a model works here: `python -m diascribe.engine.proof NAME [STORE]`.

Run in a child process by `diascribe doctor`, so that one that crashes takes nothing along.
Each proof imports its own runtime, so that a broken one fails in no other's name.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import io
import sys
import wave
from collections.abc import Callable, Generator
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from diascribe.audio import SAMPLE_RATE, Audio, Recording
from diascribe.errors import DiascribeError
from diascribe.protocols import Choice, Decoding, Region
from diascribe.transcript import Segment, Word
from diascribe.weights.embedded import GE2E, PYANNET, silero
from diascribe.weights.entry import Entry

T = TypeVar("T")


def _noise() -> Audio:
    """Two seconds of faint noise."""
    random = np.random.default_rng(0)
    return Audio(random.normal(0, 300, (2 * SAMPLE_RATE, 1)).astype(np.int16))


def _finished(steps: Generator[object, None, T]) -> T:
    """The result of steps; the engine's own way would bring all runtimes in."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def _media() -> str:
    from diascribe.media import decode

    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(16000))
    file.seek(0)
    recording: Recording = _finished(decode(file))
    return f"decoded {recording.duration:g} s of {recording.codec}"


def _silero() -> str:
    from diascribe.models.silero import SileroVad
    from diascribe.weights.session import Session

    network = silero()
    vad = SileroVad(Session(network.path), network.origin)
    frames = _finished(vad.probabilities(_noise()))
    return f"{network.origin}: {len(frames)} frames"


def _pyannet() -> str:
    from diascribe.models.pyannet import PyanNet
    from diascribe.weights.session import Session

    PYANNET.verify()
    activity = PyanNet(Session(PYANNET.path), "").activity(np.zeros((1, 80_000), np.float32))
    return f"{PYANNET.origin}, digest right: {activity.shape[1]} frames a window"


def _ge2e() -> str:
    from diascribe.models.ge2e import Ge2eEncoder
    from diascribe.weights.session import Session

    GE2E.verify()
    encoder = Ge2eEncoder(Session(GE2E.path), "")
    windows = _noise().read(0, SAMPLE_RATE)[None]
    vectors = encoder.embed(windows, np.ones((1, 100, 1), np.float32))
    return f"{GE2E.origin}, digest right: vectors of {vectors.shape[2]}"


def _pocketsphinx() -> str:
    from diascribe.models.pocketsphinx.recognizer import PocketsphinxRecognizer
    from diascribe.models.pocketsphinx.workers import Workers

    audio = _noise()
    with Workers(1) as workers:
        recognizer = PocketsphinxRecognizer(workers)
        segments = list(recognizer.recognize(audio, [Region(0.0, audio.duration)], Decoding()))
    return f"pocketsphinx {recognizer.model.revision}: {len(segments)} region decoded"


PROOFS = MappingProxyType(
    {
        "media": _media,
        "silero": _silero,
        "pyannet": _pyannet,
        "ge2e": _ge2e,
        "pocketsphinx": _pocketsphinx,
    }
)
"""Every runtime and model in the package, and what proves it."""


def prove(name: str, root: Path | None = None) -> str:
    """What was shown, in a few words; of a model in a store where its `root` is given.

    Raises:
        DiascribeError: it does not work here.
    """
    if root is not None:
        return _installed(root, name)
    proof: Callable[[], str] = PROOFS[name]
    return proof()


def _installed(root: Path, name: str) -> str:
    """An installed model: its files are right, and it works on noise where this version runs it."""
    from diascribe.weights.store import Store

    found = Store(root).find(name)
    said = f"{found.size / 1e6:.0f} MB, revision {found.revision[:18]}"
    proofs = {
        "whisper": _recognizes,
        "onnx-asr": _recognizes,
        "ctc": _aligns,
        "streaming": _diarizes,
        "pipeline": _diarizes,
        "resnet": _diarizes,
        "pyannet": _segments,
    }
    if found.entry.family not in proofs:
        return f"{said}: files as pulled; this version does not run it"
    return f"{said}: {proofs[found.entry.family](root, found.entry)}"


def _recognizes(root: Path, entry: Entry) -> str:
    from diascribe.engine.shelf import InstalledModels
    from diascribe.models.pocketsphinx.workers import Workers
    from diascribe.weights.store import Store

    audio = _noise()
    with Workers(1) as workers:
        recognizer = InstalledModels(workers, Store(root)).recognizer(Choice(entry.name))
        region = Region(0.0, audio.duration, language=recognizer.languages[0])
        segments = list(recognizer.recognize(audio, [region], Decoding()))
    return f"{len(segments)} region decoded, {len(recognizer.languages)} languages"


def _segments(root: Path, entry: Entry) -> str:
    from diascribe.models.pyannet import open_powerset
    from diascribe.weights.pipelines import segmentation_in

    network = open_powerset(segmentation_in(root / entry.name), name=entry.name, revision="")
    return f"{network.frames} frames a window"


def _aligns(root: Path, entry: Entry) -> str:
    from diascribe.engine.shelf import InstalledModels
    from diascribe.models.pocketsphinx.workers import Workers
    from diascribe.weights.store import Store

    (language,) = entry.languages
    word = Word(0.0, 1.0, text="a", timing="recognizer")
    segment = Segment(0.0, 2.0, text="a", language=language, words=(word,))
    with Workers(1) as workers:
        aligner = InstalledModels(workers, Store(root)).aligners(language)[0]
        segments = list(aligner.align(_noise(), [segment]))
    return f"{len(segments)} segment aligned"


def _diarizes(root: Path, entry: Entry) -> str:
    from diascribe.engine.shelf import InstalledModels
    from diascribe.models.pocketsphinx.workers import Workers
    from diascribe.protocols import SpeechThresholds
    from diascribe.weights.store import Store

    with Workers(1) as workers:
        diarizer = InstalledModels(workers, Store(root)).diarizer(Choice(entry.name))
        _finished(diarizer.prepare(_noise(), SpeechThresholds()))
    most = diarizer.most_speakers
    return f"2 s heard, {f'at most {most}' if most else 'any number of'} speakers"


if __name__ == "__main__":
    try:
        root = Path(sys.argv[2]) if len(sys.argv) > 2 else None
        print(prove(sys.argv[1], root))  # noqa: T201 - the parent reads it
    except DiascribeError as error:
        sys.exit(f"{error.code}: {error}")
