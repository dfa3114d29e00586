"""A voice named once, in all results that were written before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from diascribe.cli.destinations import files_of
from diascribe.cli.outputs import JSON, rendered, suffix_of, write_whole
from diascribe.errors import InputError
from diascribe.evaluation.reading.files import read_text
from diascribe.formats.rules import CueRules
from diascribe.transcript import Transcript
from diascribe.wire.decode import from_json


def rename_in(
    results: Iterable[Path], old: str, new: str, formats: Iterable[str] = ()
) -> list[Path]:
    """The files written: results in which the voice is heard, and other formats beside them.

    Inside folders, JSON that is no result of ours is left alone.

    Raises:
        SourceError: a file cannot be read.
        TranscriptFormatError: a file that is named is no result.
        OutputError: a file cannot be written; those before it are.
    """
    written = []
    for path, transcript in [one for given in results for one in _results(given)]:
        changed = renamed(transcript, old, new)
        if changed == transcript:
            continue
        for chosen in dict.fromkeys((JSON, *formats)):
            target = path if chosen == JSON else path.with_suffix(suffix_of(chosen))
            write_whole(target, rendered(chosen, changed, Path(path.stem), CueRules()))
            written.append(target)
    return written


def renamed(transcript: Transcript, old: str, new: str) -> Transcript:
    """The transcript, its speakers of the old name or voice called by the new name."""
    speakers = tuple(
        replace(one, name=new) if old in {one.name, one.voice} else one
        for one in transcript.speakers
    )
    return replace(transcript, speakers=speakers)


def _results(given: Path) -> Iterator[tuple[Path, Transcript]]:
    folder = given.is_dir()
    for path in files_of(given, {".json"}):
        try:
            yield path, from_json(read_text(path))
        except InputError:
            if not folder:
                raise
