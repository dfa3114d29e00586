"""Writes a trained nano Whisper as CTranslate2 with the files that faster-whisper models have.

PYTHON tools/nano/export_whisper.py CHECKPOINT FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from ctranslate2.converters.utils import fuse_linear
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.common_spec import LinearSpec
from ctranslate2.specs.model_spec import LayerSpec
from tokens import SIZE, Vocabulary
from torch import nn
from whisper_net import (
    AUDIO_POSITIONS,
    AUDIO_SCALE,
    DECODER_LAYERS,
    ENCODER_LAYERS,
    GUIDED_HEADS,
    HEADS,
    TEXT_POSITIONS,
    TEXT_SCALE,
    WIDTH,
    Attention,
    DecoderLayer,
    EncoderLayer,
    NanoWhisper,
    sinusoids,
)

NEVER = -1e4
"""Bias of what training cannot teach: finite, so that no probability becomes not a number."""


def main() -> None:
    """Write the folder."""
    checkpoint, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary()
    spec = layout(loaded(checkpoint), vocabulary)
    spec.register_vocabulary(vocabulary.tokens)
    _configure(spec, vocabulary)
    spec.validate()
    spec.optimize(quantization="int8_float16")
    spec.save(str(folder))
    tokens = json.dumps(vocabulary.tokens, ensure_ascii=False, separators=(",", ":"))
    (folder / "vocabulary.json").write_text(tokens, encoding="utf-8")
    tokenizer = vocabulary.tokenizer_json()
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=1) + "\n")


PREPROCESSOR = {
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "sampling_rate": 16_000,
    "hop_length": 160,
    "chunk_length": 30,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3_000,
    "padding_side": "right",
    "padding_value": 0.0,
    "processor_class": "WhisperProcessor",
    "return_attention_mask": False,
}


def loaded(checkpoint: Path) -> NanoWhisper:
    """The trained model."""
    state = torch.load(checkpoint, weights_only=True)["model"]
    sizes = (len(state[name]) for name in ("text", "frame_words.bias", "frame_phones.bias"))
    model = NanoWhisper(*sizes)
    model.load_state_dict(state)
    model.eval()
    return model


def layout(model: NanoWhisper, vocabulary: Vocabulary) -> WhisperSpec:
    """The model's weights where CTranslate2 wants them."""
    spec = WhisperSpec(ENCODER_LAYERS, HEADS, DECODER_LAYERS, HEADS)
    _set_encoder(spec.encoder, model)
    _set_decoder(spec.decoder, model)
    table, bias = _spread(model, vocabulary)
    spec.decoder.embeddings.weight = table
    spec.decoder.projection.weight, spec.decoder.projection.bias = table, bias
    return spec


def _spread(model: NanoWhisper, vocabulary: Vocabulary) -> tuple[torch.Tensor, torch.Tensor]:
    """The taught tokens' embeddings (token, channel) among all, and a bias that no other wins.

    Languages and the task that nothing taught look like those that training knows, so that
    asking for them does no harm.
    """
    taught, numbers = vocabulary.taught, vocabulary.numbers
    table, bias = torch.zeros(SIZE, WIDTH), torch.full((SIZE,), NEVER)
    table[taught], bias[taught] = model.embeddings().detach(), 0.0
    first, after = numbers["<|en|>"], numbers["<|translate|>"]
    both = (table[numbers["<|en|>"]] + table[numbers["<|de|>"]]) / 2
    for number in range(first, after):
        if number not in {numbers["<|en|>"], numbers["<|de|>"]}:
            table[number] = both
    table[after] = table[numbers["<|transcribe|>"]]
    return table, bias


def _set_encoder(spec: LayerSpec, model: NanoWhisper) -> None:
    """Convolutions, positions and layers."""
    for name in ("conv1", "conv2"):
        conv, target = getattr(model, name), getattr(spec, name)
        target.weight, target.bias = conv.weight.detach(), conv.bias.detach()
    spec.position_encodings.encodings = AUDIO_SCALE * sinusoids(AUDIO_POSITIONS, WIDTH)
    _set_norm(spec.layer_norm, model.encoder_norm)
    for target, layer in zip(spec.layer, model.encoder, strict=True):
        assert isinstance(layer, EncoderLayer)
        _set_self_attention(target.self_attention, layer.attention, layer.attention_norm)
        _set_feed(target.ffn, layer)


def _set_decoder(spec: LayerSpec, model: NanoWhisper) -> None:
    """Positions and layers."""
    spec.scale_embeddings = 1.0
    spec.position_encodings.encodings = TEXT_SCALE * sinusoids(TEXT_POSITIONS, WIDTH)
    _set_norm(spec.layer_norm, model.decoder_norm)
    for target, layer in zip(spec.layer, model.decoder, strict=True):
        assert isinstance(layer, DecoderLayer)
        _set_self_attention(target.self_attention, layer.attention, layer.attention_norm)
        cross = layer.cross
        _set_linear(target.attention.linear[0], cross.q)
        fuse_linear(target.attention.linear[1], [_linear(cross.k), _linear(cross.v)])
        _set_linear(target.attention.linear[2], cross.out)
        _set_norm(target.attention.layer_norm, layer.cross_norm)
        _set_feed(target.ffn, layer)


def _set_self_attention(spec: LayerSpec, attention: Attention, norm: nn.LayerNorm) -> None:
    """Queries, keys and values in one; the norm before them."""
    fuse_linear(spec.linear[0], [_linear(one) for one in (attention.q, attention.k, attention.v)])
    _set_linear(spec.linear[1], attention.out)
    _set_norm(spec.layer_norm, norm)


def _set_feed(spec: LayerSpec, layer: EncoderLayer | DecoderLayer) -> None:
    """The two layers after their norm."""
    first, last = layer.feed[0], layer.feed[2]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    _set_linear(spec.linear_0, first)
    _set_linear(spec.linear_1, last)
    _set_norm(spec.layer_norm, layer.feed_norm)


def _set_linear(spec: LayerSpec, linear: nn.Linear) -> None:
    """Weight and bias."""
    spec.weight, spec.bias = linear.weight.detach(), linear.bias.detach()


def _linear(linear: nn.Linear) -> LayerSpec:
    """A layer as CTranslate2 describes it."""
    spec = LinearSpec()
    _set_linear(spec, linear)
    return spec


def _set_norm(spec: LayerSpec, norm: nn.LayerNorm) -> None:
    """Scale and shift."""
    spec.gamma, spec.beta = norm.weight.detach(), norm.bias.detach()


def _configure(spec: WhisperSpec, vocabulary: Vocabulary) -> None:
    """What config.json of a faster-whisper model says."""
    numbers = vocabulary.numbers
    first = numbers["<|en|>"]
    spec.config.lang_ids = list(range(first, numbers["<|translate|>"]))
    spec.config.suppress_ids_begin = [numbers["Ġ"], numbers["<|endoftext|>"]]
    symbols = [numbers[symbol] for symbol in '"#()*+/:;<=>@[\\]^_`{|}~']
    control = ("translate", "transcribe", "startoflm", "startofprev", "nospeech")
    special = [numbers["<|startoftranscript|>"], *(numbers[f"<|{name}|>"] for name in control)]
    spec.config.suppress_ids = sorted(symbols) + sorted(special)
    last = DECODER_LAYERS - 1
    spec.config.alignment_heads = [[last, head] for head in range(GUIDED_HEADS)]


if __name__ == "__main__":
    main()
