"""A graphics card hears what the processor hears: `make tests ARGS='-m gpu --no-cov -rs'`."""

import json
from pathlib import Path

import ctranslate2
import pytest

from diascribe.api import load
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.whisper import WhisperRecognizer, memory, open_whisper
from diascribe.protocols import Decoding, Region

NANO = Path(__file__).parents[1] / "data" / "nano"
WHISPER = NANO / "whisper"
GREEDY = Decoding(beam_size=1)

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(
        not ctranslate2.get_cuda_device_count(),
        reason="CTranslate2 sees no graphics card: nothing of Whisper on cuda is tried",
    ),
]


def opened(device: str, compute_type: str) -> WhisperRecognizer:
    return open_whisper(
        WHISPER, name="nano", revision="tests", device=device, compute_type=compute_type, cores=2
    )


def sentences() -> list[Path]:
    """The English recordings that nobody trained on."""
    rows = json.loads((NANO / "heldout" / "heldout.json").read_text(encoding="utf-8"))
    return [NANO / "heldout" / row["file"] for row in rows if row["language"] == "en"]


def heard(recognizer: WhisperRecognizer, path: Path) -> list[str]:
    audio = finish_seconds(decode(path)).mix()
    region = Region(0.0, audio.duration, "en")
    return [
        word.text for one in recognizer.recognize(audio, [region], GREEDY) for word in one.words
    ]


def test_a_card_is_taken_by_itself_and_computes_in_float16() -> None:
    found = opened("auto", "auto")

    assert found.model.note == "float16 on cuda"


def test_it_hears_in_float16_what_the_processor_hears_in_float32() -> None:
    card, processor = opened("cuda", "float16"), opened("cpu", "float32")

    same = [heard(card, one) == heard(processor, one) for one in sentences()]

    assert len(same) == 16
    assert sum(same) >= 14, "of 16 sentences two may differ by rounding"


def test_what_a_card_has_free_is_known() -> None:
    assert (memory._free_on_card() or 0) > 100_000_000


def test_the_whole_pipeline_says_that_it_ran_on_the_card() -> None:
    with load(cores=2) as engine:
        found = engine.transcribe(
            sentences()[0],
            model=str(WHISPER),
            device="cuda",
            compute_type="float16",
            language="en",
            diarization=False,
        )

    assert found.words
    assert "float16 on cuda" in [one.note for one in found.models]
