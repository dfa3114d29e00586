"""The recognizer on a scripted network: what it asks, and what it makes of the answers."""

import json
from dataclasses import asdict, dataclass, field, replace
from itertools import islice, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from whisper_fakes import ScriptedEncoded, ScriptedNetwork, even_path, said, scripted, vocabulary
from whisper_models import ENGLISH

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import LanguageError, OptionsError
from diascribe.models.whisper.network import Draft, MemoryShortError, Path
from diascribe.protocols import Decoding, Region
from diascribe.span import Span
from diascribe.transcript import Segment

WORDS = vocabulary()
USUAL = Decoding()
WINDOW_S = 10.0
LOOP = " again" * 60


def recording(*numbers: int) -> Audio:
    """Ten seconds a number: sound of that many thousandths of full scale."""
    levels = np.array(numbers) * 32.768
    samples = np.repeat(levels.round().astype(np.int16), round(WINDOW_S * SAMPLE_RATE))
    return Audio(samples[:, None])


def regions(count: int, language: str | None = "en") -> list[Region]:
    return [Region(WINDOW_S * i, WINDOW_S * (i + 1), language) for i in range(count)]


def numbered(number: int, temperature: float) -> Draft:
    """Each window says a text of its own, whatever the temperature."""
    del temperature
    return said(WORDS, f" the fox jumps {number}")


def hear(
    network: ScriptedNetwork, numbers: tuple[int, ...], decoding: Decoding = USUAL
) -> list[Segment]:
    found = scripted(network).recognize(recording(*numbers), regions(len(numbers)), decoding)
    return list(found)


def answering(*drafts: Draft) -> ScriptedNetwork:
    """Says the first draft at the first temperature, the next at the next…"""
    return ScriptedNetwork(
        lambda _, temperature: drafts[min(round(5 * temperature), len(drafts) - 1)]
    )


def test_each_region_has_its_text_in_order() -> None:
    found = hear(ScriptedNetwork(numbered), (7, 20, 3))

    assert [one.text for one in found] == [f"the fox jumps {i}" for i in (7, 20, 3)]
    assert [one.language for one in found] == ["en"] * 3


def test_words_have_the_recognizers_times_on_the_recordings_clock() -> None:
    second = hear(ScriptedNetwork(numbered), (1, 2))[1]

    assert [one.text for one in second.words] == ["the", "fox", "jumps", "2"]
    assert [one.start for one in second.words] == pytest.approx([10.0, 10.5, 11.0, 11.5])
    assert (second.start, second.end) == pytest.approx((10.0, 12.0 + 0.0))
    assert {one.timing for one in second.words} == {"recognizer"}
    assert {one.confidence for one in second.words} == {0.9}
    assert second.confidence == pytest.approx(0.9)


def test_batches_are_as_large_as_memory_allows_and_no_larger_than_asked() -> None:
    numbers = (1, 2, 3, 4, 5)
    free, asked = ScriptedNetwork(numbered, fits=3), ScriptedNetwork(numbered, fits=3)

    first, second = hear(free, numbers), hear(asked, numbers, Decoding(batch_size=2))

    assert free.encoded == [(1, 2, 3), (4, 5)]
    assert asked.encoded == [(1, 2), (3, 4), (5,)]
    assert first == second
    assert hear(ScriptedNetwork(numbered, fits=3), numbers, Decoding(batch_size=64)) == first


def test_a_network_that_does_not_know_when_words_are_said_is_not_asked() -> None:
    network = ScriptedNetwork(numbered, aligns=False)

    (found,) = hear(network, (7,))

    assert network.aligned == []
    assert found.text == "the fox jumps 7"
    assert {one.timing for one in found.words} == {"interpolated"}
    assert {one.confidence for one in found.words} == {None}
    assert (found.start, found.end) == (0.0, WINDOW_S)


@pytest.mark.parametrize(("beam_size", "texts"), [(1, 5), (8, 8)])
def test_memory_is_there_for_the_samples_of_a_warmer_attempt_too(
    beam_size: int, texts: int
) -> None:
    network = ScriptedNetwork(lambda _, __: said(WORDS, " the fox"))

    list(scripted(network).recognize(recording(1), regions(1), Decoding(beam_size=beam_size)))

    assert network.followed == [texts]


def test_each_window_is_encoded_once_however_often_it_is_decoded() -> None:
    network = answering(said(WORDS, " the fox", log_prob=-2))

    hear(network, (1, 2))

    assert network.encoded == [(1, 2)]
    assert len(network.calls) == 6


def test_only_failed_windows_are_decoded_again_and_say_so() -> None:
    def script(number: int, temperature: float) -> Draft:
        likely = number == 1 or temperature >= 0.4
        return said(WORDS, f" the fox {number}", log_prob=-0.2 if likely else -1.5)

    network = ScriptedNetwork(script)
    first, second, third = hear(network, (1, 2, 3))

    assert [(one.windows, one.search.temperature) for one in network.calls] == [
        ((1, 2, 3), 0.0),
        ((2, 3), 0.2),
        ((2, 3), 0.4),
    ]
    assert first.flags == ()
    assert second.flags == third.flags == ("temperature_fallback",)
    assert second.quality is not None
    assert second.quality.temperature == 0.4


def test_a_loop_is_decoded_again() -> None:
    (found,) = hear(answering(said(WORDS, LOOP, log_prob=-0.01), said(WORDS, " the fox")), (1,))

    assert found.text == "the fox"


def test_a_loop_at_all_temperatures_is_kept_and_flagged() -> None:
    (found,) = hear(answering(said(WORDS, LOOP, log_prob=-0.01)), (1,))

    assert found.flags == ("repetitive",)
    assert found.text.startswith("again again")


def test_the_likeliest_of_failures_is_kept_and_flagged() -> None:
    drafts = [
        said(WORDS, f" fox {i}", log_prob=p) for i, p in enumerate((-3, -1.2, -4, -5, -6, -7))
    ]

    (found,) = hear(answering(*drafts), (1,))

    assert found.text == "fox 1"
    assert found.flags == ("temperature_fallback", "low_confidence")


def test_a_doubtful_window_without_speech_is_left_empty() -> None:
    network = answering(said(WORDS, " the fox", log_prob=-1.5, no_speech=0.9))

    (found,) = hear(network, (1,))

    assert (found.text, found.words, found.confidence) == ("", (), None)
    assert (found.start, found.end) == (0.0, WINDOW_S)
    assert found.flags == ("no_speech",)
    assert found.quality is not None
    assert found.quality.no_speech == 0.9
    assert len(network.calls) == 1
    assert network.aligned == []


def test_the_thresholds_are_those_of_the_request() -> None:
    lenient = Decoding(
        log_prob_threshold=-10, compression_ratio_threshold=1000, no_speech_threshold=1
    )
    network = answering(said(WORDS, LOOP, log_prob=-5, no_speech=0.99))

    (found,) = hear(network, (1,), lenient)

    assert found.flags == ()
    assert len(network.calls) == 1


def test_the_ladder_starts_at_the_temperature_of_the_request() -> None:
    network = answering(said(WORDS, " the fox", log_prob=-2))

    (found,) = hear(network, (1,), Decoding(temperature=0.6))

    assert [one.search.temperature for one in network.calls] == pytest.approx([0.6, 0.8, 1.0])
    assert found.flags == ("low_confidence",)


def test_the_search_is_what_the_request_says() -> None:
    network = ScriptedNetwork(numbered)

    hear(network, (1,), Decoding(beam_size=3, patience=2.0, length_penalty=0.5))

    search = network.calls[0].search
    assert (search.beam_size, search.patience, search.length_penalty) == (3, 2.0, 0.5)


def test_the_first_window_alone_gets_prompt_and_prefix() -> None:
    network = ScriptedNetwork(numbered, fits=2)
    decoding = Decoding(initial_prompt="the fox", prefix="then", hotwords="dog")

    hear(network, (1, 2, 3), decoding)

    prompts = {
        number: one
        for call in network.calls
        for number, one in zip(call.windows, call.prompts, strict=True)
    }
    usual = [WORDS.any.sot_prev, *WORDS.any.encode(" dog"), *WORDS.any.sot_sequence]
    assert list(prompts[2]) == list(prompts[3]) == [*usual, WORDS.any.no_timestamps]
    assert len(prompts[1]) == len(prompts[2]) + 3


def test_a_silent_beginning_leaves_the_prompt_to_the_first_sound() -> None:
    network = ScriptedNetwork(numbered, fits=1)

    found = hear(network, (0, 2, 3), Decoding(initial_prompt="the fox"))

    assert [len(one.prompts[0]) for one in network.calls] == [7, 4]
    assert [one.text for one in found] == ["", "the fox jumps 2", "the fox jumps 3"]


def test_digital_silence_and_clicks_are_not_put_to_the_network() -> None:
    network = ScriptedNetwork(numbered)
    short = [Region(0.0, 0.09, "en"), Region(5.0, 5.0, "en"), Region(10.0, 20.0, "en")]

    found = list(scripted(network).recognize(recording(1, 0), short, USUAL))

    assert network.encoded == []
    assert [(one.start, one.end, one.text) for one in found] == [
        (0.0, 0.09, ""),
        (5.0, 5.0, ""),
        (10.0, 20.0, ""),
    ]
    assert {(one.quality, one.flags) for one in found} == {(None, ())}


def test_each_sentence_is_a_segment_with_the_quality_of_its_window() -> None:
    (first, second) = hear(answering(said(WORDS, " the fox jumps. then it sleeps?")), (1,))

    assert [first.text, second.text] == ["the fox jumps.", "then it sleeps?"]
    assert first.quality == second.quality is not None
    assert first.end <= second.start


def test_with_times_segments_are_those_that_the_recognizer_wrote() -> None:
    spelling = WORDS.any

    def at(second: float) -> int:
        return spelling.timestamp_begin + round(50 * second)

    tokens = (
        at(0.0), *spelling.encode(" the fox. jumps"), at(2.0),
        at(4.0), *spelling.encode(" again"), at(5.0),
    )  # fmt: skip
    network = answering(Draft(tokens=tokens, log_prob=-0.1, no_speech=0.0))

    first, second = hear(network, (1,), Decoding(timestamps=True))

    assert (first.text, second.text) == ("the fox. jumps", "again")
    assert (first.start, first.end) == pytest.approx((0.0, 2.0))
    assert 4.0 <= second.start < second.end <= 5.0
    assert network.calls[0].prompts[0] == tuple(spelling.sot_sequence)


def test_languages_share_a_batch_and_are_timed_apart() -> None:
    network = ScriptedNetwork(numbered)
    mixed = [
        replace(one, language=code)
        for one, code in zip(regions(3), ("en", "de", "en"), strict=True)
    ]

    found = list(scripted(network).recognize(recording(1, 2, 3), mixed, USUAL))

    assert [one.language for one in found] == ["en", "de", "en"]
    assert [one.windows for one in network.calls] == [(1, 2, 3)]
    assert [windows for windows, _ in network.aligned] == [(1, 3), (2,)]


def test_a_region_without_a_language_has_the_one_that_is_heard() -> None:
    network = ScriptedNetwork(numbered, languages={2: "de"})
    mixed = [*regions(1, "fr"), *regions(3, None)[1:]]

    found = list(scripted(network).recognize(recording(1, 2, 3), mixed, USUAL))

    assert [one.language for one in found] == ["fr", "de", "en"]


def test_a_translation_is_prompted_and_parted_at_spaces() -> None:
    network = ScriptedNetwork(numbered)

    (found,) = scripted(network).recognize(
        recording(1), regions(1, "zh"), Decoding(task="translate")
    )

    assert [one.text for one in found.words] == ["the", "fox", "jumps", "1"]
    assert WORDS.any.translate in network.calls[0].prompts[0]
    assert found.language == "zh"


def test_without_attention_words_are_spread_over_the_window() -> None:
    network = ScriptedNetwork(numbered, path=lambda _: Path((), ()))

    (found,) = hear(network, (1,))

    assert (found.start, found.end) == (0.0, WINDOW_S)
    assert {one.timing for one in found.words} == {"interpolated"}
    assert found.confidence is None


def test_words_stay_inside_a_window_that_is_shorter_than_they_say() -> None:
    short = [Region(0.0, 1.0, "en")]

    (found,) = scripted(ScriptedNetwork(numbered)).recognize(recording(1), short, USUAL)

    assert found.end <= 1.0
    assert len(found.words) == 4
    assert all(one.start < one.end for one in found.words)
    assert all(before.end <= after.start for before, after in pairwise(found.words))


def test_of_a_region_that_is_too_long_the_beginning_is_heard() -> None:
    audio = recording(1, 1, 1, 9)

    (found,) = scripted(ScriptedNetwork(numbered)).recognize(audio, [Region(0, 40, "en")], USUAL)

    assert found.text == "the fox jumps 1"


def test_an_empty_text_is_an_empty_segment_over_its_region() -> None:
    (found,) = hear(answering(said(WORDS, "")), (1,))

    assert (found.text, found.start, found.end, found.flags) == ("", 0.0, WINDOW_S, ())


def test_segments_come_as_their_batch_is_done_and_a_caller_may_stop() -> None:
    network = ScriptedNetwork(numbered, fits=1)
    found = scripted(network).recognize(recording(1, 2, 3), regions(3), USUAL)

    next(found)
    assert network.encoded == [(1,)]
    found.close()  # type: ignore[attr-defined]  # a generator

    assert network.encoded == [(1,)]


def test_a_caller_may_stop_between_two_attempts() -> None:
    network = answering(said(WORDS, " the fox", log_prob=-2))
    steps = scripted(network).recognize_stepwise(recording(1, 2), regions(2), USUAL)

    calls = [len(network.calls) for step in islice(steps, 4) if step is None]

    assert calls == [0, 1, 2, 3]
    assert [one for one in steps if one] == hear(network, (1, 2))


def test_an_unknown_language_is_refused_before_anything_is_heard() -> None:
    network = ScriptedNetwork(numbered)

    with pytest.raises(LanguageError, match="does not know tlh"):
        scripted(network).recognize(recording(1), regions(1, "tlh"), USUAL)
    assert network.encoded == []


def test_what_cannot_be_done_is_refused_all_at_once() -> None:
    english = scripted(ScriptedNetwork(numbered), ENGLISH)
    wanted = Decoding(task="translate", initial_prompt="fox " * 300)

    with pytest.raises(OptionsError) as caught:
        english.recognize(recording(1), regions(1), wanted)

    assert caught.value.problems == (
        "initial_prompt: wanted at most 223 tokens, got 300",
        "task: scripted knows only English, and cannot translate",
    )


def test_an_english_model_tells_no_languages_apart() -> None:
    english = scripted(ScriptedNetwork(numbered), ENGLISH)

    assert english.languages == ("en",)
    assert english.detector is None


def test_languages_are_told_apart_in_batches() -> None:
    network = ScriptedNetwork(numbered, languages={2: "de"}, fits=2)
    detector = scripted(network).detector
    assert detector is not None

    found = list(detector.detect(recording(1, 2, 3), [Span(0, 10), Span(10, 20), Span(20, 30)]))

    assert [max(one, key=one.__getitem__) for one in found] == ["en", "de", "en"]
    assert network.encoded == [(1, 2), (3,)]
    assert list(detector.detect(recording(1), [])) == []


def test_all_options_of_decoding_are_heeded() -> None:
    assert scripted(ScriptedNetwork(numbered)).heeds == frozenset(asdict(USUAL))


def test_what_a_segment_says_is_plain_numbers() -> None:
    (found,) = hear(ScriptedNetwork(numbered), (1,))

    assert json.loads(json.dumps(asdict(found)))["text"] == "the fox jumps 1"


def test_even_paths_end_where_the_text_does() -> None:
    assert even_path([1, 2]) == Path((0, 25, 50), (0.9, 0.9))


@dataclass
class Crowded(ScriptedNetwork):
    """Has no memory for more than some windows at once, though it said that it has."""

    most: int = 1
    tried: list[int] = field(default_factory=list)

    def encode(self, features: NDArray[np.float32]) -> ScriptedEncoded:
        self.tried.append(len(features))
        if len(features) > self.most:
            raise MemoryShortError("Whisper failed at encoding: out of memory")
        return super().encode(features)


@pytest.mark.parametrize(
    ("most", "tried"), [(1, [7, 3, 1, 2, 1, 1, 1, 1, 1, 1, 1]), (3, [7, 3, 4, 2, 2, 1])]
)
def test_without_memory_for_a_batch_smaller_ones_are_heard_and_nothing_is_lost(
    most: int, tried: list[int]
) -> None:
    crowded = Crowded(numbered, most=most)
    numbers = (0, 2, 3, 4, 5, 6, 7, 8, 9)
    prompted = Decoding(prefix=" the")

    found = hear(crowded, numbers, prompted)

    assert found == hear(ScriptedNetwork(numbered), numbers, prompted)
    assert crowded.tried == tried


def test_without_memory_for_one_window_it_fails() -> None:
    with pytest.raises(MemoryShortError):
        hear(Crowded(numbered, most=0), (1, 2, 3))
