"""The database: only its owner's, empty of what was deleted, plain about what it refuses."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from made_up_voices import direction, voiceprint

from diascribe.errors import DatabaseError
from diascribe.store import Voices, enroll
from diascribe.store.database import Database


def bytes_of(folder: Path) -> bytes:
    """Everything in a folder's files."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


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
