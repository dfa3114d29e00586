"""Keys are made, known again, withdrawn; prefixes are allowed and forbidden."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Hands

from diascribe.errors import OptionsError, UnknownKeyError
from diascribe.server.keyring import REMEMBERED_S, RememberedKeys, given_keys
from diascribe.store.database import Database
from diascribe.store.keys import Keys, digest_of

LONG = "k" * 24


@pytest.fixture(name="url", params=["sqlite", "postgres"])
def _url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path}/keys.sqlite"


@pytest.fixture(name="keys")
def _keys(url: str) -> Iterator[Keys]:
    with Database(url) as database:
        yield Keys(database)


def test_a_key_is_known_by_its_owner_only(keys: Keys) -> None:
    ada, _ = keys.create("ada", "laptop")
    bob, _ = keys.create("bob")

    assert (keys.tenant(ada), keys.tenant(bob)) == ("ada", "bob")


def test_nothing_like_a_key_is_one(keys: Keys) -> None:
    ada, known = keys.create("ada")
    changed = ada[:-1] + ("A" if ada[-1] != "A" else "B")

    wrong = ["", "dsk_", changed, ada + "x", ada.upper(), f"dsk_{known.id}_", "x" * 9999, "\ud800"]

    assert [keys.tenant(one) for one in wrong] == [None] * len(wrong)


def test_the_database_does_not_hold_the_key(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path}/keys.sqlite") as database:
        secret, _ = Keys(database).create("ada")

    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert digest_of(secret) in held
    assert secret.encode() not in held
    assert secret.rpartition("_")[2].encode() not in held


def test_a_withdrawn_key_counts_no_more_and_opens_nothing(keys: Keys) -> None:
    secret, key = keys.create("eve")

    revoked = keys.revoke(key.id)
    again = keys.revoke(key.id)

    assert keys.tenant(secret) is None
    assert revoked.revoked is not None
    assert again == revoked
    assert not keys.open()
    assert key.id in {one.id for one in keys.all()}


def test_there_is_nothing_to_withdraw_of_a_key_that_never_was(keys: Keys) -> None:
    with pytest.raises(UnknownKeyError, match="nothing"):
        keys.revoke("nothing")


def test_a_service_is_open_until_seconds_after_the_first_key() -> None:
    hands = Hands()
    with Database("sqlite:///:memory:") as database:
        ring = RememberedKeys(Keys(database), lambda: hands.time)
        before = ring.open()
        ring.keys.create("ada")
        hands.time += REMEMBERED_S

        assert before
        assert not ring.open()


def test_what_is_remembered_needs_nobody_to_be_asked() -> None:
    hands = Hands()
    with Database("sqlite:///:memory:") as database:
        ring = RememberedKeys(Keys(database), lambda: hands.time)
        told = [ring.remembers(None), ring.remembers("x")]
        ring.open()
        told += [ring.remembers(None), ring.remembers("x")]
        secret, _ = ring.keys.create("ada")
        hands.time += REMEMBERED_S
        ring.open()
        told += [ring.remembers(None), ring.remembers(secret)]
        ring.tenant(secret)
        told += [ring.remembers(secret), ring.remembers("x")]

    assert told == [False, False, True, True, True, False, True, False]


@pytest.mark.parametrize("name", ["", ".", "../bob", "a b", "a/b", "ä", "x" * 65, "-a"])
def test_tenants_have_names_that_paths_survive(keys: Keys, name: str) -> None:
    with pytest.raises(OptionsError, match="tenant"):
        keys.create(name)


def test_a_tenant_s_prefixes_are_its_own(keys: Keys) -> None:
    keys.allow("carl", "s3://bucket/carl")
    keys.allow("carl", "s3://bucket/carl/")
    keys.allow("dora", "gs://other/")

    assert keys.prefixes("carl") == ("s3://bucket/carl/",)
    assert keys.prefixes("dora") == ("gs://other/",)
    assert keys.forbid("carl", "s3://bucket/carl") == "s3://bucket/carl/"
    assert keys.prefixes("carl") == ()
    with pytest.raises(OptionsError, match="none of carl"):
        keys.forbid("carl", "s3://bucket/carl")


@pytest.mark.parametrize(
    "prefix",
    ["bucket/", "s3://", "s3:///a/", "https://a/b/", "s3://b/../c/", "s3://b//c/"],
)
def test_prefixes_that_are_none_are_refused(keys: Keys, prefix: str) -> None:
    with pytest.raises(OptionsError, match="prefix"):
        keys.allow("ada", prefix)


def test_a_withdrawn_key_is_forgotten_within_seconds() -> None:
    hands = Hands()
    with Database("sqlite:///:memory:") as database:
        ring = RememberedKeys(Keys(database), lambda: hands.time)
        secret, key = ring.keys.create("ada")
        told = [ring.tenant(secret)]
        ring.keys.revoke(key.id)
        told.append(ring.tenant(secret))
        hands.time += REMEMBERED_S
        told.append(ring.tenant(secret))

    assert told == ["ada", "ada", None]


def test_settings_may_give_keys() -> None:
    with Database("sqlite:///:memory:") as database:
        given = given_keys(f"ada:{LONG}, bob:{LONG}x")
        ring = RememberedKeys(Keys(database), lambda: 0.0, given)

        assert not ring.open()
        assert [ring.remembers(one) for one in (None, LONG, "y" * 24)] == [True, True, False]
        assert [ring.tenant(one) for one in (LONG, f"{LONG}x", "y" * 24)] == ["ada", "bob", None]


@pytest.mark.parametrize("text", ["secretkey", "ada:secretkey", f"../x:{LONG}"])
def test_settings_that_are_no_keys_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(OptionsError) as refused:
        given_keys(text)

    assert "secretkey" not in str(refused.value)
