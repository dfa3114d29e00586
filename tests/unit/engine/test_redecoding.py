"""Which stretches are heard again, in which pieces, and which of two texts is better."""

from dataclasses import replace
from itertools import pairwise
from time import process_time

import pytest
from fakes import UNSURE
from hypothesis import given
from hypothesis import strategies as st

from diascribe.engine.judging import Judge
from diascribe.engine.redecoding import Again, affordable, chosen, plan, with_choices
from diascribe.engine.regions import Speech
from diascribe.engine.stretches import Finder, Stretch, Why
from diascribe.protocols import Decoding, Packing, Region
from diascribe.span import Span
from diascribe.timeline import Index, merge, spread, total
from diascribe.transcript import Quality, Segment, Timing, Word

SURE = Quality(log_prob=-0.2, compression_ratio=1.1, no_speech=0.1, temperature=0.0)
WORRIES = [(), ("low_confidence",), ("loop",)]
JUDGE = Judge(Index([Span(0, 100)]), Decoding())


def said(
    text: str,
    start: float,
    end: float,
    *flags: str,
    timing: Timing = "recognizer",
    quality: Quality | None = SURE,
) -> Segment:
    texts = text.split()
    words = tuple(
        Word(one.start, one.end, text=own, timing=timing)
        for one, own in zip(spread(texts, Span(start, end)), texts, strict=True)
    )
    return Segment(start, end, text=text, language="en", words=words, flags=flags, quality=quality)


def finder(*heard: tuple[float, float], regions: tuple[Region, ...] = ()) -> Finder:
    speech = Speech([Span(*one) for one in heard], Span(0, 100))
    return Finder(speech, regions or (Region(0, 100, "en"),))


def ends(stretches: list[Stretch]) -> list[tuple[float, float, Why]]:
    return [(one.start, one.end, one.why) for one in stretches]


def stretch(why: Why, start: float = 0, end: float = 10) -> Stretch:
    return Stretch(start, end, range(0 if why == "missed" else 1), why, "en")


def test_a_doubtful_text_is_heard_again_with_half_of_the_room_around_it() -> None:
    texts = [
        said("a b c d", 1, 9),
        said("e f g h", 12, 18, "low_confidence"),
        said("i j k l", 22, 29),
    ]

    found = finder((1, 9), (12, 18), (22, 29)).stretches(texts)

    assert ends(found) == [(10.5, 20, "doubtful")]
    assert found[0].places == range(1, 2)


def test_the_room_ends_with_the_region() -> None:
    texts = [said("c d", 12, 18, "repetitive")]

    found = finder((12, 18), regions=(Region(11.5, 30, "en"),)).stretches(texts)

    assert ends(found) == [(11.5, 30, "doubtful")]


def test_neighbours_that_are_both_doubtful_share_the_room_between_them() -> None:
    texts = [said("a b", 1, 9, "low_confidence"), said("c d", 12, 18, "low_confidence")]

    regions = (Region(0, 10.5, "en"), Region(10.5, 40, "en"))
    found = finder((1, 9), (12, 18), regions=regions).stretches(texts)

    assert ends(found) == [(0, 10.5, "doubtful"), (10.5, 40, "doubtful")]


def test_doubtful_sentences_of_one_region_are_heard_again_together() -> None:
    texts = [said("a b c", start, start + 3, "low_confidence") for start in range(0, 18, 3)]
    regions = (Region(0, 9, "en"), Region(9, 18, "en"))

    found = finder((0, 18), regions=regions).stretches(texts)

    assert [one.places for one in found] == [range(3), range(3, 6)]


def test_segments_of_one_loop_are_heard_again_together_up_to_a_minute() -> None:
    texts = [said("a b", start, start + 19, "loop") for start in (0, 20, 40, 60, 80)]

    found = finder(*[(one.start, one.end) for one in texts]).stretches(texts)

    assert [one.places for one in found] == [range(3), range(3, 5)]


def test_speech_between_words_is_heard_again_with_some_sound_around_it() -> None:
    texts = [said("one two", 1, 3), said("three four", 7, 9)]

    found = finder((1, 9)).stretches(texts)

    assert [one.why for one in found] == ["missed"]
    assert [found[0].start, found[0].end] == pytest.approx([3.1, 6.9])
    assert found[0].language == "en"


def test_words_without_times_hide_what_is_missed_so_all_of_their_text_is_heard_again() -> None:
    texts = [said("one two", 0, 20, timing="interpolated")]

    found = finder((0, 20), regions=(Region(0, 20, "en"),)).stretches(texts)

    assert ends(found) == [(0, 20, "thin")]


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9), st.sampled_from(WORRIES))),
    st.lists(st.tuples(st.integers(0, 98), st.just(1.5))),
)
def test_stretches_are_sorted_disjoint_and_share_no_segment(
    said_: list[tuple[int, int, tuple[str, ...]]], talks: list[tuple[int, float]]
) -> None:
    texts = [said("a b", at, at + lasts, *flags) for at, lasts, flags in sorted(said_)]
    heard = merge(Span(at, at + lasts) for at, lasts in talks)
    regions = tuple(Region(at, at + 25, "en") for at in range(0, 100, 25))

    found = finder(*((one.start, one.end) for one in heard), regions=regions).stretches(texts)

    assert all(one.end <= other.start for one, other in pairwise(found))
    places = [place for one in found for place in one.places]
    assert len({*places}) == len(places)


def test_hours_of_doubtful_texts_are_planned_in_seconds() -> None:
    starts = range(0, 12 * 3600, 5)
    heard = Speech([Span(start, start + 4) for start in starts], Span(0, 12 * 3600))
    regions = [replace(one, language="en") for one in heard.regions(Packing(30, 5))]
    texts = [said("a b", at, at + 4, *("low_confidence",) * (at % 2)) for at in starts]

    begun = process_time()
    planned = plan(Finder(heard, regions), frozenset({"temperature"}), texts, Decoding())

    assert len(planned) == len(texts) / 2
    assert process_time() - begun < 15  # half a second; a minute where all is compared with all


def test_minutes_without_words_are_several_stretches() -> None:
    found = finder((0, 99)).stretches([])

    assert len(found) == 2
    assert all(one.duration <= 60.4 for one in found)


def test_pieces_are_cut_at_pauses_and_hold_all_the_speech() -> None:
    one = finder((0, 7), (7.2, 14), (14.2, 22))

    pieces = one.pieces(stretch("doubtful", 0, 30))

    edges = [piece.start for piece in pieces] + [pieces[-1].end]
    assert edges == pytest.approx([0, 7.1, 14.1, 22.2])


def test_a_short_stretch_without_a_pause_is_not_cut_through_a_word() -> None:
    assert len(finder((0, 8)).pieces(stretch("doubtful", 0, 9))) == 1


def test_a_short_stretch_is_cut_at_the_pause_nearest_to_its_middle() -> None:
    pieces = finder((0, 3.4), (3.6, 6.3), (6.5, 9)).pieces(stretch("doubtful", 0, 9.2))

    assert [one.start for one in pieces] == pytest.approx([0, 3.5])


def test_no_scrap_is_cut_off_where_a_pause_is_near_the_end_of_speech() -> None:
    pieces = finder((0, 4.9), (5.1, 9.7), (9.9, 10.3)).pieces(stretch("missed", 0, 10.5))

    assert [one.start for one in pieces] == pytest.approx([0, 5])


@given(
    st.lists(st.tuples(st.floats(0.2, 14), st.floats(0.03, 2)), min_size=1, max_size=12),
    st.floats(0, 40),
    st.floats(0.5, 60),
    st.sampled_from(["doubtful", "missed"]),
)
def test_pieces_are_never_too_long_and_too_short_only_between_pauses(
    talks: list[tuple[float, float]], start: float, lasts: float, why: Why
) -> None:
    spans, at = [], 0.0
    for talk, pause in talks:
        spans.append((at, at + talk))
        at += talk + pause
    whole = Span(start, start + lasts)
    one = Finder(Speech([Span(*span) for span in spans], Span(0, at)), ())

    pieces = one.pieces(stretch(why, whole.start, whole.end))

    assert all(piece.duration <= 10 + 1e-9 for piece in pieces)
    assert total(pieces) == pytest.approx(total([*one.speech.within(whole), *pieces]))
    touching = [(a, b) for a, b in pairwise(pieces) if a.end == b.start]
    assert all(min(a.duration, b.duration) >= 3 - 1e-9 for a, b in touching)


def test_each_piece_is_in_the_language_of_its_own_region() -> None:
    regions = (Region(0, 10, "en"), Region(10, 20, "de"))
    one = finder((0, 9.5), (10.5, 20), regions=regions)

    pieces = one.pieces(stretch("loop", 0, 20))

    assert [piece.language for piece in pieces] == ["en", "de"]


def test_where_the_recognizer_found_out_the_language_pieces_have_that() -> None:
    one = finder((0, 9), regions=(Region(0, 10),))

    assert [piece.language for piece in one.pieces(stretch("loop"))] == ["en"]


def test_where_nobody_is_heard_nothing_is_heard_again() -> None:
    texts = [said("a b c d", 1, 9, "low_confidence")]
    silent = finder((50, 50.5), regions=(Region(0, 10, "en"), Region(50, 51, "en")))

    assert [one.why for one in silent.stretches(texts)] == ["doubtful"]
    assert plan(silent, frozenset({"temperature"}), texts, Decoding()) == []


def test_the_most_urgent_is_heard_again_first() -> None:
    one = finder((0, 40), (50, 90))
    one = replace(one, regions=(Region(0, 45, "en"), Region(45, 100, "en")))
    texts = [said("a b c", 0, 40, "low_confidence"), said("d e f", 50, 90, "loop")]

    planned = plan(one, frozenset({"temperature"}), texts, Decoding())

    assert [again.stretch.why for again in planned] == ["doubtful", "loop"]
    assert [again.stretch.why for again in affordable(planned, 100)] == ["loop"]
    assert affordable(planned, 1000) == planned


def in_pieces(start: float, count: int) -> Again:
    """A second of speech each two seconds."""
    pieces = [Region(start + 2 * i, start + 2 * i + 1, "en") for i in range(count)]
    return Again(stretch("missed", start, start + 2 * count), pieces, Decoding())


def test_short_pieces_count_for_what_is_worked_on_them() -> None:
    planned = [in_pieces(100 * i, 10) for i in range(4)]

    assert affordable(planned, 800) == planned[:2]
    assert affordable(planned, 1600) == planned


def test_one_stretch_is_heard_again_in_however_many_pieces() -> None:
    planned = [in_pieces(0, 30), in_pieces(100, 1)]

    assert affordable(planned, 60) == planned[:1]


OLD = said("he says the same again", 0, 10)


@pytest.mark.parametrize(
    ("why", "old", "new", "better"),
    [
        ("loop", ("loop",), said("he says", 0, 10), True),
        ("loop", ("loop",), said("again " * 12, 0, 10), False),
        ("doubtful", ("low_confidence",), said("he said that again", 0, 10), True),
        ("doubtful", ("low_confidence",), said("he", 0, 10), False),
        ("doubtful", ("low_confidence",), said("he said it", 0, 10, "low_confidence"), False),
        ("thin", (), said("he says the same thing to her over and over", 0, 10), True),
        ("thin", (), said("he says the same again to", 0, 10), False),
    ],
)
def test_a_second_text_is_better_where_less_is_doubtful_and_nothing_left_out(
    why: Why, old: tuple[str, ...], new: Segment, *, better: bool
) -> None:
    found = chosen(stretch(why), [replace(OLD, flags=old)], [new], JUDGE)

    assert [one.text for one in found] == [new.text if better else OLD.text]
    assert ("redecoded" if better else "redecoding_rejected") in found[0].flags


LOOPING = said("we met there and " + "so on and " * 12 + "then he left", 0, 30, "loop")


@pytest.mark.parametrize(
    ("new", "better"),
    [
        ("we met there and so on and then he left", True),
        ("we met there and then he left", True),
        ("he left", False),
        ("so on and so on", False),
    ],
)
def test_a_second_text_of_a_loop_may_be_shorter_by_the_loop_alone(
    new: str, *, better: bool
) -> None:
    found = chosen(stretch("loop", 0, 30), [LOOPING], [said(new, 0, 30)], JUDGE)

    assert [one.text for one in found] == [new if better else LOOPING.text]


def test_of_two_doubtful_texts_the_likelier_is_better() -> None:
    old = replace(OLD, flags=("low_confidence",), quality=UNSURE)
    likelier = replace(UNSURE, log_prob=-1.2)
    new = said("he said the same again", 0, 10, "low_confidence", quality=likelier)

    (found,) = chosen(stretch("doubtful"), [old], [new], JUDGE)

    assert (found.text, found.flags) == (new.text, ("low_confidence", "redecoded"))


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ("he says the same again", True),
        ("well he says the very same", True),
        ("he has a new hat again", False),
        ("thanks", False),
    ],
)
def test_a_text_in_silence_is_kept_where_most_of_it_is_heard_again(new: str, *, kept: bool) -> None:
    old = replace(OLD, flags=("outside_speech",))
    judge = Judge(Index([Span(50, 60)]), Decoding())

    (found,) = chosen(stretch("doubtful"), [old], [said(new, 0, 10)], judge)

    done = "redecoding_rejected" if kept else "outside_speech_removed"
    assert (found.text, found.flags) == (OLD.text if kept else "", ("outside_speech", done))


def test_a_text_in_silence_gives_way_to_one_in_speech() -> None:
    old = replace(OLD, flags=("outside_speech",))

    (found,) = chosen(stretch("doubtful"), [old], [said("something else was said", 0, 9)], JUDGE)

    assert (found.text, found.flags) == ("something else was said", ("redecoded",))


@pytest.mark.parametrize(
    ("why", "flag", "left", "flags"),
    [
        ("loop", "loop", "", ("loop", "loop_removed")),
        ("doubtful", "phantom", "", ("phantom", "phantom_removed")),
        ("doubtful", "outside_speech", "", ("outside_speech", "outside_speech_removed")),
        ("doubtful", "repetitive", OLD.text, ("repetitive", "redecoding_rejected")),
    ],
)
def test_a_second_hearing_without_words_ends_loops_phantoms_and_texts_in_silence_only(
    why: Why, flag: str, left: str, flags: tuple[str, ...]
) -> None:
    nothing = Segment(0, 10, text="", language="en")

    (found,) = chosen(stretch(why), [replace(OLD, flags=(flag,))], [nothing], JUDGE)

    assert (found.text, found.flags) == (left, flags)


def test_only_texts_count_as_heard_again_for_the_better() -> None:
    old = replace(OLD, flags=("low_confidence",))
    nothing = Segment(8, 10, text="", language="en")

    found = chosen(stretch("doubtful"), [old], [said("he said it again", 0, 8), nothing], JUDGE)

    assert [one.flags for one in found] == [("redecoded",), ()]


def test_a_second_hearing_without_words_leaves_those_beside_a_loop() -> None:
    nothing = Segment(0, 20, text="", language="en")
    old = [
        said("we met there and so on and so on", 0, 9, "loop"),
        said("and so on and so on and", 10, 20, "loop"),
    ]

    found = chosen(replace(stretch("loop", 0, 20), places=range(2)), old, [nothing], JUDGE)

    assert [one.text for one in found] == ["we met there", ""]
    assert [one.flags for one in found] == [("loop", "loop_removed")] * 2


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        (said("good morning", 4, 6), True),
        (said("good morning", 4, 6, quality=None), True),
        (said("good morning", 4, 6, quality=UNSURE), False),
        (said("good morning", 4, 6, "low_confidence"), False),
        (said("so " * 12, 4, 6), False),
    ],
)
def test_only_what_is_sound_is_put_where_there_was_nothing(new: Segment, *, kept: bool) -> None:
    found = chosen(stretch("missed"), [], [new], JUDGE)

    assert [one.text for one in found] == ([new.text] if kept else [])
    assert all("recovered" in one.flags for one in found)


def test_what_is_found_within_a_text_parts_it() -> None:
    whole = said("one two three four", 0, 8)
    gap = replace(whole, words=(*whole.words[:1], *whole.words[3:]), text="one four")
    found = said("two three", 3, 5, "recovered")

    parts = with_choices([gap], [(stretch("missed", 2, 6), [found])])

    assert [one.text for one in parts] == ["one", "two three", "four"]
    assert all(one.end <= other.start for one, other in pairwise(parts))


def test_a_text_is_parted_in_order_whatever_was_found_first() -> None:
    whole = said("one two three", 0, 15)
    late, early = said("later", 7, 8, "recovered"), said("early", 3, 4, "recovered")
    choices = [(stretch("missed", 7, 8), [late]), (stretch("missed", 3, 4), [early])]

    parts = with_choices([whole], choices)

    assert [one.text for one in parts] == ["one", "early", "two", "later", "three"]


def test_a_word_stretched_over_what_it_left_out_ends_where_that_begins() -> None:
    whole = said("one two", 0, 10)
    found = said("and a half", 2.5, 4.5, "recovered")

    before, between, after = with_choices([whole], [(stretch("missed", 2.3, 5), [found])])

    assert (before.text, before.end) == ("one", 2.5)
    assert between == found
    assert (after.text, after.start) == ("two", 5)
