"""Where models are opened and joined: the one place that knows which there are."""

from __future__ import annotations

from pathlib import Path

from diascribe.engine.engine import Engine
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.shelf import NOTHING, InstalledModels
from diascribe.models.ge2e import Ge2eEncoder
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.models.pyannet import PyanNet
from diascribe.models.segmented_vad import SegmentedVad
from diascribe.models.silero import SileroVad
from diascribe.models.windowed import RulesFinder, WindowedDiarizer, WindowListener
from diascribe.storage.fetching import Fetcher
from diascribe.weights.embedded import GE2E, PYANNET, Embedded, silero
from diascribe.weights.segmentation import network_of
from diascribe.weights.session import Session
from diascribe.weights.store import Store

STEP_S = 2.5
"""Half the segmentation's window: every instant is heard twice. Hearing it four times takes
nearly twice as long for 0.7 points less error (benchmarks/results/choices.jsonl)."""

GUARDED = Fetcher()
"""Fetches samples from the internet and from files; private networks are refused."""

MOST_RECOGNIZERS = 4
"""Children of the recognizer, however many cores there are. Each keeps 170 MB, so that one a
core would take 2.7 GB on sixteen (docs/decisions/0013)."""


def load_engine(*, cores: int, store: Store = NOTHING, fetcher: Fetcher = GUARDED) -> Engine:
    """The engine on the models in the package and in a store, using `cores` processor cores.

    Samples of voices come through `fetcher`.

    Raises:
        WeightsError: a model file is absent or cannot be opened.
    """
    vad, workers = open_vad(), Workers(min(cores, MOST_RECOGNIZERS))
    encoder = open_encoder()
    diarizer = open_diarizer(vad, encoder, cores=cores)
    return Engine(
        vad=vad,
        shelf=InstalledModels(workers, store, cores),
        diarizer=diarizer,
        enroller=Enroller(
            vad=vad, diarizer=diarizer, encoder=encoder.at_one_level(), fetcher=fetcher
        ),
        close=workers.close,
    )


def open_vad() -> SileroVad:
    """The voice activity detector of the faster-whisper package."""
    network = silero()
    return SileroVad(Session(network.path), network.origin)


def open_brought_vad(path: Path) -> SegmentedVad:
    """A voice activity detector on the segmentation of a PyTorch checkpoint.

    Raises:
        WeightsError: the file cannot be read, or is no such segmentation.
    """
    data, told = network_of(path)
    return SegmentedVad(PyanNet(Session(path, data=data), told))


def open_encoder() -> Ge2eEncoder:
    """The voice encoder of the Resemblyzer package.

    Raises:
        WeightsError: its file is absent or has other bytes than it shipped with.
    """
    GE2E.verify()
    return Ge2eEncoder(Session(GE2E.path), revision(GE2E))


def open_diarizer(
    vad: SileroVad, encoder: Ge2eEncoder | None = None, *, cores: int, step_s: float = STEP_S
) -> WindowedDiarizer:
    """The diarizer on the embedded networks, with a window every `step_s` seconds.

    Null opens an encoder of its own.

    Raises:
        WeightsError: a network's file is absent or has other bytes than it shipped with.
    """
    PYANNET.verify()
    encoder = encoder or open_encoder()
    hearing = WindowListener(
        vad=vad,
        segmenter=PyanNet(Session(PYANNET.path), revision(PYANNET)),
        encoder=encoder,
        step_s=step_s,
        threads=cores,
    )
    return WindowedDiarizer(hearing, RulesFinder(encoder.calibration))


def revision(embedded: Embedded) -> str:
    """Where a network came from and the start of its digest."""
    return f"{embedded.origin}, sha256 {embedded.sha256[:12]}"
