"""Golden files: `PYTHONPATH=tests python tests/golden/rewrite.py` writes, tests only read."""

from pathlib import Path

import openai_files
from meeting import MEETING, RECORDING

from diascribe.formats.table import FORMATS, write
from diascribe.wire.encode import to_json

FOLDER = Path(__file__).parent / "formats"


def expected() -> dict[str, str]:
    """What each golden file has to hold."""
    texts = {
        f"meeting{form.suffix}": write(name, MEETING, name=RECORDING)
        for name, form in FORMATS.items()
    }
    return {**texts, "meeting.json": to_json(MEETING)}


def main() -> None:
    """Write every golden file anew."""
    for name, text in expected().items():
        (FOLDER / name).write_bytes(text.encode())
    for name, text in openai_files.expected().items():
        (openai_files.FOLDER / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
