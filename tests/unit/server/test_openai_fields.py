"""Forms are read in every spelling that clients are known to use."""

import pytest

from diascribe.server.openai.fields import read_fields


@pytest.mark.parametrize(
    "pairs",
    [
        [("timestamp_granularities[]", "word"), ("timestamp_granularities[]", "segment")],
        [("timestamp_granularities", "word"), ("timestamp_granularities", "segment")],
        [("timestamp_granularities[0]", "word"), ("timestamp_granularities[1]", "segment")],
        [("timestamp_granularities", "word,segment")],
        [("timestamp_granularities[]", "word, segment")],
        [("timestamp_granularities", '["word", "segment"]')],
    ],
)
def test_a_list_is_the_same_in_every_spelling(pairs: list[tuple[str, str]]) -> None:
    read = read_fields(pairs)

    assert read == {"timestamp_granularities": ("word", "segment")}


@pytest.mark.parametrize(
    "pairs",
    [
        [("chunking_strategy[type]", "server_vad"), ("chunking_strategy[threshold]", "0.5")],
        [("chunking_strategy", '{"type": "server_vad", "threshold": "0.5"}')],
    ],
)
def test_an_object_is_the_same_in_every_spelling(pairs: list[tuple[str, str]]) -> None:
    read = read_fields(pairs)

    assert read == {"chunking_strategy": {"type": "server_vad", "threshold": "0.5"}}


def test_a_text_for_an_object_stays_a_text() -> None:
    assert read_fields([("chunking_strategy", "auto")]) == {"chunking_strategy": "auto"}
    assert read_fields([("chunking_strategy", "{broken")]) == {"chunking_strategy": "{broken"}


def test_data_urls_are_not_parted_at_their_comma() -> None:
    read = read_fields([("known_speaker_references", "data:audio/wav;base64,AAAA")])

    assert read == {"known_speaker_references": ("data:audio/wav;base64,AAAA",)}


def test_a_name_in_brackets_keeps_its_comma_and_one_without_does_not() -> None:
    bracketed = read_fields([("known_speaker_names[]", "Lovelace, Ada")])
    bare = read_fields([("known_speaker_names", "agent, customer")])

    assert bracketed == {"known_speaker_names": ("Lovelace, Ada",)}
    assert bare == {"known_speaker_names": ("agent", "customer")}


@pytest.mark.parametrize("nothing", ["", "null", "undefined"])
def test_what_a_client_was_not_given_counts_as_absent(nothing: str) -> None:
    assert read_fields([("language", nothing), ("model", "whisper-1")]) == {"model": "whisper-1"}


def test_of_a_text_that_is_sent_twice_the_last_one_counts() -> None:
    assert read_fields([("prompt", "one"), ("prompt", "two")]) == {"prompt": "two"}


def test_unknown_and_odd_names_are_kept_for_the_warning() -> None:
    assert read_fields([("a[b][c]", "1"), ("seed", "2")]) == {"a[b][c]": "1", "seed": "2"}
