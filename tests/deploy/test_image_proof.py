"""The image's own steps, run in a clean Debian, make something that transcribes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from manifests import DEPLOY

sys.path.insert(0, str(DEPLOY.parent / "tools"))

from prove_image import mirror

ENOUGH_S = 900
"""Ten times what it takes."""


def reachable() -> bool:
    """Whether this machine's source of Debian's packages answers."""
    where = urlsplit(mirror() or "")
    if not where.hostname:
        return False
    try:
        port = where.port or (443 if where.scheme == "https" else 80)
        socket.create_connection((where.hostname, port), timeout=10).close()
    except OSError:
        return False
    return True


@pytest.fixture
def debootstrap() -> None:
    """A loud skip where no clean Debian can be made; on the test machine a failure."""
    lacking = [
        what
        for what, there in (
            ("debootstrap", shutil.which("debootstrap")),
            ("unshare", shutil.which("unshare")),
            ("root's rights", os.geteuid() == 0),
            ("Debian's packages", reachable()),
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
        [sys.executable, tool, "--result", result],
        env={**os.environ, "TMPDIR": str(tmp_path)},  # noqa: TID251 - a child's
        check=False,
        capture_output=True,
        text=True,
        timeout=ENOUGH_S,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(result.read_text())
    assert told["user"] == "10001:10001"
    assert told["segments"] > 0
    assert told["speakers"] >= 2
