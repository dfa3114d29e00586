"""The image's own steps, run in a clean Debian, make something that transcribes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from manifests import DEPLOY

ENOUGH_S = 900
"""Ten times what it takes."""


@pytest.fixture
def debootstrap() -> None:
    """A loud skip where no clean Debian can be made; on the test machine a failure."""
    lacking = [
        what
        for what, there in (
            ("debootstrap", shutil.which("debootstrap")),
            ("unshare", shutil.which("unshare")),
            ("root's rights", os.geteuid() == 0),
        )
        if not there
    ]
    if lacking and os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail(f"the image cannot be proved without {lacking}")
    if lacking:
        pytest.skip(f"the image is not proved: this machine lacks {', '.join(lacking)}")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.usefixtures("debootstrap")
def test_the_dockerfile_s_steps_make_an_image_that_transcribes_without_a_network(
    tmp_path: Path,
) -> None:
    tool, result = DEPLOY.parent / "tools" / "prove_image.py", tmp_path / "result.json"

    done = subprocess.run(
        [sys.executable, tool, "--work", tmp_path / "image", "--result", result],
        check=False,
        capture_output=True,
        text=True,
        timeout=ENOUGH_S,
    )
    shutil.rmtree(tmp_path / "image", ignore_errors=True)

    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(result.read_text())
    assert told["user"] == "10001:10001"
    assert told["segments"] > 0
    assert told["speakers"] >= 2
