"""Known voices are enrolled, listed, shown and removed."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import numpy as np
import pytest
from asking import FakeEar, Keys, client_of, speakers_in
from fake_jobs import FakeJobs
from fakes import silence
from fastapi.testclient import TestClient
from made_up_voices import direction, recorded, voiceprint

from diascribe.engine.identify.book import Met
from diascribe.engine.identify.matching import Identity
from diascribe.engine.steps import finish_seconds
from diascribe.jobs.seam import SOURCE
from diascribe.media import decode
from diascribe.server.ears import ChildEar
from diascribe.server.limits import Limits
from diascribe.server.problems import ProblemError
from diascribe.server.service import Service
from diascribe.settings import child_environment
from diascribe.store import Linking, Voices
from diascribe.store.database import Database

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    with Database("sqlite:///:memory:") as database:
        yield database


def speaking(database: Database, ear: FakeEar | None = None, **parts: object) -> TestClient:
    speakers = speakers_in(database, ear)
    service = Service(jobs=FakeJobs(), keys=Keys(), speakers=speakers, **parts)  # type: ignore[arg-type]  # its parts
    return client_of(service, key="ada-key")


def sample(degrees: int) -> dict[str, tuple[str, bytes]]:
    return {"file": ("sample.wav", str(degrees).encode())}


def test_a_sample_makes_somebody_known(database: Database) -> None:
    client = speaking(database)

    made = client.post("/v1/speakers", files=sample(0), data={"name": "  Anna   Müller "})
    again = client.post("/v1/speakers", files=sample(5), data={"name": "Anna Müller"})
    listed = client.get("/v1/speakers").json()["speakers"]
    shown = client.get("/v1/speakers/Anna Müller").json()

    assert (made.status_code, made.json()["name"]) == (201, "Anna Müller")
    assert len(again.json()["samples"]) == 2
    assert listed == [shown]
    assert [one["source"] for one in shown["samples"]] == ["sample.wav", "sample.wav"]
    assert "vector" not in str(shown)


def test_known_voices_come_a_page_at_a_time(database: Database) -> None:
    client = speaking(database)
    for name in ("Berta", "Anna", "Carla"):
        client.post("/v1/speakers", files=sample(0), data={"name": name})

    first = client.get("/v1/speakers", params={"limit": 2}).json()
    second = client.get("/v1/speakers", params={"limit": 2, "after": first["following"]}).json()

    assert [one["name"] for one in first["speakers"]] == ["Anna", "Berta"]
    assert [one["name"] for one in second["speakers"]] == ["Carla"]
    assert second["following"] is None


def test_the_longest_name_may_be_where_a_page_ends(database: Database) -> None:
    client = speaking(database)
    longest = 200 * "\U0001f600"
    for name in (longest, "Anna"):
        client.post("/v1/speakers", files=sample(0), data={"name": name})
    Linking(Voices(database, "ada")).meet(
        [Met("SPEAKER_00", voiceprint(direction(45), seconds=30), Identity())]
    )

    after = client.get("/v1/speakers", params={"limit": 2}).json()["following"]
    rest = client.get("/v1/speakers", params={"after": after})

    assert rest.status_code == 200
    assert [one["voice"] for one in rest.json()["speakers"]] == ["VOICE_001"]


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 201}, {"after": "?"}, {"after": "x" * 2000}]
)
def test_pages_that_there_are_not_are_refused(database: Database, asked: dict[str, str]) -> None:
    answer = speaking(database).get("/v1/speakers", params=asked)

    assert answer.status_code == 422


def test_an_address_may_hold_the_sample(database: Database) -> None:
    ear = FakeEar()

    made = speaking(database, ear).post("/v1/speakers", json={"name": "Anna", "url": "data:,12"})

    assert made.status_code == 201
    assert ear.heard == [b"12"]


@pytest.mark.parametrize("url", ["/etc/passwd", "file:///etc/passwd", "s3://b/k", "", None])
def test_paths_are_not_taken_for_samples(database: Database, url: str | None) -> None:
    ear = FakeEar()

    answer = speaking(database, ear).post("/v1/speakers", json={"name": "Anna", "url": url})

    assert answer.status_code == 422
    assert not ear.heard


def test_private_machines_are_not_asked_for_samples(database: Database) -> None:
    answer = speaking(database).post(
        "/v1/speakers", json={"name": "Anna", "url": "http://127.0.0.1/a.wav"}
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "address_refused")


def test_another_voice_under_a_known_name_is_a_conflict_unless_insisted_on(
    database: Database,
) -> None:
    client = speaking(database)
    client.post("/v1/speakers", files=sample(0), data={"name": "Anna"})

    other = client.post("/v1/speakers", files=sample(80), data={"name": "Anna"})
    insisted = client.post(
        "/v1/speakers", files=sample(80), data={"name": "Anna", "even_if_different": "true"}
    )

    assert (other.status_code, other.json()["error"]["code"]) == (409, "voices_differ")
    assert insisted.status_code == 201
    assert insisted.json()["unlike"]


def test_two_people_who_sound_alike_are_told_apart_by_a_remark(database: Database) -> None:
    client = speaking(database)
    client.post("/v1/speakers", files=sample(0), data={"name": "Anna"})

    other = client.post("/v1/speakers", files=sample(10), data={"name": "Berta"})

    assert other.json()["like"] == ["Anna"]


def test_a_sample_that_cannot_be_used_says_why(database: Database) -> None:
    answer = speaking(database).post(
        "/v1/speakers", files={"file": ("a.wav", b"grunt")}, data={"name": "Anna"}
    )

    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "unusable_sample",
        "message": "too short",
        "details": {"stage": "samples", "hint": "speak longer"},
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": ""},
        {"name": "VOICE_001"},
        {"name": "x" * 201},
        {"name": "Anna", "even_if_different": "maybe"},
        {"name": "Anna", "url": "data:,1", "nothing": "1"},
    ],
)
def test_what_does_not_fit_is_refused(database: Database, data: dict[str, str]) -> None:
    client = speaking(database)

    answer = client.post("/v1/speakers", files=sample(0), data=data)

    assert answer.status_code == 422
    assert not client.get("/v1/speakers").json()["speakers"]


def test_samples_are_short(database: Database) -> None:
    client = speaking(database, limits=Limits(short_bytes=3, body_bytes=1000))

    answer = client.post("/v1/speakers", files={"file": ("a.wav", b"12345")}, data={"name": "Anna"})

    assert answer.status_code == 413


def test_who_is_removed_is_gone(database: Database) -> None:
    client = speaking(database)
    client.post("/v1/speakers", files=sample(0), data={"name": "a/b c"})

    removed = client.delete("/v1/speakers/a%2Fb%20c")

    assert removed.status_code == 204
    assert client.get("/v1/speakers/a%2Fb%20c").status_code == 404
    assert client.delete("/v1/speakers/a%2Fb%20c").status_code == 404


@pytest.mark.parametrize("name", ["nobody", "a%00b", "%ff", "VOICE_999"])
def test_nobody_of_that_name_is_not_found(database: Database, name: str) -> None:
    answer = speaking(database).get(f"/v1/speakers/{name}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_person")


def test_the_child_hears_a_voice_and_refuses_silence(tmp_path: Path) -> None:
    ear = ChildEar(child_environment())
    recorded(tmp_path / SOURCE, silence(20))

    with pytest.raises(ProblemError) as refused:
        anyio.run(ear.hear, tmp_path, "silence.wav")

    assert refused.value.problem.code == "unusable_sample"
    assert "silence.wav" in refused.value.problem.message


def test_the_child_hears_the_voice_of_a_person(tmp_path: Path) -> None:
    recording = finish_seconds(decode(EXAMPLES / "conversation.opus"))
    samples = recording.mix().samples
    spoken = [
        samples[round(16_000 * start) : round(16_000 * (start + seconds))]
        for start, seconds in turns_of("robert")
    ]
    recorded(tmp_path / SOURCE, np.concatenate(spoken)[:, None])

    heard = anyio.run(ChildEar(child_environment()).hear, tmp_path, "robert.wav")

    assert heard.voiceprint.source == "robert.wav"
    assert np.linalg.norm(heard.voiceprint.vector) == pytest.approx(1, abs=1e-3)
    assert 0 < heard.threshold < 1


def turns_of(name: str) -> Iterator[tuple[float, float]]:
    """Start and length of somebody's turns in the example."""
    for line in (EXAMPLES / "conversation.rttm").read_text().splitlines():
        fields = line.split()
        if fields[7] == name:
            yield float(fields[3]), float(fields[4])
