"""What is mistrusted, and what is left out: by hand, and as laws over any texts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fakes import UNSURE, TroubledRecognizer, silence
from hypothesis import given
from hypothesis import strategies as st

from diascribe.audio import Audio
from diascribe.engine.judging import Judge, part_of
from diascribe.engine.regions import Speech
from diascribe.engine.repair import Repaired, repair
from diascribe.engine.steps import finish
from diascribe.flags import DONE
from diascribe.protocols import Decoding
from diascribe.span import Span
from diascribe.timeline import Index, merge, spread
from diascribe.transcript import Quality, Segment, Word

SURE = Quality(log_prob=-0.2, compression_ratio=1.1, no_speech=0.1, temperature=0.0)
HEARD = Index([Span(0, 10), Span(30, 40)])
IN_SPEECH, IN_SILENCE = Span(31, 33), Span(18, 20)


def said(text: str, span: Span, quality: Quality | None = SURE) -> Segment:
    texts = text.split()
    words = tuple(
        Word(one.start, one.end, text=own, timing="recognizer")
        for one, own in zip(spread(texts, span), texts, strict=True)
    )
    return Segment(span.start, span.end, text=text, language="en", words=words, quality=quality)


def judged(*segments: Segment) -> list[Segment]:
    return Judge(HEARD, Decoding()).judged(segments)


@pytest.mark.parametrize(
    ("text", "span", "quality", "flags", "kept"),
    [
        ("Good evening.", IN_SPEECH, SURE, (), True),
        ("Good evening.", IN_SPEECH, UNSURE, (), True),
        ("Good evening.", IN_SILENCE, SURE, ("outside_speech",), True),
        ("Good evening.", IN_SILENCE, None, ("outside_speech",), True),
        ("Good evening.", IN_SILENCE, UNSURE, ("outside_speech_removed",), False),
        ("Thank you.", IN_SPEECH, SURE, (), True),
        ("Thank you.", IN_SPEECH, None, (), True),
        ("Thank you.", IN_SPEECH, UNSURE, ("phantom",), True),
        ("Thank you.", IN_SILENCE, SURE, ("phantom", "outside_speech"), True),
        ("Thank you.", IN_SILENCE, UNSURE, ("phantom_removed",), False),
        ("Subtitles by Jane Doe", IN_SPEECH, SURE, (), True),
        ("Subtitles by Jane Doe", IN_SPEECH, UNSURE, ("phantom_removed",), False),
        ("Subtitles by Jane Doe", IN_SILENCE, SURE, ("phantom_removed",), False),
        ("Thank you for watching.", Span(31, 31.1), SURE, (), True),
        ("Don't forget to like and subscribe.", Span(31, 31.1), SURE, ("phantom",), True),
    ],
)
def test_a_text_is_mistrusted_with_one_sign_and_removed_with_two(
    text: str, span: Span, quality: Quality | None, flags: tuple[str, ...], *, kept: bool
) -> None:
    (found,) = judged(said(text, span, quality))

    assert (found.flags, found.text) == (flags, text if kept else "")


def test_a_recognizers_own_flag_is_a_sign_too() -> None:
    own = replace(said("Thank you.", IN_SPEECH, None), flags=("low_confidence",))

    assert judged(own)[0].flags == ("low_confidence", "phantom")


def test_a_phantom_after_a_pause_is_judged_by_itself() -> None:
    spoken, made_up = said("that is all", Span(2, 4)), said("Bye bye.", Span(18, 19))
    whole = replace(
        spoken, end=19, text="that is all Bye bye.", words=(*spoken.words, *made_up.words)
    )

    before, after = judged(replace(whole, quality=UNSURE))

    assert (before.text, before.start, before.end, before.flags) == ("that is all", 2, 4, ())
    assert (after.text, after.flags) == ("", ("phantom_removed",))


def test_a_phrase_after_a_pause_that_is_no_phantom_is_not_set_apart() -> None:
    spoken, later = said("that is all", Span(2, 4)), said("or is it", Span(6, 7))
    whole = replace(spoken, end=7, text="that is all or is it", words=(*spoken.words, *later.words))

    assert judged(whole) == [whole]


def test_a_loop_over_several_segments_is_a_loop_in_each() -> None:
    row = [said("so we go", Span(start, start + 2)) for start in range(0, 10, 2)]

    found = judged(*row, said("and stop", IN_SPEECH))

    assert [one.flags for one in found] == [("loop",)] * 5 + [()]


def test_a_loop_that_can_be_said_is_kept_whole() -> None:
    row = [said("so we go", Span(start, start + 2)) for start in range(0, 10, 2)]

    assert Judge(HEARD, Decoding()).shortened(row) == row


def test_a_loop_longer_than_its_speech_keeps_one_phrase() -> None:
    row = [said("interminably so", Span(10 + i, 11 + i)) for i in range(8)]

    found = Judge(HEARD, Decoding()).shortened(row)

    assert [one.text for one in found] == ["interminably so", *[""] * 7]
    assert [one.flags for one in found] == [(), *[("loop_removed",)] * 7]


def test_two_loops_in_one_text_are_both_brought_down() -> None:
    one = said("interminably " * 12 + "and so " * 6 + "on", Span(9, 9.2))

    (found,) = Judge(HEARD, Decoding()).shortened([one])

    assert found.text == "interminably and so on"


def test_a_part_of_a_text_without_blanks_has_none_either() -> None:
    words = said("今日 は 晴れ", Span(0, 3)).words
    whole = Segment(0, 3, text="今日は晴れ", language="ja", words=words)

    part = part_of(whole, words[:2])

    assert (part.text, part.start, part.end) == ("今日は", 0, words[1].end)


def test_a_part_of_a_text_keeps_the_blanks_of_foreign_words_alone() -> None:
    words = said("これ は hello world こ こ です", Span(0, 7)).words
    whole = Segment(0, 7, text="これは hello worldここです", language="ja", words=words)

    part = part_of(whole, [*words[1:5], replace(words[6], end=6.5)])

    assert part.text == "は hello worldこです"


def test_a_part_of_a_translation_keeps_its_blanks() -> None:
    whole = replace(said("what a fine day", IN_SPEECH), language="ja")

    assert part_of(whole, whole.words[:3]).text == "what a fine"


phrases = st.sampled_from(
    ["Thank you.", "and so on " * 6, "good morning", "no " * 12, "Amara.org", "you", "", "..."]
)
places = st.integers(0, 60)


@st.composite
def texts(draw: st.DrawFn) -> list[Segment]:
    starts = sorted(draw(st.lists(places, max_size=8, unique=True)))
    ends = [*starts[1:], 70][: len(starts)]
    return [
        said(draw(phrases).strip(), Span(start, draw(st.integers(start, end))),
             draw(st.sampled_from([SURE, UNSURE, None])))
        for start, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


speeches = st.lists(st.tuples(places, st.integers(1, 10)), max_size=4).map(
    lambda pairs: merge(Span(start, start + length) for start, length in pairs)
)


def repaired(speech: Sequence[Span], segments: Sequence[Segment]) -> Repaired:
    audio = Audio(np.concatenate([silence(70)]))
    recognizer = TroubledRecognizer(heeds=frozenset())
    heard = Speech(speech, audio.span)
    return finish(repair(recognizer, audio, heard, [], segments, Decoding()))


@given(speeches, texts())
def test_nothing_is_dropped_without_a_flag_a_count_and_a_warning(
    speech: list[Span], segments: list[Segment]
) -> None:
    found = repaired(speech, segments)

    before = sum(len(one.words) for one in segments)
    after = sum(len(one.words) for one in found.segments)
    removed = [one for one in found.segments if {*DONE} & {*one.flags}]
    assert (after < before) == bool(removed) == bool(found.repairs)
    assert (after < before) == ("text_removed" in [one.code for one in found.warnings])
    assert sum(found.repairs.values()) == len(removed)


@given(speeches, texts())
def test_what_is_kept_was_there_and_is_in_order(
    speech: list[Span], segments: list[Segment]
) -> None:
    found = repaired(speech, segments)

    words = [id(word) for one in segments for word in one.words]
    left = [id(word) for one in found.segments for word in one.words]
    assert left == [word for word in words if word in {*left}]
    assert all(one.words or not one.text.strip() for one in found.segments)


@given(speeches, texts())
def test_repairing_again_removes_nothing_more(speech: list[Span], segments: list[Segment]) -> None:
    once = repaired(speech, segments)

    twice = repaired(speech, once.segments)

    assert [one.words for one in twice.segments] == [one.words for one in once.segments]
