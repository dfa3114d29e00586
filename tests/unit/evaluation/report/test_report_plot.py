"""The PNG of one file: that it is drawn whatever the names are."""

import struct
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from compared_files import HOSTILE, compared_file, long_file, turn
from numpy.typing import NDArray

from diascribe.errors import MissingExtraError
from diascribe.evaluation.report.paint import LIGHT
from diascribe.evaluation.report.plot import plot_of
from diascribe.evaluation.scores import FileScore
from diascribe.formats.utterances import Utterance

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from matplotlib import image

TALK = compared_file([turn(0, 4, "anna"), turn(4, 9, "ben")], [turn(0, 6, "x"), turn(6, 9, "y")])


def draw(file: FileScore, path: Path) -> None:
    path.write_bytes(plot_of(file, manner="Scored with collar 0.25 s"))


def size_of(path: Path) -> tuple[int, int]:
    """Width and height, as a PNG's header says."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def colour_count(path: Path, colour: str) -> int:
    """How many pixels have exactly that colour."""
    pixels: NDArray[np.float32] = image.imread(path)  # (row, column, channel), 0 to 1
    wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
    return int((np.rint(pixels[:, :, :3] * 255) == wanted).all(axis=2).sum())


def test_a_plot_shows_both_sides_in_the_same_colours_and_the_errors(tmp_path: Path) -> None:
    path = tmp_path / "plot.png"

    draw(TALK, path)

    assert size_of(path) == (1600, 900)
    shown = {name: colour_count(path, colour) for name, colour in LIGHT.items()}
    assert shown["speaker-0"] / shown["speaker-1"] == pytest.approx(10 / 8, rel=0.02)
    assert shown["confusion"] > 1000
    assert shown["miss"] == shown["false_alarm"] == shown["speaker-2"] == 0


def test_what_is_not_scored_is_shaded(tmp_path: Path) -> None:
    without, shaded = tmp_path / "without.png", tmp_path / "shaded.png"
    reference, hypothesis = [turn(0, 5, "anna")], [turn(0, 9, "x")]

    draw(compared_file(reference, hypothesis), without)
    draw(compared_file(reference, hypothesis, collar=1), shaded)

    assert colour_count(without, "#e7eaee") == 0
    assert colour_count(shaded, "#e7eaee") > 10_000


@pytest.mark.parametrize(
    "file",
    [
        compared_file([turn(0, 5, "$\\frac{"), turn(5, 9, HOSTILE)], [turn(0, 9, "日本\ud800\n")]),
        compared_file([turn(one, one + 1, f"{one}") for one in range(40)], []),
        compared_file(None, [turn(0, 9, "x")], said=[Utterance(0, 3, "hello", None)]),
        compared_file(None, None, name="$\\alpha" * 99),
        compared_file([], []),
        long_file(24),
    ],
    ids=["hostile", "crowd", "text", "nothing", "empty", "day"],
)
def test_anything_can_be_plotted_without_a_warning(file: FileScore, tmp_path: Path) -> None:
    draw(file, tmp_path / "plot.png")

    assert size_of(tmp_path / "plot.png") == (1600, 900)


def test_how_it_was_scored_stands_under_the_pictures(tmp_path: Path) -> None:
    path = tmp_path / "plot.png"
    path.write_bytes(plot_of(TALK, manner=""))
    without: NDArray[np.float32] = image.imread(path)

    draw(TALK, path)

    differing = np.argwhere((image.imread(path) != without).any(axis=2))
    assert differing.size
    assert differing[:, 0].min() > 870, "in the last rows of 900"


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "diascribe.evaluation.report.figure", raising=False)
    for name in ("matplotlib", "matplotlib.axes", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(MissingExtraError) as raised:
        plot_of(TALK, manner="")

    assert "pip install 'diascribe[evaluate]', in a checkout: make evaluate" in raised.value.hint


def test_a_report_does_not_open_matplotlib() -> None:
    code = (
        "import sys, diascribe.evaluation.report.page, diascribe.evaluation.report.plot;"
        "sys.exit('matplotlib' in sys.modules)"
    )

    assert subprocess.run((sys.executable, "-c", code), check=False).returncode == 0
