"""Stages name whom the workspace knows, or whose samples come, and lose nothing over it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pytest
from fakes import FakeDiarizer, FakeEncoder, FakeVad
from made_up_voices import heard
from staged import OPTIONS, engine, result, stages, talk_in, work

from diascribe.engine.identify.book import Copied
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.people import Known, Who
from diascribe.engine.steps import finish
from diascribe.jobs.engine_stages import EngineStages
from diascribe.jobs.identity import looks_for_known
from diascribe.jobs.known import filed, lay, take_away
from diascribe.jobs.seam import LOST, VOICES
from diascribe.storage.fetching import Fetcher
from diascribe.transcript import Transcript


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return talk_in(tmp_path)


KNOWING = {**OPTIONS, "speaker_verification": True}


def hearing_voices(fetcher: Fetcher | None = None) -> EngineStages:
    """Stages that tell voices by their level."""
    enroller = Enroller(
        vad=FakeVad(),
        diarizer=FakeDiarizer(),
        encoder=FakeEncoder(),
        fetcher=fetcher or Fetcher(),
    )
    loaded = replace(engine(), enroller=enroller)
    return EngineStages(lambda: loaded)


def known_to(on: EngineStages, folder: Path, name: str, level: float) -> Copied:
    """Somebody who speaks that loud."""
    enroller = on.engine.enroller
    assert enroller is not None
    (sample,) = heard(folder, **{name: (level,)})
    who = {Who(name): [finish(enroller.hear_sample(sample))]}
    return Copied((name,), (Known.of(who, enroller.stamp),))


def names(of: Transcript) -> dict[str, str | None]:
    return {one.id: one.name for one in of.speakers}


def test_known_voices_in_the_workspace_are_named(workspace: Path, tmp_path: Path) -> None:
    on = hearing_voices()
    (tmp_path / "samples").mkdir()
    lay(filed(known_to(on, tmp_path / "samples", "Ada", 0.5)), workspace)

    work(on, workspace, KNOWING)

    assert names(result(workspace)) == {"SPEAKER_00": None, "SPEAKER_01": "Ada"}
    assert result(workspace).warnings == ()
    assert not (workspace / LOST).exists()


def test_known_voices_that_are_not_there_lose_no_transcript(workspace: Path) -> None:
    work(hearing_voices(), workspace, KNOWING)

    found = result(workspace)
    assert found.words
    assert [one.code for one in found.warnings] == ["samples_failed"]


def test_damaged_known_voices_lose_no_transcript(workspace: Path) -> None:
    (workspace / VOICES).write_bytes(b"no archive")

    work(hearing_voices(), workspace, KNOWING)

    found = result(workspace)
    assert found.words
    assert [one.code for one in found.warnings] == ["samples_failed"]


@dataclass(frozen=True)
class WatchedFetcher(Fetcher):
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def opened(self, uri: str) -> Iterator[Path | BinaryIO]:
        self.asked.append(uri)
        with super().opened(uri) as source:
            yield source


def test_samples_are_fetched_for_the_last_stage_alone(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (sample,) = heard(tmp_path / "samples", ada=(0.5,))
    fetcher = WatchedFetcher()

    ran = work(hearing_voices(fetcher), workspace, {**OPTIONS, "speaker_samples": [sample]})

    assert len(ran) == 9
    assert fetcher.asked == [sample.source]
    assert names(result(workspace)) == {"SPEAKER_00": None, "SPEAKER_01": "ada"}
    assert result(workspace).warnings == ()
    assert not (workspace / LOST).exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data:audio/wav;base64,AAAA", "data:audio/wav;base64,BBBB"),
        ("https://example.org/ada.wav?version=1", "https://example.org/ada.wav?version=2"),
    ],
)
def test_other_samples_of_one_name_are_heard_anew(one: str, other: str) -> None:
    on = stages()

    keys = {
        on.traits("result", {"speaker_samples": [{"url": url, "name": "Ada"}]}).key
        for url in (one, other)
    }

    assert len(keys) == 2
    assert not any(text in key for key in keys for text in ("AAAA", "version"))


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, False),
        ({"speaker_verification": True}, True),
        ({"speaker_verification": True, "speaker_samples": ["ada.wav"]}, False),
        ({"speaker_samples": ["ada.wav"]}, False),
    ],
)
def test_known_voices_are_wanted_where_no_samples_come(
    options: dict[str, object],
    wanted: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    on = stages()

    assert on.traits("result", options).voices == wanted == looks_for_known(options)
    assert not on.traits("diarization", options).voices


def test_known_voices_are_for_their_owner_only_and_taken_away(tmp_path: Path) -> None:
    lay(filed(Copied((), ())), tmp_path)
    mode = stat.S_IMODE((tmp_path / VOICES).stat().st_mode)
    take_away(tmp_path)

    assert mode == 0o600
    assert list(tmp_path.iterdir()) == []
