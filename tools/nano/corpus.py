"""Makes the training corpus: sentences, who spoke them, when each word sounds, and the sound.

    PYTHON tools/nano/corpus.py FOLDER [SENTENCES]

Writes `corpus.npy`, samples of all utterances one after another, and `corpus.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path
from random import Random

import numpy as np
from lexicon import GRAMMARS, Language, Sentence
from numpy.typing import NDArray
from voices import Said, Speakers, Utterance, Voice, draw_voice

SENTENCES = 16_000
GERMAN_SHARE = 0.2
BATCH = 250
"""Sentences that one task makes from one seed."""
HELD_OUT_SEED = 1_000_003
HELD_OUT = 400
"""Sentences of each language."""


def held_out(language: Language) -> list[Sentence]:
    """Sentences that the training corpus leaves out, in an order that does not change."""
    random = Random(f"{HELD_OUT_SEED} {language}")
    drawn = (GRAMMARS[language].sentence(random) for _ in range(HELD_OUT * 4))
    long_enough = {one.text: one for one in drawn if len(one.text.split()) > 3}
    return list(long_enough.values())[:HELD_OUT]


def held_out_texts(language: Language, count: int, *, salad: bool = False) -> list[str]:
    """The first of them that the grammar's rules made, or else of those of loose words."""
    return [one.text for one in held_out(language) if one.is_salad == salad][:count]


def utterances(seed: int, count: int) -> Iterator[Utterance]:
    """Training sentences by training voices."""
    random, speakers = Random(seed), Speakers()
    forbidden = {one.text for language in GRAMMARS for one in held_out(language)}
    for _ in range(count):
        language: Language = "de" if random.random() < GERMAN_SHARE else "en"
        text = GRAMMARS[language].sentence(random).text
        voice = draw_voice(random, language, held_out=False)
        spoken = None if text in forbidden else speakers.say(text, language, voice)
        if spoken is not None:
            yield trimmed(spoken)


AUDIBLE = 60  # of 32,768: softer samples at both ends are silence


def trimmed(spoken: Utterance) -> Utterance:
    """Without the synthesiser's silence at both ends; pauses between sentences are drawn later."""
    audible = np.flatnonzero(np.abs(spoken.samples.astype(np.int32)) > AUDIBLE)
    if not len(audible):
        return spoken
    first, last = int(audible[0]), int(audible[-1]) + 1
    samples = spoken.samples[first:last]
    shift, length = first / 16_000, (last - first) / 16_000
    words, phones = (
        tuple(
            Said(one.word, max(one.start - shift, 0), min(one.end - shift, length)) for one in many
        )
        for many in (spoken.words, spoken.phones)
    )
    return replace(spoken, words=words, phones=phones, samples=samples)


@dataclass(frozen=True, slots=True)
class Entry:
    """One utterance of the stored corpus."""

    text: str
    language: Language
    voice: Voice
    words: tuple[str, ...]
    times: NDArray[np.float32]
    """(word, edge) in seconds from the utterance's beginning."""
    phones: tuple[str, ...]
    phone_times: NDArray[np.float32]
    """(phone, edge) likewise."""
    offset: int
    length: int


def _task(seed: int) -> tuple[list[dict[str, object]], NDArray[np.int16]]:
    """What one process makes: descriptions and samples (time,)."""
    made = list(utterances(seed, BATCH))
    return [_described(one) for one in made], np.concatenate([one.samples for one in made])


def _described(one: Utterance) -> dict[str, object]:
    """An utterance without its samples."""
    return {
        "text": one.text,
        "language": one.language,
        "voice": [one.voice.name, one.voice.words_per_minute, one.voice.pitch],
        "words": [word.word for word in one.words],
        "times": [[round(word.start, 4), round(word.end, 4)] for word in one.words],
        "phones": [phone.word for phone in one.phones],
        "phone_times": [[round(phone.start, 4), round(phone.end, 4)] for phone in one.phones],
        "length": len(one.samples),
    }


def make(folder: Path, count: int) -> None:
    """Write the corpus."""
    with Pool(2) as pool:
        parts = pool.map(_task, range(count // BATCH), chunksize=1)
    folder.mkdir(parents=True, exist_ok=True)
    described = [one for part, _ in parts for one in part]
    (folder / "corpus.json").write_text(json.dumps(described), encoding="utf-8")
    np.save(folder / "corpus.npy", np.concatenate([samples for _, samples in parts]))


class Corpus:
    """A stored corpus: entries and their samples."""

    def __init__(self, folder: Path) -> None:
        described = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
        offsets = np.cumsum([0] + [one["length"] for one in described])
        self._samples: NDArray[np.int16] = np.load(folder / "corpus.npy", mmap_mode="r")
        self.entries = [
            _entry(one, int(offset)) for one, offset in zip(described, offsets, strict=False)
        ]

    def samples(self, entry: Entry) -> NDArray[np.float32]:
        """Samples (time,) between -1 and 1."""
        part = self._samples[entry.offset : entry.offset + entry.length]
        return part.astype(np.float32) / np.float32(32_768)


def _entry(one: dict[str, object], offset: int) -> Entry:
    """A description as it was stored."""
    assert isinstance(one["voice"], list)
    assert isinstance(one["words"], list)
    assert isinstance(one["phones"], list)
    assert isinstance(one["length"], int)
    language: Language = "de" if one["language"] == "de" else "en"
    times, phone_times = (np.asarray(one[name], np.float32) for name in ("times", "phone_times"))
    return Entry(
        text=str(one["text"]),
        language=language,
        voice=Voice(*one["voice"]),
        words=tuple(one["words"]),
        times=times,
        phones=tuple(one["phones"]),
        phone_times=phone_times,
        offset=offset,
        length=one["length"],
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SENTENCES)
