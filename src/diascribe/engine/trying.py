"""Whether files are a model at all: opened as they would be for use, before they are installed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from diascribe.engine.opening import Openers
from diascribe.engine.pipelines import try_networks
from diascribe.errors import MissingExtraError
from diascribe.weights.entry import Entry


def try_opening(entry: Entry, folder: Path, openers: Openers | None = None) -> None:
    """Refuse a folder whose files do not open as a model of that entry's family.

    Of families that this version does not run nothing is known, and without the extra `onnx`
    only the names and texts of such models' files are looked at.

    Raises:
        WeightsError: a file is damaged, cut short, or belongs to another kind of model.
    """
    known, named = openers or Openers(), {"path": folder, "name": entry.name, "revision": ""}
    if entry.family == "whisper":
        known.whisper(**named, device="cpu")
    elif entry.family == "ctc":
        known.ctc(**named, languages=entry.languages)
    elif entry.family == "onnx-asr":
        smaller = any(".int8." in one for one in entry.files)
        with suppress(MissingExtraError):
            known.onnx_asr(
                **named,
                languages=entry.languages,
                compute_type="int8" if smaller else "float32",
            )
    elif entry.family == "streaming":
        known.streaming(**named, cores=1)
    elif entry.family in {"pipeline", "resnet", "pyannet"}:
        try_networks(entry, folder)
