"""The picture of a whole recording: who spoke, who was found, what is wrong and when."""

from __future__ import annotations

from collections.abc import Sequence

from diascribe.evaluation.report.bins import MINUTE_S, Bin, bin_length, binned
from diascribe.evaluation.report.chart import chart
from diascribe.evaluation.report.drawing import axis, picture, rows, scale_of, unscored
from diascribe.evaluation.report.lanes import Group
from diascribe.evaluation.report.marks import marks
from diascribe.evaluation.report.markup import Node
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span

NOTHING = "Neither file holds anything with times: there is nothing to draw."


def compared(file: FileScore) -> bool:
    """Whether both sides say who spoke when, without which there are no errors to show."""
    return file.pair.reference.turns is not None and file.pair.hypothesis.turns is not None


def overview(
    file: FileScore, groups: Sequence[Group], minutes: Sequence[Bin], *, anchor: str
) -> Node:
    """Both sides' speakers and, where they could be compared, the errors over the same time."""
    scale = scale_of(Span(0, file.extent))
    reference, hypothesis, errors = groups
    blocks = [axis(scale, extent=file.extent)]
    blocks += [rows(one, scale) for one in (reference, hypothesis)]
    if compared(file):
        step = bin_length(file.extent)
        bins = binned(file.mistakes, extent=file.extent, step=step)
        blocks += [rows(errors, scale), chart(bins, scale, step=step)]
    if minutes and file.extent > MINUTE_S:
        blocks.append(marks(minutes, scale, anchor=anchor))
    return picture(
        blocks,
        scale,
        unscored(file.scored, scale) if compared(file) else (),
        title=f"{file.pair.recording}: the whole recording",
        about=_about(reference, hypothesis),
    )


def _about(reference: Group, hypothesis: Group) -> str:
    return (
        f"Rows of bars over time: {len(reference.lanes)} speakers of the reference, "
        f"{len(hypothesis.lanes)} of the hypothesis, three kinds of error, error over time."
    )
