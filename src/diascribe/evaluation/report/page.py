"""The report: one page that needs nothing else, no host, no script, no font."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files as package_files

from diascribe.evaluation.report.doubts import doubts_section
from diascribe.evaluation.report.legend import legend
from diascribe.evaluation.report.markup import Node, document, node
from diascribe.evaluation.report.patterns import colour_rules, patterns
from diascribe.evaluation.report.sections import file_section
from diascribe.evaluation.report.tables import figures_table, settings_list
from diascribe.evaluation.scores import FileScore

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page loads nothing and runs nothing, even should a name in it find a way to ask for it."""

OPENED = 3
"""So many files are shown at once; the others open when asked for."""


def report_page(
    files: Sequence[FileScore],
    total: Mapping[str, float | None],
    *,
    heading: str,
    settings: Mapping[str, str],
    notes: Sequence[str] = (),
) -> str:
    """The files' comparisons as a page of HTML.

    Args:
        files: in the order in which they are listed.
        total: the figures of all files together.
        heading: the page's title.
        settings: how it was scored, by what the reader calls it.
        notes: what to mind of the figures of all files.
    """
    body = node(
        "body",
        patterns(),
        node("header", node("h1", heading), settings_list(settings)),
        node("main", *_sections(files, total, notes)),
    )
    return document(node("html", _head(heading), body, lang="en"))


def _head(heading: str) -> Node:
    style = colour_rules() + package_files(__package__).joinpath("page.css").read_text("utf-8")
    return node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", http_equiv="Content-Security-Policy", content=POLICY),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", name="color-scheme", content="light dark"),
        node("title", heading),
        node("style", style),
    )


def _sections(
    files: Sequence[FileScore], total: Mapping[str, float | None], notes: Sequence[str]
) -> Iterator[Node]:
    minded = [node("p", one) for one in notes]
    yield node("section", node("h2", "Figures"), figures_table(files, total), *minded)
    yield from doubts_section(files)
    yield node("section", node("h2", "How to read the pictures"), legend())
    shown = [
        file_section(one, anchor=f"file-{place}", opened=place <= OPENED)
        for place, one in enumerate(files, start=1)
    ]
    yield node("section", node("h2", "Files"), *shown)
