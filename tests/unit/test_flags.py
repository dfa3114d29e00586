"""The table of flags: complete, and told of where people look."""

from collections import Counter
from pathlib import Path

import diascribe.flags
from diascribe.flags import DONE, FLAGS, joined

GUIDE = Path(__file__).parents[2] / "docs/how-to/trust-the-words.md"


def test_every_name_is_in_the_table_once() -> None:
    constants = [
        value
        for name, value in vars(diascribe.flags).items()
        if name.isupper() and isinstance(value, str)
    ]

    assert Counter(constants) == Counter(one.name for one in FLAGS)


def test_flags_are_joined_once_each_in_the_tables_order() -> None:
    assert joined(("redecoded", "loop"), (), ("loop", "low_confidence")) == (
        "low_confidence",
        "loop",
        "redecoded",
    )


def test_a_flag_of_somebody_elses_recognizer_is_kept_and_comes_last() -> None:
    assert joined(("their_own", "redecoded")) == ("redecoded", "their_own")


def test_repairs_count_only_what_was_done() -> None:
    assert set(DONE) == {one.name for one in FLAGS if one.kind == "done"}
    assert "loop_removed" in DONE
    assert "loop" not in DONE


def test_the_guide_tells_of_every_flag() -> None:
    text = GUIDE.read_text()

    assert [one.name for one in FLAGS if f"`{one.name}`" not in text] == []
