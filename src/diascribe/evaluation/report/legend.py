"""What the pictures' colours and shades mean."""

from __future__ import annotations

from diascribe.evaluation.report.drawing import filling
from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.report.paint import UNMAPPED, Paint

KINDS = (
    (Paint("miss"), "Miss: somebody of the reference speaks and is not found."),
    (Paint("false_alarm"), "False alarm: somebody is found where nobody, or nobody more, speaks."),
    (Paint("confusion"), "Confusion: somebody is found, but not the one who speaks."),
    (UNMAPPED, "A speaker of the hypothesis whom the reference does not have."),
)


def legend() -> Node:
    """A line for each colour that does not stand beside its name, and for the shade."""
    speakers = (
        "Speakers of the hypothesis have the colour of the speaker of the reference with whom "
        "they share most time, whose name follows theirs."
    )
    shade = _swatch(node("rect", width=26, height=12, class_="unscored"))
    return node(
        "ul",
        node("li", speakers),
        *(node("li", _filled(paint), meaning) for paint, meaning in KINDS),
        node("li", shade, "Not scored: collars, overlapped speech or regions left out."),
        class_="legend",
    )


def _filled(paint: Paint) -> Node:
    return _swatch(node("rect", width=26, height=12, fill=filling(paint)))


def _swatch(drawn: Node) -> Node:
    return node("svg", drawn, width=26, height=12, aria_hidden="true")
