"""The pipeline in stages finds what it finds in one go, whatever ends in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from channel_files import as_file
from fakes import (
    FakeAligner,
    FakeDiarizer,
    FakeRecognizer,
)
from staged import OPTIONS, TURNS, engine, result, stages, talk_in, work

from diascribe.audio import Audio, Recording
from diascribe.engine import parts
from diascribe.engine.engine import Engine
from diascribe.errors import FindingError, MediaError, ModelError, RecognizerError
from diascribe.jobs.engine_stages import EngineStages
from diascribe.jobs.seam import LOST, PARTIAL, SOURCE
from diascribe.protocols import Decoding, Region, SpeechThresholds
from diascribe.transcript import Segment, Transcript
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return talk_in(tmp_path)


def stereo(workspace: Path) -> None:
    """Two voices, each on a channel of its own."""
    rng = np.random.default_rng(0)
    noise = (rng.standard_normal((8 * 16_000, 2)) * 3).round()
    noise[16_000 : 3 * 16_000, 0] *= 2000
    noise[4 * 16_000 : 6 * 16_000, 1] *= 2000
    sound = noise.clip(-32768, 32767).astype(np.int16)
    (workspace / SOURCE).write_bytes(as_file(Recording(sound, "call.wav")).read())


def untimed(transcript: Transcript) -> Transcript:
    return replace(transcript, timings=())


def at_once(of: Engine, workspace: Path) -> Transcript:
    """What the library finds, as it reads from JSON."""
    return untimed(from_json(to_json(of.transcribe(workspace / SOURCE, **OPTIONS))))


def test_stages_find_what_the_library_finds(workspace: Path) -> None:
    on = stages()

    ran = work(on, workspace)

    assert ran == [
        "decoding",
        "activity",
        "language",
        "recognition-1",
        "repair",
        "alignment",
        "words",
        "diarization",
        "result",
    ]
    assert untimed(result(workspace)) == at_once(engine(), workspace)
    assert on.duration(workspace) == 8.0


def test_channels_are_worked_on_each_by_itself(workspace: Path) -> None:
    stereo(workspace)

    ran = work(stages(), workspace)

    assert ran[:4] == ["decoding", "channels", "0-activity", "0-language"]
    assert ran[-4:] == ["words", "0-diarization", "1-diarization", "result"]
    assert untimed(result(workspace)) == at_once(engine(), workspace)
    assert {word.channel for one in result(workspace).segments for word in one.words} == {0, 1}


def test_long_speech_is_recognized_in_parts(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_S", 1.0)

    ran = work(stages(), workspace)

    assert [one for one in ran if "recognition" in one] == ["recognition-1", "recognition-2"]
    assert untimed(result(workspace)) == at_once(engine(), workspace)


def test_no_stage_is_worked_on_twice(workspace: Path) -> None:
    heard: list[Region] = []

    @dataclass(frozen=True)
    class Counting(FakeRecognizer):
        def recognize(
            self, audio: Audio, regions: Sequence[Region], decoding: Decoding
        ) -> Iterator[Segment]:
            heard.extend(regions)
            yield from super().recognize(audio, regions, decoding)

    work(stages(recognizer=Counting()), workspace)

    assert len(heard) == len(set(heard))


def test_a_pipeline_that_ends_anywhere_goes_on_from_there(workspace: Path, tmp_path: Path) -> None:
    whole = work(stages(), workspace)
    undisturbed = untimed(result(workspace))

    for kept in range(len(whole)):
        again = tmp_path / f"again-{kept}"
        again.mkdir()
        for one in (SOURCE, "decoding.int16", *(f"{name}.npz" for name in whole[:kept])):
            if (workspace / one).exists() and (one != "decoding.int16" or kept):
                (again / one).write_bytes((workspace / one).read_bytes())

        assert work(stages(), again) == whole[kept:]
        assert untimed(result(again)) == undisturbed


def test_another_number_of_speakers_needs_no_model(workspace: Path) -> None:
    work(stages(), workspace)

    def unloadable() -> Engine:
        return engine(recognizer=None, aligner=None, diarizer=FakeDiarizer(TURNS[:1]))

    list(EngineStages(unloadable).run("result", {**OPTIONS, "num_speakers": 1}, workspace))

    assert [one.id for one in result(workspace).speakers] == ["SPEAKER_00"]
    assert result(workspace).applied["num_speakers"] == 1


def test_only_what_heeds_a_changed_option_is_done_anew() -> None:
    on = stages()

    def changed(**options: object) -> set[str]:
        words = ("activity", "language", "recognition-1", "words", "alignment")
        names = ("decoding", *words, "diarization", "result")
        before: dict[str, object] = {}
        after = {**options}
        return {one for one in names if on.traits(one, before).key != on.traits(one, after).key}

    words = {"language", "recognition-1", "words", "alignment", "result"}
    assert changed(num_speakers=2) == {"result"}
    assert changed(clustering_threshold=0.4) == {"result"}
    assert changed(attribution_gap_s=1.0) == {"result"}
    assert changed(beam_size=2) == words
    assert changed(vad_onset=0.6) == {*words, "activity", "diarization"}
    assert changed(align_output=True) == {"words", "alignment", "result"}


def test_other_models_make_other_keys() -> None:
    ours, theirs = stages(), EngineStages(engine, {"small": "2"})

    assert ours.traits("recognition-1", {}).key != theirs.traits("recognition-1", {}).key


def test_what_reads_media_is_told_apart_and_needs_no_model(workspace: Path) -> None:
    def unloadable() -> Engine:
        raise AssertionError("no model is needed")

    on = EngineStages(unloadable)

    list(on.run("decoding", OPTIONS, workspace))

    assert on.traits("decoding", OPTIONS).hostile
    assert not any(on.traits(one, OPTIONS).hostile for one in ("activity", "result"))


def test_a_file_that_is_no_recording_fails_and_leaves_nothing(workspace: Path) -> None:
    (workspace / SOURCE).write_bytes(b"no media" * 100)

    with pytest.raises(MediaError):
        list(stages().run("decoding", OPTIONS, workspace))

    assert [one.name for one in workspace.iterdir()] == [SOURCE]


@dataclass(frozen=True)
class BrokenDiarizer(FakeDiarizer):
    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        del audio, speech
        yield 0.0
        raise ModelError("pyannet.onnx: failed while running")


@dataclass(frozen=True)
class BrokenRecognizer(FakeRecognizer):
    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        del audio, regions, decoding
        raise RecognizerError("the recognizer's process died")


@dataclass(frozen=True)
class BrokenAligner(FakeAligner):
    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        del audio, segments
        raise RecognizerError("the aligner's process died")


@pytest.mark.parametrize(
    ("models", "code"),
    [
        (lambda: {"diarizer": BrokenDiarizer(TURNS)}, "diarization_failed"),
        (lambda: {"recognizer": BrokenRecognizer()}, "recognition_failed"),
    ],
)
def test_a_stage_that_fails_leaves_what_the_others_found(
    workspace: Path, models: Callable[[], dict[str, Any]], code: str
) -> None:
    work(stages(**models()), workspace)

    found = result(workspace)
    assert code in [one.code for one in found.warnings]
    assert bool(found.turns) != bool(found.segments)


def test_a_stage_that_was_given_up_is_a_warning(workspace: Path) -> None:
    (workspace / LOST).mkdir()
    for stage in ("repair", "alignment"):
        lost = json.dumps({"message": f"{stage} ended its process three times"})
        (workspace / LOST / f"{stage}.json").write_text(lost)

    work(stages(), workspace)

    found = result(workspace)
    assert [one.code for one in found.warnings] == ["repair_failed", "alignment_failed"]
    assert found.segments
    assert found.turns


def test_where_every_stage_fails_the_job_does(workspace: Path) -> None:
    on = stages(recognizer=BrokenRecognizer(), diarizer=BrokenDiarizer(TURNS))

    with pytest.raises((FindingError, RecognizerError)):
        work(on, workspace)


def test_words_so_far_are_there_while_it_runs(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_S", 1.0)
    on = stages()
    for stage in ("decoding", "activity", "language", "recognition-1"):
        list(on.run(stage, OPTIONS, workspace))

    draft = from_json((workspace / PARTIAL).read_text())

    (warning,) = draft.warnings
    assert warning.code == "unfinished"
    assert warning.message == (
        "there are the words of 1 of 2 parts, up to 2.8 s of 8.0 s, as first recognized; "
        "not yet: doubtful words heard again, aligned times, speakers and turns"
    )
    assert [one.end < 4 for one in draft.segments] == [True]  # the second voice begins there
