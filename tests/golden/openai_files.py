"""The meeting in each of OpenAI's shapes, as it is sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from meeting import MEETING

from diascribe.server.openai.answers import answer
from diascribe.server.openai.asked import Asked, Form
from diascribe.server.openai.events import diarized, ending, further, line

FOLDER = Path(__file__).parent / "openai"

EVERYTHING = Asked(
    model="gpt-transcribe",
    granularities=frozenset({"word", "segment"}),
    logprobs=True,
    stream=True,
    options={},
)
FORMS: tuple[Form, ...] = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")


def expected() -> dict[str, str]:
    """What each golden file has to hold; JSON is laid out to be read."""
    told = [*further("", MEETING, EVERYTHING), ending(MEETING, EVERYTHING)]
    who = [*diarized(MEETING), ending(MEETING, replace(EVERYTHING, logprobs=False))]
    return {
        **dict(_answers()),
        "stream.txt": "".join(line(one).decode() for one in told),
        "diarized-stream.txt": "".join(line(one).decode() for one in who),
    }


def _answers() -> Iterator[tuple[str, str]]:
    for form in FORMS:
        given = answer(MEETING, replace(EVERYTHING, form=form))
        text = given.body.decode()
        if given.type == "application/json":
            shown = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
            yield f"{form}.json", f"{shown}\n"
        else:
            yield f"{form}.txt", text
