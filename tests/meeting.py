"""A small transcript made by hand: two speakers, overlap, an unknown word, Japanese."""

from diascribe.transcript import (
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

ANNA, GUEST = "SPEAKER_00", "SPEAKER_01"


def _word(
    start: float, end: float, text: str, speaker: str | None, *, overlap: bool = False
) -> Word:
    timing: Timing = "aligned" if speaker else "interpolated"
    return Word(
        start,
        end,
        text=text,
        timing=timing,
        confidence=0.9,
        score=0.8125 if speaker else None,
        speaker=speaker,
        speaker_confidence=1.0 if speaker else None,
        speaker_reason=None if speaker else "no turn near",
        overlap=overlap,
        channel=0,
    )


WELCOME = Segment(
    0.5,
    4.1004,
    text="Good morning, everybody. Let us look at the R&D <budget> first --> all of it.",
    language="en",
    words=(
        _word(0.5, 0.8, "Good", ANNA),
        _word(0.8, 1.2, "morning,", ANNA),
        _word(1.2, 1.7, "everybody.", ANNA),
        _word(1.8, 1.95, "Let", ANNA),
        _word(1.95, 2.0, "us", ANNA),
        _word(2.0, 2.2, "look", ANNA),
        _word(2.2, 2.3, "at", ANNA),
        _word(2.3, 2.4, "the", ANNA),
        _word(2.4, 2.8, "R&D", ANNA),
        _word(2.8, 3.2, "<budget>", ANNA),
        _word(3.2, 3.5, "first", ANNA),
        _word(3.5, 3.6, "-->", None),
        _word(3.6, 3.8, "all", ANNA, overlap=True),
        _word(3.8, 3.9, "of", ANNA, overlap=True),
        _word(3.9, 4.1004, "it.", ANNA, overlap=True),
    ),
    speaker=ANNA,
    confidence=0.9,
    channel=0,
)

REPLY = Segment(
    3.6,
    5.0,
    text="Ja, gern: 10 000 Euro, grüß Gott!",
    language="de",
    words=(
        _word(3.6, 3.8, "Ja,", GUEST, overlap=True),
        _word(3.8, 4.0, "gern:", GUEST, overlap=True),
        _word(4.0, 4.4, "10 000", GUEST, overlap=True),
        _word(4.4, 4.6, "Euro,", GUEST),
        _word(4.6, 4.8, "grüß", GUEST),
        _word(4.8, 5.0, "Gott!", GUEST),
    ),
    speaker=GUEST,
    confidence=0.75,
    flags=("low_confidence",),
    channel=0,
)

FAREWELL = Segment(
    6.0,
    7.25,
    text="今日はありがとうございました。また来週、同じ時間にここで会いましょう。さようなら。",
    language="ja",
    speaker=ANNA,
)

APPLAUSE = Segment(8.0, 9.5, text="Bravo!", language="en")

MEETING = Transcript(
    duration=10.0,
    language="en",
    language_probability=0.97,
    speaker_count_confidence=0.75,
    segments=(WELCOME, REPLY, FAREWELL, APPLAUSE),
    turns=(
        Turn(0.5, 4.1004, speaker=ANNA, confidence=0.875),
        Turn(3.6, 5.0, speaker=GUEST),
        Turn(6.0, 7.25, speaker=ANNA),
    ),
    exclusive_turns=(
        Turn(0.5, 4.1004, speaker=ANNA),
        Turn(4.1004, 5.0, speaker=GUEST),
        Turn(6.0, 7.25, speaker=ANNA),
    ),
    speakers=(Speaker(ANNA, 4.8504, "Anna Müller"), Speaker(GUEST, 1.4)),
    models=(Model("recognizer", "by-hand", "1"), Model("vad", "by-hand", "2", "not a model")),
    applied={"language": None, "vad_onset": 0.5, "min_speakers": 2, "debug": False},
    warnings=(Notice("no_aligner", "alignment", "Japanese has no aligner"),),
    timings=(StageTime("vad", 0.25), StageTime("recognition", 2.0)),
)

RECORDING = "board meeting 3"
"""A name with blanks, which formats with columns must survive."""
