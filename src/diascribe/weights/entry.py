"""A model that can be had: what it is for, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["recognition", "alignment", "diarization"]
Family = Literal[
    "whisper",
    "ctc",
    "onnx-asr",
    "pyannet",
    "resnet",
    "pipeline",
    "checkpoints",
    "streaming",
    "embedded",
]

OPENED = frozenset(
    {"whisper", "onnx-asr", "ctc", "pyannet", "resnet", "pipeline", "streaming", "embedded"}
)
"""The families that this version runs. The others can be pulled, for versions to come."""

MANY = ("*",)
"""The languages of a model that knows about a hundred, and says itself which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model and where it comes from."""

    name: str
    family: Family
    stage: Stage
    purpose: str
    """What it is good for, in a few words."""
    licence: str
    repo: str | None = None
    """Its repository on the hub; null where it cannot be pulled: see `origin`."""
    files: tuple[str, ...] = ()
    """Patterns of the files that are needed: each must match one."""
    optional: tuple[str, ...] = ()
    """Patterns of files that are taken too, where they are there."""
    origin: str = ""
    """Without a repository: the package that carries it, or the checkpoint to be exported."""
    gated: bool = False
    """Its makers want their terms accepted, and a token that proves it."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes; none where it does not care."""
    told: bool = False
    """It must be told which language is spoken: it does not find out."""
    speakers: int | None = None
    """Most speakers that it tells apart; null where that is not its work, or without limit."""
    size_mb: int | None = None
    """About so much to download, as published; null where that is not known."""

    @property
    def opened(self) -> bool:
        """Whether this version runs it."""
        return self.family in OPENED

    def speaks(self, language: str | None) -> bool:
        """Whether it knows the language; one that is yet to be found out takes several."""
        if language is None:
            return not self.told and (self.languages == MANY or len(self.languages) > 1)
        return self.languages == MANY or language in self.languages
