"""Each of OpenAI's shapes is exactly the file that was reviewed."""

import pytest
from openai_files import FOLDER, expected


@pytest.mark.parametrize("name", expected())
def test_the_answer_is_byte_for_byte_the_reviewed_one(name: str) -> None:
    assert expected()[name].encode() == (FOLDER / name).read_bytes()


def test_no_golden_answer_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(expected())
