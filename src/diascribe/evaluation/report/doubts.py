"""Doubts about the files, each with the UEM that would leave the doubtful out, if one would."""

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
            node("h2", "Doubts about the files"),
            node("p", "What follows may be the files' fault rather than that of what was scored."),
            *doubts,
            class_="doubts",
        )


def _doubt(file: FileScore, doubt: Doubt, *, anchor: str) -> Node:
    name = node("a", file.pair.recording, href=anchor, dir="auto")
    return node("div", node("p", name, ": ", doubt.message), *_offered(file, doubt))


def _offered(file: FileScore, doubt: Doubt) -> Iterator[Node]:
    if doubt.scored is not None:
        yield node(
            "details",
            node("summary", "Score without it: a UEM to copy"),
            node("pre", uem.write({file.pair.recording: doubt.scored})),
        )
