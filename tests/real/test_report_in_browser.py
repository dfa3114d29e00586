"""The report in headless Chromium: it is laid out, and the browser complains about nothing."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from compared_files import HOSTILE, compared_file, long_file, turn

from diascribe.evaluation.evaluate import summed
from diascribe.evaluation.report.page import report_page
from diascribe.evaluation.scores import Doubt, FileScore
from diascribe.span import Span

PATIENCE_S = 120
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, for whom there is none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's command, or a loud skip; on the test machine a failure."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail("wanted the command chromium, found none")
    return found or pytest.skip("wanted the command chromium, found none")


def opened(chromium: str, page: Path, *more: str) -> tuple[str, str]:
    """The page as the browser understood it, and what the browser logged."""
    profile = f"--user-data-dir={page.parent / 'profile'}"
    ran = subprocess.run(
        (chromium, *FLAGS, profile, *more, page.as_uri()),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ran.stdout, ran.stderr


def written(folder: Path, *files: FileScore) -> Path:
    page = folder / "report.html"
    text = report_page(files, summed(files), heading="Quality", settings={"Collar": "0.25 s"})
    page.write_text(text, "utf-8")
    return page


def test_an_hours_report_opens_without_complaint(chromium: str, tmp_path: Path) -> None:
    page = written(tmp_path, long_file(1, name="an hour"))

    dom, log = opened(chromium, page, "--dump-dom")

    assert "CONSOLE" not in log
    assert dom.count('class="picture"') == 11
    assert "an hour" in dom
    assert "Worst minutes" in dom


def test_hostile_names_run_nothing_in_a_browser(chromium: str, tmp_path: Path) -> None:
    file = compared_file([turn(0, 5, HOSTILE)], [turn(1, 5, f"</svg>{HOSTILE}")], name=HOSTILE)
    page = written(tmp_path, replace(file, doubts=(Doubt(HOSTILE, (Span(0, 1),)),)))

    dom, log = opened(chromium, page, "--dump-dom")

    assert "CONSOLE" not in log
    assert re.search("<title>(.*?)</title>", dom).group(1) == "Quality"  # type: ignore[union-attr]  # no match is a failure too
    assert not re.search(r"<(script|img)\b", dom)


def test_the_policy_stops_a_script_that_would_get_into_the_page(
    chromium: str, tmp_path: Path
) -> None:
    page = written(tmp_path, compared_file([turn(0, 5, "anna")], []))
    page.write_text(
        page.read_text("utf-8").replace("<header>", "<script>document.title=1</script>")
    )

    dom, log = opened(chromium, page, "--dump-dom")

    assert "Content Security Policy" in log
    assert "<title>Quality</title>" in dom


def test_a_picture_can_be_taken_of_the_whole_page(chromium: str, tmp_path: Path) -> None:
    page = written(tmp_path, long_file(1))
    shot = tmp_path / "shot.png"

    opened(chromium, page, f"--screenshot={shot}", "--window-size=1400,2400")

    assert shot.stat().st_size > 100_000
