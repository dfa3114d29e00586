"""Progress is a share of the time that a job is expected to take."""

from __future__ import annotations

import pytest

from diascribe.engine.options import Options
from diascribe.jobs.keys import FETCH, FETCHED, stage_shares
from diascribe.jobs.planning import kind_of
from diascribe.jobs.seam import Traits
from diascribe.jobs.weighing import EXPECTED_S, share_of

PLAN = (
    *("decoding", "channels", "activity", "language", "recognition-1", "recognition-2"),
    *("repair", "alignment", "words", "diarization", "result"),
)


def shares(plan: tuple[str, ...], options: Options) -> dict[str, float]:
    """What each stage of a plan counts."""
    kinds = {name: kind_of(name) for name in plan}
    traits = {
        name: Traits(kind=kind, share=share_of(kind, options)) for name, kind in kinds.items()
    }
    return stage_shares((FETCH, *plan), {FETCH: FETCHED, **traits})


@pytest.mark.parametrize(
    ("plan", "options"),
    [
        (PLAN, Options(align_output=True)),
        (tuple(one for one in PLAN if one != "alignment"), Options(align_output=False)),
        (
            tuple(one for one in PLAN if one not in {"diarization", "alignment"}),
            Options(diarization=False, align_output=False),
        ),
        (
            tuple(one for one in PLAN if one != "alignment"),
            Options(task="translate", align_output=True),
        ),
    ],
)
def test_all_stages_together_are_the_whole(plan: tuple[str, ...], options: Options) -> None:
    assert sum(shares(plan, options).values()) == pytest.approx(1)


def test_stages_count_by_their_seconds() -> None:
    found = shares(PLAN, Options(align_output=True))

    assert found["alignment"] / found["diarization"] == pytest.approx(
        EXPECTED_S["alignment"] / EXPECTED_S["diarization"]
    )
    assert found["recognition-1"] + found["recognition-2"] > 0.7


def test_parts_share_what_their_kind_has_however_many_there_are() -> None:
    few, options = shares(PLAN, Options()), Options()
    many = shares((*PLAN[:5], *(f"recognition-{part}" for part in range(2, 11))), options)

    assert sum(value for name, value in many.items() if "recognition" in name) == pytest.approx(
        few["recognition-1"] + few["recognition-2"]
    )


def test_sides_of_a_call_share_what_one_would_have() -> None:
    sides = ("decoding", "channels", "0-activity", "1-activity")

    found = shares(sides, Options())

    assert found["0-activity"] == found["1-activity"]
    assert found["0-activity"] * 2 == pytest.approx(share_of("activity", Options()))


def test_what_is_not_planned_yet_has_its_share_kept_free() -> None:
    early = shares(("decoding", "activity"), Options())

    assert sum(early.values()) < 0.1


def test_stages_that_say_nothing_count_alike() -> None:
    plan = (FETCH, "a", "b")

    found = stage_shares(plan, {FETCH: FETCHED, "a": Traits(), "b": Traits()})

    assert set(found.values()) == {0.1}
