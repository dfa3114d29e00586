"""What every object store does alike: folders, S3 as moto's server plays it.

Google's protocol is not run: moto refuses its requests without tokens. Azurite, or another store
for Azure, is used where `DIASCRIBE_TEST_AZURE` says account, key and endpoint, with blanks
between; it needs a container `calls`.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from aws import ACCOUNT, Cloud, private_cloud
from hostile_servers import answer, saying, serving
from obstore.store import GCSStore

from diascribe.errors import FetchError, FetchLimitError, OutputError, SourceError, SpoolError
from diascribe.storage.artefacts import BucketArtefacts
from diascribe.storage.buckets import PART_BYTES, Buckets
from diascribe.storage.locations import Location, location
from diascribe.storage.objects import Access, Objects, open_objects

KEYS = ("a.mp3", "2026/11/a b+c.mp3", "100%.wav", "ключ ü.mp3", "a#b?c.mp3", "a=b&c;d@e.mp3")


AZURE = os.environ.get("DIASCRIBE_TEST_AZURE", "")  # noqa: TID251 - a test's own
NOT_RUN = pytest.mark.skipif(
    not AZURE, reason="no DIASCRIBE_TEST_AZURE: nothing here speaks Azure's protocol"
)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with private_cloud() as running:
        running.bucket("calls")
        yield running


def of_amazon(cloud: Cloud) -> Access:
    """What our settings would say of it."""
    return Access(
        s3_endpoint=cloud.address,
        s3_region=ACCOUNT["AWS_DEFAULT_REGION"],
        s3_key_id=ACCOUNT["AWS_ACCESS_KEY_ID"],
        s3_secret=ACCOUNT["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture(params=["file", "s3", *(["az"] if AZURE else [])])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """A prefix of its own for each test."""
    if request.param == "file":
        return location(f"file://{tmp_path}/store")
    return Location(request.param, "calls", uuid4().hex)


@pytest.fixture
def store(root: Location, cloud: Cloud) -> Objects:
    if root.scheme == "s3":
        return open_objects(of_amazon(cloud))
    if root.scheme == "az":
        account, key, endpoint = AZURE.split(" ")
        return open_objects(Access(azure_account=account, azure_key=key, azure_endpoint=endpoint))
    return open_objects(Access())


@NOT_RUN
def test_azure_s_protocol_is_run() -> None:
    """The tests above and below are, against the store that is named."""
    assert AZURE.count(" ") == 2


@pytest.mark.parametrize("key", KEYS)
def test_what_is_put_is_read(store: Objects, root: Location, key: str, tmp_path: Path) -> None:
    place = root.below(key)

    store.put(place, b"sound")

    assert store.read(place, most_bytes=5) == b"sound"
    held = store.fetch(place, tmp_path / "brought")
    assert (tmp_path / "brought").read_bytes() == b"sound"
    assert (held.place, held.size) == (place, 5)
    assert held == store.head(place)
    assert [one.place for one in store.list(root)] == [place]


def test_a_large_file_goes_there_and_back(store: Objects, root: Location, tmp_path: Path) -> None:
    content = os.urandom(2 * PART_BYTES + 12345)
    (tmp_path / "talk.wav").write_bytes(content)

    store.put(root.below("large/talk.wav"), tmp_path / "talk.wav")
    held = store.fetch(root.below("large/talk.wav"), tmp_path / "brought")

    assert (tmp_path / "brought").read_bytes() == content
    assert held.size == len(content)


def test_an_empty_object_is_an_object(store: Objects, root: Location, tmp_path: Path) -> None:
    store.put(root.below("empty"), b"")

    assert store.fetch(root.below("empty"), tmp_path / "brought").size == 0
    assert (tmp_path / "brought").read_bytes() == b""


def test_the_tag_changes_with_the_bytes(store: Objects, root: Location) -> None:
    store.put(root.below("a"), b"one")
    before = store.head(root.below("a")).etag

    store.put(root.below("a"), b"other")

    assert before
    assert store.head(root.below("a")).etag != before


def test_a_copy_is_the_same(store: Objects, root: Location) -> None:
    store.put(root.below("a"), b"one")

    store.copy(root.below("a"), root.below("b/c"))

    assert store.read(root.below("b/c"), most_bytes=10) == b"one"
    with pytest.raises(OutputError, match="wanted a copy within"):
        store.copy(root.below("a"), Location("s3", "another", "a"))


def test_a_list_is_of_a_folder_and_not_of_its_neighbours(store: Objects, root: Location) -> None:
    for key in ("ada/x", "ada/y/z", "ada2/x", "ad"):
        store.put(root.below(key), b"1")

    found = {one.place.key.removeprefix(f"{root.key}/") for one in store.list(root.below("ada"))}

    assert found == {"ada/x", "ada/y/z"}
    assert list(store.list(root.below("nobody"))) == []


def test_what_is_deleted_is_gone(store: Objects, root: Location) -> None:
    store.put(root.below("a"), b"one")

    store.delete(root.below("a"))
    store.delete(root.below("a"))

    with pytest.raises(SourceError, match="no such object"):
        store.head(root.below("a"))


def test_what_is_not_there_is_told(store: Objects, root: Location, tmp_path: Path) -> None:
    absent = root.below("absent")

    with pytest.raises(SourceError, match="absent: there is no such object"):
        store.fetch(absent, tmp_path / "brought")
    with pytest.raises(SourceError, match="no such object"):
        store.read(absent, most_bytes=1)
    with pytest.raises(SourceError, match="no such object"):
        store.copy(absent, root.below("b"))
    assert not (tmp_path / "brought").exists()


def test_too_much_is_not_fetched(store: Objects, root: Location, tmp_path: Path) -> None:
    store.put(root.below("a"), b"12345")

    with pytest.raises(FetchLimitError, match="wanted at most 4 bytes, it has 5"):
        store.fetch(root.below("a"), tmp_path / "brought", most_bytes=4)
    with pytest.raises(FetchLimitError):
        store.read(root.below("a"), most_bytes=4)
    assert not (tmp_path / "brought").exists()


def test_artefacts_lie_below_their_prefix(store: Objects, root: Location, tmp_path: Path) -> None:
    kept = BucketArtefacts(store, root.below("jobs"))
    (tmp_path / "one.json").write_bytes(b"one")

    kept.put("ada/jobs/1/spans.json", tmp_path / "one.json")
    kept.copy("ada/jobs/1/spans.json", "ada/jobs/2/spans.json")
    kept.put("ada/jobs/10/spans.json", tmp_path / "one.json")
    kept.get("ada/jobs/2/spans.json", tmp_path / "deep" / "two.json")
    kept.get("ada/jobs/2/spans.json", tmp_path / "deep" / "two.json")

    assert (tmp_path / "deep" / "two.json").read_bytes() == b"one"
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["two.json"]
    assert kept.list("ada/jobs/1") == ["ada/jobs/1/spans.json", "ada/jobs/10/spans.json"]
    assert kept.list("ada/jobs/1/") == ["ada/jobs/1/spans.json"]
    kept.delete("ada/jobs/1/")
    kept.delete("ada/jobs/1/")
    assert kept.list("") == ["ada/jobs/10/spans.json", "ada/jobs/2/spans.json"]
    with pytest.raises(SourceError):
        kept.read("ada/jobs/1/spans.json")


def test_an_object_that_changes_while_it_is_read_is_no_mixture(
    cloud: Cloud, tmp_path: Path
) -> None:
    client = cloud.client("s3")
    client.put_object(Bucket="calls", Key="changing", Body=b"a" * (PART_BYTES + 1))

    with pytest.raises(FetchError, match="changed while it was read"):
        Buckets(of_amazon(cloud), clock=once(lambda: rewrite(client))).fetch(
            Location("s3", "calls", "changing"), tmp_path / "brought"
        )

    assert not (tmp_path / "brought").exists()


def rewrite(client: object) -> None:
    client.put_object(Bucket="calls", Key="changing", Body=b"b" * (PART_BYTES + 1))  # type: ignore[attr-defined]  # boto3 has no types


def once(act: Callable[[], None]) -> Callable[[], float]:
    """A clock that does something when it is looked at for the second time: after one part."""
    looks = count()

    def clock() -> float:
        if next(looks) == 1:
            act()
        return 0.0

    return clock


def test_an_object_that_takes_too_long_is_given_up(cloud: Cloud, tmp_path: Path) -> None:
    cloud.client("s3").put_object(Bucket="calls", Key="slow", Body=b"a")
    times = iter((0.0, 11.0))

    with pytest.raises(FetchLimitError, match="took longer than 10 s"):
        Buckets(of_amazon(cloud), clock=lambda: next(times)).fetch(
            Location("s3", "calls", "slow"), tmp_path / "brought", most_s=10
        )

    assert not (tmp_path / "brought").exists()


def test_a_presigned_address_gives_the_object_to_whoever_has_it(cloud: Cloud) -> None:
    store = open_objects(of_amazon(cloud))
    place = Location("s3", "calls", "2026/a b+ü.srt")
    store.put(place, b"1\n", kind="application/x-subrip")

    address = store.presign(place, valid_s=60)

    answer = httpx2.get(address)
    assert (answer.status_code, answer.content) == (200, b"1\n")
    assert answer.headers["content-type"] == "application/x-subrip"
    assert "X-Amz-Expires=60" in address


def test_folders_have_no_addresses(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no addresses"):
        open_objects(Access()).presign(location(f"file://{tmp_path}/a"), valid_s=60)


def test_a_bucket_that_is_not_there_is_told(cloud: Cloud) -> None:
    store = open_objects(of_amazon(cloud))
    place = Location("s3", "no-such-bucket", "a")

    with pytest.raises(OutputError, match="no such bucket"):
        store.put(place, b"1")
    with pytest.raises(SourceError, match="no such bucket"):
        store.head(place)


def test_a_key_that_is_not_plain_stops_a_list_by_its_name(cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket="calls", Key="odd//key", Body=b"1")
    try:
        with pytest.raises(FetchError, match="odd//key"):
            list(open_objects(of_amazon(cloud)).list(Location("s3", "calls", "odd")))
    finally:
        cloud.client("s3").delete_object(Bucket="calls", Key="odd//key")


def test_a_folder_where_nothing_may_be_written_is_told() -> None:
    with pytest.raises(OutputError, match="proc"):
        open_objects(Access()).put(location("file:///proc/nothing/here"), b"1")


def test_secrets_are_not_shown(cloud: Cloud) -> None:
    assert ACCOUNT["AWS_SECRET_ACCESS_KEY"] not in repr(of_amazon(cloud))


def test_stores_of_google_and_azure_are_opened_without_asking_anybody(tmp_path: Path) -> None:
    account = {"private_key": "", "private_key_id": "", "client_email": "", "disable_oauth": True}
    (tmp_path / "account.json").write_text(json.dumps(account))
    store = Buckets(
        Access(
            google_credentials=str(tmp_path / "account.json"),
            azure_account="calls",
            azure_key="a2V5",
        )
    )

    address = store.presign(Location("az", "calls", "a b.srt"), valid_s=60)

    assert address.startswith("https://calls.blob.core.windows.net/calls/a%20b.srt?")
    assert "sig=" in address
    assert isinstance(store._store(Location("gs", "calls", "a")), GCSStore)


def test_a_store_that_does_not_permit_it_is_told(tmp_path: Path) -> None:
    with serving(saying(answer(status=403))) as served:
        access = of_amazon(Cloud(f"http://127.0.0.1:{served.port}"))
        store, place = open_objects(access), Location("s3", "calls", "a")

        with pytest.raises(SourceError, match="a: the store does not permit it") as told:
            store.fetch(place, tmp_path / "brought")
        with pytest.raises(OutputError, match="does not permit it"):
            store.put(place, b"1")

    assert ACCOUNT["AWS_SECRET_ACCESS_KEY"] not in str(told.value)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """As if the disk had no more; files of this process only."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_no_room_is_told_and_leaves_nothing(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("calls", "large", bytes(PART_BYTES + 1))

    with room_for(PART_BYTES // 2), pytest.raises(SpoolError, match="large: no room"):
        open_objects(of_amazon(cloud)).fetch(Location("s3", "calls", "large"), tmp_path / "brought")

    assert not (tmp_path / "brought").exists()
