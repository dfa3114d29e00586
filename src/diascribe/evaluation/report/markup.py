"""HTML and SVG as a tree: whatever is put into it is escaped when it is written."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, tostring

Node = Element
Content = Node | str

UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, halves of surrogate pairs, and what would turn the text around it."""


def node(tag: str, *content: Content, **attributes: str | float) -> Node:
    """An element; `class_` stands for class, and `stroke_width` for stroke-width."""
    made = Element(
        tag, {name.strip("_").replace("_", "-"): _value(one) for name, one in attributes.items()}
    )
    for one in content:
        _append(made, one)
    return made


def _append(parent: Node, content: Content) -> None:
    if isinstance(content, Node):
        parent.append(content)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + clean(content)
    else:
        parent.text = (parent.text or "") + clean(content)


def _value(value: str | float) -> str:
    return clean(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """As few characters as two decimals need.

    >>> number(12.0), number(0.2501), number(-0.001)
    ('12', '0.25', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """The text without characters that no page may hold or that disguise it.

    >>> clean("a" + chr(0) + chr(0x202E) + "b") == "a" + 2 * chr(0xFFFD) + "b"
    True
    """
    return UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def document(page: Node) -> str:
    """A whole page."""
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"
