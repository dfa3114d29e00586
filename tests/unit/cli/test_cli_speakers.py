"""`diascribe speakers`: voices enrolled, looked for, named everywhere, forgotten."""

from __future__ import annotations

import json
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from cli_command import TURNS, Run, fake_engine, files_below, runner, talk
from fakes import FakeDiarizer, FakeEncoder, FakeVad, silence, tone
from made_up_voices import recorded

from diascribe.engine.identify.enrolling import Enroller
from diascribe.transcript import Turn


def hearing() -> Enroller:
    return Enroller(vad=FakeVad(), diarizer=FakeDiarizer(), encoder=FakeEncoder())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Commands on fakes that tell voices by their level, and on a database of their own."""
    monkeypatch.setenv("DIASCRIBE_DATABASE", f"sqlite:///{tmp_path / 'data' / 'voices.sqlite'}")
    monkeypatch.setattr("diascribe.store.linking.LEAST_MET_S", 2.0)  # the talk is short
    engine = fake_engine(diarizer=FakeDiarizer(TURNS), enroller=hearing())
    return runner(monkeypatch, capsys, engine)


def sample(path: Path, level: float = 0.1) -> Path:
    return recorded(path, silence(0.5), tone(4, level), silence(0.5))


def test_before_anybody_is_enrolled_nobody_is_known(run: Run) -> None:
    done = run("speakers", "list")

    assert done.status == 0
    assert done.out.startswith("nobody is known")


def test_who_is_enrolled_is_listed_shown_and_forgotten(run: Run, tmp_path: Path) -> None:
    enrolled = run("speakers", "enroll", sample(tmp_path / "1.wav"), "--name", "Ada")
    listed = run("speakers", "list", "--json")
    shown = run("speakers", "show", "Ada")
    removed = run("speakers", "remove", "Ada", "--json")

    assert enrolled.status == 0
    assert enrolled.out.startswith("Ada\n  1.wav: 4.4 s of speech, 99 dB over the noise; fake")
    (ada,) = json.loads(listed.out)["people"]
    assert ada["name"] == "Ada"
    assert [one["source"] for one in ada["samples"]] == ["1.wav"]
    assert "vector" not in listed.out
    assert shown.out == enrolled.out
    assert json.loads(removed.out) == {"removed": ["Ada"], "overwritten": True}
    assert run("speakers", "list").out.startswith("nobody is known")


def test_samples_name_their_people_themselves(run: Run, tmp_path: Path) -> None:
    first, second = sample(tmp_path / "eva.wav", 0.5), sample(tmp_path / "2.wav")

    run("speakers", "enroll", first, f"{second}#Ada L")
    lines = run("speakers", "list").out.splitlines()

    assert [line[:5].strip() for line in lines] == ["name", "Ada L", "eva"]


def test_one_failing_sample_stops_no_other(run: Run, tmp_path: Path) -> None:
    short = recorded(tmp_path / "short.wav", tone(1), silence(1))

    done = run("speakers", "enroll", short, sample(tmp_path / "ada.wav"))

    assert done.status == 2
    (error,) = done.errors
    assert "short.wav" in error
    assert "wanted at least 3 s of speech" in error
    assert done.out.startswith("ada\n")


def test_another_voice_under_a_known_name_is_refused(run: Run, tmp_path: Path) -> None:
    run("speakers", "enroll", sample(tmp_path / "1.wav"), "--name", "Ada")
    other = sample(tmp_path / "2.wav", 0.9 / 1.5)

    refused = run("speakers", "enroll", other, "--name", "Ada", "--speaker-threshold", "1")
    kept = run("speakers", "enroll", other, "--name", "Ada", "--even-if-different")

    assert refused.status == 2
    assert "Ada is known with another voice" in refused.errors[0]
    assert kept.status == 0


def test_turns_of_a_result_are_enrolled(run: Run, tmp_path: Path) -> None:
    recording = talk(tmp_path / "talk.wav")
    run("diarize", recording, "-o", tmp_path / "out")
    result = tmp_path / "out" / "talk.json"

    short = run(
        *("speakers", "enroll", recording, "--result", result),
        *("--speaker", "SPEAKER_01", "--name", "Eva"),
    )
    nobody = run(
        *("speakers", "enroll", recording, "--result", result),
        *("--speaker", "SPEAKER_07", "--name", "Eva"),
    )
    nameless = run("speakers", "enroll", recording, "--result", result, "--speaker", "SPEAKER_01")

    assert "holds 2.0 s of speech" in short.errors[0]
    assert "has no turns of SPEAKER_07" in nobody.errors[0]
    assert "has none for SPEAKER_01" in nameless.errors[0]


@pytest.mark.parametrize("by_address", [False, True])
def test_a_speaker_of_a_result_is_known_afterwards(
    run: Run, tmp_path: Path, *, by_address: bool
) -> None:
    turns = (Turn(1, 6, speaker="SPEAKER_00"), Turn(7, 12, speaker="SPEAKER_01"))
    engine = fake_engine(diarizer=FakeDiarizer(turns), enroller=hearing())
    recording = recorded(
        tmp_path / "talk.wav",
        *(silence(1), tone(5), silence(1), tone(5, 0.5), silence(1)),
    )
    address = f"data:audio/wav;base64,{b64encode(recording.read_bytes()).decode()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diascribe.api.load", lambda **_: engine)
        run("diarize", recording, "-o", tmp_path / "out")
        enrolled = run(
            *("speakers", "enroll", address if by_address else recording),
            *("--result", tmp_path / "out" / "talk.json"),
            *("--speaker", "SPEAKER_01", "--name", "Eva"),
        )
        run("diarize", recording, "--speaker-verification", "-o", tmp_path / "again")

    assert enrolled.status == 0
    found = json.loads((tmp_path / "again" / "talk.json").read_text())["speakers"]
    assert {who: one["name"] for who, one in found.items()} == {
        "SPEAKER_00": None,
        "SPEAKER_01": "Eva",
    }


def test_a_threshold_of_nought_is_a_threshold(run: Run, tmp_path: Path) -> None:
    one, other = sample(tmp_path / "1.wav"), sample(tmp_path / "2.wav", 0.5)

    done = run(*("speakers", "enroll", one, other, "--name", "Ada"), *("--speaker-threshold", "0"))

    assert done.status == 0
    assert done.errors == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("enroll", "a.wav", "--result", "a.json"), "wanted both or neither"),
        (("enroll", "a", "b", "--result", "r", "--speaker", "S"), "wanted the one recording"),
        (("enroll", "data:audio/wav;base64,AA=="), "samples[0]: wanted a name"),
        (("remove",), "wanted at least one, or --unnamed"),
        (("remove", "Bob"), "Bob: nobody of that name is known"),
        (("show", "VOICE_001"), "VOICE_001: nobody of that name is known"),
        (("name", "VOICE_001", "Ada"), "nobody of that name is known"),
        (("import", "/nowhere.json"), "wanted a file of voices"),
    ],
)
def test_what_cannot_be_done_is_told(run: Run, arguments: tuple[str, ...], message: str) -> None:
    done = run("speakers", *arguments)

    assert done.status == 2
    assert message in done.errors[0]


def test_known_voices_are_named_in_a_transcript(run: Run, tmp_path: Path) -> None:
    run("speakers", "enroll", sample(tmp_path / "Ada.wav"))

    done = run("transcribe", talk(tmp_path / "talk.wav"), "--speaker-verification")

    assert "Ada: " in done.out
    assert "SPEAKER_01: " in done.out


def test_samples_of_a_request_name_and_are_not_kept(run: Run, tmp_path: Path) -> None:
    given = sample(tmp_path / "Ada.wav")

    done = run("transcribe", talk(tmp_path / "talk.wav"), "--speaker-samples", given)

    assert "Ada: " in done.out
    assert not (tmp_path / "data").exists()


def test_a_stranger_is_named_once_and_everywhere(run: Run, tmp_path: Path) -> None:
    folder, out = tmp_path / "recordings", tmp_path / "out"
    for name in ("a.wav", "b.wav"):
        talk(folder / name)

    found = run("speakers", "identify", folder, "-o", out, "--format", "json,srt", "--words")
    before = json.loads((out / "b.json").read_text())["speakers"]["SPEAKER_01"]
    named = run("speakers", "name", "VOICE_002", "Eva", out, "--format", "srt", "--json")
    after = json.loads((out / "b.json").read_text())["speakers"]["SPEAKER_01"]
    again = run("speakers", "identify", folder / "a.wav")

    assert found.status == 0
    assert "VOICE_001" in found.out
    assert (before["name"], before["voice"]) == (None, "VOICE_002")
    assert (after["name"], after["voice"]) == ("Eva", "VOICE_002")
    assert len(json.loads(named.out)["written"]) == 4
    assert "Eva" in (out / "a.srt").read_text()
    assert "Eva" in again.out
    assert "VOICE_002" not in again.out


def test_whoever_wants_no_strangers_kept_keeps_none(run: Run, tmp_path: Path) -> None:
    done = run("speakers", "identify", talk(tmp_path / "talk.wav"), "--no-link")

    assert "SPEAKER_00" in done.out
    assert run("speakers", "list").out.startswith("nobody is known")


def test_all_strangers_are_forgotten_at_once(run: Run, tmp_path: Path) -> None:
    run("speakers", "enroll", sample(tmp_path / "Ada.wav", 0.03))
    run("speakers", "identify", talk(tmp_path / "talk.wav"))

    removed = run("speakers", "remove", "--unnamed")

    assert removed.out == "VOICE_001: removed\nVOICE_002: removed\n"
    assert "Ada" in run("speakers", "list").out


def test_voices_go_to_another_machine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("speakers", "enroll", sample(tmp_path / "Ada.wav"))
    file = tmp_path / "voices.json"

    run("speakers", "export", file)
    monkeypatch.setenv("DIASCRIBE_DATABASE", f"sqlite:///{tmp_path / 'other.sqlite'}")
    taken = run("speakers", "import", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "1 voices are known from" in taken.err
    assert "Ada" in run("transcribe", talk(tmp_path / "t.wav"), "--speaker-verification").out


LONG = """{"diascribe_voices": 1, "people": [{"name": "A", "samples": [{"vector": "AACAPwAAgD8=",
"encoder": "e", "revision": "1", "source": "s", "seconds": 1}]}]}"""
"""A file whose vector is none."""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "diascribe_voices: wanted a value"),
        ('{"diascribe_voices": 2, "people": []}', "wanted a number up to 1"),
        (LONG, "wanted vectors of length 1, got 1.414"),
        ("no json", "wanted JSON"),
    ],
)
def test_files_that_hold_no_voices_are_refused(
    run: Run, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "voices.json"
    file.write_text(text)

    done = run("speakers", "import", file)

    assert done.status == 2
    assert message in done.errors[0]
    assert run("speakers", "list").out.startswith("nobody is known")


def test_without_verification_no_database_is_opened(run: Run, tmp_path: Path) -> None:
    run("transcribe", talk(tmp_path / "talk.wav"))

    assert list(files_below(tmp_path)) == ["talk.wav"]
