"""Recordings with a reference and a hypothesis, made by hand or at length by chance."""

from collections.abc import Sequence
from random import Random

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.scores import FileScore
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Turn

HOSTILE = "<script>document.title='broken'</script>\"'>&<img src=x onerror=alert(1)>"
"""A name that must never become part of the page's code."""


def turn(start: float, end: float, speaker: str) -> Turn:
    return Turn(start, end, speaker=speaker)


def compared_file(
    reference: Sequence[Turn] | None,
    hypothesis: Sequence[Turn] | None,
    *,
    name: str = "talk",
    title: str | None = None,
    said: Sequence[Utterance] | None = None,
    collar: float = 0.0,
) -> FileScore:
    """Two sides' turns compared, doubts left out; the reference may hold text."""
    pair = Pair(
        reference=Account(
            recording=name,
            turns=None if reference is None else tuple(reference),
            utterances=None if said is None else tuple(said),
        ),
        hypothesis=Account(recording=name, turns=None if hypothesis is None else tuple(hypothesis)),
        title=title,
    )
    extent = max((one.end for one in (*(reference or ()), *(hypothesis or ()))), default=0.0)
    if reference is None or hypothesis is None:
        return FileScore(pair=pair, scores=(), extent=extent, notes=("diarization: not said",))
    found = score_diarization(reference, hypothesis, regions=[Span(0, extent)], collar=collar)
    return FileScore(
        pair=pair,
        scores=(found.score, found.jaccard, found.detection, found.count),
        extent=extent,
        scored=found.scored,
        mapping=found.mapping,
        mistakes=found.mistakes,
    )


def long_file(hours: int, *, name: str = "long") -> FileScore:
    """About 1500 turns an hour by four speakers with text, each fifth turn heard wrongly."""
    random = Random(7)  # noqa: S311 - the same recording every time
    reference, hypothesis, said, now = [], [], [], 0.0
    while now < 3600 * hours - 5:
        speaker, end = f"speaker {random.randrange(4)}", now + random.uniform(0.5, 4)
        heard = speaker if random.random() > 0.2 else "somebody else"
        reference.append(turn(now, end, speaker))
        hypothesis.append(turn(now + random.uniform(0, 0.3), end, heard))
        said.append(Utterance(now, end, "so many words as fit into it", speaker))
        now = end + random.uniform(-0.3, 0.6)
    return compared_file(reference, hypothesis, said=said, name=name, collar=0.25)
