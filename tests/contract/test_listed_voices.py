"""Known voices come a page at a time, everybody once, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from uuid import uuid4

import pytest
from made_up_voices import direction, voiceprint

from diascribe.engine.identify.book import Met
from diascribe.engine.identify.matching import Identity
from diascribe.errors import InputError
from diascribe.store import Linking, Voices
from diascribe.store.database import Database
from diascribe.store.listing import _in_order, list_people


@pytest.fixture(name="database", scope="module")
def _database(voices_database: Database) -> Database:
    return voices_database


@pytest.fixture
def voices(database: Database) -> Voices:
    return Voices(database, uuid4().hex)


def met(degrees: float) -> Met:
    return Met("SPEAKER_00", voiceprint(direction(degrees), seconds=30), Identity())


def pages_of(voices: Voices, limit: int) -> list[list[str]]:
    """The names on every page, asked for one after the other."""
    page = list_people(voices, limit=limit)
    pages = [page]
    while page.following is not None:
        page = list_people(voices, limit=limit, after=page.following)
        pages.append(page)
    return [[str(one.who) for one in each.people] for each in pages]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 100])
def test_pages_hold_everybody_once_and_in_order(voices: Voices, limit: int) -> None:
    for name in ("Zo\u00eb", "ada", "Bob", "\U0001f600"):
        voices.add(name, [voiceprint(direction(0)), voiceprint(direction(5), source="b.wav")])
    Linking(voices).meet([met(45), Met("OTHER", met(90).voiceprint, Identity())])
    Voices(voices.database, uuid4().hex).add("Eva", [voiceprint(direction(0))])

    pages = pages_of(voices, limit)

    everybody = ["Bob", "Zo\u00eb", "ada", "\U0001f600", "VOICE_001", "VOICE_002"]
    assert [name for page in pages for name in page] == everybody
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert 0 < len(pages[-1]) <= limit


def test_a_page_shows_people_as_they_are_shown_one_by_one(voices: Voices) -> None:
    voices.add("Ada", [voiceprint(direction(0)), voiceprint(direction(5), source="b.wav")])
    Linking(voices).meet([met(45)])

    page = list_people(voices, limit=10)

    assert [one.id for one in page.people] == [
        voices.person(name).id for name in ("Ada", "VOICE_001")
    ]
    assert [len(one.samples) for one in page.people] == [2, 1]
    assert page.following is None


def test_a_page_goes_on_where_the_last_ended_though_that_one_was_removed(voices: Voices) -> None:
    for name in ("Ada", "Bob", "Eva"):
        voices.add(name, [voiceprint(direction(0))])

    first = list_people(voices, limit=2)
    voices.remove(["Bob"])
    voices.add("Abe", [voiceprint(direction(0))])
    second = list_people(voices, limit=2, after=first.following)

    assert [one.who.name for one in second.people] == ["Eva"]


def test_who_was_removed_while_a_page_was_read_is_left_out(voices: Voices) -> None:
    voices.add("Ada", [voiceprint(direction(0))])
    there = voices.person("Ada").id

    with voices.database.reading() as connection:
        found = _in_order(connection, voices.tenant, [("removed", "Abe"), (there, "Ada")])

    assert [one.who.name for one in found] == ["Ada"]


def test_a_tenant_without_voices_has_one_empty_page(voices: Voices) -> None:
    assert pages_of(voices, 10) == [[]]


@pytest.mark.parametrize("after", ["", "!", "Ada", "QWRh=", "AA==", "/w==", "\u00e9", "QQ==QQ=="])
def test_what_no_page_gave_is_refused(voices: Voices, after: str) -> None:
    with pytest.raises(InputError, match="wanted what a page gave"):
        list_people(voices, limit=10, after=after)
