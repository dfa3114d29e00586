"""Which findings may be used again: a stage's key holds all that they depend on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from diascribe.jobs.identity import canonical
from diascribe.jobs.seam import Traits

FETCH = "fetch"
"""Our own first stage: it brings the media."""


FETCHED = Traits(reads=(), share=0.02)


LEAST_STAGES = 10


def stage_keys(plan: Sequence[str], traits: Mapping[str, Traits], voices: int) -> dict[str, str]:
    """A hash for each stage, of its own key and of those of all that it reads.

    Compared only between jobs that hear the same media. `voices` says how often the tenant's
    known voices have changed, for the stages that look for them.
    """
    keys: dict[str, str] = {}
    for place, name in enumerate(plan):
        reads = traits[name].reads
        read = plan[:place] if reads is None else [one for one in plan[:place] if one in reads]
        known = [voices] if traits[name].voices else []
        text = canonical([name, traits[name].key, [keys[one] for one in read], *known])
        keys[name] = hashlib.sha256(text.encode()).hexdigest()
    return keys


def stage_shares(plan: Sequence[str], traits: Mapping[str, Traits]) -> dict[str, float]:
    """Each stage's share of the whole; equal ones where none says any.

    Stages of one kind have their share together. A plan grows while it is worked on, so of equal
    ones each has a tenth at most: progress should not seem nearly done before the work is known.
    """
    if any(traits[name].share for name in plan if name != FETCH):
        alike = Counter(traits[name].kind for name in plan)
        return {name: _share(traits[name], alike) for name in plan}
    return dict.fromkeys(plan, 1 / max(len(plan), LEAST_STAGES))


def _share(traits: Traits, alike: Mapping[str, int]) -> float:
    return traits.share / alike[traits.kind] if traits.kind else traits.share


def traits_of(told: Mapping[str, Mapping[str, object]]) -> dict[str, Traits]:
    """Traits that a child told as JSON."""
    return {name: _traits(dict(one)) for name, one in told.items()}


def _traits(one: dict[str, object]) -> Traits:
    reads = one.pop("reads")
    names = None if reads is None else tuple(str(each) for each in _items(reads))
    return Traits(reads=names, **one)  # type: ignore[arg-type]  # as `asdict` wrote them


def _items(value: object) -> Sequence[object]:
    assert isinstance(value, list | tuple), "JSON has lists"
    return value
