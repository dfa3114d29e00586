"""What a picture shows in rows: speakers of both sides, kinds of error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from diascribe.evaluation.account import Account
from diascribe.evaluation.report.bins import KINDS
from diascribe.evaluation.report.paint import KIND_NAMES, UNMAPPED, Paint, speaker_paints
from diascribe.evaluation.report.raster import clipped
from diascribe.evaluation.scores import FileScore
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Turn, Word

LANES = 24
"""At most so many rows show the speakers of a side, where there is room."""

NOBODY = "(no speaker)"


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of bars."""

    label: str
    spans: tuple[Span, ...]
    paint: Paint


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    heading: str
    lanes: tuple[Lane, ...]

    @property
    def title(self) -> str:
        """The heading, which says where there are no rows."""
        return self.heading if self.lanes else f"{self.heading} (nobody)"

    def within(self, window: Span) -> Group:
        """What of it lies in the window; rows that are empty there are left out."""
        lanes = [replace(one, spans=tuple(clipped(one.spans, window))) for one in self.lanes]
        return replace(self, lanes=tuple(one for one in lanes if one.spans))


def groups(file: FileScore, *, limit: int = LANES) -> tuple[Group, Group, Group]:
    """The reference, the hypothesis and the errors, as a picture shows them from the top.

    A side with more speakers than `limit` has its last ones in one row.
    """
    reference = Group("Reference", _limited(_reference(file), limit))
    hypothesis = Group("Hypothesis", _limited(_hypothesis(file), limit))
    return reference, hypothesis, _errors(file)


def speech_of(account: Account) -> dict[str, list[Span]]:
    """When each speaker speaks, in order of first speech; of text alone, when it was said."""
    speech: dict[str, list[Span]] = {}
    said: Iterable[Turn | Utterance | Word] = (
        account.turns or account.utterances or account.words or ()
    )
    for one in sorted(said, key=lambda one: one.start):
        speech.setdefault(one.speaker or NOBODY, []).append(one)
    return speech


def paints_of(file: FileScore) -> tuple[dict[str, Paint], dict[str, Paint]]:
    """The paints of the reference's and of the hypothesis's speakers, in the order of rows.

    Who is mapped has the paint of their counterpart, and comes in its order.
    """
    known = [one for one in speech_of(file.pair.reference) if one != NOBODY]
    reference = speaker_paints(known)
    found = [one for one in speech_of(file.pair.hypothesis) if file.mapping.get(one) in reference]
    found.sort(key=lambda one: known.index(file.mapping[one]))
    return reference, {one: reference[file.mapping[one]] for one in found}


def _reference(file: FileScore) -> list[Lane]:
    paints, _ = paints_of(file)
    speech = speech_of(file.pair.reference)
    return [Lane(one, tuple(speech[one]), paints.get(one, UNMAPPED)) for one in speech]


def _hypothesis(file: FileScore) -> list[Lane]:
    """Those that the reference knows in its order, then the others."""
    _, paints = paints_of(file)
    speech = speech_of(file.pair.hypothesis)
    return [
        Lane(_label(one, file.mapping), tuple(speech[one]), paints.get(one, UNMAPPED))
        for one in dict.fromkeys([*paints, *speech])
    ]


def _label(speaker: str, mapping: Mapping[str, str]) -> str:
    counterpart = mapping.get(speaker, speaker)
    return speaker if counterpart == speaker else f"{speaker} = {counterpart}"


def _limited(lanes: Sequence[Lane], limit: int) -> tuple[Lane, ...]:
    """The lanes, those beyond the limit made one."""
    if len(lanes) <= limit:
        return tuple(lanes)
    kept, rest = lanes[: limit - 1], lanes[limit - 1 :]
    spans = tuple(span for one in rest for span in one.spans)
    return (*kept, Lane(f"{len(rest)} more speakers", spans, UNMAPPED))


def _errors(file: FileScore) -> Group:
    return Group(
        "Errors",
        tuple(Lane(KIND_NAMES[kind], tuple(_of_kind(file, kind)), Paint(kind)) for kind in KINDS),
    )


def _of_kind(file: FileScore, kind: str) -> Iterable[Span]:
    return (one for one in file.mistakes if one.kind == kind)
