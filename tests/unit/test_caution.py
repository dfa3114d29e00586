"""What the recognizer says of itself is what was measured."""

import json
from pathlib import Path

from diascribe.models.pocketsphinx.recognizer import CAUTION

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "recognizer.jsonl"


def test_the_caution_gives_the_measured_word_errors() -> None:
    last = json.loads(RESULTS.read_text().splitlines()[-1])
    rows = [row for row in last["rows"] if row.get("headline")]

    said = [f"{row['wer'] * 100:.0f} %" for row in rows]

    assert rows
    assert all(share in CAUTION for share in said)
    assert all(row["data"] in CAUTION for row in rows)
