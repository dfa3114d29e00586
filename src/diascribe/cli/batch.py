"""Works through recordings one by one; one that fails does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import typer

from diascribe.cli.inputs import Input
from diascribe.cli.outputs import Outputs, readable, rendered
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say, say_error, say_once
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
        several = len(inputs) > 1
        failures = [failure for one in inputs if (failure := self._try(one, several)) is not None]
        if several and failures:
            say(f"{len(failures)} of {len(inputs)} recordings failed")
        if failures:
            raise typer.Exit(failures[0].exit_status)

    def _try(self, one: Input, several: bool) -> DiascribeError | None:  # noqa: FBT001 - private
        if self._skipped(one):
            say(f"{one}: skipped, its results are there")
            return None
        try:
            with Bars(str(one)) as bars:
                transcript = self._work(one, bars.report)
            self._deliver(one, transcript, several)
        except DiascribeError as error:
            say_error(error, about=str(one) if several else "")
            if self.print_as == "lines":
                put(json_line(one, error=error))
            return error
        return None

    def _skipped(self, one: Input) -> bool:
        if not self.skip_existing or self.outputs is None:
            return False
        return all(path.exists() for path in self.outputs.paths(one.name))

    def _work(self, one: Input, report: Callable[[Progress], None]) -> Transcript:
        return self.work(one.source, on_progress=report, **self.options)

    def _deliver(self, one: Input, transcript: Transcript, several: bool) -> None:  # noqa: FBT001
        """Write files, then print, then say what a reader must know."""
        if self.outputs is not None:
            self.outputs.write(transcript, one.name)
            say("wrote " + ", ".join(str(path) for path in self.outputs.paths(one.name)))
        heading = f"==> {one} <==\n" if several and self.print_as == "text" else ""
        if not put(heading + self._shown(transcript, one)) and self.outputs is None:
            raise typer.Exit(0)
        about = f"{one}: " if several else ""
        for warning in transcript.warnings:
            say(f"warning: {about}{warning.message} ({warning.code})")
        for model in transcript.models:
            if model.note:
                say_once(f"note: {model.stage} by {model.name}: {model.note}")

    def _shown(self, transcript: Transcript, one: Input) -> str:
        """What is printed of a recording."""
        if self.print_as == "nothing":
            return ""
        if self.print_as == "text":
            return readable(transcript, words=self.words)
        if self.print_as == "lines":
            return json_line(one, transcript=transcript)
        return rendered(self.print_as, transcript, one.name, self.rules)


def json_line(
    one: Input, *, transcript: Transcript | None = None, error: DiascribeError | None = None
) -> str:
    """One line of JSON: the `source`, then the fields of its result, or the `error`."""
    from diascribe.wire.encode import encode  # noqa: PLC0415 - opens pydantic
    from diascribe.wire.problems import error_body  # noqa: PLC0415 - as above

    told: dict[str, object] = {"source": str(one)}
    if transcript is not None:
        told |= encode(transcript).model_dump(mode="json")
    if error is not None:
        told |= error_body(error)
    return json.dumps(told, ensure_ascii=False) + "\n"
