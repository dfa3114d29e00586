"""The page's paints: colours as CSS variables, stripes and dots as SVG patterns."""

from __future__ import annotations

from collections.abc import Mapping

from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.report.paint import COLOURS, DARK, LIGHT, UNMAPPED, Paint


def variables(colours: Mapping[str, str]) -> str:
    """The colours as CSS."""
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


def colour_rules() -> str:
    """The colours of both schemes; paper is white whatever the screen was."""
    light, dark = variables(LIGHT), variables(DARK)
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def patterns() -> Node:
    """Every paint that is more than a colour, for all pictures of the page to name."""
    striped = [Paint(f"speaker-{place}", "stripes") for place in range(COLOURS)]
    dotted = [Paint(f"speaker-{place}", "dots") for place in range(COLOURS)]
    made = [_stripes(one) for one in (*striped, UNMAPPED)] + [_dots(one) for one in dotted]
    return node("svg", node("defs", *made), class_="patterns", aria_hidden="true")


def _stripes(paint: Paint) -> Node:
    return _pattern(
        paint,
        node("rect", width=5, height=5, fill=f"var(--{paint.colour})", opacity="0.35"),
        node("rect", width=2.5, height=5, fill=f"var(--{paint.colour})"),
        patternTransform="rotate(45)",
    )


def _dots(paint: Paint) -> Node:
    return _pattern(
        paint,
        node("rect", width=5, height=5, fill=f"var(--{paint.colour})"),
        node("circle", cx=2.5, cy=2.5, r=1.3, fill="var(--paper)"),
    )


def _pattern(paint: Paint, *content: Node, **more: str) -> Node:
    return node(
        "pattern",
        *content,
        id=paint.name,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        **more,
    )
