"""Words and speakers together: the whole transcription of simulated talks.

    make bench NAME=talks

The talks of a minute (mono; clean, noisy, far) against their utterances, as
`diascribe evaluate` scores them: collar 0 and overlapped speech scored for DER, 5 s for tcpWER.
"""

from __future__ import annotations

from pathlib import Path

from _models import diarization, recognition
from _record import data_folder, store

from diascribe import load
from diascribe.evaluation.account import Pair
from diascribe.evaluation.evaluate import Evaluation, Settings, evaluate
from diascribe.evaluation.reading import account_of, read_accounts
from diascribe.evaluation.tables import to_text
from diascribe.transcript import Transcript

FIGURES = ("wer", "cer", "cpwer", "tcpwer", "wder")


def main() -> None:
    """Transcribe, score, print and store."""
    folder = data_folder() / "sim/dev"
    talks = [path for path in sorted(folder.glob("*_1m*")) if path.suffix in {".wav", ".flac"}]
    talks = [path for path in talks if "stereo" not in path.name]
    with load() as engine:
        pairs = [_pair(path, engine.transcribe(path)) for path in talks]
    evaluation = evaluate(pairs, Settings())
    print(to_text(evaluation), end="")
    measured = {"figures": _figures(evaluation), "files": _files(evaluation)}
    references = [path.with_suffix(".stm") for path in talks]
    store("talks", [*talks, *references], measured, (*diarization(), *recognition()))


def _pair(path: Path, transcript: Transcript) -> Pair:
    (wanted,) = read_accounts(path.with_suffix(".stm"))
    return Pair(reference=wanted, hypothesis=account_of(transcript, path.stem))


def _figures(evaluation: Evaluation) -> list[dict[str, str | float | None]]:
    total = evaluation.total()
    return [
        {
            "what": f"{name} of {len(evaluation.files)} simulated minutes, transcribed",
            "value": round(100 * (total[name] or 0.0), 1),
            "unit": "%",
        }
        for name in FIGURES
    ]


def _files(evaluation: Evaluation) -> list[dict[str, object]]:
    return [{"file": one.pair.recording, **one.figures()} for one in evaluation.files]


if __name__ == "__main__":
    main()
