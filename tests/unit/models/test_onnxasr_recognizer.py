"""ONNX recognizers hear regions side by side, and say what they know and do not know."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx_models import (
    FRAME_S,
    WORDS,
    bursts,
    write_canary,
    write_gigaam,
    write_rnnt,
    write_tdt,
    write_whisper,
)

from diascribe.audio import Audio
from diascribe.errors import LanguageError, ModelError, OptionsError
from diascribe.models.onnxasr import OnnxAsrRecognizer, open_onnx_asr
from diascribe.models.onnxasr.network import Heard, Token
from diascribe.models.onnxasr.opening import OnnxAsrNetwork
from diascribe.models.onnxasr.recognizer import Tongues
from diascribe.protocols import Decoding, Region
from diascribe.transcript import Model, Segment

MODEL = Model("recognition", "tiny", "1")
SEVERAL = Tongues(("de", "en"))


@dataclass
class FakeNetwork:
    """Hears how long a sound is, and keeps what it was asked and how many threads ask at once."""

    heard: list[tuple[str | None, str | None]] = field(default_factory=list)
    timed: bool = True
    wait_s: float = 0.0
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, sound: NDArray[np.float32], language: str | None, target: str | None) -> Heard:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.heard.append((language, target))
        time.sleep(self.wait_s)
        with self._lock:
            self._now -= 1
        text = f"heard {len(sound) / 16_000:g}."
        pieces = [Token(f" {one}", 0.1 * i, 0.5) for i, one in enumerate(text.split())]
        return Heard(text, tuple(pieces) if self.timed else None)


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def noise() -> Audio:
    return Audio(bursts([(0, 30)], 30))


def recognizer(
    network: FakeNetwork, tongues: Tongues = SEVERAL, cores: int = 1
) -> OnnxAsrRecognizer:
    return OnnxAsrRecognizer(model=MODEL, network=network, tongues=tongues, cores=cores)


def regions(count: int, language: str | None = None) -> list[Region]:
    return [Region(2.0 * i, 2.0 * i + 0.5 + i / 10, language) for i in range(count)]


def texts(segments: Iterator[Segment]) -> list[str]:
    return [one.text for one in segments]


def test_regions_come_in_their_order_however_many_are_heard_at_once(
    network: FakeNetwork, noise: Audio
) -> None:
    network.wait_s = 0.01

    found = recognizer(network, cores=4).recognize(noise, regions(8), Decoding())

    assert texts(found) == [f"heard {0.5 + i / 10:g}." for i in range(8)]
    assert 1 < network.most <= 4


@pytest.mark.parametrize(("cores", "batch_size", "most"), [(4, 1, 1), (4, 2, 2), (100, None, 8)])
def test_the_batch_size_and_the_cores_bound_what_is_heard_at_once(
    network: FakeNetwork, noise: Audio, cores: int, batch_size: int | None, most: int
) -> None:
    network.wait_s = 0.01
    decoding = Decoding(batch_size=batch_size)

    list(recognizer(network, cores=cores).recognize(noise, regions(14), decoding))

    assert network.most <= most


def test_a_caller_who_stops_is_not_kept_waiting_for_the_rest(
    network: FakeNetwork, noise: Audio
) -> None:
    network.wait_s = 0.01
    segments = recognizer(network).recognize(noise, regions(14), Decoding())

    next(segments)
    del segments

    assert len(network.heard) < 14


def test_a_language_that_is_told_is_passed_on_and_kept(network: FakeNetwork, noise: Audio) -> None:
    (segment,) = recognizer(network).recognize(noise, regions(1, "de"), Decoding())

    assert (segment.language, network.heard) == ("de", [("de", None)])


def test_a_network_that_finds_out_by_itself_does_not_tell(
    network: FakeNetwork, noise: Audio
) -> None:
    (segment,) = recognizer(network).recognize(noise, regions(1), Decoding())

    assert segment.language is None


def test_one_that_must_be_told_the_language_says_so(network: FakeNetwork, noise: Audio) -> None:
    must = recognizer(network, Tongues(("de", "en"), told=True))

    with pytest.raises(LanguageError, match="tiny must be told which is spoken"):
        must.recognize(noise, regions(1), Decoding())


def test_an_unknown_language_is_refused_before_anything_is_heard(
    network: FakeNetwork, noise: Audio
) -> None:
    with pytest.raises(LanguageError, match="tiny does not know fr") as caught:
        recognizer(network).recognize(noise, regions(1, "fr"), Decoding())

    assert (caught.value.hint, network.heard) == ("it knows de, en", [])


def test_only_one_that_translates_heeds_the_task(network: FakeNetwork, noise: Audio) -> None:
    able, unable = recognizer(network, Tongues(("de", "en"), translates=True)), recognizer(network)
    decoding = Decoding(task="translate")

    (segment,) = able.recognize(noise, regions(1, "de"), decoding)

    assert (segment.language, network.heard) == ("de", [("de", "en")])
    assert able.heeds - unable.heeds == frozenset({"task"})
    with pytest.raises(OptionsError, match="tiny cannot translate"):
        unable.recognize(noise, regions(1, "de"), decoding)


def test_a_text_without_times_is_one_segment_of_interpolated_words(
    network: FakeNetwork, noise: Audio
) -> None:
    network.timed = False
    (region,) = regions(1, "en")

    (segment,) = recognizer(network).recognize(noise, [region], Decoding())

    assert (segment.start, segment.end, segment.text) == (0.0, 0.5, "heard 0.5.")
    assert [(one.text, one.timing) for one in segment.words] == [
        ("heard", "interpolated"),
        ("0.5.", "interpolated"),
    ]
    assert segment.confidence is None


def test_what_long_pauses_part_are_segments_of_their_own(tmp_path: Path) -> None:
    audio = Audio(bursts([(1, 2), (4, 5)], 6))
    tiny = open_onnx_asr(write_tdt(tmp_path), name="tiny", revision="1", languages=("en",))

    first, second = tiny.recognize(audio, [Region(0.0, 6.0)], Decoding())

    assert first.text.split() == list(WORDS[:2])
    assert second.text.startswith(WORDS[2])


def test_words_are_where_they_were_said(tmp_path: Path) -> None:
    audio = Audio(bursts([(2, 3)], 4))
    tiny = open_onnx_asr(write_tdt(tmp_path), name="tiny", revision="1", languages=("en",))

    (segment,) = tiny.recognize(audio, [Region(1.0, 4.0)], Decoding())

    assert segment.start == pytest.approx(2.0, abs=FRAME_S)
    assert segment.end == pytest.approx(3.0, abs=4 * FRAME_S)
    assert segment.confidence == pytest.approx(0.98, abs=0.01)
    assert {one.timing for one in segment.words} == {"recognizer"}


def test_words_of_one_frame_are_interpolated(tmp_path: Path) -> None:
    folder = write_rnnt(tmp_path, per_frame=2)
    tiny = open_onnx_asr(folder, name="tiny", revision="1", languages=("en",))
    audio = Audio(bursts([(1, 1.5)], 2))

    (segment,) = tiny.recognize(audio, [Region(0.0, 2.0)], Decoding())

    assert {one.timing for one in segment.words} == {"recognizer", "interpolated"}


def test_letters_become_words(tmp_path: Path) -> None:
    tiny = open_onnx_asr(write_gigaam(tmp_path), name="tiny", revision="1")
    audio = Audio(bursts([(0, 3)], 3))

    (segment,) = tiny.recognize(audio, [Region(0.0, 3.0)], Decoding())

    assert segment.language == "ru"
    assert set(segment.text.split()) <= {"добрый", "добры", "день"}


@pytest.mark.parametrize(
    ("spoken", "task", "text"),
    [
        ("de", "transcribe", "Guten Tag."),
        ("en", "transcribe", "Good day."),
        ("de", "translate", "Good day."),
    ],
)
def test_a_canary_writes_the_language_that_is_wanted(
    tmp_path: Path, noise: Audio, spoken: str, task: str, text: str
) -> None:
    folder = write_canary(tmp_path)
    tiny = open_onnx_asr(folder, name="tiny", revision="1", languages=("de", "en"))
    decoding = Decoding(task="translate" if task == "translate" else "transcribe")

    (segment,) = tiny.recognize(noise, [Region(0.0, 2.0, spoken)], decoding)

    assert (segment.text, segment.language) == (text, spoken)
    assert {one.timing for one in segment.words} == {"interpolated"}


def test_a_whisper_finds_the_language_out_by_itself(tmp_path: Path, noise: Audio) -> None:
    tiny = open_onnx_asr(write_whisper(tmp_path), name="tiny", revision="1")

    unknown, english = tiny.recognize(noise, [Region(0.0, 2.0), Region(2.0, 4.0, "en")], Decoding())

    assert unknown.text == english.text == "hello world."
    assert (unknown.language, english.language) == (None, "en")


def test_a_network_that_fails_is_an_error_of_ours() -> None:
    class Broken:
        def recognize(self, *_: object, **__: object) -> None:
            raise AssertionError

    with pytest.raises(ModelError, match="tiny: failed while running: AssertionError"):
        OnnxAsrNetwork(Broken(), "tiny").hear(np.zeros(16_000, np.float32), None, None)
