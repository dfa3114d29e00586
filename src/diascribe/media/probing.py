"""What a container says about itself, and which of its sound is the recording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from diascribe.errors import MediaError, MediaLimitError, NoAudioError, SourceError
from diascribe.media.limits import Limits
from diascribe.media.source import Source, opened

_LOCAL_ONLY = {"protocol_whitelist": "none"}
"""Playlists, concat scripts and session descriptions name other files and hosts; with no
protocol allowed, FFmpeg reads the bytes it was given and nothing else."""

_RATES_HZ = (1_000, 768_000)
"""Outside lies only a broken header: from far below telephones to 16 times 48 kHz."""

_BARE = frozenset({"aac", "ac3", "dts", "eac3", "loas", "mlp", "truehd"})
"""Streams without a container: FFmpeg guesses their duration from the first bit rate."""

_ENDLESS_RIFF_BYTES = 0x7FFF_0000
"""From here on a WAV's size means "unknown": what writers to a pipe put there."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a container says about the sound in it, without decoding any."""

    duration: float | None
    """Seconds until the sound ends on the container's clock; null where it does not say."""
    channels: int
    rate_hz: int
    codec: str
    container: str
    tracks: int
    """How many audio streams there are; the others are ignored."""


def probe(source: Path | str | BinaryIO, *, limits: Limits | None = None) -> Probe:
    """What a file says about its best audio stream.

    Raises:
        SourceError: the file is absent, no regular file or not permitted.
        MediaError: it is no media that FFmpeg can read.
        NoAudioError: it holds no audio stream.
        MediaLimitError: it holds more channels or hours than allowed.
    """
    limits = limits or Limits()
    with opened(source, piped_bytes=limits.piped_bytes) as file, opened_container(file) as media:
        return described(media, best_audio(media, file), file, limits)


@contextmanager
def opened_container(source: Source) -> Iterator[InputContainer]:
    """The container in `source`, closed afterwards.

    Raises:
        SourceError: the disk or network failed while the header was read.
        MediaError: no media that FFmpeg can read, or one that needs other files.
    """
    try:
        media = av.open(source, "r", options=_LOCAL_ONLY, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        if source.failed:
            raise SourceError(
                f"{source.label}: stopped while it was read: {source.failed}"
            ) from error
        reason = getattr(error, "strerror", None) or "its header makes no sense"
        raise MediaError(
            f"{source.label}: wanted a complete audio or video file, got something else: {reason}",
            hint="headerless samples need a header first: ffmpeg -f s16le -ar 16000 -i IN OUT.wav; "
            "a playlist's files must be given themselves",
        ) from error
    with media:
        yield media


def best_audio(media: InputContainer, source: Source) -> AudioStream:
    """The stream marked as default, then the one with most channels, then the first.

    Raises:
        NoAudioError: there is no audio stream.
        MediaError: there is no decoder for any.
    """
    if not media.streams.audio:
        kinds = Counter(stream.type for stream in media.streams)
        got = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        raise NoAudioError(f"{source.label}: wanted an audio stream, got streams: {got}")
    decodable = [
        stream
        for stream in media.streams.audio
        if stream.codec_context is not None  # type: ignore[redundant-expr] # the stubs forget it
    ]
    if not decodable:
        raise MediaError(f"{source.label}: wanted a known codec, got one without a decoder")
    return max(
        decodable,
        key=lambda stream: (
            bool(stream.disposition & Disposition.default),
            stream.channels,
            -stream.index,
        ),
    )


def described(media: InputContainer, stream: AudioStream, source: Source, limits: Limits) -> Probe:
    """What the container says about `stream`, once that is possible and within limits.

    Raises:
        MediaError: a rate or channel count that no recording has.
        MediaLimitError: more channels or hours than `limits`.
    """
    found = Probe(
        duration=_stated_duration(media, stream, source),
        channels=stream.channels,
        rate_hz=stream.rate or 0,
        codec=stream.codec_context.codec.canonical_name,
        container=media.format.name,
        tracks=len(media.streams.audio),
    )
    low, high = _RATES_HZ
    if not low <= found.rate_hz <= high or not found.channels:
        raise MediaError(
            f"{source.label}: wanted a rate of {low} to {high} Hz and at least 1 channel, "
            f"got {found.rate_hz} Hz and {found.channels}"
        )
    if found.channels > limits.channels:
        raise MediaLimitError(
            f"{source.label}: wanted at most {limits.channels} channels, got {found.channels}"
        )
    check_hours(found.duration or 0.0, source, limits)
    return found


def check_hours(duration: float, source: Source, limits: Limits) -> None:
    """Refuse a recording that lasts, or says it lasts, longer than allowed.

    Raises:
        MediaLimitError: more than `limits.hours`.
    """
    if duration > limits.hours * 3600:
        raise MediaLimitError(
            f"{source.label}: wanted at most {limits.hours:g} h, got {duration / 3600:.1f} h",
            hint="a damaged timestamp also looks like this; copying the file with FFmpeg mends it",
        )


def keeps_its_word(media: InputContainer, stream: AudioStream) -> bool:
    """Whether the stated duration is that of the sound and no guess.

    A container's duration may be that of its pictures, and that of an MP3 without a
    table is guessed from its first bit rate.
    """
    whole = stream.duration is not None or len(media.streams) == 1
    return whole and media.format.name != "mp3"


def container_start(media: InputContainer) -> float:
    """The second on the file's own clock that players show as 0."""
    return (media.start_time or 0) / av.time_base


def _stated_duration(media: InputContainer, stream: AudioStream, source: Source) -> float | None:
    if media.format.name in _BARE:
        return None
    if stream.duration is not None and stream.time_base is not None:
        start = 0.0
        if stream.start_time is not None:
            start = float(stream.start_time * stream.time_base) - container_start(media)
        duration = start + float(stream.duration * stream.time_base)
        if media.format.name == "wav" and stream.bit_rate:
            duration += _cut_off_bytes(source) * 8 / stream.bit_rate
        return duration
    return None if media.duration is None else media.duration / av.time_base


def _cut_off_bytes(source: Source) -> int:
    """How many bytes a WAV file's header promises that are not there.

    FFmpeg passes over it in silence and tells the duration of what is there.
    """
    position = source.tell()
    source.seek(0)
    head = source.read(12)
    source.seek(position)
    promised = int.from_bytes(head[4:8], "little") + 8
    if head[:4] != b"RIFF" or promised > _ENDLESS_RIFF_BYTES:
        return 0
    return max(0, promised - source.size)
