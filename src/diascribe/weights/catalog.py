"""The models that can be had: one table, the better ones of a family first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from diascribe.errors import UnknownModelError
from diascribe.weights.entry import MANY, Entry

EMBEDDED_RECOGNIZER = "pocketsphinx-en-us"

WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
CTC_FILES = ("model.onnx|onnx/model.onnx", "vocab.json")
CTC_CONFIGS = ("config.json", "preprocessor_config.json", "tokenizer_config.json")
CTC_DATA = ("*.onnx.data|*.onnx_data|onnx/*.onnx.data|onnx/*.onnx_data",)
TRANSDUCER_FILES = ("encoder-model{}.onnx", "decoder_joint-model{}.onnx", "vocab.txt")
CANARY_FILES = ("encoder-model{}.onnx", "decoder-model{}.onnx", "vocab.txt")

EUROPEAN = (
    *("bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "it"),
    *("lv", "lt", "mt", "pl", "pt", "ro", "ru", "sk", "sl", "es", "sv", "uk"),
)
"""The 25 languages of Parakeet v3 and Canary v2."""


def _whisper(name: str, repo: str, size_mb: int, purpose: str) -> Entry:
    """A Whisper in CTranslate2's form; an English one says so in its name or purpose."""
    english = name.endswith(".en") or "English" in purpose
    return Entry(
        name=name,
        family="whisper",
        stage="recognition",
        purpose=purpose,
        licence="MIT",
        repo=repo,
        files=WHISPER_FILES,
        optional=("preprocessor_config.json",),
        languages=("en",) if english else MANY,
        size_mb=size_mb,
    )


def _whispers() -> Iterator[Entry]:
    """Repositories as the faster-whisper package names them."""
    own, turbo = "Systran/faster-whisper-", "mobiuslabsgmbh/faster-whisper-large-v3-turbo"
    distilled = "Systran/faster-distil-whisper-"
    yield _whisper("large-v3", f"{own}large-v3", 3090, "The best Whisper")
    yield _whisper("large-v3-turbo", turbo, 1620, "Nearly as good, several times as fast")
    yield _whisper("large-v2", f"{own}large-v2", 3090, "What WhisperX takes if not told")
    yield _whisper("large-v1", f"{own}large-v1", 3090, "The first large one")
    newest = "distil-whisper/distil-large-v3.5-ct2"
    yield _whisper("distil-large-v3.5", newest, 1510, "Fast, for English only")
    yield _whisper("distil-large-v3", f"{distilled}large-v3", 1510, "Fast, for English only")
    yield _whisper("distil-large-v2", f"{distilled}large-v2", 1510, "Fast, for English only")
    for size, english_mb, purpose in (
        ("medium", 1530, "Good, on a processor slow"),
        ("small", 484, "The best that a processor runs with ease"),
        ("base", 145, "Fast, with more errors"),
        ("tiny", 75, "The fastest, with most errors"),
    ):
        yield _whisper(f"{size}.en", f"{own}{size}.en", english_mb, f"{purpose}; English only")
        yield _whisper(size, f"{own}{size}", english_mb, purpose)
        if size == "medium":
            yield _whisper("distil-medium.en", f"{distilled}medium.en", 789, "Fast, English only")
        if size == "small":
            yield _whisper("distil-small.en", f"{distilled}small.en", 332, "Faster, English only")


def _transducer(
    name: str, repo: str, languages: tuple[str, ...], size_mb: tuple[int, int] | None, purpose: str
) -> Iterator[Entry]:
    """A NeMo model as the onnx-asr package knows it, in full and in 8-bit precision."""
    patterns: tuple[str, ...] = CANARY_FILES if name.startswith("canary") else TRANSDUCER_FILES
    if "-ctc-" in name:
        patterns = ("model{}.onnx", "vocab.txt")
    for quantized in (False, True):
        suffix = ".int8" if quantized else ""
        yield Entry(
            name=f"{name}-int8" if quantized else name,
            family="onnx-asr",
            stage="recognition",
            purpose=f"{purpose}, smaller and faster" if quantized else purpose,
            licence="CC-BY-4.0",
            repo=repo,
            files=tuple(one.format(suffix) for one in patterns),
            optional=("config.json", *(f"{one.format(suffix)}.data" for one in patterns[:2])),
            languages=languages,
            size_mb=size_mb[quantized] if size_mb else None,
        )


def _transducers() -> Iterator[Entry]:
    """Repositories as the onnx-asr package names them; it knows no Moonshine."""
    own = "istupakov/"
    yield from _transducer(
        "parakeet-tdt-0.6b-v3",
        f"{own}parakeet-tdt-0.6b-v3-onnx",
        EUROPEAN,
        (2540, 670),
        "Fast and good, with word times of its own",
    )
    yield from _transducer(
        "parakeet-tdt-0.6b-v2",
        f"{own}parakeet-tdt-0.6b-v2-onnx",
        ("en",),
        (2500, 660),
        "The same for English only, a little better there",
    )
    for kind in ("ctc", "rnnt"):
        repo = f"{own}parakeet-{kind}-0.6b-onnx"
        yield from _transducer(f"parakeet-{kind}-0.6b", repo, ("en",), None, "Fast, in lower case")
    repo, purpose = f"{own}canary-1b-v2-onnx", "Good, and translates"
    yield from _transducer("canary-1b-v2", repo, EUROPEAN, None, purpose)
    yield Entry(
        name="whisper-base-onnx",
        family="onnx-asr",
        stage="recognition",
        purpose="Whisper without CTranslate2",
        licence="MIT",
        repo=f"{own}whisper-base-onnx",
        files=("whisper-*_beamsearch.onnx", "vocab.json", "added_tokens.json"),
        optional=("config.json", "*.onnx.data"),
        languages=MANY,
    )


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


def _aligners() -> Iterator[Entry]:
    """None is known to be published in ONNX form: they are exported, then given as a folder."""
    yield _aligner("en", "facebook/wav2vec2-base-960h", 378)
    for language, called in XLSR.items():
        yield _aligner(language, f"jonatasgrosman/wav2vec2-large-xlsr-53-{called}", 1262)


def _aligner(language: str, checkpoint: str, size_mb: int) -> Entry:
    return Entry(
        name=f"ctc-{language}",
        family="ctc",
        stage="alignment",
        purpose="Word times",
        licence="Apache-2.0",
        files=CTC_FILES,
        optional=CTC_CONFIGS + CTC_DATA,
        origin=f"an ONNX export of {checkpoint}",
        languages=(language,),
        size_mb=size_mb,
    )


def _diarizers() -> Iterator[Entry]:
    """What finds and tells apart voices; this version runs only the embedded ones."""
    yield Entry(
        name="pyannote-segmentation-3.0",
        family="pyannet",
        stage="diarization",
        purpose="Who of three speaks when, within ten seconds",
        licence="MIT",
        repo="onnx-community/pyannote-segmentation-3.0",
        files=("onnx/model.onnx",),
        optional=("config.json", "preprocessor_config.json"),
        speakers=3,
        size_mb=6,
    )
    yield Entry(
        name="wespeaker-resnet34-lm",
        family="resnet",
        stage="diarization",
        purpose="A voice as a vector",
        licence="CC-BY-4.0",
        repo="Wespeaker/wespeaker-voxceleb-resnet34-LM",
        files=("*.onnx",),
        optional=("config.yaml",),
        size_mb=27,
    )
    yield Entry(
        name="pyannote-community-1",
        family="pipeline",
        stage="diarization",
        purpose="Segmentation, voice vectors and their statistics that belong together",
        licence="CC-BY-4.0",
        repo="pyannote/speaker-diarization-community-1",
        files=("config.yaml", "segmentation/*", "embedding/*", "plda/*"),
        gated=True,
        size_mb=33,
    )
    yield Entry(
        name="sortformer-4spk-v2",
        family="streaming",
        stage="diarization",
        purpose="Speakers in order of arrival, live too",
        licence="CC-BY-4.0",
        repo="altunenes/parakeet-rs",
        files=("diar_streaming_sortformer_4spk-v2.onnx",),
        speakers=4,
    )
    yield Entry(
        name="nemotron-3-diarization",
        family="streaming",
        stage="diarization",
        purpose="Speakers in order of arrival, live too",
        licence="OpenMDW-1.1",
        repo="NealCaren/Nemotron-3-Diarization-ONNX",
        files=("embed.onnx", "step.onnx", "mel_filters.bin", "silence_embeds.bin"),
        speakers=8,
        size_mb=380,
    )


def _embedded() -> Iterator[Entry]:
    """What comes with the package: always there, and never pulled."""
    yield Entry(
        name=EMBEDDED_RECOGNIZER,
        family="embedded",
        stage="recognition",
        purpose="A draft of English, and its word times",
        licence="BSD-2-Clause",
        origin="in the package pocketsphinx",
        languages=("en",),
    )
    yield Entry(
        name="pyannet",
        family="embedded",
        stage="diarization",
        purpose="Who of three speaks when, within five seconds",
        licence="MIT",
        origin="in the package diascribe",
        speakers=3,
    )
    yield Entry(
        name="ge2e",
        family="embedded",
        stage="diarization",
        purpose="A voice as a vector",
        licence="Apache-2.0",
        origin="in the package diascribe",
    )
    yield Entry(
        name="silero",
        family="embedded",
        stage="diarization",
        purpose="Where speech is",
        licence="MIT",
        origin="in the package faster-whisper",
    )


Catalog = Mapping[str, Entry]
"""Entries by name, the better ones of a stage first."""


def listed(*entries: Entry) -> Catalog:
    """The entries by name, in their order."""
    return MappingProxyType({one.name: one for one in entries})


CATALOG = listed(*_whispers(), *_transducers(), *_aligners(), *_diarizers(), *_embedded())

ALIASES = MappingProxyType({"turbo": "large-v3-turbo", "large": "large-v3"})
"""Other names by which requests know some models."""


def entry_of(name: str, catalog: Catalog) -> Entry:
    """The entry of a model, whichever of its names is given.

    Raises:
        UnknownModelError: no model has that name; names those that sound like it.
    """
    entry = catalog.get(ALIASES.get(name, name))
    if entry is not None:
        return entry
    near = get_close_matches(name, [*catalog, *ALIASES], n=3)
    meant = f", near it are {' and '.join(near)}" if near else ""
    raise UnknownModelError(
        f"{name}: no model has that name{meant}", hint="diascribe models list shows all"
    )
