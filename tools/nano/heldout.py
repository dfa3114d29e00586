"""Makes tests/data/nano/heldout: sentences and voices that training has not heard, with times.

PYTHON tools/nano/heldout.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import av
import numpy as np
from corpus import held_out_texts, trimmed
from lexicon import Language
from numpy.typing import NDArray
from voices import SAMPLE_RATE, Said, Speakers, Utterance, Voice, draw_voice

FOLDER = Path(__file__).parents[2] / "tests" / "data" / "nano" / "heldout"
COUNTS: dict[Language, int] = {"en": 18, "de": 6}
BEFORE_S, AFTER_S = 0.2, 0.4
HUSH = 3  # of 32,768: a quiet room, since digital silence occurs in no recording
SEED = 20_261_123


def recordings(
    counts: dict[Language, int], seed: int, *, salad: bool = False
) -> Iterator[Utterance]:
    """Held-out sentences by held-out voices in a quiet room, as many of each language.

    With `salad` their words follow no rule.
    """
    random, speakers = Random(seed), Speakers()
    for language, count in counts.items():
        for text in held_out_texts(language, count, salad=salad):
            voice = draw_voice(random, language, held_out=True)
            spoken = speakers.say(text, language, voice)
            if spoken is not None:
                yield in_a_room(trimmed(spoken), random)


def in_a_room(spoken: Utterance, random: Random) -> Utterance:
    """With a little quiet before and after."""
    before, after = round(BEFORE_S * SAMPLE_RATE), round(AFTER_S * SAMPLE_RATE)
    padded = np.pad(spoken.samples.astype(np.float64), (before, after))
    noise = np.random.default_rng(random.getrandbits(32)).normal(0, HUSH, len(padded))
    samples = np.clip(np.round(padded + noise), -32_768, 32_767).astype(np.int16)
    words = tuple(
        Said(word.word, word.start + BEFORE_S, word.end + BEFORE_S) for word in spoken.words
    )
    return replace(spoken, words=words, samples=samples)


def main() -> None:
    """Write the sounds and what is said in them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for number, one in enumerate(recordings(COUNTS, SEED)):
        name = f"{one.language}-{number:02}.flac"
        write_flac(folder / name, one.samples)
        described.append({"file": name} | _described(one, one.voice))
    text = ",\n ".join(json.dumps(one, ensure_ascii=False) for one in described)
    (folder / "heldout.json").write_text(f"[\n {text}\n]\n", encoding="utf-8")


def _described(one: Utterance, voice: Voice) -> dict[str, object]:
    """What the JSON file says of a recording: times are seconds."""
    return {
        "language": one.language,
        "voice": voice.name,
        "words_per_minute": voice.words_per_minute,
        "pitch": voice.pitch,
        "duration": round(len(one.samples) / SAMPLE_RATE, 3),
        "text": one.text,
        "words": [[said.word, round(said.start, 3), round(said.end, 3)] for said in one.words],
    }


def write_flac(path: Path, samples: NDArray[np.int16]) -> None:
    """A mono FLAC file of samples (time,)."""
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


if __name__ == "__main__":
    main()
