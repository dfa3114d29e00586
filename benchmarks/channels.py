"""Calls with a side a channel: diarization error, words on the wrong side, copies found.

    make bench NAME=channels

Every call is heard as `channels=auto` hears it and mixed. Collar 0, overlapped speech
scored. The recognizer is given the reference's words: it hears those that are audible where
they are not under a louder voice, so that what goes wrong is the channels' doing alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from _calls import Call, Plan, Said, call, simulated, written
from _copies import COPIES, Copied, copied
from _models import diarization
from _record import data_folder, store

from diascribe import Transcript, load
from diascribe.audio import Audio
from diascribe.engine.engine import Engine
from diascribe.errors import UnknownModelError
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.protocols import Choice, Decoding, Diarizer, Packing, Region
from diascribe.span import Span
from diascribe.timeline import merge, total, without
from diascribe.transcript import Model, Segment, Word

LICENCE = "MIT, Apache-2.0"
MODEL = "PyanNet + GE2E + silero, embedded"
AUDIBLE = 1e-3
"""Root mean square: -60 dB of full scale."""

PLANS = (
    Plan(name="a woman and a man", sides=(("1998",), ("2414",)), leak_db=-22, seed=1),
    Plan(name="two men", sides=(("2609",), ("2033",)), leak_db=-25, seed=2),
    Plan(name="two men, telephone", sides=(("1688",), ("2609",)), phone=True, seed=3),
    Plan(name="two voices on one side", sides=(("2414",), ("1998", "2609")), seed=4, most_s=110),
    Plan(
        name="two voices on one side, telephone",
        sides=(("2033", "1998"), ("1688",)),
        phone=True,
        seed=5,
        most_s=110,
    ),
)
"""Calls of the development data's speakers; what of them is chosen by hand is who meets whom."""


@dataclass(frozen=True)
class Injected:
    """A recognizer that writes the words that are to be heard."""

    words: Sequence[Said]
    languages: tuple[str, ...] = ("en",)
    detector: None = None
    packing: Packing = field(default_factory=Packing)
    heeds: frozenset[str] = frozenset()
    placement: frozenset[str] = frozenset()
    model: Model = field(default_factory=lambda: Model("recognition", "reference words", "1"))

    def check(self, decoding: Decoding) -> None:
        """Anything will do."""

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        """The words of each region that are audible where no louder word covers them."""
        del decoding
        heard = self._uncovered(audio)
        audible = [word for word, parts in heard if _level(audio, parts) > AUDIBLE]
        for region in regions:
            inside = [word for word in audible if region.start <= word.middle < region.end]
            yield _segment(region, inside)

    def _uncovered(self, audio: Audio) -> Iterator[tuple[Said, Sequence[Span]]]:
        """All words, and where they can be heard.

        Of one channel those of its side, and others as far as none of them covers them: half of
        a word at least.
        """
        channels = audio.channels or ()
        own = [word for word in self.words if len(channels) != 1 or word.side in channels]
        yield from ((word, [word]) for word in own)
        louder = merge(own)
        for word in set(self.words) - set(own):
            parts = without([word], louder)
            if total(parts) > word.duration / 2:
                yield word, parts


def _level(audio: Audio, parts: Sequence[Span]) -> float:
    sound = np.concatenate([audio.cut(one) for one in parts])
    return float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0


def _segment(region: Region, said: Sequence[Said]) -> Segment:
    words = tuple(
        Word(
            max(one.start, region.start),
            min(one.end, region.end),
            text=f"{one.text}|{one.side}|{one.start:.3f}",
            timing="recognizer",
        )
        for one in sorted(said, key=lambda one: one.start)
    )
    return Segment(
        region.start,
        region.end,
        text=" ".join(one.text for one in words),
        language="en",
        words=words,
    )


@dataclass(frozen=True)
class OneShelf:
    """A shelf with one recognizer."""

    one: Injected

    def recognizer(self, choice: Choice) -> Injected:
        """The one."""
        del choice
        return self.one

    def diarizer(self, choice: Choice) -> Diarizer[Any]:
        """None: the embedded one is asked."""
        raise UnknownModelError(f"{choice.model}: not installed")

    def aligners(self, language: str) -> tuple[()]:
        """None."""
        del language
        return ()


def main() -> None:
    """Hear every call twice, and every copy once."""
    files = sorted((data_folder() / "sim" / "dev").glob("*_stereo.*"))
    audio = [path for path in files if path.suffix in {".flac", ".mp3"}]
    calls = {"simulated": [simulated(one) for one in audio], "built": [call(one) for one in PLANS]}
    with tempfile.TemporaryDirectory() as folder, load() as engine:
        heard = {
            (name, mode): [_heard(engine, one, mode, Path(folder)) for one in group]
            for (name, group), mode in product(calls.items(), ("auto", "mix"))
        }
    suite = [copied(one) for one in COPIES]
    rows = [_row(name, mode, found) for (name, mode), found in heard.items()]
    figures = [*_figures(heard), *_suite_figures(suite)]
    by_file = {
        f"{name}, {mode}": [_by_file(one) for one in found] for (name, mode), found in heard.items()
    }
    for row in (*rows, *figures):
        print(row)
    sources = set((data_folder() / "librispeech/test-other").rglob("*.flac"))
    store(
        "channels",
        {*files, *sources},
        {
            "rows": rows,
            "figures": figures,
            "files": by_file,
            "copies": [vars(one) for one in suite],
        },
        diarization(),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as it was heard."""

    call: str
    score: DiarizationScore
    words: int
    """Words of the reference."""
    found: int
    """Those that were written, once or more often."""
    wrong_side: int
    """Times that a word was given to a speaker of the other side."""
    doubled: int
    """Words written more than once."""
    speakers: int


def _heard(engine: Engine, one: Call, mode: str, folder: Path) -> Heard:
    path = written(one.samples, folder / f"{mode}-{one.name.replace(' ', '_')}.flac")
    knowing = replace(engine, shelf=OneShelf(Injected(one.words)))
    found = knowing.transcribe(path, channels=mode)
    score = score_diarization(one.turns, found.turns, regions=[Span(0.0, found.duration)])
    sides = _sides(one, score.mapping)
    print(
        f"{one.name}, {mode}: DER {score.score.der:.3f}, {len(found.speakers)} speakers", flush=True
    )
    return Heard(one.name, score.score, len(one.words), *_words(found, sides), len(found.speakers))


def _sides(one: Call, mapping: Mapping[str, str]) -> dict[str, int]:
    """The side of each speaker found that is one of the reference's."""
    side = {turn.speaker: turn.channel or 0 for turn in one.turns}
    return {who: side[name] for who, name in mapping.items()}


def _words(found: Transcript, sides: Mapping[str, int]) -> tuple[int, int, int]:
    """Words found, given to the wrong side, doubled."""
    keys = [word.text for word in found.words]
    said_on = [int(word.text.split("|")[1]) for word in found.words]
    given_to = [_side_of(word, sides) for word in found.words]
    wrong = sum(given not in {None, side} for given, side in zip(given_to, said_on, strict=True))
    return len(set(keys)), wrong, len(keys) - len(set(keys))


def _side_of(word: Word, sides: Mapping[str, int]) -> int | None:
    """The side that a word was given to; of a speaker who is nobody's, that it was heard on."""
    if word.speaker is None:
        return None
    return sides.get(word.speaker, word.channel)


def _row(name: str, mode: str, found: Sequence[Heard]) -> dict[str, object]:
    total = sum(one.score.total for one in found)
    parts = {part: sum(getattr(one.score, part) for one in found) / total for part in PARTS}
    data = f"{len(found)} {name} stereo calls, channels={mode}, collar 0, overlap scored"
    der = sum(parts.values())
    return {"model": MODEL, "data": data, "licence": LICENCE, "der": der, **parts}


PARTS = ("miss", "false_alarm", "confusion")


def _figures(heard: Mapping[tuple[str, str], Sequence[Heard]]) -> Iterator[dict[str, object]]:
    for (name, mode), found in heard.items():
        words = sum(one.words for one in found)
        what = f"of {words} words of {name} calls, channels={mode}"
        for text, count in (
            ("given to the other side", sum(one.wrong_side for one in found)),
            ("written twice", sum(one.doubled for one in found)),
            ("not written", words - sum(one.found for one in found)),
        ):
            yield {"what": f"{text}, {what}", "value": round(100 * count / words, 2), "unit": "%"}


def _suite_figures(suite: Sequence[Copied]) -> Iterator[dict[str, object]]:
    right = sum(one.right for one in suite)
    yield {
        "what": f"channel decisions right, of {len(suite)} with copies",
        "value": right,
        "unit": "",
    }


def _by_file(one: Heard) -> dict[str, object]:
    score = one.score
    return {
        "file": one.call,
        "der": score.der,
        **{part: getattr(score, part) / score.total for part in PARTS},
        "words": one.words,
        "found": one.found,
        "wrong_side": one.wrong_side,
        "doubled": one.doubled,
        "speakers": one.speakers,
    }


if __name__ == "__main__":
    main()
