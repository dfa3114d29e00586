"""Any file to 16 kHz channels on the container's clock."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from diascribe.audio import SAMPLE_RATE, Recording, Remark
from diascribe.errors import MediaError, NoAudioError
from diascribe.media.clock import timed
from diascribe.media.limits import Limits
from diascribe.media.probing import (
    Probe,
    best_audio,
    check_hours,
    container_start,
    described,
    keeps_its_word,
    opened_container,
)
from diascribe.media.source import opened
from diascribe.media.spool import Spool
from diascribe.media.track import Track

_CUT_OFF_S = 0.5
"""A recording shorter than stated by more is called cut off: encoders' padding and the
rounding of packets explain less."""


@dataclass(slots=True)
class _Damage:
    """What could not be decoded."""

    promised: float | None
    """Seconds that the container is sure to hold; null where it does not say."""
    packets: int = 0
    gaps: float = 0.0
    """Seconds of silence that stand for missing sound."""
    end: str = ""
    """Why reading stopped before the end; empty where it did not."""


def decode(
    source: Path | str | BinaryIO, *, limits: Limits | None = None
) -> Generator[float, None, Recording]:
    """The channels of the best audio stream; yields seconds of sound done.

    Second 0 is where players show 0. A stream that starts later starts with silence, and
    a gap in the timestamps becomes silence. A damaged or cut off file gives what can be
    decoded, and `remarks` say so. The samples lie in a nameless file in the temporary
    directory; nothing of it remains however the process ends.

    Args:
        source: A path, "-" for standard input, or a binary file object.
        limits: When to refuse; the defaults where null.

    Raises:
        SourceError: the file is absent, no regular file or not permitted.
        MediaError: it is no media that FFmpeg can read, or all of it is damaged.
        NoAudioError: it holds no audio stream, or one without samples.
        MediaLimitError: it holds more channels or hours than allowed.
        SpoolError: there is no room for the decoded sound.
    """
    limits = limits or Limits()
    with opened(source, piped_bytes=limits.piped_bytes) as file, opened_container(file) as media:
        stream = best_audio(media, file)
        found = described(media, stream, file, limits)
        damage = _Damage(promised=found.duration if keeps_its_word(media, stream) else None)
        with Spool(found.channels) as spool:
            track = Track(spool)
            for frame, start in timed(_stamped(media, stream, damage)):
                check_hours(start or 0.0, file, limits)
                if track.add(frame, start):
                    check_hours(track.position, file, limits)
                    yield track.position
            track.finish()
            damage.gaps = track.gaps
            damage.end = damage.end or file.failed
            if not spool.length:
                raise _nothing_decoded(found, damage, file.label)
            return Recording(
                samples=spool.samples(),
                name=file.label,
                container=found.container,
                codec=found.codec,
                source_rate_hz=found.rate_hz,
                remarks=tuple(_remarks(found, damage, spool.length / SAMPLE_RATE)),
            )


def _stamped(
    media: InputContainer, stream: AudioStream, damage: _Damage
) -> Iterator[tuple[AudioFrame, float | None]]:
    """Frames, each with its second on the container's clock, or null where it has none."""
    for other in media.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    assert stream.time_base is not None, "every audio stream counts in something"
    tick, zero = float(stream.time_base), container_start(media)
    for frame in _frames(media, stream, damage):
        yield frame, None if frame.pts is None else frame.pts * tick - zero


def _frames(media: InputContainer, stream: AudioStream, damage: _Damage) -> Iterator[AudioFrame]:
    packets = media.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError as error:
            damage.end = error.strerror or str(error)
            return
        if packet is None:
            return
        try:
            frames = stream.decode(packet)
        except av.FFmpegError:
            damage.packets += 1
        else:
            yield from frames


def _nothing_decoded(found: Probe, damage: _Damage, label: str) -> MediaError:
    if damage.packets or damage.end:
        return MediaError(f"{label}: wanted {found.codec} sound, got only damaged packets")
    return NoAudioError(f"{label}: wanted sound, got an audio stream without samples")


def _remarks(found: Probe, damage: _Damage, duration: float) -> Iterator[Remark]:
    if found.tracks > 1:
        text = f"one of {found.tracks} audio tracks was used, the default or widest"
        yield Remark("media_other_tracks", text)
    if damage.packets:
        yield Remark("media_damaged", f"packets that could not be decoded: {damage.packets}")
    if damage.gaps:
        text = f"{damage.gaps:.1f} s without sound between packets became silence"
        yield Remark("media_gaps", text)
    if damage.end:
        yield Remark("media_cut_off", f"reading stopped after {duration:.1f} s: {damage.end}")
    elif damage.promised is not None and duration < damage.promised - _CUT_OFF_S:
        text = f"{damage.promised:.1f} s were promised, {duration:.1f} s could be decoded"
        yield Remark("media_cut_off", text)
