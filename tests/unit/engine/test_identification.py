"""The engine names speakers by samples and by known voices, and loses nothing where it cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_command import TURNS, fake_engine, talk
from fakes import FakeDiarizer, FakeEncoder, FakeShelf, FakeVad, silence, tone
from invariants import check
from made_up_voices import NEWER, direction, heard, voiceprint

from diascribe.audio import Audio, Recording
from diascribe.engine.engine import Engine
from diascribe.engine.identify.book import Fixed
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.gathering import gather
from diascribe.engine.identify.identifying import Matching, Scene, identify
from diascribe.engine.identify.people import Known, Stamp
from diascribe.engine.steps import finish
from diascribe.errors import DatabaseError, OptionsError
from diascribe.formats.table import write
from diascribe.store import Linking, Voices
from diascribe.store.database import Database
from diascribe.transcript import Diarization, Transcript, Turn
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json


def engine() -> Engine:
    """Hears `talk`, and voices by their level: quiet is SPEAKER_00, loud SPEAKER_01."""
    enroller = Enroller(vad=FakeVad(), diarizer=FakeDiarizer(), encoder=FakeEncoder())
    return fake_engine(diarizer=FakeDiarizer(TURNS), enroller=enroller)


def names(transcript: Transcript) -> dict[str, str | None]:
    return {one.id: one.name for one in transcript.speakers}


def test_speakers_are_named_by_samples_and_keep_their_ids(tmp_path: Path) -> None:
    samples = heard(tmp_path, ada=(0.1,), eva=(0.03,))

    found = engine().transcribe(talk(tmp_path / "talk.wav"), speaker_samples=samples)

    check(found)
    assert names(found) == {"SPEAKER_00": "ada", "SPEAKER_01": None}
    ada, stranger = found.speakers
    assert ada.score is not None
    assert ada.score > 0.97
    assert ada.runner_up is not None
    assert ada.runner_up.name == "eva"
    assert stranger.score is None
    assert {word.speaker for word in found.words} == {"SPEAKER_00", "SPEAKER_01"}
    text = write("txt", found, name="talk")
    assert "ada: " in text
    assert "SPEAKER_01: " in text


def test_a_sample_that_fails_never_loses_the_transcript(tmp_path: Path) -> None:
    found = engine().transcribe(
        talk(tmp_path / "talk.wav"),
        language="en",
        speaker_samples=["/nowhere/ada.wav", "https://[::1]/eva.wav"],
    )

    assert found.words
    assert names(found) == {"SPEAKER_00": None, "SPEAKER_01": None}
    codes = [one.code for one in found.warnings]
    assert codes == ["speaker_sample_failed", "speaker_sample_failed", "no_known_voices"]


def test_samples_are_not_heard_where_verification_is_refused(tmp_path: Path) -> None:
    found = engine().transcribe(
        talk(tmp_path / "talk.wav"),
        language="en",
        speaker_samples=["/nowhere.wav"],
        speaker_verification=False,
    )

    assert found.warnings == ()


def test_verification_without_anybody_to_look_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="wanted speaker_samples or known voices, got neither"):
        engine().transcribe(talk(tmp_path / "talk.wav"), speaker_verification=True)


def test_an_encoder_without_a_threshold_wants_one_given(tmp_path: Path) -> None:
    plain = engine()
    assert plain.enroller is not None
    bare = replace(plain.enroller, encoder=FakeEncoder(verification_threshold=None))
    samples, recording = heard(tmp_path, ada=(0.1,)), talk(tmp_path / "talk.wav")

    with pytest.raises(OptionsError, match="fake-encoding has none of its own: give one"):
        replace(plain, enroller=bare).transcribe(recording, speaker_samples=samples)
    found = replace(plain, enroller=bare).transcribe(
        recording, speaker_samples=samples, speaker_threshold=0.97
    )

    assert names(found)["SPEAKER_00"] == "ada"


def test_speakers_of_a_named_diarizer_are_known_by_vectors_of_the_encoder(tmp_path: Path) -> None:
    plain = engine()
    assert plain.enroller is not None
    encoding = replace(plain.enroller.encoder.model, stage="embedding")
    both = replace(
        plain,
        diarizer=FakeDiarizer(TURNS, models=(encoding,)),
        shelf=FakeShelf(other=FakeDiarizer(TURNS)),
    )

    found = both.transcribe(
        talk(tmp_path / "talk.wav"),
        diarizer="fake-diarization",
        speaker_samples=heard(tmp_path, ada=(0.1,), eva=(0.03,)),
    )

    assert names(found) == {"SPEAKER_00": "ada", "SPEAKER_01": None}
    assert encoding not in found.models


def test_known_voices_are_looked_for_without_samples(tmp_path: Path) -> None:
    plain = engine()
    assert plain.enroller is not None
    (sample,) = heard(tmp_path, ada=(0.5,))
    with Database("sqlite:///:memory:") as database:
        voices = Voices(database)
        voices.add("Ada", [finish(plain.enroller.hear_sample(sample))])

        found = plain.transcribe(
            talk(tmp_path / "talk.wav"), voices=voices, speaker_verification=True
        )

    assert names(found) == {"SPEAKER_00": None, "SPEAKER_01": "Ada"}


def scene(*turns: Turn) -> Scene:
    """A call: somebody on channel 0 while somebody louder speaks on channel 1."""
    own = np.concatenate([silence(1), tone(4, 0.1), silence(5)])
    call = Recording(np.concatenate([own, tone(10, 0.5)], axis=1), "call.wav")
    sides = {place: Audio(call.samples, (place,)) for place in (0, 1)}
    return Scene(call.mix(), "call.wav", Diarization(turns, turns, {}), (), sides)


def test_who_speaks_on_one_side_of_a_call_is_heard_on_it_alone(tmp_path: Path) -> None:
    enroller = engine().enroller
    assert enroller is not None
    known = finish(gather(enroller, heard(tmp_path, ada=(0.1,)), threshold=0.97)).known
    call = scene(Turn(1, 5, speaker="SPEAKER_00", channel=0))

    found = finish(identify(call, enroller, Fixed(known), Matching(threshold=0.999)))

    assert found.identities["SPEAKER_00"].name == "ada"


def test_who_speaks_on_both_sides_of_a_call_is_heard_on_all_of_it() -> None:
    one, other = (Turn(place, place + 1, speaker="A", channel=place) for place in (0, 1))
    call = scene(one, other)

    assert call.sound_of([one]).channels == (0,)
    assert call.sound_of([one, other]) is call.audio
    assert call.sound_of([Turn(0, 1, speaker="A")]) is call.audio


def test_strangers_are_the_same_voice_in_every_recording(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'voices.sqlite'}") as database:
        linking = Linking(Voices(database))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("diascribe.store.linking.LEAST_MET_S", 2.0)  # the talk is short
            found = [
                engine().diarize(talk(tmp_path / name), voices=linking, speaker_verification=True)
                for name in ("a.wav", "b.wav")
            ]

    assert [one.voice for one in found[0].speakers] == ["VOICE_001", "VOICE_002"]
    assert [one.voice for one in found[1].speakers] == ["VOICE_001", "VOICE_002"]
    assert names(found[1]) == {"SPEAKER_00": None, "SPEAKER_01": None}


class Broken:
    """A book that cannot be read."""

    def known(self, stamp: Stamp) -> Known:
        raise DatabaseError(f"the database refuses to say who {stamp} knows")

    def meet(self, met: object) -> dict[str, str]:
        raise AssertionError(met)


def test_a_broken_database_never_loses_the_transcript(tmp_path: Path) -> None:
    found = engine().transcribe(
        talk(tmp_path / "talk.wav"), language="en", voices=Broken(), speaker_verification=True
    )

    assert found.words
    assert [one.code for one in found.warnings] == ["samples_failed"]


def test_voices_of_another_encoder_are_told_to_be_enrolled_again(tmp_path: Path) -> None:
    with Database("sqlite:///:memory:") as database:
        voices = Voices(database)
        voices.add("Ada", [voiceprint(direction(0), stamp=NEWER)])

        found = engine().transcribe(
            talk(tmp_path / "talk.wav"), language="en", voices=voices, speaker_verification=True
        )

    (warning,) = found.warnings
    assert warning.code == "voices_need_enrolment"
    assert "enrol again Ada" in warning.message


def test_names_and_scores_survive_the_wire(tmp_path: Path) -> None:
    samples = heard(tmp_path, ada=(0.1,), eva=(0.03,))
    found = engine().transcribe(talk(tmp_path / "talk.wav"), speaker_samples=samples)

    text = to_json(found)

    told = json.loads(text)["speakers"]["SPEAKER_00"]
    assert list(told) == ["name", "score", "runner_up", "voice", "time"]
    assert told["runner_up"].keys() == {"name", "score"}
    assert to_json(from_json(text)) == text
