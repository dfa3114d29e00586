"""What every diarizer keeps to: embedded, installed, streaming, and the fake."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import encoder_models
import numpy as np
import pytest
from fakes import FakeDiarizer, silence
from invariants import check
from level_ears import level_diarizer
from numpy.typing import NDArray

from diascribe.api import load
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.pipelines import Pipelines
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.protocols import (
    Choice,
    Clustering,
    Diarizer,
    SpeakerCount,
    SpeechThresholds,
)
from diascribe.timeline import total
from diascribe.transcript import Diarization, Speaker, Transcript, Turn
from diascribe.weights.folders import locate
from diascribe.weights.store import Store

FAKE_TURNS = (
    Turn(0.5, 3, speaker="SPEAKER_00"),
    Turn(3.5, 7, speaker="SPEAKER_01"),
    Turn(8, 55, speaker="SPEAKER_02"),
)
EXACTLY_TWO = Clustering(speakers=SpeakerCount(exact=2))


@pytest.fixture(scope="module")
def embedded() -> Diarizer[Any]:
    """The one that comes with the package, on two threads."""
    return load(cores=2).diarizer


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Diarizer[Any]:
    """One of random networks with a calibration, its windows out of shared features."""
    folder = tmp_path_factory.mktemp("mine")
    encoder_models.write(encoder_models.segmentation(), folder / "segmentation.onnx")
    encoder_models.write(encoder_models.encoder(), folder / "encoder.onnx")
    encoder_models.write_plda(folder, encoder_models.DIMENSION)
    store = Store(folder / "store")
    choice = Choice(str(folder), mode="shared")
    return Pipelines(store, cores=2).open(locate(store, str(folder)), choice)


@pytest.fixture(params=["fake", "embedded", "streaming", "installed"])
def diarizer(
    request: pytest.FixtureRequest, embedded: Diarizer[Any], installed: Diarizer[Any]
) -> Diarizer[Any]:
    every: dict[str, Diarizer[Any]] = {
        "fake": FakeDiarizer(FAKE_TURNS),
        "embedded": embedded,
        "streaming": level_diarizer(),
        "installed": installed,
    }
    return every[request.param]


@pytest.fixture(scope="module")
def two_voices(shared_data: Path) -> Audio:
    """A minute of two people, who sometimes speak at once."""
    return decoded(shared_data / "sim" / "dev" / "d1_2spk_1m.wav")


@pytest.fixture(scope="module")
def three_voices() -> Audio:
    return decoded(Path(__file__).parents[2] / "examples" / "conversation.opus")


@pytest.fixture(scope="module")
def prepared(embedded: Diarizer[Any], two_voices: Audio) -> Any:  # noqa: ANN401 - opaque
    return finish_seconds(embedded.prepare(two_voices, SpeechThresholds()))


def decoded(path: Path) -> Audio:
    return finish_seconds(decode(path)).mix()


def diarized(
    diarizer: Diarizer[Any], audio: Audio, clustering: Clustering | None = None
) -> Diarization:
    prepared = finish_seconds(diarizer.prepare(audio, SpeechThresholds()))
    return diarizer.cluster(prepared, clustering or Clustering(min_duration_off_s=0.15))


def speakers(turns: Sequence[Turn]) -> list[str]:
    """Labels in order of first speech."""
    return list(dict.fromkeys(turn.speaker for turn in turns))


def transcript(found: Diarization, duration: float) -> Transcript:
    """Just enough of a transcript to have its laws checked."""
    turns = {
        who: [one for one in found.turns if one.speaker == who]
        for who in sorted(speakers(found.turns))
    }
    return Transcript(
        duration=duration,
        language=None,
        turns=found.turns,
        exclusive_turns=found.exclusive,
        speakers=tuple(Speaker(who, total(own)) for who, own in turns.items()),
    )


def click(place: int) -> NDArray[np.int16]:
    samples = silence(2)
    samples[place] = 32_767
    return samples


@pytest.mark.parametrize(
    "samples",
    [
        silence(0),
        silence(0.0001),
        silence(0.2),
        silence(4.9),
        silence(30),
        click(16_000),
        click(0),
        np.full((3200, 1), -32_768, np.int16),
    ],
    ids=["none", "a sample", "short", "a window", "long", "a click", "click first", "constant"],
)
def test_where_nobody_speaks_there_are_no_turns(
    embedded: Diarizer[Any], samples: NDArray[np.int16]
) -> None:
    found = diarized(embedded, Audio(samples))

    assert (found.turns, found.exclusive, dict(found.voices)) == ((), (), {})


@pytest.mark.parametrize("duration", [0.0, 0.2])
def test_a_recording_too_short_for_a_turn_has_none(
    diarizer: Diarizer[Any], duration: float
) -> None:
    assert diarized(diarizer, Audio(silence(duration))).turns == ()


@pytest.mark.parametrize("wish", [Clustering(), EXACTLY_TWO])
def test_every_promise_about_turns_holds(
    diarizer: Diarizer[Any], two_voices: Audio, wish: Clustering
) -> None:
    found = diarized(diarizer, two_voices, wish)

    assert found.turns
    check(transcript(found, two_voices.duration))


def test_exclusive_turns_never_overlap_and_keep_all_speech(
    diarizer: Diarizer[Any], two_voices: Audio
) -> None:
    found = diarized(diarizer, two_voices)

    assert all(before.end <= after.start for before, after in pairwise(found.exclusive))
    assert sum(turn.duration for turn in found.exclusive) == pytest.approx(total(found.turns))


def test_labels_are_in_order_of_first_speech_and_each_has_a_voice_or_none_has(
    diarizer: Diarizer[Any], three_voices: Audio
) -> None:
    found = diarized(diarizer, three_voices)

    labels = speakers(found.turns)
    assert labels == [f"SPEAKER_{place:02d}" for place in range(len(labels))]
    assert set(found.voices) in (set(labels), set())
    for voice in found.voices.values():
        assert np.linalg.norm(voice) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("clustering", [Clustering(), EXACTLY_TWO])
def test_the_same_sound_gives_the_same_turns_bit_for_bit(
    diarizer: Diarizer[Any], three_voices: Audio, clustering: Clustering
) -> None:
    first = diarized(diarizer, three_voices, clustering)

    again = diarized(diarizer, three_voices, clustering)

    assert (again.turns, again.exclusive) == (first.turns, first.exclusive)
    assert all((again.voices[who] == voice).all() for who, voice in first.voices.items())


def test_two_threads_find_what_one_finds(diarizer: Diarizer[Any], three_voices: Audio) -> None:
    alone = diarized(diarizer, three_voices)

    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: diarized(diarizer, three_voices), range(2)))

    assert [one.turns for one in both] == [alone.turns, alone.turns]


def test_preparing_may_be_left_at_any_step(diarizer: Diarizer[Any], three_voices: Audio) -> None:
    steps = diarizer.prepare(three_voices, SpeechThresholds())
    next(steps)

    steps.close()

    assert diarized(diarizer, three_voices).turns


def test_progress_rises_to_the_end_of_the_recording(
    diarizer: Diarizer[Any], three_voices: Audio
) -> None:
    seen = list(diarizer.prepare(three_voices, SpeechThresholds()))

    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] == pytest.approx(three_voices.duration)


@pytest.mark.parametrize(
    ("wanted", "low", "high"),
    [
        (SpeakerCount(exact=1), 1, 1),
        (SpeakerCount(exact=2), 2, 2),
        (SpeakerCount(exact=3), 3, 3),
        (SpeakerCount(most=1), 1, 1),
        (SpeakerCount(least=3), 3, 100),
        (SpeakerCount(least=2, most=4), 2, 4),
        (SpeakerCount(), 2, 2),
    ],
    ids=repr,
)
def test_wanted_numbers_of_speakers_are_kept_to(
    embedded: Diarizer[Any], prepared: object, wanted: SpeakerCount, low: int, high: int
) -> None:
    found = embedded.cluster(prepared, Clustering(speakers=wanted))

    assert low <= len(speakers(found.turns)) <= high
    assert low <= len(found.voices) <= high


def test_more_speakers_than_voices_are_not_made_up(
    embedded: Diarizer[Any], three_voices: Audio
) -> None:
    word = Audio(np.array(three_voices.samples[round(0.4 * SAMPLE_RATE) : 2 * SAMPLE_RATE]))

    found = diarized(embedded, word, Clustering(speakers=SpeakerCount(exact=50)))

    assert 1 <= len(speakers(found.turns)) < 50


def test_a_higher_threshold_never_parts_more_voices(
    embedded: Diarizer[Any], prepared: object
) -> None:
    thresholds = (0.0, 0.1, 0.35, 1.0, 2.0)

    counts = [
        len(embedded.cluster(prepared, Clustering(threshold=one)).voices) for one in thresholds
    ]

    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] == 1


def test_short_turns_are_dropped_and_short_pauses_filled_where_that_is_asked_for(
    embedded: Diarizer[Any], prepared: object
) -> None:
    plain = embedded.cluster(prepared, Clustering())

    found = embedded.cluster(prepared, Clustering(min_duration_on_s=1.0, min_duration_off_s=0.5))

    assert min(turn.duration for turn in plain.turns) < 0.9
    assert min(turn.duration for turn in found.turns) > 0.97
    for who in speakers(found.turns):
        own = [turn for turn in found.turns if turn.speaker == who]
        assert all(after.start - before.end > 0.47 for before, after in pairwise(own))


def test_the_turns_are_those_of_the_reference(embedded: Diarizer[Any], three_voices: Audio) -> None:
    turns = diarized(embedded, three_voices).exclusive

    heard = [who for who, _ in _runs(turns)]

    a, r, b = "SPEAKER_00", "SPEAKER_01", "SPEAKER_02"
    assert heard == [a, r, b, r, a, b, a, r, b, a]


def _runs(turns: Sequence[Turn]) -> list[tuple[str, float]]:
    """Speakers in order of speech, adjoining turns of one speaker made one."""
    runs: list[tuple[str, float]] = []
    for turn in turns:
        if not runs or runs[-1][0] != turn.speaker:
            runs.append((turn.speaker, turn.start))
    return runs
