"""What several kinds of tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development recordings, which lie beside the repository and not in it."""
    found = Path(__file__).parents[2] / "shared" / "data"
    if found.is_dir():
        return found
    reason = "the development data are absent: wanted ../shared/data beside the repository"
    if os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail(reason)
    pytest.skip(reason)
