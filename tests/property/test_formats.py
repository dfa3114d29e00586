"""Laws of the text formats, for any transcript."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import invariants
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import names, transcripts

from diascribe.formats import ctm, rttm, seglst, srt, textgrid, tsv, vtt
from diascribe.formats.clock import milliseconds
from diascribe.formats.cues import Cue, cues
from diascribe.formats.partition import partition
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS, write
from diascribe.formats.tokens import columns, tidy
from diascribe.span import Span
from diascribe.transcript import Segment, Speaker, Transcript, Turn, Word

RULES = CueRules()

any_rules = st.builds(
    CueRules,
    max_line_chars=st.integers(10, 50),
    max_lines=st.integers(1, 3),
    max_duration_s=st.floats(0.5, 20),
    min_duration_s=st.floats(0, 0.5),
    max_gap_s=st.floats(0, 5),
)
recordings = names


def on_milliseconds(span: Span) -> tuple[int, int]:
    return milliseconds(span.start), milliseconds(span.end)


def share(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3f}")


@given(transcripts())
def test_the_transcripts_these_tests_use_are_valid(transcript: Transcript) -> None:
    invariants.check(transcript)


@given(transcripts())
def test_srt_reads_back_the_cues_it_wrote(transcript: Transcript) -> None:
    shown = cues(transcript, RULES, labelled=True)

    read = srt.parse(srt.write(transcript, RULES))

    assert read == tuple(replace(cue, speaker=None) for cue in shown)


@given(transcripts())
def test_webvtt_reads_back_the_cues_it_wrote(transcript: Transcript) -> None:
    shown = cues(transcript, RULES)

    read = vtt.parse(vtt.write(transcript, RULES))

    assert read == tuple(_tidy_speaker(cue) for cue in shown)


@given(transcripts())
def test_tsv_reads_back_every_segment(transcript: Transcript) -> None:
    read = tsv.parse(tsv.write(transcript))

    assert [(*on_milliseconds(row), row.speaker, row.text) for row in read] == [
        (*on_milliseconds(one), _printed_name(transcript, one), _one_line(one.text))
        for one in transcript.segments
    ]


@given(transcripts(), recordings)
def test_rttm_reads_back_every_turn(transcript: Transcript, recording: str) -> None:
    read = rttm.parse(rttm.write(transcript, recording))

    assert set(read) <= {recording}
    assert [_turn(one) for one in read.get(recording, ())] == [
        _turn(one) for one in transcript.turns
    ]


@given(transcripts(), recordings)
def test_ctm_reads_back_every_word_without_blanks(transcript: Transcript, recording: str) -> None:
    words = [word for word in transcript.words if len(word.text.split()) == 1]
    segment = Segment(0, transcript.duration, text="", language="en", words=tuple(words))
    plain = Transcript(duration=transcript.duration, language="en", segments=(segment,))

    read = ctm.parse(ctm.write(plain, recording))

    assert set(read) <= {recording}
    assert sorted(map(_word, read.get(recording, ()))) == sorted(map(_word, words))


@given(transcripts(), recordings)
def test_ctm_keeps_all_text_and_the_edges_of_words_with_blanks(
    transcript: Transcript, recording: str
) -> None:
    read = ctm.parse(ctm.write(transcript, recording)).get(recording, ())

    pieces = sorted(piece for word in transcript.words for piece in word.text.split())
    assert sorted(word.text for word in read) == pieces
    starts = {milliseconds(word.start) for word in transcript.words if word.text.strip()}
    assert starts <= {milliseconds(word.start) for word in read}


@given(transcripts(), recordings)
def test_seglst_reads_back_every_segment(transcript: Transcript, recording: str) -> None:
    read = seglst.parse(seglst.write(transcript, recording)).get(recording, ())

    assert [(*on_milliseconds(one), one.speaker, one.text) for one in read] == [
        (*on_milliseconds(one), one.speaker, _one_line(one.text)) for one in transcript.segments
    ]


@given(transcripts())
def test_textgrid_reads_back_every_word_without_gaps_between_intervals(
    transcript: Transcript,
) -> None:
    read = textgrid.parse(textgrid.write(transcript))

    said = [tidy(one.text) for part in transcript.segments for one in part.words or (part,)]
    tiers = [tier for tier in read.tiers if tier.name.endswith("words")]
    found = [one.text for tier in tiers for one in tier.intervals if one.text]
    assert sorted(found) == sorted(text for text in said if text)
    for tier in read.tiers:
        assert (tier.intervals[0].start, tier.intervals[-1].end) == (0, read.end)
        assert all(one.end == after.start for one, after in pairwise(tier.intervals))
        assert all(one.start < one.end for one in tier.intervals)


@given(transcripts(), any_rules)
def test_cues_hold_every_word_once_and_in_order(transcript: Transcript, rules: CueRules) -> None:
    alone = [replace(transcript, segments=(segment,)) for segment in transcript.segments]

    for one in alone:
        shown = "".join(line for cue in cues(one, rules) for line in cue.lines)
        said = "".join(word.text for word in one.words) or one.segments[0].text
        assert _letters(shown) == _letters(said if said.strip() else one.segments[0].text)


@given(transcripts(), any_rules)
def test_all_cues_together_are_those_of_each_segment(
    transcript: Transcript, rules: CueRules
) -> None:
    alone = [replace(transcript, segments=(segment,)) for segment in transcript.segments]

    together = sorted(cue.lines for cue in cues(transcript, rules))

    assert together == sorted(cue.lines for one in alone for cue in cues(one, rules))


@given(transcripts(), any_rules, st.booleans())
def test_only_a_word_that_is_too_wide_alone_exceeds_a_line(
    transcript: Transcript,
    rules: CueRules,
    labelled: bool,  # noqa: FBT001
) -> None:
    for cue in cues(transcript, rules, labelled=labelled):
        for line in cue.lines:
            assert columns(line) <= rules.max_line_chars or _unbreakable(line, transcript)


@given(transcripts(), any_rules)
def test_only_a_word_that_is_too_much_alone_exceeds_lines_or_duration(
    transcript: Transcript, rules: CueRules
) -> None:
    for cue in cues(transcript, rules):
        whole = "\n".join(cue.lines)
        start_ms, end_ms = on_milliseconds(cue)
        assert len(cue.lines) <= rules.max_lines
        too_long = end_ms - start_ms > milliseconds(rules.max_duration_s)
        assert not too_long or _unbreakable(whole, transcript)


@given(transcripts(), any_rules)
def test_cues_are_sorted_and_those_of_one_speaker_never_overlap(
    transcript: Transcript, rules: CueRules
) -> None:
    unnamed = replace(transcript, speakers=())

    shown = cues(unnamed, rules)

    assert [cue.start for cue in shown] == sorted(cue.start for cue in shown)
    assert all(cue.start < cue.end for cue in shown)
    for who in {cue.speaker for cue in shown}:
        own = [cue for cue in shown if cue.speaker == who]
        assert all(one.end <= after.start for one, after in pairwise(own))


@given(transcripts(), st.sampled_from(sorted(FORMATS)))
def test_renaming_the_speakers_commutes_with_writing(transcript: Transcript, form: str) -> None:
    # Names of one width and nowhere in the text, so that lines break alike.
    before = _named(transcript, "\ue000")
    after = _named(transcript, "\ue001")

    assert write(form, before, name="r").replace("\ue000", "\ue001") == write(form, after, name="r")


@given(st.lists(st.integers(0, 9), min_size=1, max_size=7), st.integers(1, 4))
@settings(max_examples=50)
def test_partition_is_the_cheapest_of_all_cuts(weights: list[int], longest: int) -> None:
    def cost(piece: slice) -> float:
        return float((sum(weights[piece]) - 8) ** 2)

    def pieces_ending_at(end: int) -> Iterable[float]:
        return (cost(slice(end - size, end)) for size in range(1, min(end, longest) + 1))

    found = partition(len(weights), pieces_ending_at)

    assert [index for piece in found for index in range(len(weights))[piece]] == list(
        range(len(weights))
    )
    assert sum(map(cost, found)) == min(
        sum(map(cost, cuts)) for cuts in _all_cuts(len(weights), longest)
    )


def _all_cuts(count: int, longest: int) -> list[list[slice]]:
    if not count:
        return [[]]
    return [
        [*rest, slice(count - size, count)]
        for size in range(1, min(count, longest) + 1)
        for rest in _all_cuts(count - size, longest)
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return "".join(text.split())


def _printed_name(transcript: Transcript, segment: Segment) -> str | None:
    return _one_line(transcript.name_of(segment.speaker)) if segment.speaker else None


def _tidy_speaker(cue: Cue) -> Cue:
    return replace(cue, speaker=_one_line(cue.speaker) if cue.speaker else None)


def _turn(turn: Turn) -> tuple[int, int, str, float | None, int]:
    return (*on_milliseconds(turn), turn.speaker, share(turn.confidence), turn.channel or 0)


def _word(word: Word) -> tuple[int, int, str, float, int]:
    """A word as CTM knows it, in a form that sorts."""
    sure = share(word.confidence)
    return (
        *on_milliseconds(word),
        word.text.strip(),
        -1.0 if sure is None else sure,
        word.channel or 0,
    )


def _named(transcript: Transcript, mark: str) -> Transcript:
    """Each speaker's name is the mark and their number."""
    named = (
        Speaker(one.id, one.time, f"{mark}{number}")
        for number, one in enumerate(transcript.speakers)
    )
    return replace(transcript, speakers=tuple(named))


def _unbreakable(text: str, transcript: Transcript) -> bool:
    """Whether the text has no blank to break at, save those inside a word (`10 000`)."""
    for word in transcript.words:
        inner = _one_line(word.text)
        if " " in inner:
            text = text.replace(inner, "")
    return not set(text) & {" ", "\n"}
