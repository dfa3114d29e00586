"""A real CTranslate2 network with random weights: it says nonsense, but always the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from whisper_fakes import vocabulary
from whisper_models import LANGUAGES, Shape, save_model

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import ModelError
from diascribe.models.whisper import WhisperRecognizer, open_whisper
from diascribe.models.whisper.ctranslate import CTranslateNetwork
from diascribe.models.whisper.dimensions import read_dimensions
from diascribe.models.whisper.network import MemoryShortError, Search
from diascribe.models.whisper.prompts import prompt
from diascribe.models.whisper.windows import Window, features_of
from diascribe.protocols import Decoding, Region
from diascribe.span import Span
from diascribe.transcript import Segment

NANO = Path(__file__).parents[2] / "data" / "nano" / "whisper"

TALKATIVE = Shape(ending=1.0, seed=1)
"""Its texts have some ten to thirty tokens."""

ANYTHING = Decoding(log_prob_threshold=-1000, compression_ratio_threshold=1000)
"""Takes the first text, however unlikely."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("talkative") / "model", TALKATIVE)


@pytest.fixture(scope="module")
def recognizer(folder: Path) -> WhisperRecognizer:
    return open_whisper(
        folder, name="tiny", revision="1", device="cpu", compute_type="float32", cores=1
    )


@pytest.fixture(scope="module")
def noise() -> Audio:
    """A minute of noise, a little louder each second."""
    level = np.repeat(np.arange(100, 700, 10), SAMPLE_RATE)
    samples = np.random.default_rng(0).normal(0, level)
    return Audio(samples.astype(np.int16)[:, None])


def regions(language: str | None = "en") -> list[Region]:
    """Of several lengths, the last one empty."""
    edges = [0, 5, 9, 9.5, 30, 44.44, 60, 60]
    return [Region(start, end, language) for start, end in pairwise(edges)]


def hear(
    recognizer: WhisperRecognizer, audio: Audio, decoding: Decoding = ANYTHING
) -> list[Segment]:
    return list(recognizer.recognize(audio, regions(), decoding))


def test_something_is_heard_in_each_region_and_its_words_are_inside(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    found = hear(recognizer, noise)[:-1]

    for region in regions()[:-1]:
        within = [one for one in found if region.start <= one.start and one.end <= region.end]
        assert within
        found = found[len(within) :]
    assert found == []


@pytest.mark.parametrize("decoding", [ANYTHING, replace(ANYTHING, timestamps=True)])
def test_words_are_in_order_inside_their_segment_and_are_its_text(
    recognizer: WhisperRecognizer, noise: Audio, decoding: Decoding
) -> None:
    found = hear(recognizer, noise, decoding)

    assert sum(len(one.words) for one in found) > 20
    for segment in found:
        assert segment.text.split() == [one.text for one in segment.words]
        assert all(one.start < one.end for one in segment.words)
        edges = [segment.start, *(t for one in segment.words for t in (one.start, one.end))]
        assert all(before <= after for before, after in pairwise([*edges, segment.end]))
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_the_batch_size_changes_nothing(
    recognizer: WhisperRecognizer, noise: Audio, batch_size: int, beam_size: int
) -> None:
    expected = hear(recognizer, noise, replace(ANYTHING, beam_size=beam_size))

    found = hear(recognizer, noise, replace(ANYTHING, beam_size=beam_size, batch_size=batch_size))

    assert [one.text for one in found] == [one.text for one in expected]
    assert [one.words for one in found] == [
        tuple(
            replace(word, confidence=pytest.approx(word.confidence, abs=1e-3))  # type: ignore[arg-type]
            for word in one.words
        )
        for one in expected
    ]


def test_two_threads_hear_what_one_hears(recognizer: WhisperRecognizer, noise: Audio) -> None:
    expected = hear(recognizer, noise)

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(hear, recognizer, noise) for _ in range(2)]

    assert [future.result() for future in futures] == [expected] * 2


def test_what_was_prompted_begins_the_text_of_the_first_region_only(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    decoding = replace(ANYTHING, prefix="brown dog", initial_prompt="the fox", hotwords="lazy")

    first, *others = hear(recognizer, noise, decoding)

    assert first.text.startswith("brown dog")
    assert not any(one.text.startswith("brown dog") for one in others)


def test_a_prefix_begins_the_text_with_times_too(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    decoding = replace(ANYTHING, prefix="brown dog", timestamps=True)

    assert hear(recognizer, noise, decoding)[0].text.startswith("brown dog")


def test_the_longest_prompts_and_prefix_leave_room_for_a_text(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    decoding = replace(ANYTHING, initial_prompt="fox " * 223, prefix="dog " * 112)

    first = hear(recognizer, noise, decoding)[0]

    assert first.text.startswith("dog dog")


def test_numerals_are_not_written_where_they_are_suppressed(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    found = hear(recognizer, noise, replace(ANYTHING, suppress_numerals=True))

    assert not any(one.isdigit() or one == "$" for segment in found for one in segment.text)


def test_doubtful_windows_climb_the_whole_ladder(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    """The two last steps of it: drawing lots among 51,865 tokens takes long."""
    strict = Decoding(temperature=0.8, log_prob_threshold=-0.001, no_speech_threshold=1)

    found = list(recognizer.recognize(noise, [Region(0, 5, "en")], strict))

    assert found
    assert all("low_confidence" in one.flags for one in found)
    assert all(one.quality and one.quality.temperature in {0.8, 1.0} for one in found)


@pytest.mark.parametrize("length_penalty", [-3.0, 0.0, 0.5, 2.0])
def test_the_mean_probability_does_not_depend_on_the_length_penalty(
    recognizer: WhisperRecognizer, noise: Audio, length_penalty: float
) -> None:
    greedy = replace(ANYTHING, beam_size=1)

    usual = hear(recognizer, noise, greedy)
    found = hear(recognizer, noise, replace(greedy, length_penalty=length_penalty))

    for one, other in zip(usual, found, strict=True):
        assert (one.quality is None) == (other.quality is None)
        if one.quality and other.quality:
            assert one.quality.log_prob == pytest.approx(other.quality.log_prob, abs=1e-3)


def test_other_languages_and_translations_are_heard(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    for task in ("transcribe", "translate"):
        found = list(recognizer.recognize(noise, regions("zh"), replace(ANYTHING, task=task)))
        assert {one.language for one in found} == {"zh"}


def test_the_detector_gives_each_language_its_probability(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    assert recognizer.detector is not None

    found = list(recognizer.detector.detect(noise, [Span(0, 5), Span(5, 60), Span(60, 60)]))

    assert len(found) == 3
    assert all(one.keys() == set(LANGUAGES[:-1]) for one in found)
    assert [sum(one.values()) for one in found] == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_region_without_a_language_has_a_detected_one(
    recognizer: WhisperRecognizer, noise: Audio
) -> None:
    assert recognizer.detector is not None
    (shares,) = recognizer.detector.detect(noise, [Span(0, 5)])

    first = next(iter(recognizer.recognize(noise, [Region(0, 5)], ANYTHING)))

    assert first.language == max(shares, key=shares.__getitem__)


def test_features_are_those_of_faster_whisper(noise: Audio) -> None:
    """Its batched pipeline: the features of a window less the last frame, then zeros."""
    from faster_whisper.audio import pad_or_trim  # noqa: PLC0415 - decodes on import

    extract, sound = FeatureExtractor(), noise.cut(Span(3, 9.123))

    (found,) = features_of([Window(Span(3, 9.123), sound)], extract)

    np.testing.assert_array_equal(found, pad_or_trim(extract(sound)[..., :-1]))
    assert found.shape == (80, 3000)


@pytest.mark.parametrize("samples", [1_600, 1_601, 480_000])
def test_features_fit_windows_of_every_length(samples: int) -> None:
    sound = np.ones(samples, np.float32)

    found = features_of([Window(Span(0, samples / SAMPLE_RATE), sound)], FeatureExtractor())

    assert found.shape == (1, 80, 3000)


@pytest.fixture(scope="module")
def network(folder: Path) -> CTranslateNetwork:
    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32")
    return CTranslateNetwork(model, read_dimensions(folder / "model.bin"))


def random_features(windows: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(0, 1, (windows, 80, 3000)).astype(np.float32)


def test_a_prefix_makes_the_text_after_it_no_likelier(network: CTranslateNetwork) -> None:
    """CTranslate2 leaves a prefix out of the sum of logarithms, and counts its tokens."""
    words = vocabulary(TALKATIVE).any
    prefix = words.encode(" lazy lazy dogs then 20.5 dogs")
    begun = [*prompt(words, Decoding(), first=True), *prefix]
    encoded = network.encode(random_features(1))

    (found,) = encoded.generate([begun], Search(beam_size=1, suppressed=(-1,)))

    (whole,) = network.model.generate(
        encoded.output, [begun], beam_size=1, length_penalty=0, return_scores=True
    )
    (path,) = encoded.align(words.sot_sequence, [prefix], [3000])
    sought = len(found.tokens) - len(prefix)
    assert list(found.tokens[: len(prefix)]) == prefix
    assert np.log(path.probabilities).sum() < whole.scores[0]
    assert found.log_prob == pytest.approx(whole.scores[0] / (sought + 1), abs=1e-3)


def test_some_of_the_windows_are_what_they_were_among_all(network: CTranslateNetwork) -> None:
    prompts = [prompt(vocabulary().spelling("en"), ANYTHING, first=False)] * 3
    encoded = network.encode(random_features(3))

    every = encoded.generate(prompts, Search(beam_size=1))
    some = encoded.part([2, 0]).generate(prompts[:2], Search(beam_size=1))

    assert [one.tokens for one in some] == [every[2].tokens, every[0].tokens]
    assert encoded.part([0, 1, 2]) is encoded


class Noting(ctranslate2.models.Whisper):  # type: ignore[misc]  # untyped
    """A model that keeps how many frames it is asked to align."""

    def align(self, *given: object) -> object:
        self.frames = given[3]
        return super().align(*given)


def test_no_more_frames_are_aligned_than_the_encoder_made() -> None:
    """CTranslate2 writes beyond its memory otherwise; the nano Whisper makes 1491 of 3000."""
    model = Noting(str(NANO), device="cpu", compute_type="int8")
    network = CTranslateNetwork(model, read_dimensions(NANO / "model.bin"))

    encoded = network.encode(random_features(2))
    encoded.align([50258, 50259, 50359], [[100, 101]] * 2, [3000, 1000])

    assert model.frames == [2982, 1000]


def test_what_ctranslate2_refuses_is_our_error(network: CTranslateNetwork) -> None:
    encoded = network.encode(random_features(2))

    with pytest.raises(ModelError, match="Whisper failed at decoding"):
        encoded.generate([[1], [2]], Search())
    with pytest.raises(ModelError, match="Whisper failed at encoding"):
        network.encode(random_features(2)[:, :40])


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),  # what std::bad_alloc becomes
        RuntimeError("CUDA failed with error out of memory"),
        RuntimeError("cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED"),
    ],
)
def test_a_lack_of_memory_is_told_from_other_failures(
    network: CTranslateNetwork, error: Exception
) -> None:
    class Full:
        def encode(self, _: object) -> object:
            raise error

    with pytest.raises(MemoryShortError, match="Whisper failed at encoding: "):
        replace(network, model=Full()).encode(random_features(1))


def test_there_is_room_for_some_windows(network: CTranslateNetwork) -> None:
    assert 1 <= network.room(5) <= 8
