"""Known voices, as people and machines read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from diascribe.engine.identify.people import Voiceprint, likeness
from diascribe.store.rows import Person

UNLIKE = 0.67
"""Samples less like the others of their name are marked: lower than any of one voice are
(benchmarks/results/known_voices.jsonl)."""


def table(people: Sequence[Person]) -> str:
    """A line for everybody."""
    if not people:
        return "nobody is known: diascribe speakers enroll\n"
    rows: list[tuple[str, ...]] = [("name", "samples", "speech", "encoder", "first met as")]
    rows += [_row(one) for one in people]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def _row(one: Person) -> tuple[str, ...]:
    seconds = sum(sample.figures.seconds for sample in one.voiceprints)
    encoders = dict.fromkeys(sample.stamp.encoder for sample in one.voiceprints)
    met = one.who.voice or "" if one.who.name else ""
    return str(one.who), str(len(one.samples)), f"{seconds:.0f} s", ", ".join(encoders), met


def details(person: Person) -> str:
    """Somebody's samples."""
    return "".join([f"{person.who}\n", *_sample_lines(person)])


def _sample_lines(person: Person) -> Iterator[str]:
    for one, similar in zip(person.voiceprints, likenesses(person.voiceprints), strict=True):
        figures = one.figures
        parts = [f"{figures.seconds:.1f} s of speech"]
        if figures.snr_db is not None:
            parts.append(f"{figures.snr_db:.0f} dB over the noise")
        if figures.clipped:
            parts.append(f"{100 * figures.clipped:.1f} % clipped")
        if similar is not None:
            mark = ", UNLIKE THE OTHERS" if similar < UNLIKE else ""
            parts.append(f"similarity to the others {similar:.2f}{mark}")
        yield f"  {one.source}: {', '.join(parts)}; {one.stamp}\n"


def likenesses(prints: Sequence[Voiceprint]) -> list[float | None]:
    """Of each sample to the others of its encoder; null where there are none."""
    found: list[float | None] = [None] * len(prints)
    for stamp in {one.stamp for one in prints}:
        places = [place for place, one in enumerate(prints) if one.stamp == stamp]
        if len(places) > 1:
            similar = likeness(np.stack([prints[place].vector for place in places]))
            for place, value in zip(places, similar.tolist(), strict=True):
                found[place] = round(value, 3)
    return found


def as_json(people: Sequence[Person]) -> str:
    """Everybody with all samples; never their vectors."""
    return json.dumps({"people": list(map(_person, people))}, indent=2, ensure_ascii=False) + "\n"


def _person(one: Person) -> dict[str, Any]:
    similar = likenesses(one.voiceprints)
    return {
        "name": one.who.name,
        "voice": one.who.voice,
        "created": one.created.isoformat(),
        "samples": [
            {
                "source": sample.source,
                "encoder": sample.stamp.encoder,
                "revision": sample.stamp.revision,
                "seconds": sample.figures.seconds,
                "level_db": sample.figures.level_db,
                "snr_db": sample.figures.snr_db,
                "clipped": sample.figures.clipped,
                "similarity_to_others": like,
                "odd": like is not None and like < UNLIKE,
            }
            for sample, like in zip(one.voiceprints, similar, strict=True)
        ],
    }
