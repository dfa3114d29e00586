"""The samples that a request names, as people to look for; one that fails loses no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diascribe.engine.beside import Steps
from diascribe.engine.identify.agreeing import DOUBT, agreement
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.people import Known, Voiceprint, Who
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.errors import DiascribeError
from diascribe.transcript import Notice

STAGE = "identification"


@dataclass(frozen=True, slots=True)
class Gathered:
    """People to look for, and what the reader must know of their samples."""

    known: Known
    warnings: tuple[Notice, ...] = ()


def gather(
    enroller: Enroller, samples: Sequence[SpeakerSample], *, threshold: float
) -> Steps[Gathered]:
    """Hear every sample; samples with equal names are one person's.

    Samples that fail are left out, and so are those that sound like somebody else than the
    others under their name. Each is named in a warning.
    """
    heard: dict[str, list[Voiceprint]] = {}
    warnings: list[Notice] = []
    for sample in samples:
        try:
            found = yield from enroller.hear_sample(sample)
        except DiascribeError as error:
            warnings.append(Notice("speaker_sample_failed", STAGE, f"sample of {sample}: {error}"))
        else:
            heard.setdefault(sample.name, []).append(found)
    agreeing = {
        Who(name): _agreeing(name, prints, threshold, warnings) for name, prints in heard.items()
    }
    known = Known.of({who: kept for who, kept in agreeing.items() if kept}, enroller.stamp)
    if not len(known):
        message = "no sample could be used: nobody is named"
        warnings.append(Notice("no_known_voices", STAGE, message))
    return Gathered(known, tuple(warnings))


def _agreeing(
    name: str, prints: Sequence[Voiceprint], threshold: float, warnings: list[Notice]
) -> list[Voiceprint]:
    """The samples that are of one voice; what is left out is told."""
    found = agreement(prints, threshold=threshold)
    if not found.kept:
        message = (
            f"the {len(prints)} samples of {name} are of different voices (similarity"
            f" {min(found.likeness):.2f}, wanted {threshold - DOUBT:.2f}): {name} is not looked for"
        )
        warnings.append(Notice("speaker_samples_differ", STAGE, message))
    else:
        warnings.extend(_odd(name, prints, found.odd, found.likeness))
    return [prints[place] for place in found.kept]


def _odd(
    name: str,
    prints: Sequence[Voiceprint],
    odd: Sequence[int],
    similar: Sequence[float],
) -> Iterator[Notice]:
    for place in odd:
        message = (
            f"{prints[place].source} sounds unlike the other samples of {name} (similarity"
            f" {similar[place]:.2f}) and is left out"
        )
        yield Notice("speaker_sample_differs", STAGE, message)


def outdated(known: Known) -> Iterator[Notice]:
    """A warning where people were enrolled with another encoder."""
    if known.others:
        some = ", ".join(known.others[:5]) + (" and others" if len(known.others) > 5 else "")
        message = (
            f"{len(known.others)} known voices were enrolled with another encoder than"
            f" {known.stamp} and cannot be compared: enrol again {some}"
        )
        yield Notice("voices_need_enrolment", STAGE, message)
