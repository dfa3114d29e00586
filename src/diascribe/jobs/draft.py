"""What there is of a transcript while its recording is worked on: words so far, nobody named."""

from __future__ import annotations

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
    segments: list[Segment] = []
    for stage in planned(options, workspace):
        if kind_of(stage) == "recognition":
            part = folder.read(stage, Part)
            segments += [] if part is None else part.segments
    notice = Notice("unfinished", "recognition", "the recording is still being worked on")
    found = Findings(segments, None, warnings=(notice,))
    return assemble(recording, _without_speakers(options), found)


def _without_speakers(options: Options) -> Options:
    """The same, and nobody asks who speaks: verification without diarization contradicts."""
    return replace(options, diarization=False, speaker_verification=False, speaker_samples=())
