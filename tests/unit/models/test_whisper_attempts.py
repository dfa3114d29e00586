from collections.abc import Sequence

import pytest
from stored_models import finished

from diascribe.models.whisper.attempts import (
    Attempt,
    Pausing,
    best,
    climb,
    compression_ratio,
    flags,
    judge,
    ladder,
)
from diascribe.models.whisper.network import Draft
from diascribe.protocols import Decoding

USUAL = Decoding()
LOOP = "and again " * 40


def draft(log_prob: float = -0.5, no_speech: float = 0.0) -> Draft:
    return Draft(tokens=(1, 2), log_prob=log_prob, no_speech=no_speech)


def attempt(
    text: str = "a text",
    *,
    log_prob: float = -0.5,
    no_speech: float = 0.0,
    temperature: float = 0.0,
) -> Attempt:
    return judge(draft(log_prob, no_speech), text, temperature, USUAL)


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        (0.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.4, [0.4, 0.6, 0.8, 1.0]),
        (0.9, [0.9]),
        (1.0, [1.0]),
    ],
)
def test_the_ladder_leads_from_its_start_to_one(start: float, steps: list[float]) -> None:
    assert list(ladder(start)) == pytest.approx(steps)


def test_the_compression_ratio_is_high_for_loops_and_low_for_texts() -> None:
    assert compression_ratio("") == 0
    assert compression_ratio("Short texts grow when they are compressed.") < 1
    assert compression_ratio(LOOP) > 10


def test_a_likely_text_passes() -> None:
    assert attempt().passes
    assert flags(attempt(), USUAL) == ()


def test_a_text_at_the_thresholds_passes() -> None:
    exactly = Decoding(
        log_prob_threshold=-0.5, compression_ratio_threshold=compression_ratio("a text")
    )

    assert judge(draft(), "a text", 0.0, exactly).passes


def test_an_unlikely_text_fails() -> None:
    one = attempt(log_prob=-1.1)

    assert not one.passes
    assert flags(one, USUAL) == ("low_confidence",)


def test_a_text_that_repeats_itself_fails_however_likely() -> None:
    one = attempt(LOOP, log_prob=-0.01)

    assert not one.passes
    assert flags(one, USUAL) == ("repetitive",)


def test_no_speech_counts_only_where_the_text_is_unlikely() -> None:
    assert not attempt(no_speech=0.9).silent
    assert not attempt(log_prob=-2, no_speech=0.5).silent
    assert attempt(log_prob=-2, no_speech=0.9).silent


def test_silence_is_settled_at_once() -> None:
    one = attempt(log_prob=-2, no_speech=0.9)

    assert one.passes
    assert flags(one, USUAL) == ("no_speech",)


def test_the_quality_is_what_was_judged() -> None:
    quality = attempt("a text", log_prob=-0.7, no_speech=0.2, temperature=0.4).quality

    assert (quality.log_prob, quality.no_speech, quality.temperature) == (-0.7, 0.2, 0.4)
    assert quality.compression_ratio == compression_ratio("a text")


def test_a_warmer_text_than_asked_for_says_so() -> None:
    one = attempt(temperature=0.4)

    assert flags(one, USUAL) == ("temperature_fallback",)
    assert flags(one, Decoding(temperature=0.4)) == ()


def test_the_first_that_passes_is_the_best() -> None:
    failed, passed = attempt(log_prob=-1.1), attempt(log_prob=-0.9, temperature=0.2)

    assert best([failed, passed]) is passed


def test_where_all_fail_the_likeliest_without_loops_is_the_best() -> None:
    loop = attempt(LOOP, log_prob=-0.1)
    unlikely, likelier = attempt(log_prob=-3), attempt(log_prob=-2, temperature=0.4)

    assert best([loop, unlikely, likelier, attempt(log_prob=-2.5)]) is likelier


def test_where_all_are_loops_the_likeliest_is_the_best() -> None:
    one, other = attempt(LOOP, log_prob=-0.4), attempt(LOOP, log_prob=-0.2, temperature=0.2)

    assert best([one, other]) is other


def test_only_windows_that_failed_are_decoded_again() -> None:
    asked: list[tuple[list[int], float]] = []

    def decode(rows: Sequence[int], temperature: float) -> Pausing[list[Attempt]]:
        asked.append((list(rows), temperature))
        yield
        needed = {0: 0.0, 1: 0.4, 2: 9.0}
        return [
            attempt(log_prob=-0.5 if temperature >= needed[row] else -2, temperature=temperature)
            for row in rows
        ]

    found = finished(climb(3, decode, 0.0))

    assert asked == [
        ([0, 1, 2], 0.0),
        ([1, 2], 0.2),
        ([1, 2], 0.4),
        ([2], 0.6),
        ([2], 0.8),
        ([2], 1.0),
    ]
    assert [one.quality.temperature for one in found] == [0.0, 0.4, 0.0]


def test_no_windows_need_no_decoding() -> None:
    def decode(rows: Sequence[int], temperature: float) -> Pausing[list[Attempt]]:
        assert not rows
        assert temperature == 0
        yield
        return []

    assert finished(climb(0, decode, 0.0)) == []
