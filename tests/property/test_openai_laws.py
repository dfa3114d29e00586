"""Laws of OpenAI's shapes, for any transcript."""

import json

from hypothesis import given
from hypothesis import strategies as st
from strategies import transcripts

from diascribe.server.openai.answers import answer
from diascribe.server.openai.asked import Asked, Form
from diascribe.server.openai.events import diarized, ending, further
from diascribe.server.openai.fields import read_fields
from diascribe.server.openai.labels import labels
from diascribe.server.openai.text import logprobs, pieces, whole
from diascribe.transcript import Transcript

ASKED = Asked(model="gpt-4o-transcribe", options={}, stream=True)
FORMS: tuple[Form, ...] = ("json", "text", "verbose_json", "diarized_json")


@given(transcripts(), st.data())
def test_deltas_after_any_beginning_make_the_text_of_the_end(
    transcript: Transcript, data: st.DataObject
) -> None:
    text = whole(pieces(transcript))
    told = text[: data.draw(st.integers(0, len(text)))]

    deltas = [one["delta"] for one in further(told, transcript, ASKED)]

    assert told + "".join(deltas) == text == ending(transcript, ASKED)["text"]


@given(transcripts())
def test_diarized_deltas_make_the_same_text(transcript: Transcript) -> None:
    deltas = [one["delta"] for one in diarized(transcript) if "delta" in one]

    assert "".join(deltas) == whole(pieces(transcript))


@given(transcripts())
def test_tokens_make_the_text_and_their_bytes_too(transcript: Transcript) -> None:
    parts = pieces(transcript)

    tokens = logprobs(parts)

    assert "".join(one["token"] for one in tokens) == whole(parts)
    assert b"".join(bytes(one["bytes"]) for one in tokens) == whole(parts).encode()


@given(transcripts())
def test_every_format_tells_the_same_text(transcript: Transcript) -> None:
    bodies = {
        form: answer(transcript, Asked(model="whisper-1", form=form, options={})).body.decode()
        for form in FORMS
    }

    texts = {json.loads(bodies[form])["text"] for form in FORMS if form != "text"}

    assert texts == {bodies["text"].removesuffix("\n")}


@given(transcripts())
def test_no_two_speakers_have_one_label_unless_they_have_one_name(transcript: Transcript) -> None:
    said = labels(transcript)
    names = [one.name for one in transcript.speakers if one.name]

    assert len(set(said.values())) == len(said) - (len(names) - len(set(names)))


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60))))
def test_any_form_can_be_read(pairs: list[tuple[str, str]]) -> None:
    assert all(isinstance(name, str) for name in read_fields(pairs))
