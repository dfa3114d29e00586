"""The example of the documentation: from a bucket, through a service, to subtitles in a bucket."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "drop_into_a_bucket.py"
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "drop-files-into-a-bucket.md"

ENOUGH_S = 300
"""Ten times what it takes on two cores that others use too."""


def test_the_example_prints_the_subtitles_that_came_out_of_the_bucket() -> None:
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # noqa: TID251 - a child's
    environment = {**os.environ, "PATH": commands}  # noqa: TID251 - as above
    environment.pop("DIASCRIBE_DATABASE", None)  # which is in memory in the tests

    done = subprocess.run(
        [sys.executable, EXAMPLE],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=ENOUGH_S,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    assert re.search(r"^1\n00:00:0\d,\d{3} --> 00:00:\d\d,\d{3}\n", done.stdout, re.MULTILINE)
    assert "library" in done.stdout


def test_the_documentation_shows_the_example_as_it_is() -> None:
    assert EXAMPLE.read_text() in HOW_TO.read_text()
    assert len(EXAMPLE.read_text().splitlines()) <= 40
