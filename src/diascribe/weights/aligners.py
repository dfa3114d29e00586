"""The CTC aligners that can be had: a checkpoint for each language that we know one of.

None is known to be published in ONNX form: they are exported, then given as a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from diascribe.weights.entry import Entry

FILES = ("model.onnx|onnx/model.onnx", "vocab.json")
CONFIGS = ("config.json", "preprocessor_config.json", "tokenizer_config.json")
DATA = ("*.onnx.data|*.onnx_data|onnx/*.onnx.data|onnx/*.onnx_data",)

NAME = re.compile("ctc-([a-z]{2,3})")
"""What aligners are called: by the ISO 639 code of their language."""

XLSR = MappingProxyType(
    {
        "ar": "arabic",
        "de": "german",
        "el": "greek",
        "es": "spanish",
        "fa": "persian",
        "fi": "finnish",
        "fr": "french",
        "hu": "hungarian",
        "it": "italian",
        "ja": "japanese",
        "nl": "dutch",
        "pl": "polish",
        "pt": "portuguese",
        "ru": "russian",
        "zh": "chinese-zh-cn",
    }
)
"""Languages of which there is a wav2vec2 checkpoint of one maker, by what he calls them."""

OTHERS = MappingProxyType(
    {
        "ca": "softcatala/wav2vec2-large-xlsr-catala",
        "cs": "comodoro/wav2vec2-xls-r-300m-cs-250",
        "da": "saattrupdan/wav2vec2-xls-r-300m-ftspeech",
        "eu": "stefan-it/wav2vec2-large-xlsr-53-basque",
        "gl": "ifrz/wav2vec2-large-xlsr-galician",
        "he": "imvladikon/wav2vec2-xls-r-300m-hebrew",
        "hi": "theainerd/Wav2Vec2-large-xlsr-hindi",
        "hr": "classla/wav2vec2-xls-r-parlaspeech-hr",
        "id": "cahya/wav2vec2-large-xlsr-indonesian",
        "ka": "xsway/wav2vec2-large-xlsr-georgian",
        "ko": "kresnik/wav2vec2-large-xlsr-korean",
        "lv": "jimregan/wav2vec2-large-xlsr-latvian-cv",
        "ml": "gvs/wav2vec2-large-xlsr-malayalam",
        "nn": "NbAiLab/nb-wav2vec2-1b-nynorsk",
        "no": "NbAiLab/nb-wav2vec2-1b-bokmaal-v2",
        "ro": "gigant/romanian-wav2vec2",
        "sk": "comodoro/wav2vec2-xls-r-300m-sk-cv8",
        "sl": "anton-l/wav2vec2-large-xlsr-53-slovenian",
        "sv": "KBLab/wav2vec2-large-voxrex-swedish",
        "te": "anuragshas/wav2vec2-large-xlsr-53-telugu",
        "tl": "Khalsuu/filipino-wav2vec2-l-xls-r-300m-official",
        "tr": "mpoyraz/wav2vec2-xls-r-300m-cv7-turkish",
        "uk": "Yehor/wav2vec2-xls-r-300m-uk-with-small-lm",
        "ur": "kingabzpro/wav2vec2-large-xls-r-300m-Urdu",
        "vi": "nguyenvulebinh/wav2vec2-base-vi-vlsp2020",
    }
)
"""Checkpoints of other makers, which WhisperX 3.8 aligns with; nobody here has tried them."""

UNKNOWN = "as with the checkpoint"
"""The licence of what we know the name of alone."""


def aligners() -> Iterator[Entry]:
    """The aligner of each language that we know a checkpoint for."""
    licence = "Apache-2.0"
    yield _aligner("en", "facebook/wav2vec2-base-960h", licence, 378)
    for language, called in XLSR.items():
        checkpoint = f"jonatasgrosman/wav2vec2-large-xlsr-53-{called}"
        yield _aligner(language, checkpoint, licence, 1262)
    for language, checkpoint in OTHERS.items():
        yield _aligner(language, checkpoint, UNKNOWN, None)


def language_of(name: str) -> str | None:
    """The language of an aligner that is called so; null where no aligner is."""
    found = NAME.fullmatch(name)
    return found and found[1]


def aligner_of(language: str) -> Entry:
    """The aligner of a language that we know no checkpoint for: whichever somebody has."""
    return _aligner(language, "a wav2vec2-type checkpoint of that language", UNKNOWN, None)


def _aligner(language: str, checkpoint: str, licence: str, size_mb: int | None) -> Entry:
    return Entry(
        name=f"ctc-{language}",
        family="ctc",
        stage="alignment",
        purpose="Word times",
        licence=licence,
        files=FILES,
        optional=CONFIGS + DATA,
        origin=f"an ONNX export of {checkpoint}",
        languages=(language,),
        size_mb=size_mb,
    )
