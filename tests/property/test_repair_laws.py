"""Whatever a recognizer gets wrong, repair is bounded, keeps every promise and says what it did."""

import numpy as np
from fakes import FakeShelf, FakeVad, TroubledRecognizer, silence, tone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invariants import check
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.beside import Progress
from diascribe.engine.options import Options
from diascribe.engine.recognition import Listener, Recognition
from diascribe.engine.redecoding import MOST_ALWAYS_S, MOST_SHARE
from diascribe.engine.repair import counted
from diascribe.engine.steps import finish
from diascribe.engine.stretches import LONGEST_PIECE_S, LONGEST_STRETCH_S
from diascribe.flags import FLAGS
from diascribe.protocols import Region
from diascribe.span import Span
from diascribe.timeline import merge, total
from diascribe.transcript import Transcript

lengths = st.sampled_from([0.5, 1.0, 3.0, 7.0, 12.0, 25.0])
limits = st.sampled_from([0.0, 3.0, 8.0, np.inf])
recordings = st.lists(
    st.builds(lambda part, length: part(length), st.sampled_from([tone, silence]), lengths),
    min_size=1,
    max_size=7,
)
recognizers = st.builds(
    TroubledRecognizer,
    heeds=st.sampled_from([frozenset(), frozenset({"temperature"}), frozenset({"beam_size"})]),
    loops_above_s=limits,
    deaf_above_s=limits,
    doubts_above_s=limits,
    phantom=st.sampled_from(["", "Thank you.", "Subtitles by Jane Doe", "He said so himself."]),
    asked=st.builds(list),
)


def listen(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]], seen: list[Progress]
) -> tuple[Recognition, float]:
    audio = Audio(np.concatenate(parts))
    listener = Listener(vad=FakeVad(), recognizer=recognizer, shelf=FakeShelf(recognizer))
    return finish(listener.listen(audio, Options()), seen.append), audio.duration


@settings(max_examples=60, deadline=None)
@given(recognizers, recordings)
def test_every_promise_about_segments_is_kept(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]]
) -> None:
    found, duration = listen(recognizer, parts, [])

    written = sorted((one for one in found.segments if one.text), key=lambda one: one.start)
    check(Transcript(duration=duration, language="en", segments=tuple(written)))
    names = {one.name for one in FLAGS}
    assert all(names >= {*one.flags} for one in found.segments)
    assert found.repairs == counted(found.segments)


@settings(max_examples=60, deadline=None)
@given(recognizers, recordings)
def test_each_stretch_is_heard_again_once_and_all_within_the_limit(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]]
) -> None:
    _, duration = listen(recognizer, parts, [])

    again = [region for regions, _ in recognizer.asked[1:] for region in regions]
    seconds = sum(region.duration for region in again)
    assert seconds <= max(MOST_ALWAYS_S, MOST_SHARE * duration) + 1e-6
    assert abs(seconds - total(merge(again))) < 1e-6
    assert recognizer.heeds or not again


WINDOW_S = 30.0
"""What Whisper pads each piece to."""


@settings(max_examples=25, deadline=None)
@given(recognizers, recordings, st.integers(1, 8))
@example(TroubledRecognizer(deaf_above_s=0.0), [tone(3.0), silence(7.0)], 40)
@example(TroubledRecognizer(doubts_above_s=0.0), [tone(1.0), silence(12.0)], 40)
def test_a_recognizer_that_pads_works_three_quarters_longer_or_on_one_stretch_more(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]], times: int
) -> None:
    _, duration = listen(recognizer, parts * times, [])

    again = [region for regions, _ in recognizer.asked[1:] for region in regions]
    padded_s = sum(max(WINDOW_S, region.duration) for region in again)
    bound_s = WINDOW_S / LONGEST_PIECE_S * max(MOST_ALWAYS_S, MOST_SHARE * duration)
    one_stretch = bool(again) and _over(again).duration <= LONGEST_STRETCH_S
    assert padded_s <= bound_s + 1e-6 or one_stretch


def _over(regions: list[Region]) -> Span:
    """From the first to the last."""
    return Span(min(one.start for one in regions), max(one.end for one in regions))


@settings(max_examples=60, deadline=None)
@given(recognizers, recordings)
@example(
    TroubledRecognizer(heeds=frozenset(), phantom="Thank you."),
    [tone(0.5), silence(3.5), tone(0.5)],
)
def test_progress_rises_within_the_recording(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]]
) -> None:
    seen: list[Progress] = []

    _, duration = listen(recognizer, parts, seen)

    by_stage: dict[str, list[float]] = {}
    for one in seen:
        by_stage.setdefault(one.stage, []).append(one.done)
    for done in by_stage.values():
        assert done == sorted(done)
        assert done[-1] <= duration + 1e-6


@settings(max_examples=60, deadline=None)
@given(recognizers, recordings)
def test_text_that_is_gone_is_a_warning(
    recognizer: TroubledRecognizer, parts: list[NDArray[np.int16]]
) -> None:
    found, _ = listen(recognizer, parts, [])

    removed = [kind for kind in found.repairs if kind.endswith("_removed")]
    assert bool(removed) == ("text_removed" in [one.code for one in found.warnings])
