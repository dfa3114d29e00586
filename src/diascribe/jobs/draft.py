"""What there is of a transcript while its recording is worked on: words so far, nobody named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from diascribe.engine.assemble import Findings, assemble
from diascribe.engine.keeping.folder import InFolder
from diascribe.engine.options import Options
from diascribe.engine.parts import Part
from diascribe.jobs.planning import kind_of, planned
from diascribe.transcript import Notice, Segment, Transcript


def draft(options: Options, workspace: Path) -> Transcript:
    """The words of all parts that are heard."""
    folder = InFolder(folder=workspace)
    recording = folder.recording()
    stages = [one for one in planned(options, workspace) if kind_of(one) == "recognition"]
    heard = [part for part in (folder.read(stage, Part) for stage in stages) if part is not None]
    segments = [segment for part in heard for segment in part.segments]
    there = f"the words of {len(heard)} of {len(stages)} parts"
    reach = f"up to {_end(segments):.1f} s of {recording.duration:.1f} s"
    lacking = ", ".join(_lacking(options))
    message = f"there are {there}, {reach}, as first recognized; not yet: {lacking}"
    notice = Notice("unfinished", "recognition", message)
    found = Findings(segments, None, warnings=(notice,))
    return assemble(recording, _without_speakers(options), found)


def _end(segments: Sequence[Segment]) -> float:
    return max((one.end for one in segments), default=0.0)


def _lacking(options: Options) -> Iterator[str]:
    """What is looked for after the words."""
    yield "doubtful words heard again"
    if options.align_output and options.task != "translate":
        yield "aligned times"
    if options.diarization:
        yield "speakers and turns"
    if options.verifies:
        yield "names of known voices"


def _without_speakers(options: Options) -> Options:
    """The same, and nobody asks who speaks: verification without diarization contradicts."""
    return replace(options, diarization=False, speaker_verification=False, speaker_samples=())
