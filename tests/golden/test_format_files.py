"""Each format writes exactly the file that was reviewed."""

import invariants
import pytest
from meeting import MEETING
from rewrite import FOLDER, expected


def test_the_meeting_is_a_valid_transcript() -> None:
    invariants.check(MEETING)


@pytest.mark.parametrize("name", expected())
def test_the_file_is_byte_for_byte_the_reviewed_one(name: str) -> None:
    assert expected()[name].encode() == (FOLDER / name).read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(expected())
