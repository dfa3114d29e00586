"""Known voices keep their promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import numpy as np
import pytest
import sqlalchemy as sa
from made_up_voices import NEWER, STAMP, direction, voiceprint

from diascribe.engine.identify.book import Copied, Met
from diascribe.engine.identify.matching import Identity, match
from diascribe.engine.identify.people import Stamp, Who
from diascribe.engine.keeping.records import dump, load
from diascribe.errors import DatabaseError, OptionsError, UnknownPersonError, VoicesDifferError
from diascribe.store import Linking, Voices, enroll
from diascribe.store.database import Database
from diascribe.store.schema import NUMBERS, PEOPLE, SAMPLES
from diascribe.store.taking import take_in

THRESHOLD = 0.75


@pytest.fixture(name="database", scope="module")
def _database(voices_database: Database) -> Database:
    return voices_database


@pytest.fixture
def voices(database: Database) -> Voices:
    return Voices(database, uuid4().hex)


def met(degrees: float, *, seconds: float = 30, source: str = "a.wav", axis: int = 1) -> Met:
    heard = voiceprint(direction(degrees, axis), seconds=seconds, source=source)
    return Met("SPEAKER_00", heard, Identity())


def test_who_is_enrolled_is_listed_with_every_sample(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    enroll(voices, " Ada ", [voiceprint(direction(10), source="b.wav")], threshold=THRESHOLD)

    (ada,) = voices.people()

    assert ada.who == Who("Ada")
    assert [one.source for one in ada.voiceprints] == ["sample.wav", "b.wav"]
    assert np.array_equal(ada.voiceprints[0].vector, direction(0))


def test_samples_of_one_name_are_averaged(voices: Voices) -> None:
    prints = [voiceprint(direction(0)), voiceprint(direction(20))]
    enroll(voices, "Ada", prints, threshold=THRESHOLD)

    known = voices.known(STAMP)

    assert known.names == ("Ada",)
    assert known.vectors[0] == pytest.approx(direction(10), abs=1e-6)


def test_two_tenants_with_one_name_never_see_each_other(database: Database) -> None:
    mine, theirs = Voices(database, uuid4().hex), Voices(database, uuid4().hex)
    enroll(mine, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    enroll(theirs, "Ada", [voiceprint(direction(90))], threshold=THRESHOLD)

    found = {
        book: match(
            {"SPEAKER_00": direction(0)},
            book.known(STAMP),
            threshold=THRESHOLD,
            one_to_one=True,
        )["SPEAKER_00"]
        for book in (mine, theirs)
    }
    theirs.remove(["Ada"])

    assert found[mine].name == "Ada"
    assert found[theirs].name is None
    near = found[theirs].runner_up
    assert near is not None
    assert near.score == pytest.approx(0, abs=1e-6)
    assert [one.who.name for one in mine.people()] == ["Ada"]
    assert theirs.people() == []
    assert np.array_equal(mine.known(STAMP).vectors[0], direction(0))


def test_a_tenant_cannot_name_or_remove_what_another_has(database: Database) -> None:
    mine, theirs = Voices(database, uuid4().hex), Voices(database, uuid4().hex)
    enroll(mine, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    Linking(mine).meet([met(90)])

    for name in ("Ada", "VOICE_001"):
        with pytest.raises(UnknownPersonError, match="nobody of that name"):
            theirs.remove([name])
        with pytest.raises(UnknownPersonError, match="nobody of that name"):
            theirs.rename(name, "Bob")

    assert len(mine.people()) == 2


def test_another_voice_under_a_known_name_is_refused_and_nothing_kept(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    with pytest.raises(VoicesDifferError, match=r"Ada is known with another voice: .*0\.00"):
        enroll(voices, "Ada", [voiceprint(direction(90))], threshold=THRESHOLD)

    assert len(voices.person("Ada").samples) == 1


def test_of_two_voices_that_take_a_name_at_once_one_gets_it(voices: Voices) -> None:
    together = Barrier(2)

    def take(degrees: float) -> bool:
        together.wait()
        try:
            enroll(voices, "Ada", [voiceprint(direction(degrees))], threshold=THRESHOLD)
        except VoicesDifferError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(take, (0, 90)))

    assert sorted(taken) == [False, True]
    assert len(voices.person("Ada").samples) == 1


def test_another_voice_is_kept_where_that_is_wanted(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    enrolled = enroll(
        voices,
        "Ada",
        [voiceprint(direction(90), source="b.wav")],
        threshold=THRESHOLD,
        even_if_different=True,
    )

    assert enrolled.odd == ("sample.wav", "b.wav")
    assert len(enrolled.person.samples) == 2


def test_who_sounds_like_somebody_else_is_told(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    twin = enroll(voices, "Eva", [voiceprint(direction(5))], threshold=THRESHOLD)

    assert twin.like == ("Ada",)


def test_whoever_is_removed_leaves_no_row(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    Linking(voices).meet([met(90)])

    voices.remove(["Ada", "VOICE_001"])

    with voices.database.reading() as connection:
        for table in (PEOPLE, SAMPLES, NUMBERS):
            mine = sa.select(sa.func.count()).where(table.c.tenant == voices.tenant)
            assert connection.execute(mine).scalar_one() == 0


def test_removing_somebody_unknown_removes_nobody(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    with pytest.raises(UnknownPersonError, match="Bob: nobody"):
        voices.remove(["Ada", "Bob"])

    assert len(voices.people()) == 1


def test_vectors_of_another_encoder_are_not_compared_but_said(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    known = voices.known(NEWER)

    assert len(known) == 0
    assert known.others == ("Ada",)


def test_enrolled_again_somebody_is_known_to_both_encoders(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    enroll(voices, "Ada", [voiceprint(direction(90), stamp=NEWER)], threshold=THRESHOLD)

    assert voices.known(STAMP).vectors[0] == pytest.approx(direction(0))
    assert voices.known(NEWER).vectors[0] == pytest.approx(direction(90), abs=1e-6)
    assert voices.known(NEWER).others == ()


def test_what_was_read_is_read_again_after_a_change(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    before = voices.known(STAMP)

    assert voices.known(STAMP) is before
    other = Voices(voices.database, voices.tenant)
    enroll(other, "Bob", [voiceprint(direction(90))], threshold=THRESHOLD)

    assert sorted(name or "" for name in voices.known(STAMP).names) == ["Ada", "Bob"]


@pytest.mark.parametrize("stamp", [STAMP, NEWER, Stamp("unheard", "1")])
def test_a_copy_knows_whom_the_database_knows_and_reads_back_from_bytes(
    voices: Voices, stamp: Stamp
) -> None:
    voices.add("Ada", [voiceprint(direction(0)), voiceprint(direction(20))])
    voices.add("Eva", [voiceprint(direction(90)), voiceprint(direction(60), stamp=NEWER)])
    Linking(voices).meet([met(45)])
    Voices(voices.database, uuid4().hex).add("Bob", [voiceprint(direction(0))])

    copied = load(dump(voices.copied()), Copied)

    ours, theirs = copied.known(stamp), voices.known(stamp)
    by_name = sorted(zip(ours.names, ours.vectors.tolist(), strict=True))
    assert by_name == sorted(zip(theirs.names, theirs.vectors.tolist(), strict=True))
    assert ours.others == theirs.others
    assert copied.everybody == ("Ada", "Eva")
    assert copied.meet([met(0)]) == {}


def test_a_copy_of_nobody_knows_nobody(voices: Voices) -> None:
    copied = load(dump(voices.copied()), Copied)

    assert len(copied.known(STAMP)) == 0


def test_a_stranger_is_one_voice_in_all_recordings(voices: Voices) -> None:
    linking = Linking(voices)
    first = linking.meet([met(0, source="a.wav")])

    known = linking.known(STAMP)
    again = match({"S": direction(10)}, known, threshold=THRESHOLD, one_to_one=True)["S"]
    heard = voiceprint(direction(10), source="b.wav")
    second = linking.meet([Met("S", heard, again)])

    assert first == {"SPEAKER_00": "VOICE_001"}
    assert second == {"S": "VOICE_001"}
    assert len(voices.person("VOICE_001").samples) == 2


def test_a_recording_that_is_heard_again_adds_nothing(voices: Voices) -> None:
    linking = Linking(voices)
    linking.meet([met(0)])
    again = Met("S", met(0).voiceprint, Identity(voice="VOICE_001"))

    linking.meet([again])

    assert len(voices.person("VOICE_001").samples) == 1


def test_who_says_little_is_not_remembered(voices: Voices) -> None:
    assert Linking(voices).meet([met(0, seconds=4)]) == {}
    assert voices.people() == []


def test_of_named_people_nothing_more_is_kept(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    known = Met("S", met(0).voiceprint, Identity(name="Ada", score=1.0))

    assert Linking(voices).meet([known]) == {}
    assert len(voices.person("Ada").samples) == 1


def test_numbers_of_forgotten_voices_stay_unused(voices: Voices) -> None:
    linking = Linking(voices)
    linking.meet([met(0)])
    voices.remove(["VOICE_001"])

    assert linking.meet([met(90)]) == {"SPEAKER_00": "VOICE_002"}


def test_a_voice_that_is_named_is_known_by_both_names(voices: Voices) -> None:
    Linking(voices).meet([met(0)])

    voices.rename("VOICE_001", "Ada")

    assert voices.person("VOICE_001").who == voices.person("Ada").who == Who("Ada", "VOICE_001")
    assert voices.known(STAMP).names == ("Ada",)


def test_two_voices_of_one_name_become_one_person(voices: Voices) -> None:
    linking = Linking(voices)
    linking.meet([met(0), Met("OTHER", met(90).voiceprint, Identity())])

    voices.rename("VOICE_001", "Ada")
    voices.rename("VOICE_002", "Ada")

    assert len(voices.people()) == 1
    assert len(voices.person("VOICE_002").samples) == 2


def test_unnamed_voices_are_looked_for_only_by_who_links(voices: Voices) -> None:
    linking = Linking(voices)
    linking.meet([met(0)])

    assert len(voices.known(STAMP)) == 0
    assert linking.known(STAMP).voices == ("VOICE_001",)


@pytest.mark.parametrize("name", ["", "  ", "VOICE_007", "x" * 201, "a\x00b"])
def test_what_is_no_name_is_refused(voices: Voices, name: str) -> None:
    with pytest.raises(OptionsError, match="name"):
        enroll(voices, name, [voiceprint(direction(0))], threshold=THRESHOLD)


def test_voices_come_back_from_a_file_once(voices: Voices) -> None:
    people = {
        Who("Ada"): [voiceprint(direction(0))],
        Who(None, "VOICE_009"): [voiceprint(direction(90))],
    }

    take_in(voices, people)
    take_in(voices, {Who("Ada"): people[Who("Ada")]})

    assert [str(one.who) for one in voices.people()] == ["Ada", "VOICE_001"]
    assert len(voices.person("Ada").samples) == 1


def test_strangers_who_come_back_from_a_file_are_who_they_were(voices: Voices) -> None:
    people = {
        Who(None, "VOICE_004"): [voiceprint(direction(0))],
        Who(None, "VOICE_009"): [voiceprint(direction(90))],
    }

    take_in(voices, people)
    voices.rename("VOICE_002", "Eva")
    again = take_in(voices, people)

    assert [str(one.who) for one in again] == ["Eva", "VOICE_001"]
    assert [len(one.samples) for one in voices.people()] == [1, 1]


def test_vectors_that_cannot_be_compared_are_not_taken_in(voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)
    short = {Who("Eva"): [voiceprint(direction(0, dimension=3))]}

    with pytest.raises(OptionsError, match="wanted vectors of 8 numbers, got 3"):
        take_in(voices, short)

    assert voices.known(STAMP).names == ("Ada",)


@pytest.mark.parametrize("digits", [10, 20, 5000])
def test_numbers_that_no_voice_has_are_nobody(voices: Voices, digits: int) -> None:
    with pytest.raises(UnknownPersonError, match="nobody of that name"):
        voices.person("VOICE_" + digits * "9")


def test_a_name_is_found_however_its_accents_are_written(voices: Voices) -> None:
    enroll(voices, "Zo\u00eb", [voiceprint(direction(0))], threshold=THRESHOLD)

    assert voices.person("Zoe\u0308").who == Who("Zo\u00eb")


def test_a_transaction_that_fails_leaves_nothing(voices: Voices) -> None:
    people = {Who("Ada"): [voiceprint(direction(0))], Who("VOICE_001"): []}

    with pytest.raises(OptionsError):
        take_in(voices, people)

    assert voices.people() == []


def test_opening_a_database_again_changes_nothing(database: Database, voices: Voices) -> None:
    enroll(voices, "Ada", [voiceprint(direction(0))], threshold=THRESHOLD)

    with Database(database.engine.url.render_as_string(hide_password=False)) as again:
        assert [str(one.who) for one in Voices(again, voices.tenant).people()] == ["Ada"]


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'later.sqlite'}"
    with Database(url) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE diascribe_version SET version_num = '9999'")

    with pytest.raises(DatabaseError, match="another version"):
        Database(url)
