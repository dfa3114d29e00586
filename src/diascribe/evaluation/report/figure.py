"""The picture of one file by matplotlib: the only file that opens it.

Figures are made by hand and never by pyplot, whose state all threads would share.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diascribe.errors import printable
from diascribe.evaluation.figures import FIGURES, columns
from diascribe.evaluation.report.bins import KINDS, Bin, bin_length, binned
from diascribe.evaluation.report.chart import chart_title, top_of
from diascribe.evaluation.report.clockface import HOUR_S, clock, ticks
from diascribe.evaluation.report.drawing import TICKS, shortened, unscored
from diascribe.evaluation.report.lanes import Group, Lane, groups
from diascribe.evaluation.report.overview import NOTHING, compared
from diascribe.evaluation.report.paint import LIGHT
from diascribe.evaluation.report.raster import Scale, stretches
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span

INCHES = (16.0, 9.0)
DOTS = 100
"""An inch: 1600 x 900 pixels."""
PLOT_LEFT, PLOT_WIDTH = 0.155, 0.825
CHART_BOTTOM, CHART_HEIGHT, CHART_GAP = 0.07, 0.18, 0.045
TOP = 0.875
"""All shares of the figure."""

HEADLINE_COLUMNS = 110
FOOTER_COLUMNS = 200
LANES = 12
"""Rows of a side that are still legible."""
BAR = 0.72
"""Share of a row."""
HATCHES = {"plain": "", "stripes": "//////", "dots": "...."}
SHADE, RULE, TRACK, INK, SOFT = "#e7eaee", "#d7dbe0", "#1d21290d", "#1d2129", "#5c6470"


def png_of(file: FileScore, manner: str) -> bytes:
    """The speakers of both sides, the errors, the error over time and how it was scored."""
    figure = Figure(figsize=INCHES, dpi=DOTS)
    scale = Scale(Span(0, file.extent), width=PLOT_WIDTH * INCHES[0] * DOTS)
    _headline(figure, file)
    told = shortened(printable(manner), columns=FOOTER_COLUMNS)
    figure.text(0.012, 0.012, told, fontsize=9, color=SOFT, parse_math=False)
    if not file.extent:
        figure.text(0.012, 0.85, NOTHING, fontsize=12, color=INK)
        return _saved(figure)
    lower = CHART_BOTTOM + CHART_HEIGHT + CHART_GAP if compared(file) else CHART_BOTTOM
    _timelines(figure.add_axes((PLOT_LEFT, lower, PLOT_WIDTH, TOP - lower)), file, scale)
    if compared(file):
        area = (PLOT_LEFT, CHART_BOTTOM, PLOT_WIDTH, CHART_HEIGHT)
        _error_over_time(figure.add_axes(area), file, scale)
    return _saved(figure)


def _saved(figure: Figure) -> bytes:
    """The figure's file; letters that its font lacks are boxes, which needs no warning."""
    held = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Glyph .* missing from font", category=UserWarning
        )
        figure.savefig(held, format="png")
    return held.getvalue()


def _headline(figure: Figure, file: FileScore) -> None:
    figures = file.figures()
    name = shortened(printable(file.pair.recording), columns=HEADLINE_COLUMNS)
    figure.text(0.012, 0.958, name, fontsize=15, weight="bold", color=INK, parse_math=False)
    known = [(FIGURES[one], figures[one]) for one in columns([figures])]
    told = [f"{one.heading} {one.shown(value)}" for one, value in known if value is not None]
    figure.text(0.012, 0.928, "   ".join(told), fontsize=10, color=SOFT, parse_math=False)


def _timelines(axes: Axes, file: FileScore, scale: Scale) -> None:
    """Groups of rows from the top, a row of space with its heading above each."""
    reference, hypothesis, errors = groups(file, limit=LANES)
    drawn = [reference, hypothesis] + [errors] * compared(file)
    _prepare(axes, file, scale)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    row = 0
    labels: dict[int, str] = {}
    for group in drawn:
        _group_heading(axes, group, row)
        for lane in group.lanes:
            row += 1
            labels[row] = shortened(printable(lane.label))
            _bars(axes, lane, row, scale)
        row += 1
    axes.set_ylim(max(row, 1) - 0.5, -0.5)
    size = min(10.0, 0.7 * 72 * INCHES[1] * axes.get_position().height / max(row, 1))
    axes.set_yticks(list(labels), list(labels.values()), fontsize=size, parse_math=False)
    axes.tick_params(axis="y", length=0, colors=INK)


def _group_heading(axes: Axes, group: Group, row: float) -> None:
    left = -PLOT_LEFT / PLOT_WIDTH * 0.92
    across = axes.get_yaxis_transform()
    axes.text(left, row, group.title, transform=across, weight="bold", va="center")


def _bars(axes: Axes, lane: Lane, row: int, scale: Scale) -> None:
    colour, hatch = LIGHT[lane.paint.colour], HATCHES[lane.paint.pattern]
    below, height = row - BAR / 2, BAR
    axes.broken_barh([(0, scale.width)], (below, height), facecolors=TRACK, zorder=0.5)
    axes.broken_barh(
        [(left, right - left) for left, right in stretches(lane.spans, scale)],
        (below, height),
        facecolors=colour,
        edgecolor="white" if hatch else "none",
        linewidth=0,
        hatch=hatch or None,
        zorder=2,
    )


def _prepare(axes: Axes, file: FileScore, scale: Scale) -> None:
    """Pixels to the right, labelled with times; shades where nothing is scored."""
    times = ticks(scale.window, parts=TICKS)
    axes.set_xlim(0, scale.width)
    labels = [clock(one, hours=file.extent >= HOUR_S) for one in times]
    axes.set_xticks([scale.x(one) for one in times], labels, fontsize=9, color=SOFT)
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.8, zorder=1)
    axes.set_axisbelow(True)
    for left, right in unscored(file.scored, scale) if compared(file) else ():
        axes.axvspan(left, right, color=SHADE, linewidth=0, zorder=0)


def _error_over_time(axes: Axes, file: FileScore, scale: Scale) -> None:
    step = bin_length(file.extent)
    bins = binned(file.mistakes, extent=file.extent, step=step)
    top = top_of(bins)
    _prepare(axes, file, scale)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_ylim(0, top)
    axes.set_yticks(
        [0, top / 2, top], [f"{100 * one:g} %" for one in (0, top / 2, top)], fontsize=9
    )
    axes.tick_params(axis="y", length=0, colors=SOFT)
    axes.set_title(chart_title(step), loc="left", fontsize=10, weight="bold", color=INK)
    _stacked(axes, bins, scale)


def _stacked(axes: Axes, bins: Sequence[Bin], scale: Scale) -> None:
    lefts = [scale.x(one.start) + 0.5 for one in bins]
    widths = [scale.x(one.end) - scale.x(one.start) - 1 for one in bins]
    below = [0.0] * len(bins)
    for kind in KINDS:
        shares = [one.share(kind) for one in bins]
        axes.bar(lefts, shares, widths, below, align="edge", color=LIGHT[kind], zorder=2)
        below = [low + share for low, share in zip(below, shares, strict=True)]
