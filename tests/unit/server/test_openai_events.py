"""The events of a stream: their order, and that deltas make the text."""

import json
from typing import Any

from diascribe.server.openai.asked import Asked
from diascribe.server.openai.events import diarized, ending, further, line
from diascribe.transcript import Segment, Speaker, Transcript, Word

PLAIN = Asked(model="gpt-4o-transcribe", options={}, stream=True)
SURE = Asked(model="gpt-4o-transcribe", options={}, stream=True, logprobs=True)


def transcript(*texts: str, speakers: tuple[str | None, ...] = ()) -> Transcript:
    who = speakers or (None,) * len(texts)
    found = (
        Segment(place, place + 1, text=text, language="en", speaker=one)
        for place, (text, one) in enumerate(zip(texts, who, strict=True))
    )
    known = (Speaker(one, 1) for one in dict.fromkeys(who) if one)
    return Transcript(duration=9, language="en", segments=tuple(found), speakers=tuple(known))


def deltas(told: str, found: Transcript) -> list[Any]:
    return [one["delta"] for one in further(told, found, PLAIN)]


def test_each_segment_is_a_delta() -> None:
    assert deltas("", transcript("Hello.", "You.")) == ["Hello.", " You."]


def test_only_what_was_not_told_is_told() -> None:
    found = transcript("Hello.", "You there.", "Bye.")

    assert deltas("Hello.", found) == [" You there.", " Bye."]
    assert deltas("Hello. You", found) == [" there.", " Bye."]
    assert deltas("Hello. You there. Bye.", found) == []


def test_nothing_is_told_that_does_not_go_on_from_what_was() -> None:
    found = transcript("Hallo.", "You.")

    assert deltas("Hello.", found) == []
    assert ending(found, PLAIN) == {"type": "transcript.text.done", "text": "Hallo. You."}


def test_logarithms_come_with_the_deltas_and_with_the_end() -> None:
    said = Word(0, 1, text="Hello.", timing="recognizer", confidence=1.0)
    one = Segment(0, 1, text="Hello.", language="en", words=(said,))
    found = Transcript(duration=1, language="en", segments=(one,))
    tokens = [{"token": "Hello.", "logprob": 0.0, "bytes": list(b"Hello.")}]

    (delta,) = further("", found, SURE)

    assert delta["logprobs"] == tokens
    assert ending(found, SURE)["logprobs"] == tokens


def test_a_segment_follows_its_text() -> None:
    found = transcript("Hello.", "You.", speakers=("SPEAKER_00", "SPEAKER_01"))

    told = list(diarized(found))

    assert told[:2] == [
        {"type": "transcript.text.delta", "delta": "Hello.", "segment_id": "seg_001"},
        {
            "type": "transcript.text.segment",
            "id": "seg_001",
            "start": 0,
            "end": 1,
            "text": "Hello.",
            "speaker": "A",
        },
    ]
    assert told[2]["delta"] == " You."
    assert told[3]["speaker"] == "B"


def test_a_line_is_data_and_an_empty_line() -> None:
    sent = line({"type": "transcript.text.delta", "delta": "grüß\nGott"})

    assert sent.startswith(b"data: {")
    assert sent.endswith(b"}\n\n")
    assert sent.count(b"\n") == 2
    assert json.loads(sent[6:])["delta"] == "grüß\nGott"
