"""Whisper in CTranslate2's format: many languages, on processors and graphics cards."""

from __future__ import annotations

from pathlib import Path

from diascribe.models.whisper.recognizer import WhisperRecognizer

__all__ = ["WhisperRecognizer", "open_whisper"]


def open_whisper(
    path: Path,
    *,
    name: str,
    revision: str,
    device: str = "auto",
    compute_type: str = "auto",
    cores: int = 1,
) -> WhisperRecognizer:
    """The recognizer whose files are in the folder `path`; nothing is ever downloaded.

    Args:
        path: Holds `config.json`, `model.bin`, `tokenizer.json` and `vocabulary.json` or
            `vocabulary.txt`, and `preprocessor_config.json` where the model needs one.
        name: What the result calls it.
        revision: Which version of it this is, for the result.
        device: `cpu`, `cuda`, or `auto`: a graphics card where there is one that works.
        compute_type: Precision; `auto` is float16 on graphics cards and int8 on processors.
        cores: Processor cores to use.

    Raises:
        WeightsError: a file is absent, damaged, or belongs to another kind of model.
        OptionsError: there is no such device, it does not work, or lacks that precision.
    """
    from diascribe.models.whisper.opening import open_recognizer  # noqa: PLC0415 - loads a runtime
    from diascribe.models.whisper.placement import Placement  # noqa: PLC0415 - as above

    return open_recognizer(
        path, name=name, revision=revision, placement=Placement(device, compute_type, cores)
    )
