"""Results and failures in buckets: what they are called, and when they are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import OutputError
from diascribe.storage.locations import Location, folder_location, location
from diascribe.storage.naming import FAILURE, beside, elsewhere, of_job
from diascribe.storage.objects import Access, Objects, open_objects
from diascribe.storage.results import Recorded, ResultWriter

ENDINGS = st.sampled_from(["json", "srt", "vtt", "rttm", "txt", FAILURE])
PARTS = st.text(st.sampled_from("ab._-"), min_size=1, max_size=4).filter(lambda one: one.strip("."))
SOURCES = st.builds(
    Location,
    st.sampled_from(["s3", "gs"]),
    st.sampled_from(["aaa", "bbb", "a.b"]),
    st.lists(PARTS, min_size=1, max_size=3).map("/".join),
)
RESULTS = location("s3://out/results/")


@given(SOURCES, ENDINGS, SOURCES, ENDINGS)
def test_no_two_results_have_one_name(
    source: Location, ending: str, other: Location, other_ending: str
) -> None:
    same = (source, ending) == (other, other_ending)

    assert (beside(source, ending) == beside(other, other_ending)) == same
    named, other_named = elsewhere(RESULTS, source, ending), elsewhere(RESULTS, other, other_ending)
    assert (named == other_named) == same
    assert named.key.startswith("results/")


@given(SOURCES, ENDINGS, st.sampled_from(["aaa", "bbb"]), st.text(max_size=20))
def test_results_of_uploads_are_apart(source: Location, ending: str, job: str, name: str) -> None:
    place = of_job(RESULTS, job, name, ending)

    assert place == location(place.uri)
    assert place.key.count("/") == 3
    assert place != elsewhere(RESULTS, source, ending)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Team call.mp3", "_jobs/1f/Team call.mp3.srt"),
        ("../../etc/passwd", "_jobs/1f/passwd.srt"),
        ("..\\..\\x", "_jobs/1f/x.srt"),
        ("..", "_jobs/1f/recording.srt"),
        ("", "_jobs/1f/recording.srt"),
        ("a\nb%2f", "_jobs/1f/ab2f.srt"),
    ],
)
def test_names_of_uploads_stay_inside(name: str, key: str) -> None:
    assert of_job(Location("s3", "out", ""), "1f", name, "srt").key == key


@pytest.fixture
def objects() -> Objects:
    return open_objects(Access())


@pytest.fixture
def folder(tmp_path: Path) -> Location:
    return folder_location(tmp_path)


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


TEXTS = {"json": "{}", "srt": "1\n", "rttm": "SPEAKER\n"}


def test_results_lie_beside_their_recording(
    objects: Objects, folder: Location, tmp_path: Path
) -> None:
    recorded = Recorded(job="1f", name="a.mp3", source=folder.below("2026/a.mp3"))

    places = ResultWriter(objects=objects).write(recorded, TEXTS)

    assert [one.key.rpartition(".")[2] for one in places] == list(TEXTS)
    assert files(tmp_path) == ["2026/a.mp3.json", "2026/a.mp3.rttm", "2026/a.mp3.srt"]


def test_recordings_of_one_stem_have_results_of_their_own(
    objects: Objects, folder: Location, tmp_path: Path
) -> None:
    writer = ResultWriter(objects=objects, results=folder.below("results"))
    for key in ("x/a.mp3", "x/a.wav", "y/a.mp3"):
        recorded = Recorded(job="1f", name="a", source=Location("s3", "calls", key))
        writer.write(recorded, {"txt": key})

    named = ["x/a.mp3.txt", "x/a.wav.txt", "y/a.mp3.txt"]
    assert files(tmp_path / "results") == [f"_s3/calls/{one}" for one in named]


def test_a_failure_lies_apart_and_goes_when_there_is_a_result(
    objects: Objects, folder: Location, tmp_path: Path
) -> None:
    writer = ResultWriter(
        objects=objects, results=folder.below("results"), failures=folder.below("failures")
    )
    recorded = Recorded(job="1f", name="a.mp3", source=Location("s3", "calls", "a.mp3"))

    place = writer.write_failure(recorded, {"code": "no_audio", "message": "no sound"})

    assert json.loads(Path(f"/{place.key}").read_text())["error"]["code"] == "no_audio"
    assert files(tmp_path) == ["failures/_s3/calls/a.mp3.failure"]
    writer.write(recorded, TEXTS)
    assert all(one.startswith("results/") for one in files(tmp_path))


def test_the_json_is_written_last(tmp_path: Path, objects: Objects, folder: Location) -> None:
    """Whoever waits for it finds the others: here the SRT cannot be written."""
    (tmp_path / "a.mp3.srt" / "in the way").mkdir(parents=True)
    recorded = Recorded(job="1f", name="a.mp3", source=folder.below("a.mp3"))

    with pytest.raises(OutputError):
        ResultWriter(objects=objects).write(recorded, {"json": "{}", "srt": "1\n"})

    assert files(tmp_path) == []
