"""Rows of the pictures: who has one, where, and in which colour."""

from compared_files import compared_file, turn

from diascribe.evaluation.report.lanes import LANES, NOBODY, groups
from diascribe.evaluation.report.paint import DARK, LIGHT, UNMAPPED, Paint, speaker_paints
from diascribe.formats.utterances import Utterance
from diascribe.span import Span

ANNA, BEN = Paint("speaker-0"), Paint("speaker-1")


def test_mapped_speakers_have_their_counterparts_colour_and_order() -> None:
    reference = [turn(0, 4, "anna"), turn(4, 9, "ben")]
    hypothesis = [turn(0, 0.5, "noise"), turn(4, 9, "x"), turn(0.5, 4, "anna")]

    theirs, ours, _ = groups(compared_file(reference, hypothesis))

    assert [(one.label, one.paint) for one in theirs.lanes] == [("anna", ANNA), ("ben", BEN)]
    assert [(one.label, one.paint) for one in ours.lanes] == [
        ("anna", ANNA),
        ("x = ben", BEN),
        ("noise", UNMAPPED),
    ]


def test_errors_have_a_row_for_each_kind_even_without_any() -> None:
    *_, errors = groups(compared_file([turn(0, 4, "anna")], [turn(1, 4, "x")]))

    rows = {one.label: [(span.start, span.end) for span in one.spans] for one in errors.lanes}
    assert rows == {"miss": [(0, 1)], "false alarm": [], "confusion": []}


def test_a_window_shows_only_who_speaks_in_it() -> None:
    theirs, *_ = groups(compared_file([turn(0, 70, "anna"), turn(5, 9, "ben")], []))

    within = theirs.within(Span(60, 120))

    assert [(one.label, one.spans) for one in within.lanes] == [("anna", (Span(60, 70),))]


def test_speakers_beyond_the_limit_share_the_last_row() -> None:
    crowd = [turn(one, one + 1, f"speaker {one}") for one in range(LANES + 5)]

    theirs, *_ = groups(compared_file(crowd, []))

    assert len(theirs.lanes) == LANES
    assert theirs.lanes[-1].label == "6 more speakers"
    assert len(theirs.lanes[-1].spans) == 6


def test_text_without_turns_is_shown_where_it_was_said() -> None:
    said = [Utterance(0, 2, "hello", "anna"), Utterance(2, 3, "who is there", None)]

    theirs, *_ = groups(compared_file(None, [], said=said))

    assert [(one.label, one.paint) for one in theirs.lanes] == [("anna", ANNA), (NOBODY, UNMAPPED)]


def test_twenty_four_speakers_look_different() -> None:
    paints = speaker_paints(str(one) for one in range(24))

    assert len(set(paints.values())) == 24
    assert {one.colour for one in paints.values()} <= set(LIGHT)
    assert set(LIGHT) == set(DARK)
