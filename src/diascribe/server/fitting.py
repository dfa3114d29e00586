"""What options ask for that no model can do: told before a job is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diascribe.engine.given import parse_options
from diascribe.engine.options import Options
from diascribe.errors import OptionsError
from diascribe.server.service import Service
from diascribe.weights.catalog import EMBEDDED_RECOGNIZER
from diascribe.weights.entry import Entry

TOLD_BY_TABLE = frozenset({"embedded", "onnx-asr"})
"""Families whose languages are those of the table; a Whisper says itself which it knows."""


def check_fitting(service: Service, options: Mapping[str, Any]) -> None:
    """Refuse what no model can do.

    Raises:
        OptionsError: names everything that is wrong.
        UnknownModelError: a model is named that is not installed where all work is done.
    """
    problems = misfits(service, parse_options(options))
    if problems:
        raise OptionsError(tuple(problems))


def misfits(service: Service, options: Options) -> list[str]:
    """What is wrong; where workers may have other models, only what the named ones cannot do.

    Raises:
        UnknownModelError: a model is named that is not installed where all work is done.
    """
    if service.models_here:
        _check_installed(service, options)
    recognizers = _recognizers(service, options)
    return [
        *_translation(recognizers, options),
        *_language(recognizers, options),
        *_device(recognizers, options),
    ]


def _check_installed(service: Service, options: Options) -> None:
    for name in (options.model, options.diarizer):
        if name is not None and service.store.entry(name).family != "embedded":
            service.store.peek(name)


def _recognizers(service: Service, options: Options) -> Sequence[Entry]:
    """Those of which one will be asked; none where that is for the workers to know."""
    store = service.store
    if options.model is not None:
        return (store.entry(options.model),)
    if not service.models_here:
        return ()
    known = (one.entry for one in store.installed())
    installed = [one for one in known if one.stage == "recognition" and one.opened]
    return (*installed, store.entry(EMBEDDED_RECOGNIZER))


def _translation(recognizers: Sequence[Entry], options: Options) -> Iterator[str]:
    if options.task == "translate" and recognizers and not any(map(_translates, recognizers)):
        yield f"task: wanted transcribe: {_names(recognizers)} cannot translate"


def _language(recognizers: Sequence[Entry], options: Options) -> Iterator[str]:
    wanted = options.language
    if wanted is None or not recognizers or any(_may_know(one, wanted) for one in recognizers):
        return
    known = sorted({code for one in recognizers for code in one.languages})
    who = _names(recognizers)
    yield f"language: wanted {' or '.join(known)}, got {wanted}: {who} knows no more"


def _device(recognizers: Sequence[Entry], options: Options) -> Iterator[str]:
    if options.device == "cuda" and [one.family for one in recognizers] == ["onnx-asr"]:
        yield f"device: {_names(recognizers)} runs on processors only: wanted auto or cpu"


def _translates(entry: Entry) -> bool:
    """Whether it may be able to; the others say so themselves."""
    return entry.family != "embedded" and not entry.name.endswith(".en")


def _may_know(entry: Entry, language: str) -> bool:
    return entry.family not in TOLD_BY_TABLE or entry.speaks(language)


def _names(entries: Sequence[Entry]) -> str:
    return " or ".join(one.name for one in entries)
