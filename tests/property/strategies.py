"""Hypothesis strategies for what the engine may find: every valid transcript."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from diascribe.span import Span
from diascribe.timeline import merge, total
from diascribe.transcript import (
    ChannelDecision,
    ChannelFinding,
    ChannelMethod,
    ChannelPair,
    ChannelRelation,
    ChannelRole,
    Model,
    Notice,
    Segment,
    Speaker,
    StageTime,
    Timing,
    Transcript,
    Turn,
    Word,
)

TIMINGS: tuple[Timing, ...] = ("aligned", "recognizer", "interpolated")
LANGUAGES = ("en", "de", "ja", "zh", "th", "ar", "hi")

seconds = st.floats(0, 120)
shares = st.floats(0, 1)
maybe_shares = st.none() | shares
channels = st.none() | st.integers(0, 3)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
"""Any text: blanks, marks, right-to-left, wide letters, markup; no control characters."""

word_texts = texts.filter(lambda text: bool(text.strip())) | st.sampled_from(
    ["the", "board.", "well,", "R&D", "<i>", "-->", "50%", "10\u202f000", "今日は", "ok"]
)
names = texts.filter(lambda text: bool(text.strip()))


@st.composite
def spans(draw: DrawFn, inside: Span) -> Span:
    """Any stretch within another, empty ones and single instants too."""
    start, end = sorted(draw(st.tuples(*[st.floats(inside.start, inside.end)] * 2)))
    return Span(start, end)


@st.composite
def words(draw: DrawFn, segment: Span, speaker: str | None) -> tuple[Word, ...]:
    """Words in order inside a segment, each its speaker's or nobody's."""
    inside = st.floats(segment.start, segment.end)
    edges = sorted(draw(st.lists(inside, max_size=24)))
    return tuple(
        draw(_word(Span(start, end), speaker))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    )


@st.composite
def _word(draw: DrawFn, span: Span, speaker: str | None) -> Word:
    timing = draw(st.sampled_from(TIMINGS))
    who = draw(st.sampled_from([speaker, speaker, None]))
    return Word(
        span.start,
        span.end,
        text=draw(word_texts),
        timing=timing,
        confidence=draw(maybe_shares),
        score=draw(maybe_shares) if timing == "aligned" else None,
        speaker=who,
        speaker_confidence=draw(maybe_shares) if who else None,
        speaker_reason=None if who else "no turn near",
        overlap=draw(st.booleans()),
        channel=draw(channels),
    )


@st.composite
def segments(draw: DrawFn, recording: Span, speaker: str | None) -> Segment:
    """A segment with words, or with a text only; the text may or may not be the words'."""
    span = draw(spans(recording))
    spoken = draw(words(span, speaker))
    blank = draw(st.sampled_from(["", " "]))
    return Segment(
        span.start,
        span.end,
        text=draw(st.just(blank.join(word.text for word in spoken)) | texts),
        language=draw(st.sampled_from(LANGUAGES)),
        words=spoken,
        speaker=speaker,
        confidence=draw(maybe_shares),
        flags=tuple(draw(st.lists(st.sampled_from(["loop", "low_confidence"]), max_size=2))),
        channel=draw(channels),
    )


@st.composite
def transcripts(draw: DrawFn, most_segments: int = 4) -> Transcript:
    """Any valid transcript: `invariants.check` accepts every one."""
    recording = Span(0.0, draw(seconds))
    crowd = draw(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=most_segments))
    found = [draw(segments(recording, who)) for who in crowd]
    labelled = _labelled(sorted(found, key=lambda one: one.start))
    turns = tuple(replace(one, confidence=draw(maybe_shares)) for one in _turns(labelled))
    return Transcript(
        duration=recording.end,
        language="en" if found else None,
        language_probability=draw(maybe_shares),
        speaker_count_confidence=draw(maybe_shares),
        segments=tuple(labelled),
        turns=turns,
        exclusive_turns=tuple(_exclusive(turns)),
        speakers=tuple(draw(_speakers(turns))),
        channel_decision=draw(st.none() | decisions),
        models=tuple(draw(st.lists(st.builds(Model, texts, texts, texts, texts), max_size=2))),
        applied=draw(st.dictionaries(texts, _settings, max_size=3)),
        warnings=tuple(draw(st.lists(st.builds(Notice, texts, texts, texts), max_size=2))),
        timings=tuple(draw(_stage_times)),
    )


METHODS: tuple[ChannelMethod, ...] = ("single", "mix", "split")
ROLES: tuple[ChannelRole, ...] = ("heard", "mixed", "duplicate", "silent")
RELATIONS: tuple[ChannelRelation, ...] = ("duplicate", "shared", "independent")

# On the steps that JSON keeps, so that reading gives back the same.
_tenths = st.integers(-1000, 500).map(lambda count: count / 10)
_thousandths = st.integers(-1000, 1000).map(lambda count: count / 1000)

_channel_findings = st.builds(
    ChannelFinding,
    channel=st.integers(0, 7),
    role=st.sampled_from(ROLES),
    of=channels,
    level_db=st.none() | _tenths,
    noise_db=st.none() | _tenths,
)

_channel_pairs = st.builds(
    ChannelPair,
    first=st.integers(0, 7),
    second=st.integers(0, 7),
    relation=st.sampled_from(RELATIONS),
    similarity=_thousandths.map(abs),
    envelope=_thousandths,
    gain_db=_tenths,
    delay_ms=_thousandths,
    inverted=st.booleans(),
    crosstalk_db=st.tuples(st.none() | _tenths, st.none() | _tenths),
)

decisions = st.builds(
    ChannelDecision,
    wanted=st.sampled_from(["auto", "mix", "split"]),
    method=st.sampled_from(METHODS),
    reason=texts,
    channels=st.lists(_channel_findings, max_size=2).map(tuple),
    pairs=st.lists(_channel_pairs, max_size=2).map(tuple),
)

_settings = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(0, 9) | texts

_stage_times: SearchStrategy[list[StageTime]] = st.lists(
    st.builds(StageTime, st.sampled_from(["vad", "recognition", "clustering"]), seconds),
    max_size=3,
    unique_by=lambda one: one.stage,
)


@st.composite
def _speakers(draw: DrawFn, turns: Sequence[Turn]) -> list[Speaker]:
    return [
        Speaker(who, total(own), draw(st.none() | names))
        for who in dict.fromkeys(turn.speaker for turn in turns)
        if (own := [turn for turn in turns if turn.speaker == who])
    ]


def _labelled(found: Iterable[Segment]) -> list[Segment]:
    """The segments, their speakers called `SPEAKER_00`… in order of first speech."""
    labels: dict[str | None, str | None] = {None: None}
    labelled: list[Segment] = []
    for one in found:
        label = labels.setdefault(one.speaker, f"SPEAKER_{len(labels) - 1:02d}")
        spoken = tuple(replace(word, speaker=word.speaker and label) for word in one.words)
        labelled.append(replace(one, speaker=label, words=spoken))
    return labelled


def _turns(found: Sequence[Segment]) -> list[Turn]:
    """Each speaker's turns: what their segments cover."""
    return sorted(
        (
            Turn(span.start, span.end, speaker=who)
            for who in {one.speaker for one in found if one.speaker}
            for span in merge(one for one in found if one.speaker == who)
        ),
        key=lambda turn: (turn.start, turn.speaker),
    )


def _exclusive(turns: Sequence[Turn]) -> list[Turn]:
    """The speech of the turns, whoever comes first at any time."""
    edges = sorted({edge for turn in turns for edge in (turn.start, turn.end)})
    speaking = (
        (start, end, next((one for one in turns if one.start <= start < one.end), None))
        for start, end in pairwise(edges)
    )
    return [Turn(start, end, speaker=one.speaker) for start, end, one in speaking if one]
