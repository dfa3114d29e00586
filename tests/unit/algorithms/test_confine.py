"""Words lose the silence that they begin or end in."""

from diascribe.algorithms.confine import confine
from diascribe.span import Span
from diascribe.transcript import Segment, Timing, Word


def segment(*spans: tuple[float, float], timing: Timing = "recognizer") -> Segment:
    """A segment with a word over each of the spans."""
    words = tuple(Word(*one, text="word", timing=timing) for one in spans)
    return Segment(words[0].start, words[-1].end, text="words", language="en", words=words)


def times(confined: list[Segment]) -> list[tuple[float, float]]:
    return [(word.start, word.end) for one in confined for word in one.words]


def test_the_first_word_begins_with_the_speech_and_the_last_ends_with_it() -> None:
    (found,) = confine([segment((0, 0.3), (0.3, 0.7), (0.7, 2))], [Span(0.2, 1.1)])

    assert times([found]) == [(0.2, 0.3), (0.3, 0.7), (0.7, 1.1)]
    assert (found.start, found.end) == (0.2, 1.1)


def test_a_word_that_reaches_into_a_pause_ends_before_it() -> None:
    spans = [Span(0, 1), Span(3, 4)]

    assert times(confine([segment((0, 2), (2, 4))], spans)) == [(0, 1), (3, 4)]


def test_a_word_over_a_pause_keeps_both_sides() -> None:
    assert times(confine([segment((0.5, 3.5))], [Span(0, 1), Span(3, 4)])) == [(0.5, 3.5)]


def test_a_word_in_silence_and_aligned_ones_stay() -> None:
    assert times(confine([segment((5, 6))], [Span(0, 1)])) == [(5, 6)]
    assert times(confine([segment((0, 2), timing="aligned")], [Span(1, 2)])) == [(0, 2)]


def test_a_word_that_shares_a_time_stays_in_order() -> None:
    confined = confine([segment((0, 0.3), (0, 0), (0.3, 1))], [Span(0.2, 1)])

    assert times(confined) == [(0.2, 0.3), (0.2, 0.2), (0.3, 1)]


def test_a_segment_without_words_stays() -> None:
    silent = Segment(0, 9, text="", language=None)

    assert confine([silent], [Span(1, 2)]) == [silent]
