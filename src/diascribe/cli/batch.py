"""Works through recordings one by one; one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import typer

from diascribe.cli.inputs import Input
from diascribe.cli.outputs import Outputs, readable, rendered
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say, say_error
from diascribe.engine.beside import Progress
from diascribe.errors import DiascribeError
from diascribe.formats.rules import CueRules
from diascribe.transcript import Transcript

Work = Callable[..., Transcript]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What to do with each recording's transcript."""

    work: Work
    """`work(source, on_progress=…, **options)`: the engine's method."""
    options: dict[str, Any]
    outputs: Outputs | None
    rules: CueRules
    print_as: str
    """A format, `text` for people, `lines` for one line of JSON a recording, or `nothing`."""
    words: bool
    """Whether the text for people is what was said, or only who spoke when."""
    skip_existing: bool

    def run(self, inputs: Iterable[Input]) -> None:
        """Work through the recordings.

        Raises:
            typer.Exit: some failed, each told on standard error, with the exit status of the
                first; or nobody reads the results any more.
        """
        inputs = list(inputs)
        failures = [failure for one in inputs if (failure := self._try(one)) is not None]
        if len(inputs) > 1 and failures:
            say(f"{len(failures)} of {len(inputs)} recordings failed")
        if failures:
            raise typer.Exit(failures[0].exit_status)

    def _try(self, one: Input) -> DiascribeError | None:
        if self._skipped(one):
            say(f"{one}: skipped, its results are there")
            return None
        try:
            with Bars(str(one)) as bars:
                transcript = self._work(one, bars.report)
            self._deliver(one, transcript)
        except DiascribeError as error:
            say_error(error)
            return error
        return None

    def _skipped(self, one: Input) -> bool:
        if not self.skip_existing or self.outputs is None:
            return False
        return all(path.exists() for path in self.outputs.paths(one.name))

    def _work(self, one: Input, report: Callable[[Progress], None]) -> Transcript:
        return self.work(one.source, on_progress=report, **self.options)

    def _deliver(self, one: Input, transcript: Transcript) -> None:
        """Write files, then print, then say what a reader must know."""
        if self.outputs is not None:
            self.outputs.write(transcript, one.name)
            say("wrote " + ", ".join(str(path) for path in self.outputs.paths(one.name)))
        if not put(self._shown(transcript, one)) and self.outputs is None:
            raise typer.Exit(0)
        for warning in transcript.warnings:
            say(f"warning: {warning.message} ({warning.code})")
        for note in dict.fromkeys(model.note for model in transcript.models if model.note):
            say(f"note: {note}")

    def _shown(self, transcript: Transcript, one: Input) -> str:
        """What is printed of a recording."""
        if self.print_as == "nothing":
            return ""
        if self.print_as == "text":
            return readable(transcript, words=self.words)
        if self.print_as == "lines":
            from diascribe.wire.encode import encode  # noqa: PLC0415 - opens pydantic

            return encode(transcript).model_dump_json() + "\n"
        return rendered(self.print_as, transcript, one.name, self.rules)
