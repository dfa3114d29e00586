"""Recordings whose channels are copies of one another: are they found to be?

They are those of the tests.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from _record import ROOT

from diascribe.engine.channels import hear_channels
from diascribe.engine.steps import finish

sys.path.insert(0, str(ROOT / "tests"))
from channel_files import COPIES, Copies  # after its folder is known

__all__ = ["COPIES", "Copied", "copied"]


@dataclass(frozen=True)
class Copied:
    """What was decided of one of them."""

    name: str
    method: str
    kept: int | None
    """The channel that is heard; null where several are."""
    right: bool
    least_similarity: float


def copied(made: Copies) -> Copied:
    """The decision on one recording of copies."""
    hearing = finish(hear_channels(made.made(), "auto"))
    decision = hearing.decision
    assert decision is not None, "there are several channels"
    kept = hearing.views[0].channel if decision.method == "single" else None
    right = kept is not None and made.best in {None, kept}
    least = min(one.similarity for one in decision.pairs)
    return Copied(made.name, decision.method, kept, right, round(least, 3))
