"""What we write is read back, by other people's tools what we read, and whatever is no file
of a kind gives one of our errors."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from praatio.data_classes.interval_tier import IntervalTier
from praatio.data_classes.textgrid import Textgrid
from strategies import names, transcripts

from diascribe.errors import InputError
from diascribe.evaluation.account import Account
from diascribe.evaluation.reading import read_accounts
from diascribe.evaluation.reading.kinds import SUFFIXES
from diascribe.formats import textgrid, txt, uem
from diascribe.formats.clock import milliseconds, seconds
from diascribe.formats.table import write
from diascribe.span import Span
from diascribe.timeline import merge
from diascribe.transcript import Speaker, Transcript
from diascribe.wire.encode import to_json

times_ms = st.integers(0, 100_000_000)
pairs_ms = st.tuples(times_ms, times_ms).map(sorted).filter(lambda pair: pair[0] < pair[1])
stretches = st.lists(pairs_ms, max_size=9).map(
    lambda pairs: tuple(merge(Span(seconds(start), seconds(end)) for start, end in pairs))
)
labels = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)


def read(name: str, content: str) -> list[Account]:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content.encode())
        return read_accounts(path)


def on_milliseconds(spans: tuple[Span, ...] | None) -> list[tuple[int, int]]:
    return [(milliseconds(one.start), milliseconds(one.end)) for one in spans or ()]


@given(st.dictionaries(names, stretches, max_size=4))
def test_uem_reads_back_what_it_wrote(scored: dict[str, tuple[Span, ...]]) -> None:
    assert uem.parse(uem.write(scored)) == scored


@given(transcripts())
def test_our_json_gives_the_turns_and_words_of_the_transcript(transcript: Transcript) -> None:
    (account,) = read("talk.json", to_json(transcript))

    assert on_milliseconds(account.turns) == on_milliseconds(transcript.turns)
    assert [one.speaker for one in account.turns or ()] == [one.speaker for one in transcript.turns]
    assert on_milliseconds(account.words) == on_milliseconds(transcript.words)


@given(transcripts(), names)
@settings(max_examples=50)
def test_what_we_write_is_read_under_its_name(transcript: Transcript, recording: str) -> None:
    rttm = read("x.rttm", write("rttm", transcript, name=recording))
    seglst = read("x.seglst.json", write("seglst", transcript, name=recording))
    ctm = read("x.ctm", write("ctm", transcript, name=recording))

    spoken = sorted(on_milliseconds(transcript.turns))
    assert [sorted(on_milliseconds(one.turns)) for one in rttm] == [spoken]
    said = [
        (*on_milliseconds((one,))[0], one.speaker, " ".join(one.text.split()))
        for one in transcript.segments
    ]
    assert [
        [(*on_milliseconds((one,))[0], one.speaker, one.text) for one in account.utterances or ()]
        for account in seglst
    ] == [said]
    words = sorted(piece for word in transcript.words for piece in word.text.split())
    assert [sorted(word.text for word in account.words or ()) for account in ctm] == [words]
    found = {account.recording for account in (*rttm, *seglst, *ctm)}
    assert found <= {recording, "x"}, "an empty file is named by its path"


@given(transcripts(), st.booleans())
def test_our_text_is_read_without_times_and_names(
    transcript: Transcript,
    named: bool,  # noqa: FBT001
) -> None:
    segments = tuple(
        replace(one, text=one.text.replace(":", ""), speaker="SPEAKER_00" if named else None)
        for one in transcript.segments
    )
    speakers = (Speaker("SPEAKER_00", 1, "Dr. Anna B."),)
    plain = replace(transcript, segments=segments, speakers=speakers)

    said = "".join(one.text for one in txt.parse(txt.write(plain)))

    assert _letters(said) == _letters("".join(one.text for one in segments))


@given(
    st.lists(st.tuples(names, st.lists(st.tuples(times_ms, labels), max_size=5)), max_size=4),
    st.sampled_from(["short_textgrid", "long_textgrid"]),
)
def test_textgrid_agrees_with_praatio(
    rows: list[tuple[str, list[tuple[int, str]]]], form: str
) -> None:
    theirs = Textgrid(0, 200_000)
    for number, (name, entries) in enumerate(rows):
        starts = sorted({start for start, _ in entries})
        ends = [*starts[1:], 200_000_000]
        spoken = [
            (start / 1000, end / 1000, label or "x")
            for start, end, (_, label) in zip(starts, ends, entries, strict=False)
        ]
        theirs.addTier(IntervalTier(f"{name}{number}", spoken, 0, 200_000))

    with TemporaryDirectory() as folder:
        path = Path(folder, "a.TextGrid")
        theirs.save(str(path), form, includeBlankSpaces=False)
        ours = textgrid.parse(path.read_text())

    assert [[(one.start, one.end, one.text) for one in tier.intervals] for tier in ours.tiers] == [
        [(one.start, one.end, " ".join(one.label.split())) for one in tier.entries]
        for tier in theirs.tiers
    ]


@given(st.sampled_from(sorted(SUFFIXES)), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(suffix: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(content)
        try:
            read_accounts(path)
        except InputError as error:
            assert str(error).startswith(str(path))  # noqa: PT017 - both outcomes are right


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("segments", "words", "word", "start", "end", "text", "speaker", "score"),
                    *("session_id", "start_time", "end_time", "schema_version", "word_segments"),
                )
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        read("a.json", json.dumps(value))
    except InputError as error:
        assert "a.json: " in str(error)  # noqa: PT017 - both outcomes are right


def _letters(text: str) -> str:
    return "".join(text.split())
