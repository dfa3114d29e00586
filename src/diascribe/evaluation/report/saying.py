"""What one side says was said in a stretch of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.evaluation.account import Account
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.timeline import Index, spread
from diascribe.transcript import Word

CUT = "…"
PAUSE_S = 1.0
"""After a longer pause a speaker's words begin a new line."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker said in one go."""

    start: float
    speaker: str | None
    """Null where nobody is known."""
    text: str


class Sayings:
    """All that one side says was said, asked about stretches."""

    def __init__(self, account: Account) -> None:
        self._words = Index(account.words or ())
        self._utterances = Index(account.utterances or ())
        self._worded = bool(account.words)
        self.known = self._worded or any(one.text for one in account.utterances or ())
        """Whether anything is said to be said."""

    def within(self, window: Span) -> list[Line]:
        """The lines of the window, by start; where words have no times, they are estimated."""
        if self._worded:
            return self._of_words(window)
        spoken = self._utterances.overlapping(window)
        return [line for one in spoken for line in _part(one, window)]

    def _of_words(self, window: Span) -> list[Line]:
        words = [one for one in self._words.overlapping(window) if _inside(one, window)]
        return [_line(run, window) for run in _runs(words)]


def _runs(words: Iterable[Word]) -> list[list[Word]]:
    """Each speaker's words up to a pause, though others speak meanwhile; by start."""
    runs: list[list[Word]] = []
    latest: dict[str | None, list[Word]] = {}
    for word in words:
        run = latest.get(word.speaker)
        if run is None or word.start - run[-1].end > PAUSE_S:
            run = latest[word.speaker] = []
            runs.append(run)
        run.append(word)
    return runs


def _line(run: Sequence[Word], window: Span) -> Line:
    text = " ".join(one.text.strip() for one in run)
    return Line(max(window.start, run[0].start), run[0].speaker, text)


def _inside(span: Span, window: Span) -> bool:
    """Each word is in one window only: that of its middle."""
    return window.start <= span.middle < window.end


def _part(utterance: Utterance, window: Span) -> Iterator[Line]:
    """What of an utterance is in the window, by the share of its characters."""
    words = utterance.text.split()
    times = spread(words, utterance)
    inside = [place for place, time in enumerate(times) if _inside(time, window)]
    if inside:
        first, last = inside[0], inside[-1]
        before, after = CUT * (first > 0), CUT * (last + 1 < len(words))
        text = " ".join(words[first : last + 1])
        start = max(window.start, times[first].start)
        yield Line(start, utterance.speaker, f"{before}{text}{after}")
