"""Where there is speech, how sure that is, and in which regions it is heard."""

from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from fakes import fake_model, silence
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.regions import LEAST_PAUSE_S, PAD_S, Speech, find_speech
from diascribe.engine.steps import finish_seconds
from diascribe.protocols import Packing, SpeechThresholds
from diascribe.span import Span
from diascribe.timeline import Grid
from diascribe.transcript import Model

TALK = Span(0, 60)
WHISPER = Packing(longest_s=30, joined_gap_s=5)
FRAMES = {"loud": 0.9, "faint": 0.1, "nobody": 0.0}


@dataclass(frozen=True)
class ScriptedVad:
    """Ten frames a second, with the probabilities that it was told."""

    told: tuple[float, ...]
    model: Model = field(default_factory=lambda: fake_model("activity"))
    grid: Grid = field(default_factory=lambda: Grid(step=0.1, width=0.1))

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        yield audio.duration
        return np.array(self.told, np.float32)


def heard(*seconds: str, thresholds: SpeechThresholds) -> Speech:
    vad = ScriptedVad(tuple(FRAMES[one] for one in seconds for _ in range(10)))
    return finish_seconds(find_speech(vad, Audio(silence(len(seconds))), thresholds))


def test_at_the_usual_thresholds_all_that_is_heard_is_believed() -> None:
    speech = heard("nobody", "loud", "faint", "nobody", thresholds=SpeechThresholds())

    assert speech.lasting == speech.believed == [Span(1, 2)]


@pytest.mark.parametrize("offset", [0.05, 0.363])
def test_at_lower_thresholds_more_is_heard_and_no_more_believed(offset: float) -> None:
    lower = SpeechThresholds(onset=0.05, offset=offset)

    speech = heard("faint", "nobody", "loud", "nobody", thresholds=lower)

    assert speech.believed == [Span(2, 3)]
    assert Span(0, 1) in speech.lasting or offset > 0.05


def test_at_higher_thresholds_less_is_heard_and_less_believed() -> None:
    higher = SpeechThresholds(onset=0.95, offset=0.9)

    speech = heard("nobody", "loud", "nobody", thresholds=higher)

    assert speech.lasting == speech.believed == []


def test_a_minute_of_talk_is_heard_in_two_regions_of_half_a_minute() -> None:
    talk = [Span(0.4, 24.7), Span(25.6, 29.6), Span(29.8, 36.2), Span(36.7, 57.4)]

    first, second = Speech(talk, TALK).regions(WHISPER)

    assert (first.start, first.end) == pytest.approx((0.2, 29.7))
    assert (second.start, second.end) == pytest.approx((29.7, 57.6))


def test_a_region_that_is_nearly_full_keeps_what_sound_there_is_room_for() -> None:
    (region,) = Speech([Span(10, 25), Span(26, 39.8)], TALK).regions(WHISPER)

    assert (region.start, region.end) == pytest.approx((9.9, 39.9))


def test_regions_are_cut_at_pauses_within_a_sentence_too() -> None:
    half = PAD_S / 2
    sentence = [Span(0, 14), Span(14 + PAD_S, 28), Span(28 + PAD_S, 45)]

    first, second = Speech(sentence, TALK).regions(WHISPER)

    assert (first.end, second.start) == pytest.approx((28 + half, 28 + half))


def test_silence_too_short_for_a_pause_is_cut_only_where_there_is_no_other() -> None:
    short = LEAST_PAUSE_S / 2
    sentence = [Span(0, 20), Span(20 + short, 28), Span(28.5, 50)]
    endless = [Span(0, 20), Span(20 + short, 45)]

    cuts, only = (Speech(one, TALK).regions(WHISPER) for one in (sentence, endless))

    assert [one.end for one in cuts] == pytest.approx([28.2, 50.2])
    assert [one.end for one in only] == pytest.approx([20 + short / 2, 45.2])


def test_clicks_are_in_no_region() -> None:
    regions = Speech([Span(3, 3.05), Span(20, 21)], TALK).regions(Packing())

    assert [(one.start, one.end) for one in regions] == [(20 - PAD_S, 21 + PAD_S)]


def test_hours_of_speech_are_cut_in_order() -> None:
    spans = [Span(start, start + 3.7) for start in range(0, 3600, 4)]

    regions = Speech(spans, Span(0, 3600)).regions(WHISPER)

    assert all(one.end <= after.start for one, after in pairwise(regions))
    assert len(regions) == 129  # seven of the 900 spans fit into each
