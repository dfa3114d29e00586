"""Samples to known voices: heard, compared with what is known, and kept together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diascribe.engine.identify.agreeing import DOUBT, agreement
from diascribe.engine.identify.people import Stamp, Voiceprint, mean_voice
from diascribe.errors import VoicesDifferError
from diascribe.store.rows import Person
from diascribe.store.voices import Voices, checked_name


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """Somebody after new samples were kept."""

    person: Person
    added: int
    odd: tuple[str, ...] = ()
    """Sources of samples that sound unlike the others; they are kept and flagged."""
    like: tuple[str, ...] = ()
    """Who else sounds so much like it that they will be taken for one another."""


def enroll(
    voices: Voices,
    name: str,
    voiceprints: Sequence[Voiceprint],
    *,
    threshold: float,
    even_if_different: bool = False,
) -> Enrolled:
    """Keep samples under a name.

    Raises:
        OptionsError: the name is none.
        VoicesDifferError: they are not of one voice, or of another than is known under the
            name; nothing is kept.
    """
    wanted = checked_name(name)
    stamp = voiceprints[0].stamp

    def check(held: Sequence[Voiceprint]) -> None:
        if not even_if_different:
            _check(wanted, _made_by(stamp, held), voiceprints, threshold)

    person = voices.add(wanted, voiceprints, check=check)
    together = _made_by(stamp, person.voiceprints)
    odd = agreement(together, threshold=threshold).odd
    return Enrolled(
        person,
        len(voiceprints),
        tuple(together[place].source for place in odd),
        _like(voices, wanted, together, threshold),
    )


def _made_by(stamp: Stamp, held: Sequence[Voiceprint]) -> list[Voiceprint]:
    """Those that can be compared."""
    return [one for one in held if one.stamp == stamp]


def _check(
    name: str, before: Sequence[Voiceprint], fresh: Sequence[Voiceprint], threshold: float
) -> None:
    """Refuse samples of several voices, and of another voice than the name's."""
    hint = "use another name, or --even-if-different"
    least = threshold - DOUBT
    among = agreement(fresh, threshold=threshold)
    if not among.kept:
        raise VoicesDifferError(
            f"the {len(fresh)} samples of {name} are of different voices: similarity"
            f" {min(among.likeness):.2f}, wanted {least:.2f}",
            hint=hint,
        )
    if before:
        similarity = float(_mean(before) @ _mean([fresh[place] for place in among.kept]))
        if similarity < least:
            raise VoicesDifferError(
                f"{name} is known with another voice: similarity {similarity:.2f}, wanted"
                f" {least:.2f}",
                hint=hint,
            )


def _mean(voiceprints: Sequence[Voiceprint]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return mean_voice(np.stack([one.vector for one in voiceprints]))


def _like(
    voices: Voices, name: str, voiceprints: Sequence[Voiceprint], threshold: float
) -> tuple[str, ...]:
    """Others whose voices are as like as one person's."""
    known = voices.known(voiceprints[0].stamp)
    if not len(known):
        return ()
    similar = known.vectors @ _mean(voiceprints)
    others = [known.names[place] for place in np.flatnonzero(similar >= threshold).tolist()]
    return tuple(one for one in others if one is not None and one != name)
