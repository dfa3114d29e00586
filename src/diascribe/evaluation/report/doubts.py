"""Doubts about the references, each with the UEM that would leave the doubtful out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.scores import Doubt, FileScore
from diascribe.formats import uem


def doubts_section(files: Sequence[FileScore]) -> Iterator[Node]:
    """All doubts, before anybody believes the figures; nothing where there are none."""
    doubts = [
        _doubt(one, doubt, anchor=f"#file-{place}")
        for place, one in enumerate(files, start=1)
        for doubt in one.doubts
    ]
    if doubts:
        yield node(
            "section",
            node("h2", "Doubts about the reference"),
            node("p", "What follows may be wrong in the reference rather than in what was scored."),
            *doubts,
            class_="doubts",
        )


def _doubt(file: FileScore, doubt: Doubt, *, anchor: str) -> Node:
    offered = node(
        "details",
        node("summary", "Score without it: a UEM to copy"),
        node("pre", uem.write({file.pair.recording: doubt.scored})),
    )
    name = node("a", file.pair.recording, href=anchor, dir="auto")
    return node("div", node("p", name, ": ", doubt.message), offered)
