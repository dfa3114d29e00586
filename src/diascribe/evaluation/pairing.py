"""Which hypothesis is compared with which reference.

Recordings meet by name; where each side tells of one only, these meet whatever their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from diascribe.errors import InputError, TranscriptFormatError
from diascribe.evaluation.account import Account, Missing, Pair
from diascribe.evaluation.manifest import Entry, read_entries
from diascribe.evaluation.reading import read_uem
from diascribe.evaluation.reading.files import naming, recording_name, shown
from diascribe.evaluation.reading.sides import Side, Told, read_side
from diascribe.span import Span
from diascribe.timeline import without

P = ParamSpec("P")
T = TypeVar("T")

Regions = Mapping[str, tuple[Span, ...]]
"""The stretches of each recording that a UEM names."""

Lines = dict[tuple[Path | str | None, ...], int]
"""The line of a manifest by what it names: both files, the UEM, the recording."""

SHOWN_NAMES = 10
"""Enough names to see how they differ from the wanted ones."""


def find_pairs(
    hypothesis: Path,
    reference: Path,
    uem: Path | None = None,
    *,
    missing: Missing = "refuse",
) -> tuple[list[Pair], list[str]]:
    """The pairs of two files or folders, in the reference's order, and notes on the rest.

    `missing` says what becomes of a recording that only one side has. By default one without
    hypothesis is refused, for leaving it out would flatter, and one without reference a note.

    Raises:
        InputError: names every recording that lacks a hypothesis or a stretch in the UEM.
        SourceError: a file or folder cannot be read.
        TranscriptFormatError: a file is wrong.
    """
    sides = read_side(reference), read_side(hypothesis)
    pairs, notes = _matched(*sides, missing=missing)
    if uem is None:
        return _limited(pairs, None, uem), notes
    regions = read_uem(uem)
    unheard = [name for name in regions if name not in {pair.recording for pair in pairs}]
    if unheard and len(regions) > 1:
        notes.append(f"in the UEM, but scored nowhere: {', '.join(unheard)}")
    return _limited(pairs, regions, uem), [*notes, *_renamed_regions(pairs, regions, uem)]


def read_manifest(path: Path, *, missing: Missing = "refuse") -> tuple[list[Pair], list[str]]:
    """The pairs of a manifest's lines, in their order, and notes on what lies in no pair.

    Raises:
        SourceError: the manifest cannot be read.
        TranscriptFormatError: names every line on which something is wrong, and what.
    """
    reader = _LineReader(missing)
    pairs: list[Pair] = []
    notes: list[str] = []
    problems: list[str] = []
    for entry in read_entries(path):
        try:
            found, remarks = reader.read(entry)
        except TranscriptFormatError as error:
            problems += [f"line {entry.number}: {problem}" for problem in error.problems]
            continue
        pairs += found
        notes += remarks
    if problems:
        with naming(path):
            raise TranscriptFormatError(tuple(problems))
    return pairs, list(dict.fromkeys(notes))


class _LineReader:
    """What the lines of a manifest name, each file read once."""

    def __init__(self, missing: Missing) -> None:
        self._missing = missing
        self._side, self._regions = cache(read_side), cache(read_uem)
        self._lines: Lines = {}

    def read(self, entry: Entry) -> tuple[list[Pair], list[str]]:
        """A line's pairs and notes.

        Raises:
            TranscriptFormatError: all that is wrong with the line and with each of its files.
        """
        problems = list(entry.problems)
        reference = _attempt(problems, self._chosen, entry, entry.reference)
        hypothesis = _attempt(problems, self._chosen, entry, entry.hypothesis)
        scored = _attempt(problems, self._scored, entry)
        if reference is not None and hypothesis is not None and not problems:
            paired = _attempt(problems, self._paired, entry, reference, hypothesis, scored)
            if paired is not None:
                return paired
        raise TranscriptFormatError(tuple(problems))

    def _chosen(self, entry: Entry, path: Path | None) -> Side | None:
        return None if path is None else _chosen(self._side(path), entry)

    def _scored(self, entry: Entry) -> Regions | None:
        return None if entry.uem is None else self._regions(entry.uem)

    def _paired(
        self, entry: Entry, reference: Side, hypothesis: Side, scored: Regions | None
    ) -> tuple[list[Pair], list[str]]:
        found, remarks = _matched(reference, hypothesis, missing=self._missing)
        _refuse_repeated(entry, found, self._lines)
        pairs = _titled(_limited(found, scored, entry.uem), entry.title)
        return list(pairs), [*remarks, *_renamed_regions(found, scored, entry.uem)]


def _attempt(
    problems: list[str], read: Callable[P, T | None], *args: P.args, **more: P.kwargs
) -> T | None:
    """What is read; null and one more problem where that fails."""
    try:
        return read(*args, **more)
    except InputError as error:
        problems.append(str(error))
        return None


def _refuse_repeated(entry: Entry, pairs: Iterable[Pair], lines: Lines) -> None:
    """Refuse pairs that a line before told of, which would count twice; else keep their line."""
    for pair in pairs:
        same = (entry.reference, entry.hypothesis, entry.uem, pair.recording)
        if lines.setdefault(same, entry.number) != entry.number:
            raise InputError(f"wanted {pair.recording} once, line {lines[same]} has it too")


def _titled(pairs: Iterable[Pair], title: str | None) -> Iterator[Pair]:
    return (replace(pair, title=title or pair.title) for pair in pairs)


def _chosen(side: Side, entry: Entry) -> Side:
    """The side with the wanted recording only, under that name; all of it if none is wanted."""
    if entry.recording is None:
        return side
    told = side.recordings.get(entry.recording) or side.sole
    if told is None:
        wanted = f"wanted the recording {entry.recording!r}"
        found = _listed(list(side.recordings.values()))
        raise InputError(f"{shown(side.path)}: {wanted}, found recordings: {found}")
    renamed = replace(told, account=replace(told.account, recording=entry.recording))
    return replace(side, recordings={entry.recording: renamed})


def _matched(
    reference: Side, hypothesis: Side, *, missing: Missing
) -> tuple[list[Pair], list[str]]:
    """A pair for each recording of the reference, of either side or of both, as `missing` says."""
    theirs, ours = _meeting(reference, hypothesis)
    notes = [*reference.notes, *hypothesis.notes, *_renamed(reference, hypothesis)]
    unanswered = [name for name in theirs if name not in ours]
    if unanswered and (missing == "refuse" or len(unanswered) == len(theirs)):
        raise _unmet(reference, hypothesis, unanswered)
    if missing != "silence":
        notes += _left_out(theirs, ours)
        theirs = {name: told for name, told in theirs.items() if name in ours}
        ours = {name: ours[name] for name in theirs}
    silence = _silence(reference), _silence(hypothesis)
    pairs = [
        Pair(
            reference=_account(theirs, name, silence[0]),
            hypothesis=_account(ours, name, silence[1]),
            title=(theirs.get(name) or ours[name]).title,
        )
        for name in dict.fromkeys((*theirs, *ours))
    ]
    return pairs, notes


def _left_out(theirs: Mapping[str, Told], ours: Mapping[str, Told]) -> Iterator[str]:
    """Notes on what only one side has."""
    unasked = [told for name, told in ours.items() if name not in theirs]
    if unasked:
        yield f"left out, for want of a reference: {_listed(unasked)}"
    unanswered = [told for name, told in theirs.items() if name not in ours]
    if unanswered:
        yield f"left out, for want of a hypothesis: {_listed(unanswered)}"


def _meeting(reference: Side, hypothesis: Side) -> tuple[Mapping[str, Told], Mapping[str, Told]]:
    """Both sides' recordings by the names under which they meet."""
    if reference.sole is not None and hypothesis.sole is not None:
        return reference.recordings, dict.fromkeys(reference.recordings, hypothesis.sole)
    return reference.recordings, hypothesis.recordings


def _renamed(reference: Side, hypothesis: Side) -> Iterator[str]:
    """A note on two lone recordings of different names."""
    theirs, ours = reference.sole, hypothesis.sole
    if theirs and ours and theirs.account.recording != ours.account.recording:
        yield f"{_with_file(theirs)} is compared with {_with_file(ours)}"


def _account(told: Mapping[str, Told], name: str, silence: Account) -> Account:
    return told[name].account if name in told else replace(silence, recording=name)


def _silence(side: Side) -> Account:
    """What the side would say of a recording in which nobody speaks."""
    accounts = [told.account for told in side.recordings.values()]
    return Account(
        recording="",
        turns=() if any(one.turns is not None for one in accounts) else None,
        utterances=() if any(one.utterances is not None for one in accounts) else None,
        words=() if any(one.words is not None for one in accounts) else None,
        paragraphs=() if any(one.paragraphs is not None for one in accounts) else None,
        text="" if any(one.text is not None for one in accounts) else None,
    )


def _unmet(reference: Side, hypothesis: Side, names: Sequence[str]) -> InputError:
    """The error that says which recordings lack a hypothesis, and what there is instead."""
    wanted = ", ".join(names)
    lone = [
        told for name, told in hypothesis.recordings.items() if name not in reference.recordings
    ]
    found = f"found beside those that meet: {_listed(lone)}" if lone else "there are no others"
    return InputError(
        f"{shown(hypothesis.path)}: wanted a hypothesis for each recording of "
        f"{shown(reference.path)}, lacks {wanted}; {found}",
        hint="let the names of recordings agree, list the files in a manifest, or say what becomes "
        "of missing ones: --missing silence, or --missing leave-out",
    )


def _listed(told: Sequence[Told]) -> str:
    """Recordings and their files, the first of many."""
    more = len(told) - SHOWN_NAMES
    shown_names = ", ".join(map(_place, told[:SHOWN_NAMES]))
    return f"{shown_names} and {more} more" if more > 0 else shown_names


def _place(told: Told) -> str:
    """The recording, and the file that tells of it where that is called otherwise."""
    name = told.account.recording
    named = any(recording_name(file) != name for file in told.files)
    return _with_file(told) if named else name


def _with_file(told: Told) -> str:
    """The recording and the file that tells of it, where several do, one called otherwise."""
    name = told.account.recording
    files = [file for file in told.files if recording_name(file) != name] or told.files
    return f"{name} (in {shown(files[0])})"


def _limited(pairs: Sequence[Pair], regions: Regions | None, uem: Path | None) -> list[Pair]:
    """The pairs with the stretches to score: the UEM's, less what the reference leaves out."""
    if regions is None:
        return [replace(pair, scored=_scored(pair, None)) for pair in pairs]
    if len(pairs) == 1 and len(regions) == 1:
        regions = {pairs[0].recording: next(iter(regions.values()))}
    lacking = [pair.recording for pair in pairs if pair.recording not in regions]
    if lacking:
        found = ", ".join(list(regions)[:SHOWN_NAMES]) or "none"
        wanted = f"wanted stretches of each recording, lacks {', '.join(lacking)}"
        raise InputError(f"{shown(uem or Path())}: {wanted}; found recordings: {found}")
    named = None if uem is None else shown(uem)
    return [
        replace(pair, scored=_scored(pair, regions[pair.recording]), uem=named) for pair in pairs
    ]


def _renamed_regions(
    pairs: Sequence[Pair], regions: Regions | None, uem: Path | None
) -> Iterator[str]:
    """A note on a lone recording that is limited by the stretches of another name."""
    if uem is None or regions is None or not (len(pairs) == len(regions) == 1):
        return
    (name,), (pair,) = regions, pairs
    if name != pair.recording:
        yield f"{pair.recording} is limited to the stretches of {name} (in {shown(uem)})"


def _scored(pair: Pair, regions: tuple[Span, ...] | None) -> tuple[Span, ...] | None:
    holes = pair.reference.unscored
    if not holes:
        return regions
    extent = max(pair.reference.end, pair.hypothesis.end)
    return tuple(without((Span(0, extent),) if regions is None else regions, holes))
