"""Files of known voices are held, and never show what is no longer so: on both databases."""

from __future__ import annotations

from uuid import uuid4

import pytest
from made_up_voices import STAMP, direction, voiceprint

from diascribe.engine.identify.book import Copied
from diascribe.engine.keeping.records import load
from diascribe.jobs.known_files import KnownFiles
from diascribe.store import Voices
from diascribe.store.database import Database


@pytest.fixture(name="database", scope="module")
def _database(voices_database: Database) -> Database:
    return voices_database


def tenant_with(database: Database, *names: str) -> Voices:
    voices = Voices(database, uuid4().hex)
    for name in names:
        voices.add(name, [voiceprint(direction(0))])
    return voices


def names_in(file: bytes) -> list[str | None]:
    return sorted(load(file, Copied).known(STAMP).names, key=str)


def test_a_file_is_made_once_while_nothing_changes(database: Database) -> None:
    voices, files = tenant_with(database, "Ada"), KnownFiles(database)

    first = files.of(voices.tenant)

    assert files.of(voices.tenant) is first
    assert names_in(first) == ["Ada"]


def test_who_was_enrolled_is_in_the_next_file(database: Database) -> None:
    voices, files = tenant_with(database, "Ada"), KnownFiles(database)
    files.of(voices.tenant)

    Voices(database, voices.tenant).add("Eva", [voiceprint(direction(90))])

    assert names_in(files.of(voices.tenant)) == ["Ada", "Eva"]


def test_who_was_removed_is_in_no_file_any_more(database: Database) -> None:
    voices, files = tenant_with(database, "Ada", "Eva"), KnownFiles(database)
    files.of(voices.tenant)

    Voices(database, voices.tenant).remove(["Ada"])

    shown = files.of(voices.tenant)
    assert names_in(shown) == ["Eva"]
    assert b"Ada" not in shown


def test_who_was_named_anew_is_shown_by_that_name(database: Database) -> None:
    voices, files = tenant_with(database, "Ada"), KnownFiles(database)
    files.of(voices.tenant)

    voices.rename("Ada", "Eva")

    assert names_in(files.of(voices.tenant)) == ["Eva"]


def test_tenants_with_as_many_changes_are_shown_their_own(database: Database) -> None:
    mine, theirs = tenant_with(database, "Ada"), tenant_with(database, "Bob")
    files = KnownFiles(database)

    for _ in range(2):  # the second time they are held
        assert names_in(files.of(mine.tenant)) == ["Ada"]
        assert names_in(files.of(theirs.tenant)) == ["Bob"]


def test_a_tenant_s_change_leaves_others_files_as_they_are(database: Database) -> None:
    mine, theirs = tenant_with(database, "Ada"), tenant_with(database, "Bob")
    files = KnownFiles(database)
    held = files.of(mine.tenant)

    theirs.remove(["Bob"])

    assert files.of(mine.tenant) is held


def test_no_more_is_held_than_allowed_and_that_of_the_last(database: Database) -> None:
    mine, theirs = tenant_with(database, "Ada"), tenant_with(database, "Bob")
    size = len(KnownFiles(database).of(mine.tenant))
    files = KnownFiles(database, held_bytes=size + 10)

    first = files.of(mine.tenant)
    second = files.of(theirs.tenant)

    assert files.of(theirs.tenant) is second
    assert files.of(mine.tenant) is not first
    assert names_in(files.of(mine.tenant)) == ["Ada"]


def test_a_file_larger_than_allowed_is_shown_all_the_same(database: Database) -> None:
    voices = tenant_with(database, "Ada")

    assert names_in(KnownFiles(database, held_bytes=1).of(voices.tenant)) == ["Ada"]
