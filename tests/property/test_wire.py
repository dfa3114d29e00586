"""Laws of the JSON result, for any transcript."""

import json
from dataclasses import asdict, replace

import invariants
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import transcripts

from diascribe.errors import TranscriptFormatError
from diascribe.transcript import Speaker, Transcript
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json


def rounded(value: object) -> object:
    """The same value, every float in it, however deep, on the nearest thousandth."""
    if isinstance(value, float):
        return round(value * 1000) / 1000
    if isinstance(value, tuple):
        return tuple(map(rounded, value))
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return value


@given(transcripts())
def test_reading_gives_back_what_was_written_to_the_millisecond(transcript: Transcript) -> None:
    read = from_json(to_json(transcript))

    assert rounded(asdict(read)) == rounded(asdict(transcript))


@given(transcripts())
def test_what_was_read_is_a_valid_transcript(transcript: Transcript) -> None:
    read = from_json(to_json(transcript))

    invariants.check(read)


@given(transcripts())
def test_writing_again_changes_nothing(transcript: Transcript) -> None:
    once = to_json(transcript)

    assert to_json(from_json(once)) == once


@given(transcripts())
def test_renaming_the_speakers_commutes_with_writing(transcript: Transcript) -> None:
    named = tuple(Speaker(one.id, one.time, "Ann") for one in transcript.speakers)

    renamed = json.loads(to_json(replace(transcript, speakers=named)))

    written = json.loads(to_json(transcript))
    for speaker in written["speakers"].values():
        speaker["name"] = "Ann"
    assert renamed == written


@given(transcripts(), st.data())
def test_an_unknown_field_is_refused_by_its_name_wherever_it_stands(
    transcript: Transcript, data: st.DataObject
) -> None:
    document = json.loads(to_json(transcript))
    objects = [document, *document["segments"], *document["turns"], *document["word_segments"]]
    data.draw(st.sampled_from(objects))["colour"] = "red"

    with pytest.raises(TranscriptFormatError) as refused:
        from_json(json.dumps(document))

    assert [problem for problem in refused.value.problems if "colour" in problem]
