"""The network as CTranslate2 runs it: the only file that imports it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from diascribe.errors import ModelError
from diascribe.models.whisper.dimensions import Dimensions
from diascribe.models.whisper.memory import free_bytes, room
from diascribe.models.whisper.network import SAMPLES, Draft, MemoryShortError, Path, Search

WITHOUT_MEMORY = ("out of memory", "alloc")
"""What CTranslate2 says of CUDA, cuBLAS, cuDNN and its own store without memory."""

SMALLER = "a smaller model or compute_type takes less memory"

FRAMES_EACH = 2
"""Frames of features, of 10 ms, in one of the encoder's."""

LATEST_START = 50
"""Steps of 20 ms: a window's first time is within its first second."""


@dataclass(frozen=True, slots=True)
class CTranslateEncoded:
    """Encoder output (window, frame, width), where the model is."""

    model: Any
    output: Any

    def part(self, rows: Sequence[int]) -> CTranslateEncoded:
        """The same of some of the windows; nothing is copied where it is all of them."""
        if list(rows) == list(range(self.output.shape[0])):
            return self
        chosen = _on_processor(self.output)[list(rows)]
        return CTranslateEncoded(self.model, ctranslate2.StorageView.from_array(chosen))

    def generate(self, prompts: Sequence[Sequence[int]], search: Search) -> list[Draft]:
        """A text for each window, the likeliest that the search finds."""
        with _named("decoding"):
            found = self.model.generate(
                self.output,
                [list(one) for one in prompts],
                length_penalty=search.length_penalty,
                suppress_tokens=list(search.suppressed),
                max_initial_timestamp_index=LATEST_START,
                return_scores=True,
                return_no_speech_prob=True,
                **_ways(search),
            )
        return [
            _draft(one, _forced(prompt, one.sequences_ids[0]), search.length_penalty)
            for one, prompt in zip(found, prompts, strict=True)
        ]

    def align(
        self, start: Sequence[int], texts: Sequence[Sequence[int]], frames: Sequence[int]
    ) -> list[Path]:
        """Where in each window its text is.

        CTranslate2 reads and writes beyond its memory where it is told of more frames than the
        encoder made of them, as one that pads less than the original does.
        """
        made = FRAMES_EACH * self.output.shape[1]
        with _named("word times"):
            found = self.model.align(
                self.output,
                list(start),
                [list(one) for one in texts],
                [min(one, made) for one in frames],
            )
        return [_path(one) for one in found]

    def detect(self) -> list[Mapping[str, float]]:
        """The probability of each language in each window."""
        with _named("language detection"):
            found = self.model.detect_language(self.output)
        return [{token[2:-2]: float(share) for token, share in one} for one in found]


@dataclass(frozen=True, slots=True)
class CTranslateNetwork:
    """A `ctranslate2.models.Whisper` and what decides how much memory a window takes."""

    model: Any
    size: Dimensions
    aligns: bool = True

    def encode(self, features: NDArray[np.float32]) -> CTranslateEncoded:
        """The encoder's output for features (window, mel, frame)."""
        with _named("encoding"):
            view = ctranslate2.StorageView.from_array(np.ascontiguousarray(features))
            return CTranslateEncoded(self.model, self.model.encode(view))

    def room(self, beam_size: int) -> int:
        """How many windows may be worked on at once with the memory that is free; at least 1."""
        device = self.model.device
        number_bytes = 2 if "16" in self.model.compute_type and device == "cuda" else 4
        return room(
            self.size,
            device=device,
            beam_size=beam_size,
            number_bytes=number_bytes,
            free=free_bytes(device),
        )


def _ways(search: Search) -> dict[str, Any]:
    """How CTranslate2 is told to search."""
    if search.temperature > 0:
        return {
            "beam_size": 1,
            "num_hypotheses": SAMPLES,
            "sampling_topk": 0,
            "sampling_temperature": search.temperature,
        }
    return {"beam_size": search.beam_size, "patience": search.patience}


def _draft(found: Any, forced: int, length_penalty: float) -> Draft:  # noqa: ANN401 - untyped
    """The best text; CTranslate2's score is the sum over the tokens' number to the penalty.

    The `forced` tokens of a prefix are in that number and not in the sum.
    """
    tokens = tuple(found.sequences_ids[0])
    total = found.scores[0] * len(tokens) ** length_penalty if tokens else 0.0
    return Draft(
        tokens=tokens,
        log_prob=total / (len(tokens) - forced + 1),
        no_speech=float(found.no_speech_prob),
    )


def _forced(prompt: Sequence[int], tokens: Sequence[int]) -> int:
    """How many of the text's first tokens are the prompt's last: its prefix."""
    shared = range(min(len(prompt), len(tokens)), 0, -1)
    return next((n for n in shared if list(prompt[-n:]) == list(tokens[:n])), 0)


def _path(found: Any) -> Path:  # noqa: ANN401 - untyped
    """The first frame of each token, and of the end of the text."""
    starts: dict[int, int] = {}
    for token, frame in found.alignments:
        starts.setdefault(token, frame)
    return Path(tuple(starts.values()), tuple(map(float, found.text_token_probs)))


def _on_processor(output: Any) -> NDArray[np.float32]:  # noqa: ANN401 - untyped
    """An encoder's output (window, frame, width), copied to the processor as float32."""
    if output.device != "cpu":
        output = output.to_device(ctranslate2.Device.cpu)
    return np.array(output.to(ctranslate2.DataType.float32))


@contextmanager
def _named(step: str) -> Iterator[None]:
    """Turns CTranslate2's failures into ours."""
    try:
        yield
    except MemoryError as error:
        raise MemoryShortError(f"Whisper failed at {step}: out of memory", hint=SMALLER) from error
    except (RuntimeError, ValueError) as error:
        message = f"Whisper failed at {step}: {error}"
        if any(one in str(error).lower() for one in WITHOUT_MEMORY):
            raise MemoryShortError(message, hint=SMALLER) from error
        raise ModelError(message) from error
