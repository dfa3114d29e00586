"""The database: only its owner's, empty of what was deleted, plain about what it refuses."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from made_up_voices import direction, voiceprint

from diascribe.engine.identify.people import Voiceprint, Who
from diascribe.errors import DatabaseError
from diascribe.store import Voices, enroll
from diascribe.store.database import Database
from diascribe.store.taking import take_in


def bytes_of(folder: Path) -> bytes:
    """Everything in a folder's files."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def pages_of(path: Path) -> list[bytes]:
    """The file in pages of SQLite's size."""
    whole = path.read_bytes()
    return [whole[first : first + 4096] for first in range(0, len(whole), 4096)]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_nothing_of_a_removed_person_is_left_in_the_files(tmp_path: Path, journal: str) -> None:
    heard = voiceprint(direction(33, dimension=256), source="secret-source.wav")
    with Database(f"sqlite:///{tmp_path / 'voices.sqlite'}") as database:
        with database.engine.connect() as connection:
            connection.connection.cursor().execute(f"PRAGMA journal_mode={journal}")
        voices = Voices(database)
        enroll(voices, "Ada Lovelace", [heard], threshold=0.75)
        before = bytes_of(tmp_path)
        removed = voices.remove(["Ada Lovelace"])
        after = bytes_of(tmp_path)

    assert removed.overwritten
    for trace in (b"Ada Lovelace", b"secret-source", heard.vector.astype("<f4").tobytes()):
        assert trace in before
        assert trace not in after


def somebody(number: int, random: np.random.Generator) -> tuple[str, list[Voiceprint]]:
    """A name and samples of many sizes, in no order."""
    name = "".join(random.choice(list("abcdefgh"), size=random.integers(8, 60)))
    return f"{name} {number}", [
        voiceprint(
            random.normal(size=256).astype(np.float32),
            source=f"{number}-{place}-" * random.integers(2, 9),
        )
        for place in range(random.integers(1, 4))
    ]


def traces(name: str, prints: Sequence[Voiceprint]) -> Iterator[bytes]:
    """What would tell of somebody: the name, the sources, and any part of a vector."""
    yield name.encode()
    for one in prints:
        yield one.source.encode()
        vector = one.vector.astype("<f4").tobytes()
        yield from (vector[first : first + 32] for first in range(0, len(vector), 32))


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_of_many_who_come_and_go_nothing_is_left_wherever_the_file_moved_them(
    tmp_path: Path, journal: str
) -> None:
    random = np.random.default_rng(7)
    with Database(f"sqlite:///{tmp_path / 'voices.sqlite'}") as database:
        with database.engine.connect() as connection:
            connection.connection.cursor().execute(f"PRAGMA journal_mode={journal}")
        voices = Voices(database)
        people = dict(somebody(number, random) for number in range(120))
        take_in(voices, {Who(name): prints for name, prints in people.items()})
        order = [str(one) for one in random.permutation(sorted(people))]
        gone = order[:90]
        assert all(one in bytes_of(tmp_path) for one in traces(gone[0], people[gone[0]]))
        for first in range(0, len(gone), 10):
            assert voices.remove(gone[first : first + 10]).overwritten
            more, prints = somebody(1000 + first, random)
            voices.add(more, prints)
        left = bytes_of(tmp_path)

    assert not [name for name in gone if any(one in left for one in traces(name, people[name]))]
    assert all(name.encode() in left for name in order[90:])


def test_removing_somebody_does_not_write_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "voices.sqlite"
    random = np.random.default_rng(7)
    with Database(f"sqlite:///{path}") as database:
        voices = Voices(database)
        people = dict(somebody(number, random) for number in range(200))
        take_in(voices, {Who(name): prints for name, prints in people.items()})
        before = pages_of(path)
        voices.remove([sorted(people)[100]])
        after = pages_of(path)

    changed = sum(one != other for one, other in zip(before, after, strict=True))
    assert len(before) > 100
    assert changed < 20


def test_traces_that_somebody_s_reading_holds_are_told_and_go_with_the_next_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diascribe.store.database.BUSY_S", 0.05)
    heard = voiceprint(direction(33, dimension=256), source="secret-source.wav")
    with Database(f"sqlite:///{tmp_path / 'voices.sqlite'}") as database:
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA journal_mode=wal")
        voices = Voices(database)
        enroll(voices, "Ada", [heard], threshold=0.75)
        enroll(voices, "Eva", [voiceprint(direction(90, dimension=256))], threshold=0.75)
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM person").all()
            disturbed = voices.remove(["Ada"])
        kept = bytes_of(tmp_path)
        undisturbed = voices.remove(["Eva"])
        after = bytes_of(tmp_path)

    assert not disturbed.overwritten
    assert b"secret-source" in kept
    assert undisturbed.overwritten
    assert b"secret-source" not in after


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "below" / "voices.sqlite"

    Database(f"sqlite:///{path}").close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "wanted sqlite:///path or postgresql"),
        ("mysql://host/db", "wanted sqlite or postgresql, got mysql"),
        ("sqlite:////proc/nowhere/voices.sqlite", "cannot be made"),
        ("postgresql://user:hunter2@/x?host=/nowhere", "the database refuses"),
    ],
)
def test_what_cannot_be_opened_is_told_without_secrets(url: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message) as refused:
        Database(url)

    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)

    with pytest.raises(DatabaseError, match="not a database"):
        Database(f"sqlite:///{path}")
