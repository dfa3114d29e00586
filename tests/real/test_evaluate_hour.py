"""`diascribe evaluate` on an hour, as a command of its own."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from cli_command import COMMAND

MOST_S = 10


def test_an_hour_with_its_report_takes_seconds(shared_data: Path, tmp_path: Path) -> None:
    hour = shared_data / "sim/dev/d8_4spk_60m"
    sides = (f"{hour}.utt.rttm", "--reference", f"{hour}.rttm")
    begun = time.perf_counter()

    ended = subprocess.run(
        (*COMMAND, "evaluate", *sides, "--json", "--report", tmp_path / "report.html"),
        capture_output=True,
        check=True,
    )

    assert time.perf_counter() - begun < MOST_S
    total = json.loads(ended.stdout)["total"]
    assert (total["miss"], total["confusion"]) == (0, 0), "whole utterances cover their speech"
    assert round(total["false_alarm"], 4) == 0.1217, "as pyannote.metrics counts it"
