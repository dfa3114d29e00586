"""The pipeline over fakes: what comes together, and what is kept when a stage fails."""

import io
import wave
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from threading import active_count
from typing import Any

import numpy as np
import pytest
from fakes import (
    FakeAligner,
    FakeDetector,
    FakeDiarizer,
    FakeEncoder,
    FakeRecognizer,
    FakeShelf,
    FakeVad,
    TroubledRecognizer,
    silence,
    tone,
)
from invariants import check
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.beside import Progress
from diascribe.engine.engine import Engine
from diascribe.engine.options import Options, applied
from diascribe.engine.steps import finish
from diascribe.errors import LanguageError, MediaError, ModelError, OptionsError, RecognizerError
from diascribe.flags import DONE
from diascribe.protocols import Decoding, Region, SpeechThresholds
from diascribe.transcript import Segment, Transcript, Turn
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json

A, B = "SPEAKER_00", "SPEAKER_01"
TURNS = (Turn(1, 3, speaker=A), Turn(4, 6, speaker=B))


def file_of(*parts: NDArray[np.int16]) -> io.BytesIO:
    """A wave file of int16 (time, 1) parts."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(np.concatenate(parts).tobytes())
    file.seek(0)
    return file


def talk() -> io.BytesIO:
    """Two seconds of A from second 1, two of B from second 4, eight in all."""
    return file_of(silence(1), tone(2), silence(1), tone(2, 0.5), silence(2))


@dataclass(frozen=True)
class BrokenVad(FakeVad):
    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        yield audio.duration / 2
        raise ModelError("silero.onnx: failed while running")


@dataclass(frozen=True)
class BrokenRecognizer(FakeRecognizer):
    after: int = 0
    """Regions that it gets through before its end."""
    heard: list[Region] = field(default_factory=list)

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        for region in regions:
            if len(self.heard) >= self.after:
                raise RecognizerError("the recognizer's process died")
            self.heard.append(region)
            yield from super().recognize(audio, [region], decoding)


@dataclass(frozen=True)
class BrokenAligner(FakeAligner):
    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        yield from super().align(audio, segments[:1])
        raise RecognizerError("the aligner's process died")


@dataclass(frozen=True)
class BrokenDiarizer(FakeDiarizer):
    error: BaseException = field(default_factory=lambda: ModelError("pyannet.onnx: failed"))

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        yield from super().prepare(audio, speech)
        raise self.error


def engine(**parts: object) -> Engine:
    """An engine of fakes, some of them replaced."""
    fakes: dict[str, Any] = {
        "vad": FakeVad(),
        "shelf": FakeShelf(),
        "diarizer": FakeDiarizer(TURNS),
    }
    return Engine(**{**fakes, **parts})


def checked(transcript: Transcript) -> Transcript:
    """The transcript, which keeps every promise and survives being written as JSON."""
    check(transcript)
    check(from_json(to_json(transcript)))
    return transcript


def names(transcript: Transcript) -> list[str]:
    return [model.name for model in transcript.models]


def codes(transcript: Transcript) -> list[str]:
    return [warning.code for warning in transcript.warnings]


def test_everything_found_comes_together() -> None:
    found = checked(engine().transcribe(talk(), language="en"))

    assert found.duration == 8.0
    assert [one.speaker for one in found.segments] == [A, B]
    assert [one.start for one in found.segments] == pytest.approx([1, 4], abs=0.05)
    assert [one.end for one in found.segments] == pytest.approx([3, 6], abs=0.3)
    assert found.turns == found.exclusive_turns == TURNS
    assert [(one.id, one.time) for one in found.speakers] == [(A, 2), (B, 2)]
    assert (found.language, found.warnings) == ("en", ())


def test_the_result_says_what_was_used_and_how_long_it_took() -> None:
    found = checked(engine().transcribe(talk(), align_output=True, num_speakers=2))

    assert names(found) == [
        "fake-activity",
        "fake-recognition",
        "fake-alignment",
        "fake-diarization",
    ]
    assert [one.stage for one in found.timings] == [
        "decoding",
        "activity",
        "language",
        "recognition",
        "repair",
        "alignment",
        "diarization",
    ]
    assert all(one.seconds >= 0 for one in found.timings)
    assert found.applied == applied(Options(align_output=True, num_speakers=2))
    assert {one.name for one in fields(Options)} == set(found.applied)


@pytest.mark.parametrize(("align_output", "timing"), [(True, "aligned"), (False, "recognizer")])
def test_words_are_aligned_only_where_that_is_asked_for(*, align_output: bool, timing: str) -> None:
    found = checked(engine().transcribe(talk(), align_output=align_output))

    assert {word.timing for word in found.words} == {timing}
    assert ("fake-alignment" in names(found)) == align_output


def test_a_model_that_serves_two_stages_is_named_once() -> None:
    shared = FakeVad()
    diarizer = FakeDiarizer(TURNS, models=(shared.model, FakeEncoder().model))

    found = engine(vad=shared, diarizer=diarizer).transcribe(talk())

    assert names(found) == ["fake-activity", "fake-recognition", "fake-encoding"]


def test_a_failing_diarizer_leaves_the_words_and_a_warning() -> None:
    found = checked(engine(diarizer=BrokenDiarizer()).transcribe(talk(), language="en"))

    assert found.words
    assert {word.speaker for word in found.words} == {None}
    assert {word.speaker_reason for word in found.words} == {"diarization_failed"}
    assert (found.turns, found.speakers) == ((), ())
    (warning,) = found.warnings
    assert (warning.code, warning.stage) == ("diarization_failed", "diarization")
    assert warning.message == "pyannet.onnx: failed"


@pytest.mark.parametrize("part", [{"shelf": FakeShelf(BrokenRecognizer())}, {"vad": BrokenVad()}])
def test_a_failing_recognizer_leaves_the_turns_and_a_warning(part: dict[str, Any]) -> None:
    found = checked(engine(**part).transcribe(talk()))

    assert (found.turns, found.exclusive_turns) == (TURNS, TURNS)
    assert (found.segments, found.language) == ((), None)
    assert codes(found) == ["recognition_failed"]
    assert names(found) == ["fake-diarization"]


def test_a_recognizer_that_fails_midway_leaves_the_words_until_then_and_a_warning() -> None:
    found = checked(
        engine(shelf=FakeShelf(BrokenRecognizer(after=1))).transcribe(talk(), language="en")
    )

    whole = engine().transcribe(talk(), language="en")
    assert found.words == whole.words[: len(found.words)]
    assert len(found.words) > 0
    assert codes(found) == ["recognition_cut_off"]
    assert "fake-recognition" in names(found)


def test_a_failing_aligner_leaves_the_recognizers_words_and_a_warning() -> None:
    broken = engine(shelf=FakeShelf(aligner=BrokenAligner()))

    found = checked(broken.transcribe(talk(), language="en", align_output=True))

    whole = engine().transcribe(talk(), language="en")
    assert found.segments == whole.segments
    assert [(one.code, one.stage) for one in found.warnings] == [("alignment_failed", "alignment")]
    assert "fake-alignment" not in names(found)


def test_when_every_stage_fails_there_is_no_result_but_the_first_failure() -> None:
    broken = engine(shelf=FakeShelf(BrokenRecognizer()), diarizer=BrokenDiarizer())

    with pytest.raises(RecognizerError, match="process died"):
        broken.transcribe(talk())


def test_diarize_alone_raises_what_makes_the_diarizer_fail() -> None:
    with pytest.raises(ModelError, match=r"pyannet\.onnx"):
        engine(diarizer=BrokenDiarizer()).diarize(talk())


def test_a_failing_recognizer_without_diarization_is_raised() -> None:
    with pytest.raises(RecognizerError):
        engine(shelf=FakeShelf(BrokenRecognizer())).transcribe(talk(), diarization=False)


def test_a_fault_of_ours_is_never_a_warning() -> None:
    broken = engine(diarizer=BrokenDiarizer(error=ZeroDivisionError("a fault")))

    with pytest.raises(ZeroDivisionError):
        broken.transcribe(talk())


def test_without_diarization_words_are_nobodys_and_say_why() -> None:
    found = checked(engine().transcribe(talk(), language="en", diarization=False))

    assert {word.speaker_reason for word in found.words} == {"diarization_off"}
    assert (found.turns, found.warnings) == ((), ())
    assert names(found) == ["fake-activity", "fake-recognition"]
    assert [one.stage for one in found.timings] == [
        "decoding",
        "activity",
        "language",
        "recognition",
        "repair",
    ]


def test_diarize_gives_turns_and_no_words() -> None:
    found = checked(engine().diarize(talk()))

    assert (found.turns, found.segments, found.language) == (TURNS, (), None)
    assert names(found) == ["fake-diarization"]
    assert [one.stage for one in found.timings] == ["decoding", "diarization"]


def test_diarize_cannot_be_told_not_to() -> None:
    assert engine().diarize(talk(), diarization=False).turns == TURNS


def test_a_language_nobody_speaks_is_refused_before_anything_is_read() -> None:
    with pytest.raises(LanguageError, match="wanted one of en, got de") as refused:
        engine().transcribe("absent.wav", language="de")

    assert "these are the languages of fake-recognition" in refused.value.hint


def test_options_are_refused_before_anything_is_read() -> None:
    with pytest.raises(OptionsError, match="unknown option"):
        engine().transcribe("absent.wav", speakers=2)


def test_remarks_about_the_file_become_warnings() -> None:
    content = talk().getvalue()

    found = checked(
        engine().transcribe(io.BytesIO(content[: len(content) * 3 // 4]), language="en")
    )

    (warning,) = found.warnings
    assert (warning.code, warning.stage) == ("media_cut_off", "media")
    assert "promised" in warning.message
    assert found.words


def test_a_warning_about_the_file_stands_before_those_of_stages() -> None:
    content = talk().getvalue()
    broken = engine(diarizer=BrokenDiarizer())

    found = checked(broken.transcribe(io.BytesIO(content[: len(content) * 3 // 4]), language="en"))

    assert codes(found) == ["media_cut_off", "diarization_failed"]


def test_silence_is_an_empty_result_and_no_language_is_made_up() -> None:
    found = checked(engine(diarizer=FakeDiarizer()).transcribe(file_of(silence(3)), language="en"))

    assert (found.segments, found.turns, found.speakers) == ((), (), ())
    assert (found.language, found.duration) == (None, 3.0)
    assert [one.code for one in found.warnings] == ["no_speech"]


def test_what_is_no_recording_is_raised() -> None:
    with pytest.raises(MediaError):
        engine().transcribe(io.BytesIO(b"hello, this is text\n" * 50))


def test_transcribe_is_its_steps_drained() -> None:
    seen: list[Progress] = []
    whole = engine().transcribe(talk(), on_progress=seen.append)

    drained = finish(engine().steps(talk(), Options(), recognition=True))

    assert replace(drained, timings=()) == replace(whole, timings=())


def test_progress_names_every_stage_and_stays_within_the_recording() -> None:
    seen: list[Progress] = []

    engine().transcribe(talk(), on_progress=seen.append, align_output=True)

    stages = {one.stage for one in seen}
    assert stages == {"decoding", "activity", "recognition", "alignment", "diarization"}
    assert all(0 <= one.done <= (one.total or one.done) for one in seen)
    assert {one.total for one in seen if one.stage != "decoding"} == {8.0}


def test_steps_may_be_left_at_any_point() -> None:
    before = active_count()
    total = len(list(engine().steps(talk(), Options(), recognition=True)))

    for stop in range(total):
        steps = engine().steps(talk(), Options(), recognition=True)
        for _ in range(stop):
            next(steps)
        steps.close()

    assert active_count() == before


def test_a_report_that_raises_ends_the_work() -> None:
    before = active_count()

    def report(progress: Progress) -> None:
        if progress.stage != "decoding":
            raise InterruptedError(progress.stage)

    with pytest.raises(InterruptedError):
        engine().transcribe(talk(), on_progress=report)

    assert active_count() == before


def test_the_result_survives_the_wire() -> None:
    found = engine(diarizer=BrokenDiarizer()).transcribe(talk())

    back = from_json(to_json(found))

    assert [word.text for word in back.words] == [word.text for word in found.words]
    assert (back.models, back.warnings) == (found.models, found.warnings)
    assert dict(back.applied) == dict(found.applied)
    assert to_json(back) == to_json(from_json(to_json(back)))


def test_an_engine_is_closed_when_left() -> None:
    closed = []
    with engine(close=lambda: closed.append("closed")) as one:
        one.diarize(talk())
        assert closed == []

    assert closed == ["closed"]


def test_long_speech_is_recognized_in_pieces_cut_at_its_pauses() -> None:
    pauses = [part for _ in range(4) for part in (tone(12), silence(0.2))]

    found = checked(engine(diarizer=FakeDiarizer()).transcribe(file_of(*pauses)))

    assert len(found.segments) == 2
    assert all(one.duration <= 30 for one in found.segments)
    assert found.segments[1].start == pytest.approx(24.3, abs=0.3)


def test_what_was_repaired_is_counted_in_the_result() -> None:
    troubled = TroubledRecognizer(deaf_above_s=3, doubts_above_s=0)

    found = checked(engine(shelf=FakeShelf(troubled)).transcribe(talk()))

    assert sum(found.repairs.values()) == sum(len({*one.flags} & {*DONE}) for one in found.segments)
    assert found.repairs


def test_each_stretch_has_its_language_and_the_result_the_one_most_spoken() -> None:
    recognizer = FakeRecognizer(languages=("de", "en"), detector=FakeDetector())
    parts = (tone(12), silence(1), tone(9, 0.5), silence(1))
    two = engine(shelf=FakeShelf(recognizer), diarizer=FakeDiarizer())

    found = checked(two.transcribe(file_of(*parts), code_switching=True, align_output=True))

    assert [one.language for one in found.segments] == ["en", "de"]
    assert found.language == "en"
    assert found.language_probability == pytest.approx(0.95)
    assert [{word.timing for word in one.words} for one in found.segments] == [
        {"aligned"},
        {"recognizer"},
    ]
    assert "no_aligner" in codes(found)


@dataclass(frozen=True)
class TranslatingRecognizer(FakeRecognizer):
    languages: tuple[str, ...] = ("de",)
    heeds: frozenset[str] = frozenset({"task"})

    def check(self, decoding: Decoding) -> None:
        assert decoding.task == "translate"


def test_a_translation_is_english_and_keeps_the_recognizers_times() -> None:
    german = engine(shelf=FakeShelf(TranslatingRecognizer()))

    found = checked(german.transcribe(talk(), language="de", task="translate", align_output=True))

    assert found.language == "de"
    assert {one.language for one in found.segments} == {"en"}
    assert {one.timing for one in found.words} == {"recognizer"}
    assert codes(found) == ["translation_not_aligned"]


@pytest.mark.parametrize(
    ("given", "idle"),
    [
        ({"device": "cuda", "compute_type": "int8"}, ["device, compute_type"]),
        ({"device": "cpu"}, []),
    ],
)
def test_a_placement_that_a_recognizer_cannot_follow_is_said_to_be_without_effect(
    given: dict[str, Any], idle: list[str]
) -> None:
    embedded = engine(shelf=FakeShelf(FakeRecognizer(placement=frozenset())))

    found = checked(embedded.transcribe(talk(), language="en", **given))

    assert [one.message for one in found.warnings] == [
        f"fake-recognition does not know {one}" for one in idle
    ]
