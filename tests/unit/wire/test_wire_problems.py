"""Errors as JSON."""

from diascribe.errors import OptionsError, SourceError
from diascribe.wire.problems import error_body


def test_an_error_has_its_code_and_its_message() -> None:
    error = SourceError("talk.mp4: no such file")

    assert error_body(error) == {
        "error": {
            "code": "source_unreadable",
            "message": "talk.mp4: no such file",
            "details": {},
        }
    }


def test_problems_and_hint_are_details() -> None:
    error = OptionsError(("a: wanted 1, got 2", "b: unknown"), hint="see the table of options")

    assert error_body(error)["error"]["details"] == {
        "problems": ["a: wanted 1, got 2", "b: unknown"],
        "hint": "see the table of options",
    }
