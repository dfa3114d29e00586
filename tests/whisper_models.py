"""Tiny Whisper models with random weights, in the very files that published ones have.

They say nonsense, always the same, out of a small dictionary: enough to try everything but
accuracy. `dictionary` of a model is what its random decoder may write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers
from tokenizers import decoders, models, pre_tokenizers

CODES = """
en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr
bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn
yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw
su yue
"""
LANGUAGES = tuple(CODES.split())
"""The languages of large-v3, in the order of its tokens; older models lack the last one."""

SENTENCES = """
the quick brown fox jumps over a lazy dog and then it sleeps until morning comes again while seven
numbers 1 20 300 $ follow
"""
WORDS = tuple(SENTENCES.split())
MARKS = (".", ",", "?")
TIMES = 1501
"""Tokens of time: 0 to 30 s in steps of 20 ms."""


@dataclass(frozen=True)
class Shape:
    """How large a model is, and what it knows."""

    mels: int = 80
    width: int = 32
    heads: int = 2
    layers: int = 2
    decoder_layers: int | None = None
    """As many as the encoder has, where null."""
    languages: tuple[str, ...] = LANGUAGES[:-1]
    """None for a model that knows only English."""
    seed: int = 0
    ending: float = 2.0
    """How much likelier the end of the text is than a word: the higher, the shorter."""
    length: int | None = None
    """Tokens of every text; null leaves it to `ending`."""
    text_tokens: int = 0
    """At least so many; those that are never written fill up."""
    quantization: str = "float32"

    @property
    def text_layers(self) -> int:
        """Layers of the decoder."""
        return self.layers if self.decoder_layers is None else self.decoder_layers


TINY = Shape()
ENGLISH = Shape(languages=())


def letters() -> list[str]:
    """The 256 bytes as the letters that stand for them in a vocabulary."""
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def chains() -> Iterator[tuple[str, str]]:
    """The pairs that are joined one after the other until all words are one token each."""
    seen = set()
    for word in [f"Ġ{one}" for one in WORDS]:
        for end in range(1, len(word)):
            pair = (word[:end], word[end])
            if pair not in seen:
                seen.add(pair)
                yield pair


def specials(shape: Shape) -> list[str]:
    """The tokens after those of text, in their usual order."""
    languages = shape.languages or ("en",)
    return [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{one}|>" for one in languages),
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>" if len(languages) > 99 else "<|nocaptions|>",
        "<|notimestamps|>",
        *(f"<|{0.02 * step:.2f}|>" for step in range(TIMES)),
    ]


def vocabulary(shape: Shape) -> list[str]:
    """All tokens by id."""
    text = [*letters(), *("".join(pair) for pair in chains())]
    text += [f"<unused{number}>" for number in range(shape.text_tokens - len(text) - 1)]
    if shape.languages:
        text.append("")  # by this one CTranslate2 4.8 knows a multilingual vocabulary
    return text + specials(shape)


def tokenizer(shape: Shape) -> tokenizers.Tokenizer:
    """A byte-level tokenizer that knows the vocabulary."""
    tokens = vocabulary(shape)
    special = specials(shape)
    ids = {token: i for i, token in enumerate(tokens[: len(tokens) - len(special)])}
    made = tokenizers.Tokenizer(models.BPE(vocab=ids, merges=list(chains())))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([tokenizers.AddedToken(one, special=True) for one in special])
    return made


def save_model(folder: Path, shape: Shape = TINY) -> Path:
    """Write a model's files into a folder, which is given back."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary(shape)
    spec = ctranslate2.specs.WhisperSpec(shape.layers, shape.heads, shape.text_layers, shape.heads)
    _fill(spec, shape, tokens)
    spec.config.suppress_ids = [tokens.index(one) for one in ("(", "[")]
    spec.config.suppress_ids_begin = [tokens.index("Ġ"), tokens.index("<|endoftext|>")]
    spec.config.alignment_heads = [(shape.text_layers - 1, head) for head in range(shape.heads)]
    spec.config.lang_ids = [tokens.index(f"<|{one}|>") for one in shape.languages]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization=shape.quantization)
    spec.save(str(folder))
    tokenizer(shape).save(str(folder / "tokenizer.json"))
    features = {"feature_size": shape.mels, "hop_length": 160, "n_fft": 400, "chunk_length": 30}
    (folder / "preprocessor_config.json").write_text(json.dumps(features))
    return folder


def _fill(spec: Any, shape: Shape, tokens: Sequence[str]) -> None:  # noqa: ANN401 - untyped
    """Random weights of the right shapes."""
    weights = _Weights(np.random.default_rng(shape.seed))
    width, encoder, decoder = shape.width, spec.encoder, spec.decoder
    weights.layer(encoder.conv1, width, shape.mels, 3)
    weights.layer(encoder.conv2, width, width, 3)
    encoder.position_encodings.encodings = weights.drawn(1500, width)
    decoder.position_encodings.encodings = weights.drawn(448, width)
    decoder.embeddings.weight = weights.drawn(len(tokens), width)
    weights.layer(decoder.projection, len(tokens), width)
    decoder.projection.bias = _preferences(tokens, shape)
    if shape.length is not None:
        _end_at(decoder, 3 + shape.length, tokens.index("<|endoftext|>"))
    for norm in (encoder.layer_norm, decoder.layer_norm):
        weights.norm(norm, width)
    for layer in (*encoder.layer, *decoder.layer):
        weights.block(layer, width)


def _end_at(decoder: Any, place: int, end: int) -> None:  # noqa: ANN401 - untyped
    """Let the end of the text be certain from a place on, and impossible before it."""
    sign = decoder.embeddings.weight[end] / np.linalg.norm(decoder.embeddings.weight[end])
    decoder.position_encodings.encodings[place:] += 100 * sign
    decoder.projection.weight[end] = 10 * sign
    decoder.projection.bias[end] = -100


def _preferences(tokens: Sequence[str], shape: Shape) -> np.ndarray[Any, np.dtype[np.float32]]:
    """How likely each token is before anything is heard: the dictionary and times only."""
    bias = np.full(len(tokens), -40, np.float32)
    end = tokens.index("<|endoftext|>")
    for token in (*(f"Ġ{word}" for word in WORDS), *MARKS):
        bias[tokens.index(token)] = 0
    bias[len(tokens) - TIMES :] = -4
    bias[end] = shape.ending
    bias[tokens.index("<|notimestamps|>") - 1] = -4
    return bias


@dataclass(frozen=True)
class _Weights:
    """Draws the weights of one model."""

    random: np.random.Generator

    def drawn(self, *shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Numbers of a size that keeps the output's size near the input's."""
        scale = 1 / np.sqrt(np.prod(shape[1:]))
        return self.random.normal(0, scale, shape).astype(np.float32)

    def layer(self, spec: Any, *shape: int) -> None:  # noqa: ANN401 - untyped
        spec.weight = self.drawn(*shape)
        spec.bias = np.zeros(shape[0], np.float32)

    def norm(self, spec: Any, width: int) -> None:  # noqa: ANN401 - untyped
        spec.gamma, spec.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def block(self, spec: Any, width: int) -> None:  # noqa: ANN401 - untyped
        """One layer of the encoder or the decoder."""
        self.layer(spec.self_attention.linear[0], 3 * width, width)
        self.layer(spec.self_attention.linear[1], width, width)
        self.norm(spec.self_attention.layer_norm, width)
        if hasattr(spec, "attention"):
            for linear, times in zip(spec.attention.linear, (1, 2, 1), strict=True):
                self.layer(linear, times * width, width)
            self.norm(spec.attention.layer_norm, width)
        self.layer(spec.ffn.linear_0, 4 * width, width)
        self.layer(spec.ffn.linear_1, width, 4 * width)
        self.norm(spec.ffn.layer_norm, width)
