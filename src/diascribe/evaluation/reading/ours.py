"""Our own JSON as an account of one recording: all its turns, segments and words."""

from __future__ import annotations

from diascribe.evaluation.account import Account
from diascribe.formats.tokens import is_spaced, tidy
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Segment, Transcript
from diascribe.wire.decode import from_json


def read(text: str, recording: str) -> Account:
    """The account of the recording.

    Raises:
        TranscriptFormatError: names every field that is absent, unknown or wrong at once.
    """
    return account_of(from_json(text), recording)


def account_of(transcript: Transcript, recording: str) -> Account:
    """What a transcript says; what a stage would say that was not asked for is null."""
    asked = {one.stage for one in transcript.timings} or {"recognition", "diarization"}
    said = transcript.segments if transcript.segments or "recognition" in asked else None
    turned = bool(transcript.turns) or "diarization" in asked
    return Account(
        recording=recording,
        turns=transcript.turns if turned else None,
        utterances=None if said is None else tuple(map(_utterance, said)),
        words=None if said is None else transcript.words,
        text=None if said is None else _text(transcript),
        language=transcript.language,
        duration=transcript.duration,
    )


def _utterance(segment: Segment) -> Utterance:
    return Utterance(segment.start, segment.end, tidy(segment.text), segment.speaker)


def _text(transcript: Transcript) -> str:
    blank = " " if is_spaced(transcript.language) else ""
    return blank.join(tidy(one.text) for one in transcript.segments)
