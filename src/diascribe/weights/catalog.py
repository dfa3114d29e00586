"""The models that can be had: one table, the better ones of a family first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from types import MappingProxyType

from diascribe.errors import UnknownModelError
from diascribe.weights.aligners import aligner_of, aligners, language_of
from diascribe.weights.entry import MANY, Entry
from diascribe.weights.layouts import CONFIG, LAYOUTS, PRECISIONS

EMBEDDED_RECOGNIZER = "pocketsphinx-en-us"

WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json|vocabulary.txt")
WHISPER_OPTIONAL = ("preprocessor_config.json",)
EUROPEAN = (
    *("bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "it"),
    *("lv", "lt", "mt", "pl", "pt", "ro", "ru", "sk", "sl", "es", "sv", "uk"),
)
"""The 25 languages of Parakeet v3 and Canary v2."""

ENGLISH = ("en",)

FLASH = ("en", "de", "es", "fr")
"""The languages of Canary's flash models."""


def _whisper(
    name: str, repo: str, size_mb: int, purpose: str, languages: tuple[str, ...] = MANY
) -> Entry:
    """A Whisper in CTranslate2's form."""
    return Entry(
        name=name,
        family="whisper",
        stage="recognition",
        purpose=purpose,
        licence="MIT",
        repo=repo,
        files=WHISPER_FILES,
        optional=WHISPER_OPTIONAL,
        languages=languages,
        size_mb=size_mb,
    )


def _whispers() -> Iterator[Entry]:
    """Repositories as the faster-whisper package names them."""
    own, turbo = "Systran/faster-whisper-", "mobiuslabsgmbh/faster-whisper-large-v3-turbo"
    distilled = "Systran/faster-distil-whisper-"
    yield _whisper("large-v3", f"{own}large-v3", 3090, "The best Whisper")
    yield _whisper("large-v3-turbo", turbo, 1620, "Nearly as good, several times as fast")
    yield _whisper("large-v2", f"{own}large-v2", 3090, "The best one before large-v3")
    yield _whisper("large-v1", f"{own}large-v1", 3090, "The first large one")
    newest = "distil-whisper/distil-large-v3.5-ct2"
    yield _whisper("distil-large-v3.5", newest, 1510, "Fast, for English only", ENGLISH)
    yield _whisper(
        "distil-large-v3", f"{distilled}large-v3", 1510, "Fast, for English only", ENGLISH
    )
    yield _whisper(
        "distil-large-v2", f"{distilled}large-v2", 1510, "Fast, for English only", ENGLISH
    )
    for size, english_mb, purpose in (
        ("medium", 1530, "Good, on a processor slow"),
        ("small", 484, "The best that a processor runs with ease"),
        ("base", 145, "Fast, with more errors"),
        ("tiny", 75, "The fastest, with most errors"),
    ):
        yield _whisper(
            f"{size}.en", f"{own}{size}.en", english_mb, f"{purpose}; English only", ENGLISH
        )
        yield _whisper(size, f"{own}{size}", english_mb, purpose)
        if size == "medium":
            yield _whisper(
                "distil-medium.en", f"{distilled}medium.en", 789, "Fast, English only", ENGLISH
            )
        if size == "small":
            yield _whisper(
                "distil-small.en", f"{distilled}small.en", 332, "Faster, English only", ENGLISH
            )


def _onnx_asr(
    entry: Entry, type_: str, *, sizes_mb: tuple[int, int] | None = None
) -> Iterator[Entry]:
    """A model as the onnx-asr package knows it, in full and in 8-bit precision."""
    (layout,) = (one for one in LAYOUTS if one.type == type_)
    for precision in PRECISIONS:
        small = precision == "int8"
        networks = [one.format(PRECISIONS[precision]) for one in layout.networks]
        yield replace(
            entry,
            name=f"{entry.name}-int8" if small else entry.name,
            purpose=f"{entry.purpose}, smaller and faster" if small else entry.purpose,
            files=layout.files(precision),
            optional=(CONFIG, *(f"{one}?data" for one in networks)),
            size_mb=sizes_mb[small] if sizes_mb else None,
        )


def _of_istupakov(name: str, repo: str, languages: tuple[str, ...], purpose: str) -> Entry:
    """A model that the maker of the onnx-asr package has published."""
    return Entry(
        name=name,
        family="onnx-asr",
        stage="recognition",
        purpose=purpose,
        licence="CC-BY-4.0",
        repo=f"istupakov/{repo}",
        languages=languages,
    )


def _nemos() -> Iterator[Entry]:
    """NeMo's models; repositories as the onnx-asr package names them, which knows no Moonshine."""
    v3, v2 = "parakeet-tdt-0.6b-v3", "parakeet-tdt-0.6b-v2"
    purpose = "Fast and good, with word times of its own"
    many = _of_istupakov(v3, f"{v3}-onnx", EUROPEAN, purpose)
    yield from _onnx_asr(many, "nemo-conformer-tdt", sizes_mb=(2540, 670))
    purpose = "The same for English only, a little better there"
    english = _of_istupakov(v2, f"{v2}-onnx", ("en",), purpose)
    yield from _onnx_asr(english, "nemo-conformer-tdt", sizes_mb=(2500, 660))
    for size, languages in (("1b-v2", EUROPEAN), ("1b-flash", FLASH), ("180m-flash", FLASH)):
        purpose = "Good, and translates; it must be told the language"
        canary = _of_istupakov(f"canary-{size}", f"canary-{size}-onnx", languages, purpose)
        yield from _onnx_asr(replace(canary, told=True), "nemo-conformer-aed")
    for kind in ("ctc", "rnnt"):
        name = f"parakeet-{kind}-0.6b"
        plain = _of_istupakov(name, f"{name}-onnx", ("en",), "Fast, in lower case")
        yield from _onnx_asr(plain, f"nemo-conformer-{kind}")


def _gigaams() -> Iterator[Entry]:
    """Russian models; repositories as the onnx-asr package names them."""
    purpose = "For Russian, with marks and capitals"
    for kind in ("e2e-rnnt", "e2e-ctc"):
        one = _of_istupakov(f"gigaam-v3-{kind}", "gigaam-v3-onnx", ("ru",), purpose)
        yield from _onnx_asr(replace(one, licence="MIT"), f"gigaam-v3-{kind}")


def _whisper_base() -> Entry:
    return Entry(
        name="whisper-base-onnx",
        family="onnx-asr",
        stage="recognition",
        purpose="Whisper without CTranslate2",
        licence="MIT",
        repo="istupakov/whisper-base-onnx",
        files=("whisper-*_beamsearch.onnx", "vocab.json", "added_tokens.json"),
        optional=("config.json", "*.onnx.data"),
        languages=MANY,
    )


def _diarizers() -> Iterator[Entry]:
    """What finds and tells apart voices, in windows: whole diarizers first, then their halves."""
    yield Entry(
        name="community-1-onnx",
        family="pipeline",
        stage="diarization",
        purpose="A whole diarizer: pyannote.audio's community-1 as networks",
        licence="CC-BY-4.0",
        repo="avencera/speakrs-models",
        files=(
            "segmentation-3.0.onnx|segmentation.onnx",
            "wespeaker-voxceleb-resnet34-tail.onnx|encoder.onnx",
        ),
        optional=("plda_*.npy", "plda/*"),
        size_mb=33,
    )
    yield Entry(
        name="pyannote-segmentation-3.0",
        family="pyannet",
        stage="diarization",
        purpose="Who of three speaks when, within ten seconds; one half of a diarizer",
        licence="MIT",
        repo="onnx-community/pyannote-segmentation-3.0",
        files=("onnx/model.onnx|model.onnx",),
        optional=("config.json", "preprocessor_config.json"),
        speakers=3,
        size_mb=6,
    )
    yield Entry(
        name="wespeaker-resnet34-lm",
        family="resnet",
        stage="diarization",
        purpose="A voice as a vector; a diarizer together with pyannote-segmentation-3.0",
        licence="CC-BY-4.0",
        repo="Wespeaker/wespeaker-voxceleb-resnet34-LM",
        files=("*.onnx",),
        optional=("config.yaml",),
        size_mb=27,
    )
    yield _checkpoints()


def _checkpoints() -> Entry:
    """A whole diarizer that has to be converted first."""
    return Entry(
        name="pyannote-community-1",
        family="checkpoints",
        stage="diarization",
        purpose="The same as checkpoints, to be converted first: take community-1-onnx",
        licence="CC-BY-4.0",
        repo="pyannote/speaker-diarization-community-1",
        files=("config.yaml", "segmentation/*", "embedding/*", "plda/*"),
        gated=True,
        size_mb=33,
    )


def _streaming() -> Iterator[Entry]:
    """Diarizers that hear a recording once, from its beginning to its end."""
    for version, licence in (("v2.1", "NVIDIA Open Model License"), ("v2", "CC-BY-4.0")):
        yield Entry(
            name=f"sortformer-4spk-{version}",
            family="streaming",
            stage="diarization",
            purpose="A whole diarizer: speakers in order of arrival",
            licence=licence,
            repo="altunenes/parakeet-rs",
            files=(f"diar_streaming_sortformer_4spk-{version}.onnx",),
            speakers=4,
        )
    nemotron = Entry(
        name="nemotron-3-diarization",
        family="streaming",
        stage="diarization",
        purpose="A whole diarizer: speakers in order of arrival",
        licence="OpenMDW-1.1",
        repo="NealCaren/Nemotron-3-Diarization-ONNX",
        files=("embed.onnx", "step.onnx", "mel_filters.bin", "silence_embeds.bin"),
        speakers=8,
        size_mb=400,
    )
    yield nemotron
    yield replace(
        nemotron,
        name=f"{nemotron.name}-int8",
        purpose=f"{nemotron.purpose}; smaller and faster",
        files=("embed.onnx", "step_int8.onnx", "mel_filters.bin", "silence_embeds.bin"),
        size_mb=105,
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


LARGE = 4
"""So many Whispers go before the models of other makers: these find out the language and tell."""

CATALOG = listed(
    *islice(_whispers(), LARGE),
    *_nemos(),
    *_gigaams(),
    *islice(_whispers(), LARGE, None),
    _whisper_base(),
    *aligners(),
    *_diarizers(),
    *_streaming(),
    *_embedded(),
)

ALIASES = MappingProxyType({"turbo": "large-v3-turbo", "large": "large-v3"})
"""Other names by which requests know some models."""


NEAR = 3
"""Models that are offered where a name is none."""


def entry_of(name: str, catalog: Catalog) -> Entry:
    """The entry of a model, whichever of its names is given.

    Any language may have an aligner, whether or not the table knows of one.

    Raises:
        UnknownModelError: no model has that name; names those that sound like it.
    """
    entry = catalog.get(ALIASES.get(name, name))
    if entry is not None:
        return entry
    language = language_of(name)
    if language is not None:
        return aligner_of(language)
    like = get_close_matches(name, [*catalog, *ALIASES], n=2 * NEAR)
    near = list(dict.fromkeys(ALIASES.get(one, one) for one in like))[:NEAR]
    meant = f", near it are {' and '.join(near)}" if near else ""
    raise UnknownModelError(
        f"{name}: no model has that name{meant}", hint="diascribe models list shows all"
    )
