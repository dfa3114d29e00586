"""Recordings joined with what is known of them, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from diascribe.errors import SourceError, printable
from diascribe.evaluation.reading import read_uem
from diascribe.evaluation.reading.sides import Told, read_side
from diascribe.evaluation.tuning.labelled import Labelled
from diascribe.span import Span


def find_labelled(
    recordings: Mapping[str, Path], reference: Path, uem: Path | None = None
) -> list[Labelled]:
    """The recordings, each with what the reference and the UEM say under its name.

    A name such as `monday/call` is found under `call` too.

    Args:
        recordings: files with sound by name.
        reference: a file or a folder; what does not say who speaks when is passed over.
        uem: a file or a folder; null scores the whole of every recording.

    Raises:
        SourceError: names every recording without a reference, or outside the UEM, and those
            that would share one.
        InputError: two files say the same about one recording.
        TranscriptFormatError: a file does not follow its format.
    """
    told = read_side(reference).recordings
    known = {name: one for name, one in told.items() if one.account.turns is not None}
    _refuse_unclear("a reference that says who speaks when", recordings, known)
    scored = None if uem is None else read_uem(uem)
    if scored is not None:
        _refuse_unclear("a stretch in the UEM", recordings, scored)
    return [
        _labelled(name, source, known[_found(name, known)], scored)
        for name, source in recordings.items()
    ]


def _refuse_unclear(
    wanted: str, recordings: Mapping[str, Path], known: Mapping[str, object]
) -> None:
    some = ", ".join(map(printable, list(known)[:3])) or "none"
    hint = f"a recording is found by its file's name without suffix; there are {some}"
    absent = [printable(name) for name in recordings if _found(name, known) not in known]
    if absent:
        raise SourceError(f"wanted {wanted} for {', '.join(absent)}", hint=hint)
    for one, count in Counter(_found(name, known) for name in recordings).items():
        if count > 1:
            sharing = [printable(name) for name in recordings if _found(name, known) == one]
            got = f"got {printable(one)} for {' and '.join(sharing)}"
            raise SourceError(f"wanted {wanted} for each recording, {got}", hint=hint)


def _found(name: str, known: Mapping[str, object]) -> str:
    """The name under which a recording may be known."""
    return name if name in known else Path(name).name


def _labelled(
    name: str, source: Path, told: Told, scored: Mapping[str, tuple[Span, ...]] | None
) -> Labelled:
    assert told.account.turns is not None, "others are passed over"
    return Labelled(
        name=name,
        source=source,
        turns=told.account.turns,
        digest=_digest(told.files),
        scored=None if scored is None else scored[_found(name, scored)],
        unscored=told.account.unscored,
    )


def _digest(files: Sequence[Path]) -> str:
    """SHA-256 of the files' bytes, one after the other."""
    digest = sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
