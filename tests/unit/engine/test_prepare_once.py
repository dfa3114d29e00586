"""A diarizer's networks run once; how many speakers are wanted may be asked again and again."""

from collections.abc import Generator
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from fakes import FakeEncoder, FakeSegmenter, FakeVad, tone
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.models.windowed import RulesFinder, WindowedDiarizer, WindowListener
from diascribe.protocols import Clustering, SpeakerCount, SpeechThresholds


@dataclass
class Calls:
    """How often networks ran."""

    lock: Lock = field(default_factory=Lock)
    count: int = 0

    def add(self) -> None:
        with self.lock:
            self.count += 1


@dataclass(frozen=True)
class CountedVad(FakeVad):
    calls: Calls = field(default_factory=Calls)

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        self.calls.add()
        return (yield from super().probabilities(audio))


@dataclass(frozen=True)
class CountedSegmenter(FakeSegmenter):
    calls: Calls = field(default_factory=Calls)

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        self.calls.add()
        return super().activity(windows)


@dataclass(frozen=True)
class CountedEncoder(FakeEncoder):
    calls: Calls = field(default_factory=Calls)

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        self.calls.add()
        return super().embed(windows, masks)


def test_another_speaker_count_runs_no_network_again_and_gives_the_same_as_one_run() -> None:
    calls = Calls()
    encoder = CountedEncoder(calls=calls)
    hearing = WindowListener(
        vad=CountedVad(calls=calls),
        segmenter=CountedSegmenter(calls=calls),
        encoder=encoder,
        step_s=2.5,
        threads=2,
    )
    diarizer = WindowedDiarizer(hearing, RulesFinder(encoder.calibration))
    levels = [(10, 0.02), (10, 0.1), (10, 0.5)]
    audio = Audio(np.concatenate([tone(duration, level) for duration, level in levels]))
    wishes = [Clustering(speakers=SpeakerCount(exact=count)) for count in (1, 2, 3)]
    wishes.append(Clustering())

    prepared = finish_seconds(diarizer.prepare(audio, SpeechThresholds()))
    once = calls.count
    found = [diarizer.cluster(prepared, wish) for wish in wishes]

    assert once > 0
    assert calls.count == once
    assert [len(one.voices) for one in found[:3]] == [1, 2, 3]
    for wish, one in zip(wishes, found, strict=True):
        anew = finish_seconds(diarizer.prepare(audio, SpeechThresholds()))
        again = diarizer.cluster(anew, wish)
        assert (again.turns, again.exclusive) == (one.turns, one.exclusive)
        assert again.voices.keys() == one.voices.keys()
        assert all((again.voices[who] == one.voices[who]).all() for who in one.voices)
