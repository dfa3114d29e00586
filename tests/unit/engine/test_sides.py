"""Who speaks on which channel, over diarizers and recognizers that are fakes."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from channel_files import as_file, decibels
from fakes import (
    FakeAligner,
    FakeDetector,
    FakeDiarizer,
    FakeRecognizer,
    FakeShelf,
    FakeVad,
    fake_model,
)
from invariants import check
from numpy.typing import NDArray

from diascribe.audio import FULL_SCALE, SAMPLE_RATE, Audio, Recording
from diascribe.engine.engine import Engine
from diascribe.errors import ModelError, RecognizerError
from diascribe.formats import ctm, rttm
from diascribe.protocols import Clustering, Decoding, Region, SpeechThresholds
from diascribe.transcript import Diarization, Model, Segment, Transcript, Turn
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json

A, B, C = "SPEAKER_00", "SPEAKER_01", "SPEAKER_02"


def sound(*spans: tuple[float, float], level: float = 0.1, seed: int = 0) -> NDArray[np.float64]:
    """Twelve seconds (time,) of hiss, loud in the spans."""
    time = np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE
    loud = np.any([(time >= start) & (time < end) for start, end in spans], axis=0)
    noise = np.random.default_rng(seed).standard_normal(len(time))
    return noise * np.where(loud, level, 1e-4)


def stereo(*channels: NDArray[np.float64]) -> Any:  # noqa: ANN401 - a binary file
    stacked = np.stack(channels, axis=1)
    samples = np.round(stacked * (FULL_SCALE - 1)).clip(-32768, 32767).astype(np.int16)
    return as_file(Recording(samples, "call.wav"))


ONE, OTHER = sound((1, 3), (7, 9), seed=1), sound((4, 6), (10, 11), seed=2)


def call(leak_db: float = -25.0) -> Any:  # noqa: ANN401 - a binary file
    leak = decibels(leak_db)
    return stereo(ONE + leak * OTHER, OTHER + leak * ONE)


@dataclass(frozen=True)
class LevelDiarizer:
    """Hears loud stretches; voices are those that it was told, by channel and order."""

    voices: Mapping[int, Sequence[float]]
    """By channel the direction of each stretch's voice, in degrees."""
    models: tuple[Model, ...] = field(default_factory=lambda: (fake_model("diarization"),))
    clustering_threshold: float | None = 0.5
    most_speakers: int | None = None
    heeds: frozenset[str] = frozenset()
    prepared_type: Any = tuple[int, tuple[tuple[float, float], ...]]
    broken: int | None = None
    """The channel on which it fails."""
    voiceless: bool = False
    """It tells who speaks, and gives no voices, as streaming diarizers do."""

    def voice_distance(self, threshold: float | None) -> float | None:
        given = self.clustering_threshold if threshold is None else threshold
        return None if self.voiceless else given

    def prepare(
        self, audio: Audio, speech: SpeechThresholds
    ) -> Generator[float, None, tuple[int, tuple[tuple[float, float], ...]]]:
        assert speech.offset <= speech.onset
        channel = audio.channels[0] if audio.channels else 0
        if channel == self.broken:
            raise ModelError("pyannet.onnx: failed")
        samples = audio.read(0, len(audio.samples))
        frames = np.sqrt(np.mean(samples.reshape(-1, 1600) ** 2, axis=1)) > 0.003
        edges = np.flatnonzero(np.diff(frames, prepend=False, append=False)) / 10
        yield audio.duration
        return channel, tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

    def cluster(
        self, prepared: tuple[int, tuple[tuple[float, float], ...]], clustering: Clustering
    ) -> Diarization:
        channel, spans = prepared
        angles = (list(self.voices[channel]) * len(spans))[: len(spans)]
        known = sorted(set(angles))
        most = clustering.speakers.high or len(known)
        who = {angle: min(place, most - 1) for place, angle in enumerate(known)}
        turns = tuple(
            Turn(start, end, speaker=f"SPEAKER_{who[angle]:02d}")
            for (start, end), angle in zip(spans, angles, strict=True)
        )
        vectors = {
            f"SPEAKER_{place:02d}": np.array(
                [np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))], np.float32
            )
            for angle, place in reversed(who.items())
        }
        return Diarization(turns, turns, {} if self.voiceless else vectors)


def engine(**parts: object) -> Engine:
    voices = {0: (0.0, 0.0), 1: (90.0, 90.0)}
    fakes: dict[str, Any] = {
        "vad": FakeVad(),
        "shelf": FakeShelf(),
        "diarizer": LevelDiarizer(voices),
    }
    return Engine(**{**fakes, **parts})


def checked(transcript: Transcript) -> Transcript:
    check(transcript)
    check(from_json(to_json(transcript)))
    return transcript


def turns(found: Transcript) -> list[tuple[float, float, str, int | None]]:
    return [(round(t.start), round(t.end), t.speaker, t.channel) for t in found.turns]


def test_each_side_of_a_call_is_a_speaker_on_its_own_channel() -> None:
    found = checked(engine().transcribe(call()))

    assert turns(found) == [(1, 3, A, 0), (4, 6, B, 1), (7, 9, A, 0), (10, 11, B, 1)]
    assert {(word.speaker, word.channel) for word in found.words} == {(A, 0), (B, 1)}
    assert {(one.speaker, one.channel) for one in found.segments} == {(A, 0), (B, 1)}
    assert found.channel_decision is not None
    assert found.channel_decision.method == "split"
    assert "channels" in [one.stage for one in found.timings]


def test_a_leaked_voice_makes_no_words_and_no_turns() -> None:
    loud_leak = engine().transcribe(call(-12.0))
    without = engine().transcribe(stereo(ONE, OTHER))

    assert turns(loud_leak) == turns(without)
    assert len(loud_leak.words) == len(without.words)


def test_copies_give_what_one_of_them_gives() -> None:
    mono = checked(engine().transcribe(stereo(ONE + OTHER)))
    doubled = checked(engine().transcribe(stereo(ONE + OTHER, -(ONE + OTHER))))

    assert [(w.text, w.start, w.end) for w in doubled.words] == [
        (w.text, w.start, w.end) for w in mono.words
    ]
    assert [one[:3] for one in turns(doubled)] == [one[:3] for one in turns(mono)]
    assert {word.channel for word in mono.words} == {None}
    assert {word.channel for word in doubled.words} == {0}


def test_mono_has_no_decision_and_no_channels() -> None:
    found = engine().transcribe(stereo(ONE))

    assert found.channel_decision is None
    assert {turn.channel for turn in found.turns} == {None}
    assert "channels" not in [one.stage for one in found.timings]


def test_mono_that_is_to_be_split_is_worked_on_with_a_warning() -> None:
    split = engine().transcribe(stereo(ONE), channels="split", language="en")
    plain = engine().transcribe(stereo(ONE), language="en")

    assert [one.code for one in split.warnings] == ["nothing_to_split"]
    assert (split.segments, split.turns) == (plain.segments, plain.turns)


def test_the_same_voice_on_two_channels_is_one_speaker() -> None:
    same = LevelDiarizer({0: (0.0, 0.0), 1: (5.0, 5.0)})

    found = checked(engine(diarizer=same).transcribe(call()))

    assert [one.id for one in found.speakers] == [A]
    assert {turn.channel for turn in found.turns} == {0, 1}


def test_two_voices_on_one_side_are_two_speakers() -> None:
    long = sound((0.5, 6), (6.2, 11.5), seed=3)
    two = LevelDiarizer({0: (0.0, 80.0), 1: (170.0,)})

    found = checked(engine(diarizer=two).transcribe(stereo(long, sound((6, 6.2), seed=4))))

    assert [one.id for one in found.speakers] == [A, B, C]


def test_a_second_voice_that_says_little_is_the_first_one_s() -> None:
    two = LevelDiarizer({0: (0.0, 80.0), 1: (170.0, 170.0)})

    found = checked(engine(diarizer=two).transcribe(call()))

    assert [one.id for one in found.speakers] == [A, B]


def test_the_number_of_speakers_is_that_of_the_whole_recording() -> None:
    four = LevelDiarizer({0: (0.0, 60.0), 1: (120.0, 180.0)})

    numbers = {
        wanted: len(engine(diarizer=four).diarize(call(), num_speakers=wanted).speakers)
        for wanted in (1, 2, 3, 4)
    }

    assert numbers == {1: 1, 2: 2, 3: 3, 4: 4}


def test_more_speakers_than_can_be_found_is_a_warning() -> None:
    found = checked(engine().diarize(call(), min_speakers=5))

    assert len(found.speakers) == 2
    assert "fewer_speakers" in [one.code for one in found.warnings]


def test_a_channel_on_which_the_diarizer_fails_does_not_take_the_others_down() -> None:
    broken = LevelDiarizer({0: (0.0, 0.0), 1: (90.0, 90.0)}, broken=1)

    found = checked(engine(diarizer=broken).transcribe(call()))

    assert {turn.channel for turn in found.turns} == {0}
    assert {word.channel for word in found.words} == {0, 1}
    (warning,) = [one for one in found.warnings if one.code == "channel_failed"]
    assert warning.message == "channel 1: pyannet.onnx: failed"


def test_a_warning_of_all_channels_is_told_once_and_of_one_names_it() -> None:
    assumed = engine().transcribe(call())
    silent = engine(shelf=FakeShelf(HalfDeaf())).transcribe(call())

    told = {one.code: one.message for one in assumed.warnings}
    assert [one.code for one in assumed.warnings] == ["language_assumed"]
    assert "channel" not in told["language_assumed"]
    assert [one.code for one in silent.warnings] == ["language_assumed", "channel_failed"]
    assert silent.warnings[1].message.startswith("channel 0: ")


@dataclass(frozen=True)
class HalfDeaf(FakeRecognizer):
    """Fails on some channels."""

    broken: frozenset[int] = frozenset({0})

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        if audio.channels and audio.channels[0] in self.broken:
            raise RecognizerError("the recognizer's process died")
        return super().recognize(audio, regions, decoding)


def test_a_channel_that_cannot_be_recognized_does_not_take_the_others_down() -> None:
    found = checked(engine(shelf=FakeShelf(HalfDeaf())).transcribe(call(), language="en"))

    assert {word.channel for word in found.words} == {1}
    assert [one.code for one in found.warnings] == ["channel_failed"]


def test_where_no_channel_can_be_recognized_the_stage_has_failed() -> None:
    deaf = FakeShelf(HalfDeaf(broken=frozenset({0, 1})))

    found = checked(engine(shelf=deaf).transcribe(call(), language="en"))

    assert found.words == ()
    assert [one.code for one in found.warnings] == ["recognition_failed"]


def test_each_channel_has_a_language_of_its_own() -> None:
    recognizer = FakeRecognizer(languages=("en", "de"), detector=FakeDetector())
    loud = sound((4, 6), (10, 11), level=0.4, seed=2)

    found = checked(engine(shelf=FakeShelf(recognizer)).transcribe(stereo(ONE, loud)))

    assert {(one.channel, one.language) for one in found.segments} == {(0, "en"), (1, "de")}
    assert found.language == "en"
    assert found.language_probability == pytest.approx(0.95)


def test_words_are_aligned_on_their_own_channel() -> None:
    found = checked(
        engine(shelf=FakeShelf(aligner=FakeAligner())).transcribe(call(), align_output=True)
    )

    assert {word.timing for word in found.words} == {"aligned"}
    assert {word.channel for word in found.words} == {0, 1}


def test_without_diarization_words_still_say_their_channel() -> None:
    found = checked(engine().transcribe(call(), diarization=False))

    assert {word.channel for word in found.words} == {0, 1}
    assert {word.speaker for word in found.words} == {None}


def test_formats_with_a_channel_column_say_it() -> None:
    found = engine().transcribe(call())

    read_turns = rttm.parse(rttm.write(found, "call"))["call"]
    read_words = ctm.parse(ctm.write(found, "call"))["call"]

    assert [turn.channel for turn in read_turns] == [turn.channel for turn in found.turns]
    assert {word.channel for word in read_words} == {0, 1}


def test_mixed_channels_are_heard_as_one_recording() -> None:
    diarizer = FakeDiarizer((Turn(1, 3, speaker=A),))

    found = checked(engine(diarizer=diarizer).transcribe(call(), channels="mix"))

    assert {turn.channel for turn in found.turns} == {None}
    assert found.channel_decision is not None
    assert (found.channel_decision.wanted, found.channel_decision.method) == ("mix", "mix")


def test_more_channels_than_allowed_are_refused_by_name() -> None:
    crowd = stereo(*[ONE[:1600]] * 33)

    with pytest.raises(Exception, match="at most 32") as refused:
        engine().transcribe(crowd)

    assert getattr(refused.value, "code", "") == "media_limit"


def test_progress_of_the_channels_never_goes_backwards() -> None:
    told: dict[str, list[float]] = {}

    engine().transcribe(
        call(), on_progress=lambda one: told.setdefault(one.stage, []).append(one.done)
    )

    assert told["diarization"] == sorted(told["diarization"])
    assert max(told["diarization"]) <= 12.0


def test_overlapping_words_of_two_channels_are_marked() -> None:
    both = stereo(sound((1, 4), seed=1), sound((2, 5), seed=2))

    found = checked(engine().transcribe(both))

    assert any(word.overlap for word in found.words if word.channel == 0)
    assert {word.speaker for word in found.words if word.channel == 0} == {A}


def test_a_diarizer_without_voices_says_that_those_of_channels_were_not_compared() -> None:
    voices = {0: (0.0, 0.0), 1: (0.0, 0.0)}
    voiceless = LevelDiarizer(voices, clustering_threshold=None, voiceless=True)

    found = checked(engine(diarizer=voiceless).diarize(call()))
    alike = engine(diarizer=LevelDiarizer(voices)).diarize(call())

    assert len(found.speakers) == 2, "nothing says that they are one"
    assert "voices_not_compared" in [one.code for one in found.warnings]
    assert len(alike.speakers) == 1
    assert "voices_not_compared" not in [one.code for one in alike.warnings]


def test_unknown_voices_are_joined_across_channels_where_fewer_speakers_are_wanted() -> None:
    voices = {0: (0.0, 90.0), 1: (0.0, 90.0)}
    voiceless = LevelDiarizer(voices, clustering_threshold=None, voiceless=True)

    found = checked(engine(diarizer=voiceless).diarize(call(), num_speakers=3))

    sides = {who: {one.channel for one in found.turns if one.speaker == who} for who in (A, B, C)}
    assert len(found.speakers) == 3
    assert sorted(map(len, sides.values())) == [1, 1, 2], "two of one channel are two people"
