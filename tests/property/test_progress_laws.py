"""Whatever a recording holds and a model gets wrong, no stage's progress goes back."""

import io
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from fakes import (
    FakeAligner,
    FakeDetector,
    FakeDiarizer,
    FakeShelf,
    FakeVad,
    TroubledRecognizer,
    fake_model,
    silence,
    tone,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.api import load
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.beside import Progress
from diascribe.engine.engine import Engine
from diascribe.errors import ModelError
from diascribe.protocols import Aligner, Decoding, Diarizer, LanguageDetector, Region
from diascribe.transcript import Segment

ENGLISH, GERMAN = 0.1, 0.4
"""Levels that the fake detector takes for these languages."""

LANGUAGES = ("en", "de")

STAGES = {
    "decoding",
    "activity",
    "language",
    "recognition",
    "repair",
    "alignment",
    "diarization",
}


@dataclass(frozen=True)
class Stepping(TroubledRecognizer):
    """Can be stopped before each of its segments."""

    languages: tuple[str, ...] = LANGUAGES
    detector: LanguageDetector | None = field(default_factory=FakeDetector)

    def recognize_stepwise(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        for one in self.recognize(audio, regions, decoding):
            yield None
            yield one


@dataclass(frozen=True)
class Tiring(FakeAligner):
    """Gives up after some segments."""

    patience: int = 100

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        yield from super().align(audio, segments[: self.patience])
        if len(segments) > self.patience:
            raise ModelError("tired")


@dataclass(frozen=True)
class Shelf(FakeShelf):
    """Several aligners, each for some languages."""

    several: tuple[FakeAligner, ...] = ()

    def aligners(self, language: str) -> Sequence[Aligner]:
        return [one for one in self.several if language in one.languages]


limits = st.sampled_from([0.0, 8.0, np.inf])
recognizers = st.builds(
    Stepping,
    loops_above_s=limits,
    deaf_above_s=limits,
    doubts_above_s=limits,
    phantom=st.sampled_from(["", "Thank you.", "He said so himself."]),
    asked=st.builds(list),
)
aligners = st.lists(
    st.builds(
        Tiring,
        model=st.sampled_from([fake_model("one"), fake_model("other")]),
        languages=st.sampled_from([("en",), ("de",), LANGUAGES]),
        longest_s=st.sampled_from([None, 2.0, 10.0]),
        patience=st.sampled_from([0, 1, 3, 100]),
    ),
    max_size=3,
).map(tuple)
lengths = st.sampled_from([0.5, 3.0, 12.0, 25.0])
parts = st.one_of(
    st.builds(tone, lengths, st.sampled_from([ENGLISH, GERMAN])), st.builds(silence, lengths)
)
recordings = st.lists(parts, min_size=1, max_size=7)
wanted = st.fixed_dictionaries(
    {"align_output": st.booleans()},
    optional={"code_switching": st.booleans(), "language": st.sampled_from(LANGUAGES)},
).filter(lambda options: not (options.get("code_switching") and "language" in options))


def progress(
    recognizer: Stepping,
    several: tuple[FakeAligner, ...],
    samples: Sequence[NDArray[np.int16]],
    options: dict[str, Any],
    diarizer: Diarizer[float] | None = None,
) -> dict[str, list[Progress]]:
    """What every stage of a transcription tells, in its order."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(np.concatenate(samples).tobytes())
    file.seek(0)
    engine = Engine(
        vad=FakeVad(), shelf=Shelf(recognizer, several=several), diarizer=diarizer or FakeDiarizer()
    )
    told: dict[str, list[Progress]] = {}
    engine.transcribe(
        file, on_progress=lambda one: told.setdefault(one.stage, []).append(one), **options
    )
    return told


def check_rising(told: dict[str, list[Progress]], duration: float) -> None:
    for stage, steps in told.items():
        done = [one.done for one in steps]
        assert done == sorted(done), stage
        assert 0 <= done[0] <= done[-1] <= duration + 1e-6, stage
        if stage != "decoding":
            assert {one.total for one in steps} == {duration}, stage


@settings(max_examples=100, deadline=None)
@given(recognizers, aligners, recordings, wanted)
@example(  # the first aligner gets through two of four segments, and the next begins anew
    Stepping(),
    (Tiring(patience=2), FakeAligner(languages=LANGUAGES)),
    [tone(12, ENGLISH), silence(8)] * 4,
    {"language": "en", "align_output": True},
)
@example(
    Stepping(deaf_above_s=8.0),
    (Tiring(patience=1), FakeAligner(languages=LANGUAGES)),
    [tone(12, ENGLISH), silence(3), tone(12, GERMAN), silence(3), tone(12, ENGLISH)],
    {"code_switching": True, "align_output": True},
)
def test_no_stage_of_a_transcription_goes_back(
    recognizer: Stepping,
    several: tuple[FakeAligner, ...],
    samples: list[NDArray[np.int16]],
    options: dict[str, bool | str],
) -> None:
    told = progress(recognizer, several, samples, options)

    assert {"activity", "diarization"} <= told.keys() <= STAGES
    check_rising(told, sum(map(len, samples)) / SAMPLE_RATE)


def test_neither_does_the_embedded_diarizer_beside_it() -> None:
    samples = [tone(12, ENGLISH), silence(3), tone(12, GERMAN), silence(3), tone(12, ENGLISH)]

    with load(cores=1) as embedded:
        told = progress(
            Stepping(doubts_above_s=8.0),
            (FakeAligner(languages=LANGUAGES),),
            samples,
            {"code_switching": True, "align_output": True},
            embedded.diarizer,
        )

    assert told.keys() == STAGES
    assert len(told["diarization"]) > 2
    check_rising(told, 42.0)
