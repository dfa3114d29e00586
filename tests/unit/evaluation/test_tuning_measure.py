"""Measuring settings on a recording: networks run as seldom as they can."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from channel_files import as_file
from cli_command import TURNS, talk
from fakes import FakeDiarizer, level_of
from media_files import recording

from diascribe.audio import Audio, Recording
from diascribe.engine.beside import Progress
from diascribe.engine.options import Options
from diascribe.engine.steps import finish
from diascribe.errors import InputError, MediaError
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.candidates import TUNABLE, settings
from diascribe.evaluation.tuning.labelled import Labelled, check_labelled
from diascribe.evaluation.tuning.measure import measure
from diascribe.protocols import Clustering, SpeechThresholds
from diascribe.span import Span
from diascribe.transcript import Diarization, Turn

SETTINGS = (
    Options(),
    Options(vad_onset=0.65),
    Options(min_duration_on_s=1.0),
    Options(vad_onset=0.65, min_duration_on_s=1.0),
)
WHOLE = 4.0
"""Seconds of speech in `talk`."""


@dataclass(frozen=True)
class WatchedDiarizer(FakeDiarizer):
    """Misses the first turn above an onset of 0.6, and all where turns have to be a second."""

    prepared: list[SpeechThresholds] = field(default_factory=list)

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        self.prepared.append(speech)
        duration = yield from super().prepare(audio, speech)
        return duration if speech.onset < 0.6 else -duration

    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        heard = replace(self, turns=self.turns if prepared > 0 else self.turns[1:])
        found = FakeDiarizer.cluster(heard, abs(prepared), clustering)
        return found if clustering.min_duration_on_s < 1 else Diarization()


def score(
    reference: Sequence[Turn], found: Sequence[Turn], regions: Sequence[Span]
) -> DiarizationScore:
    return score_diarization(reference, found, regions=regions).score


def labelled(folder: Path, name: str = "talk", turns: tuple[Turn, ...] = TURNS) -> Labelled:
    return Labelled(name=name, source=talk(folder / f"{name}.wav"), turns=turns, digest="")


def test_each_setting_gets_its_own_score_in_order(tmp_path: Path) -> None:
    steps = measure(labelled(tmp_path), WatchedDiarizer(TURNS), SETTINGS, score)

    found = finish(steps)

    assert [one.miss for one in found] == [0, 2, WHOLE, WHOLE]
    assert {one.total for one in found} == {WHOLE}


def test_a_recording_is_prepared_once_for_each_pair_of_thresholds(tmp_path: Path) -> None:
    diarizer = WatchedDiarizer(TURNS)
    tried = settings([one.option for one in TUNABLE], own_threshold=0.3)

    found = finish(measure(labelled(tmp_path), diarizer, tried, score))

    assert len(found) == len(tried) == 588
    assert len(diarizer.prepared) == len(set(diarizer.prepared)) == 7


def test_only_what_is_to_be_scored_is_scored(tmp_path: Path) -> None:
    one = replace(labelled(tmp_path), scored=(Span(0, 2),))

    (found,) = finish(measure(one, WatchedDiarizer(TURNS), SETTINGS[1:2], score))

    assert (found.total, found.miss) == (1, 1)


def test_false_alarms_after_the_references_last_turn_count(tmp_path: Path) -> None:
    one = labelled(tmp_path, turns=TURNS[:1])

    (found,) = finish(measure(one, WatchedDiarizer(TURNS), SETTINGS[:1], score))

    assert found.false_alarm == 2


def test_progress_rises_from_nothing_to_the_end(tmp_path: Path) -> None:
    seen: list[Progress] = []

    finish(measure(labelled(tmp_path), WatchedDiarizer(TURNS), SETTINGS, score), seen.append)

    tuning = [(step.done, step.total) for step in seen if step.stage == "tuning"]
    assert [step.stage for step in seen] == sorted(step.stage for step in seen)
    assert tuning == sorted(tuning)
    assert tuning[-1] == (16, 16)  # eight seconds, listened to twice


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    one = labelled(tmp_path)
    one.source.write_text("no sound")

    with pytest.raises(MediaError):
        finish(measure(one, WatchedDiarizer(TURNS), SETTINGS, score))


def test_a_reference_that_speaks_only_after_the_sound_is_refused(tmp_path: Path) -> None:
    one = labelled(tmp_path, turns=(Turn(8, 9, speaker="anna"),))

    with pytest.raises(InputError, match=r"^talk: wanted a reference with speech in its 8\.0 s"):
        finish(measure(one, WatchedDiarizer(TURNS), SETTINGS, score))


def test_two_recordings_are_too_few(tmp_path: Path) -> None:
    recordings = [labelled(tmp_path, name) for name in ("one", "two")]

    with pytest.raises(InputError, match="wanted at least 3 recordings with references, got 2"):
        check_labelled(recordings, score)


def test_recordings_without_speech_to_find_are_refused_all_at_once(tmp_path: Path) -> None:
    recordings = [labelled(tmp_path, f"talk{place}") for place in range(5)]
    recordings[1] = replace(recordings[1], turns=())
    recordings[3] = replace(recordings[3], scored=(Span(7, 8),))

    with pytest.raises(InputError, match=r"no speech to find in .* of talk1, talk3$"):
        check_labelled(recordings, score)


def test_three_recordings_with_speech_are_enough(tmp_path: Path) -> None:
    check_labelled([labelled(tmp_path, f"talk{place}") for place in range(3)], score)


@dataclass(frozen=True)
class ListeningDiarizer(FakeDiarizer):
    levels: list[float] = field(default_factory=list)

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        self.levels.append(level_of(audio.cut(audio.span)))
        return (yield from super().prepare(audio, speech))


def test_a_copy_that_would_cancel_the_other_is_not_mixed_in(tmp_path: Path) -> None:
    alone, beside = ListeningDiarizer(TURNS), ListeningDiarizer(TURNS)
    one = labelled(tmp_path)
    sound = recording(one.source).samples
    both = tmp_path / "both.wav"
    both.write_bytes(as_file(Recording(np.concatenate([sound, -sound], axis=1), "both")).read())

    finish(measure(one, alone, SETTINGS[:1], score))
    finish(measure(replace(one, source=both), beside, SETTINGS[:1], score))

    assert beside.levels == pytest.approx(alone.levels)
