"""Time of scoring: the command on an hour, and DER beside pyannote.metrics as turns grow.

    make bench NAME=evaluate

The hour is a simulated talk: its speech intervals are the reference, its whole utterances the
hypothesis; of the words, every seventh is left out and every fifth another. Longer ones are
the hour repeated. Best of three, but pyannote.metrics once.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from _record import data_folder, store
from _watch import watch
from speed import figure

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pyannote.metrics warns about its own plotting at import
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.detection import DetectionErrorRate
    from pyannote.metrics.diarization import DiarizationErrorRate

from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.reading import read_accounts
from diascribe.span import Span
from diascribe.transcript import Turn

HOUR_S = 3600
THEIRS_HOURS = (1, 6)
OURS_HOURS = (1, 6, 24)


def main() -> None:
    """Measure, print and store."""
    talk = next((data_folder() / "sim/dev").glob("*_60m.opus"))
    files = [talk.with_suffix(suffix) for suffix in (".rttm", ".utt.rttm", ".stm")]
    wanted, found = (read_accounts(path)[0].turns or () for path in files[:2])
    figures = [*_commands(*files), *_ours(wanted, found), *_theirs(wanted, found)]
    for line in figures:
        print(f"{line['what']:<75}{line['value']:9.2f} {line['unit']}")
    store("evaluate", files, {"figures": figures})


def _commands(reference: Path, hypothesis: Path, words: Path) -> list[dict[str, str | float]]:
    """Seconds and memory of the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        wrong, page = Path(folder) / "words.stm", Path(folder) / "report.html"
        wrong.write_text(_with_errors(words.read_text()))
        turns = [watch(_command(hypothesis, reference)) for _ in range(3)]
        texts = [watch(_command(wrong, words, "--report", str(page))) for _ in range(3)]
        size_kb = page.stat().st_size / 1e3
    return [
        figure("evaluate, an hour's turns, whole command", min(one.seconds for one in turns), "s"),
        figure(
            "evaluate --report, an hour's turns and words, whole command",
            min(one.seconds for one in texts),
            "s",
        ),
        figure("peak memory of it", max(one.peak_mb for one in texts), "MB"),
        figure("the report of the hour", size_kb, "kB"),
    ]


def _command(hypothesis: Path, reference: Path, *others: str) -> list[str]:
    program = str(Path(sys.executable).with_name("diascribe"))
    return [program, "evaluate", str(hypothesis), "--reference", str(reference), *others]


def _with_errors(stm: str) -> str:
    """The lines of an STM file, some of their words left out and some others."""
    lines = []
    for line in stm.splitlines():
        head, words = line.split()[:5], line.split()[5:]
        kept = [word for place, word in enumerate(words, start=1) if place % 7]
        lines.append([*head, *(word if n % 5 else "other" for n, word in enumerate(kept, start=1))])
    return "".join(f"{' '.join(line)}\n" for line in lines)


def _ours(wanted: Sequence[Turn], found: Sequence[Turn]) -> list[dict[str, str | float]]:
    figures = []
    for hours in OURS_HOURS:
        sides, whole = (_repeated(wanted, hours), _repeated(found, hours)), _regions(hours)
        seconds = min(_seconds(lambda: score_diarization(*sides, regions=whole)) for _ in range(3))  # noqa: B023
        what = f"DER, JER, detection and speakers of {_length(hours)}"
        figures.append(figure(what, 1000 * seconds, "ms"))
    return figures


def _theirs(wanted: Sequence[Turn], found: Sequence[Turn]) -> list[dict[str, str | float]]:
    figures = []
    for hours in THEIRS_HOURS:
        sides = [_annotation(_repeated(turns, hours)) for turns in (wanted, found)]
        whole = Timeline([Segment(one.start, one.end) for one in _regions(hours)])
        seconds = _seconds(lambda: DiarizationErrorRate()(*sides, uem=whole))  # noqa: B023
        figures.append(figure(f"pyannote.metrics: DER of {_length(hours)}", 1000 * seconds, "ms"))
    return [*figures, _their_detection(wanted, found)]


def _their_detection(wanted: Sequence[Turn], found: Sequence[Turn]) -> dict[str, str | float]:
    """With a collar, and of an hour only: of six it takes minutes."""
    reference, hypothesis = _annotation(wanted), _annotation(found)
    metric, whole = DetectionErrorRate(collar=0.5), Timeline([Segment(0, HOUR_S)])
    seconds = _seconds(lambda: metric(reference, hypothesis, uem=whole))
    what = "pyannote.metrics: detection error of 1 hour with a collar of 0.25 s"
    return figure(what, 1000 * seconds, "ms")


def _length(hours: int) -> str:
    return "1 hour" if hours == 1 else f"{hours} hours"


def _regions(hours: int) -> tuple[Span, ...]:
    return (Span(0, hours * HOUR_S),)


def _repeated(turns: Sequence[Turn], hours: int) -> list[Turn]:
    return [turn.shifted(hour * HOUR_S) for hour in range(hours) for turn in turns]


def _annotation(turns: Sequence[Turn]) -> Annotation:
    annotation = Annotation()
    for track, turn in enumerate(turns):
        annotation[Segment(turn.start, turn.end), track] = turn.speaker
    return annotation


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
