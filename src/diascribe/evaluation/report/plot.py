"""The picture of one file as a PNG, where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Callable

from diascribe.errors import MissingExtraError
from diascribe.evaluation.scores import FileScore
from diascribe.evaluation.text.extra import INSTALL


def check_plot() -> None:
    """Refuse to plot where that cannot be, before there is anything to plot.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    _drawer()


def plot_of(file: FileScore, *, manner: str) -> bytes:
    """The timelines, errors and error over time of one file, as a PNG.

    `manner` says how it was scored.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    return _drawer()(file, manner)


def _drawer() -> Callable[[FileScore, str], bytes]:
    """What draws; raises as the others do."""
    try:
        from diascribe.evaluation.report.figure import png_of  # noqa: PLC0415 - opens matplotlib
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "--plot draws with matplotlib, which is not installed",
            hint=f"install it with: {INSTALL}",
        ) from error
    return png_of
