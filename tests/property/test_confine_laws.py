"""What is true of words that are confined to speech, whatever was said where."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from strategies import segments, spans

from diascribe.algorithms.confine import confine
from diascribe.span import Span
from diascribe.timeline import merge
from diascribe.transcript import Segment

RECORDING = Span(0, 60)

found = segments(RECORDING, None)
speeches = st.lists(spans(RECORDING), max_size=5).map(merge)


@given(found, speeches)
def test_no_word_grows_vanishes_or_leaves_its_order_and_segment(
    segment: Segment, speech: list[Span]
) -> None:
    (confined,) = confine([segment], speech)

    pairs = list(zip(segment.words, confined.words, strict=True))
    assert all(old.start <= new.start <= new.end <= old.end for old, new in pairs)
    assert all(new.duration > 0 for old, new in pairs if old.duration > 0)
    assert all(one.start <= after.start for one, after in pairwise(confined.words))
    assert all(confined.start <= one.start <= one.end <= confined.end for one in confined.words)
    assert segment.start <= confined.start <= confined.end <= segment.end


@given(found, speeches)
def test_no_speech_is_lost_and_nothing_is_left_to_confine(
    segment: Segment, speech: list[Span]
) -> None:
    (confined,) = confine([segment], speech)

    for old, new in zip(segment.words, confined.words, strict=True):
        assert sum(map(old.shared, speech)) == sum(map(new.shared, speech))
    assert confine([confined], speech) == [confined]


@given(found)
def test_where_all_is_speech_nothing_changes(segment: Segment) -> None:
    assert confine([segment], [RECORDING]) == [segment]
