"""The text that somebody gives to be aligned: a plain one, or one with times."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from diascribe.cli.inputs import STDIN
from diascribe.errors import SourceError, TranscriptFormatError
from diascribe.evaluation.reading.files import naming, read_text
from diascribe.formats import srt, vtt
from diascribe.formats.cues import Cue
from diascribe.formats.reading import load_json
from diascribe.transcript import Segment, Transcript

LABEL = re.compile(r"^\[[^\]\n]+\]: ?")
"""How a cue of an SRT file of ours begins: with who speaks."""

TIMED = re.compile(r"(?:\s*\d+\s*\n)?\s*(?:\d+:)?\d+:\d+[.,]\d{3}\s*-->")
"""How an SRT file begins."""


def read_given_text(given: str) -> str | Transcript:
    """What a file, or standard input, holds.

    Raises:
        SourceError: the file cannot be read.
        TranscriptFormatError: it is no text, or not in the format that its name says.
    """
    if given == STDIN:
        text = _standard_input()
        return READERS[_kind(text)](text)
    path = Path(given)
    text = read_text(path)
    kind = path.suffix.lower() if path.suffix.lower() in READERS else ""
    with naming(path):
        return READERS[kind](text)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TranscriptFormatError(("standard input: wanted UTF-8 text",)) from error
    except OSError as error:
        raise SourceError(f"standard input cannot be read: {error.strerror}") from error


def _kind(text: str) -> str:
    """The suffix of files that begin so."""
    if text.lstrip().startswith("{"):
        return ".json"
    if text.startswith(vtt.SIGNATURE):
        return ".vtt"
    return ".srt" if TIMED.match(text) else ""


def _plain(text: str) -> str:
    return text


def _json(text: str) -> Transcript:
    """Our own result, or WhisperX's."""
    from diascribe.wire.decode import from_json  # noqa: PLC0415 - opens pydantic
    from diascribe.wire.whisperx import from_whisperx  # noqa: PLC0415 - as above

    found = load_json(text)
    if isinstance(found, dict) and "schema_version" in found:
        return from_json(text)
    if not isinstance(found, dict) or "segments" not in found:
        raise TranscriptFormatError(
            ("wanted a transcript with segments, got other JSON",),
            hint="the JSON of Diascribe, WhisperX, Whisper and faster-whisper is read,"
            " and plain text, SRT and WebVTT",
        )
    foreign = from_whisperx(text)
    return _untimed(
        [
            Segment(one.start, one.end, text=one.text.strip(), language=None)
            for one in foreign.segments
        ],
        foreign.language,
    )


def _srt(text: str) -> Transcript:
    """Cues without the labels that name who speaks: the format has no other place for them."""
    return _of_cues((cue, LABEL.sub("", _said(cue))) for cue in srt.parse(text))


def _vtt(text: str) -> Transcript:
    return _of_cues((cue, _said(cue)) for cue in vtt.parse(text))


def _said(cue: Cue) -> str:
    return " ".join(cue.lines).strip()


def _of_cues(said: Iterable[tuple[Cue, str]]) -> Transcript:
    segments = [Segment(cue.start, cue.end, text=text, language=None) for cue, text in said]
    return _untimed(segments, None)


def _untimed(segments: list[Segment], language: str | None) -> Transcript:
    """Segments whose words are not timed, of a recording that nobody has heard yet."""
    end = max((one.end for one in segments), default=0.0)
    return Transcript(duration=end, language=language, segments=tuple(segments))


READERS: Mapping[str, Callable[[str], str | Transcript]] = MappingProxyType(
    {"": _plain, ".json": _json, ".srt": _srt, ".vtt": _vtt}
)
"""What reads the text of a file, by its suffix; others are plain text."""
