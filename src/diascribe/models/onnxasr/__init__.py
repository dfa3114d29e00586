"""Parakeet, Canary, GigaAM and other ONNX recognizers, as the onnx-asr package runs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diascribe.models.onnxasr.recognizer import OnnxAsrRecognizer

__all__ = ["OnnxAsrRecognizer", "open_onnx_asr"]


def open_onnx_asr(
    path: Path,
    *,
    name: str,
    revision: str,
    languages: Sequence[str] = (),
    compute_type: str = "auto",
    cores: int = 1,
) -> OnnxAsrRecognizer:
    """The recognizer whose files are in the folder `path`; nothing is ever downloaded.

    Args:
        path: Holds the files of one of `diascribe.weights.layouts.LAYOUTS`.
        name: What the result calls it.
        revision: Which version of it this is, for the result.
        languages: What it knows, as the table of models says; none where only its files can tell.
        compute_type: `float32`, `int8`, or `auto`: the better one of those that the folder has.
        cores: Processor cores to use; it does not run on graphics cards.

    Raises:
        MissingExtraError: the onnx-asr package is not installed.
        WeightsError: a file is absent, damaged, or belongs to another kind of model.
        OptionsError: it is not there in that precision.
    """
    from diascribe.models.onnxasr.opening import open_recognizer  # noqa: PLC0415 - loads a runtime

    return open_recognizer(
        path,
        name=name,
        revision=revision,
        languages=languages,
        compute_type=compute_type,
        cores=cores,
    )
