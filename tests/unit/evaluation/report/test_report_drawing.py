"""Labels that fit, and colours that can be told apart."""

from itertools import combinations, pairwise

import pytest
from compared_files import compared_file, long_file, turn

from diascribe.evaluation.report.bins import KINDS
from diascribe.evaluation.report.drawing import WIDTH, picture, rows, scale_of, shortened, unscored
from diascribe.evaluation.report.lanes import groups
from diascribe.evaluation.report.markup import Node
from diascribe.evaluation.report.paint import DARK, LIGHT
from diascribe.span import Span


def luminance(colour: str) -> float:
    """WCAG's relative luminance, 0 for black to 1 for white."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast, 1 for equals to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def drawn(hours: int) -> list[Node]:
    """The paths of a long file's rows."""
    scale = scale_of(Span(0, 3600 * hours))
    blocks = [rows(one, scale) for one in groups(long_file(hours))]
    return [*picture(blocks, scale, (), title="", about="").iter("path")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_kinds_of_error_differ_in_lightness(scheme: dict[str, str]) -> None:
    apart = [contrast(scheme[one], scheme[other]) for one, other in combinations(KINDS, 2)]

    assert min(apart) > 1.7


@pytest.mark.parametrize(("scheme", "paper"), [(LIGHT, "#ffffff"), (DARK, "#14171c")])
def test_every_colour_stands_out_from_the_paper(scheme: dict[str, str], paper: str) -> None:
    assert min(contrast(one, paper) for one in scheme.values()) > 1.9


def test_long_labels_keep_their_ends() -> None:
    assert shortened("SPEAKER_07 = anna") == "SPEAKER_07 = anna"
    assert shortened("somebody whose name is long, no. 7") == "somebody whos…s long, no. 7"
    assert shortened("参" * 20) == "参" * 6 + "…" + "参" * 6


def test_only_what_is_wholly_unscored_is_shaded() -> None:
    file = compared_file([turn(10, 20, "anna")], [turn(10, 20, "x")], collar=2)
    scale = scale_of(Span(0, 20))

    shades = [
        (left - scale.left, right - scale.left) for left, right in unscored(file.scored, scale)
    ]

    second = scale.width / 20
    assert len(shades) == 2
    assert shades[0] == pytest.approx((8 * second, 12 * second), abs=0.25)
    assert shades[1] == pytest.approx((18 * second, 20 * second), abs=0.25)


def test_bars_stay_in_the_picture_and_rise_to_the_right() -> None:
    bars = [path.get("d") or "" for path in drawn(1) if path.get("stroke")]

    marks = [[mark.split("H") for mark in bar.split("M")[1:]] for bar in bars]
    ends = [[float(one.split()[0]) for mark in row for one in mark] for row in marks]
    assert len(ends) == 12
    assert all(before < after for row in ends for before, after in pairwise(row))
    assert all(scale_of(Span(0, 1)).left <= one < WIDTH for row in ends for one in row)


def test_a_day_is_not_drawn_with_many_more_letters_than_an_hour() -> None:
    letters = [sum(len(path.get("d") or "") for path in drawn(hours)) for hours in (1, 24)]

    assert letters[1] < 2 * letters[0]
