"""Laws of packing: no speech lost, order kept, every piece short enough."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.packing import pack
from diascribe.span import Span
from diascribe.timeline import merge, total

TENTHS = 10
seconds = st.integers(0, 6_000).map(lambda tenths: tenths / TENTHS)
spans = st.lists(
    st.tuples(seconds, st.integers(1, 900)).map(lambda one: Span(one[0], one[0] + one[1] / TENTHS)),
    max_size=12,
)
lengths = st.integers(1, 600).map(lambda tenths: tenths / TENTHS)
gaps = st.integers(0, 30).map(lambda tenths: tenths / TENTHS)


@given(spans, lengths, gaps, st.lists(seconds, max_size=20))
def test_packing_loses_no_speech(
    speech: list[Span], max_s: float, gap_s: float, quiet: list[float]
) -> None:
    pieces = pack(speech, max_s=max_s, gap_s=gap_s, quiet=quiet)

    assert total([*pieces, *speech]) == pytest.approx(total(pieces))


@given(spans, lengths, gaps, st.lists(seconds, max_size=20))
def test_pieces_are_sorted_disjoint_and_short_enough(
    speech: list[Span], max_s: float, gap_s: float, quiet: list[float]
) -> None:
    pieces = pack(speech, max_s=max_s, gap_s=gap_s, quiet=quiet)

    assert all(0 < piece.duration <= max_s + 1e-9 for piece in pieces)
    assert all(one.end <= following.start for one, following in pairwise(pieces))


@given(spans, lengths, st.lists(seconds, max_size=20))
def test_without_joining_nothing_but_speech_is_kept(
    speech: list[Span], max_s: float, quiet: list[float]
) -> None:
    pieces = pack(speech, max_s=max_s, quiet=quiet)

    assert total(pieces) == pytest.approx(total(speech))


@given(spans, lengths, gaps)
def test_what_packing_adds_are_gaps_short_enough_to_bridge(
    speech: list[Span], max_s: float, gap_s: float
) -> None:
    pieces = pack(speech, max_s=max_s, gap_s=gap_s)

    bridged = merge(speech, gap_s=gap_s + 1e-9)
    assert total([*bridged, *pieces]) == pytest.approx(total(bridged))


@given(spans, lengths, gaps)
def test_packing_packed_speech_without_joining_changes_nothing(
    speech: list[Span], max_s: float, gap_s: float
) -> None:
    pieces = [piece for piece in pack(speech, max_s=max_s, gap_s=gap_s) if piece.duration <= max_s]
    apart = [piece for piece, after in pairwise(pieces) if piece.end < after.start]

    assert pack(apart, max_s=max_s) == apart
