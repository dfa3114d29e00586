"""What messages of buckets say."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from bucket_events import TEST_EVENT, bus_event, notice, record, wrapped
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import EventError
from diascribe.jobs.events.notice import ObjectEvent, parse_notice

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


def test_a_key_is_decoded_as_forms_are() -> None:
    (event,) = parse_notice(notice(record("dir+one%2Fa%2Bb+%C3%A9%25.wav")))

    assert event.key == "dir one/a+b é%.wav"
    assert event.uri == "s3://talks/dir one/a+b é%.wav"


@given(key=KEYS)
def test_every_key_that_is_encoded_comes_back(key: str) -> None:
    (event,) = parse_notice(notice(record(quote_plus(key))))

    assert event.key == key


@given(key=KEYS)
def test_keys_of_the_bus_are_taken_as_they_are(key: str) -> None:
    (event,) = parse_notice(json.dumps(bus_event(key)))

    assert event.key == key


def test_size_hash_version_and_sequencer_are_read() -> None:
    (event,) = parse_notice(notice(record("a.wav", size=1024, eTag='"abc"', versionId="v.7")))

    assert event == ObjectEvent(
        bucket="talks",
        key="a.wav",
        size=1024,
        etag="abc",
        version="v.7",
        sequencer="0055AED6DCD90281E5",
    )


def test_the_version_that_is_called_null_is_none() -> None:
    (event,) = parse_notice(notice(record("a.wav", versionId="null")))

    assert event.version is None


def test_a_message_may_tell_of_several_objects() -> None:
    events = parse_notice(notice(record("a.wav"), record("b.wav"), record("c.wav")))

    assert [event.key for event in events] == ["a.wav", "b.wav", "c.wav"]


@pytest.mark.parametrize(
    "name",
    ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"],
)
def test_every_way_of_writing_an_object_counts(name: str) -> None:
    assert len(parse_notice(notice(record("a.wav", event=name)))) == 1


@pytest.mark.parametrize(
    "name", ["ObjectRemoved:Delete", "ObjectTagging:Put", "LifecycleExpiration:Delete"]
)
def test_other_happenings_are_no_objects(name: str) -> None:
    assert parse_notice(notice(record("a.wav", event=name), record("b.wav")))[0].key == "b.wav"
    assert parse_notice(json.dumps(bus_event("a.wav", kind="Object Deleted"))) == ()


def test_the_test_event_says_nothing() -> None:
    assert parse_notice(json.dumps(TEST_EVENT)) == ()
    assert parse_notice(wrapped(json.dumps(TEST_EVENT))) == ()


def test_a_message_inside_that_of_a_topic_is_the_same() -> None:
    for body in (notice(record("a+b.wav")), json.dumps(bus_event("a b.wav"))):
        assert parse_notice(wrapped(body)) == parse_notice(body)


def test_one_write_has_one_identity_however_it_is_told_and_another_has_another() -> None:
    (told,) = parse_notice(notice(record("a+b.wav")))
    (again,) = parse_notice(json.dumps(bus_event("a b.wav")))
    (later,) = parse_notice(notice(record("a+b.wav", sequencer="0055AED6DCD90281E6")))

    assert told.identity == again.identity
    assert told.identity != later.identity
    assert len(told.identity) <= 64  # the most that SageMaker's InferenceId takes


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "[" * 100_000,
        "[]",
        "{}",
        '{"Records": {}}',
        '{"Records": [7]}',
        '{"Records": [{}]}',
        '{"Type": "Notification"}',
        '{"source": "aws.ec2"}',
        json.dumps({**bus_event("a"), "detail": None}),
        notice({**record("a"), "eventSource": "aws:ses"}),
        notice({**record("a"), "eventVersion": "3.0"}),
        notice({**record("a"), "s3": {"bucket": {"name": "b"}}}),
        notice(record("")),
        notice(record("%FF")),
        notice(record("\ud800")),
        notice(record("a", size=-1)),
        notice(record("a", size=True)),
        notice(record("a", eTag=5)),
    ],
)
def test_what_no_bucket_says_is_refused(body: str) -> None:
    with pytest.raises(EventError):
        parse_notice(body)


@given(body=st.recursive(st.none() | st.integers() | st.text(max_size=9), st.lists, max_leaves=9))
def test_nothing_else_than_our_error_is_raised(body: object) -> None:
    with pytest.raises(EventError):
        parse_notice(json.dumps({"Records": [body]}))
