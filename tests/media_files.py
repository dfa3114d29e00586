"""Media files made on the spot: tones, containers with chosen timestamps, pictures."""

from collections.abc import Generator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from diascribe.audio import FULL_SCALE, Recording
from diascribe.media import Limits, decode

ENCODER_FORMATS = {
    "pcm_u8": ("u8", 128.0, 128),
    "pcm_s16le": ("s16", 32768.0, 0),
    "pcm_s24le": ("s32", 2147483648.0, 0),
    "pcm_s32le": ("s32", 2147483648.0, 0),
    "pcm_f32le": ("flt", 1.0, 0),
    "pcm_f64le": ("dbl", 1.0, 0),
    "aac": ("fltp", 1.0, 0),
    "flac": ("s16", 32768.0, 0),
    "libmp3lame": ("fltp", 1.0, 0),
    "libopus": ("flt", 1.0, 0),
}
"""Codec: sample format, value of full scale, value of silence."""

DTYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "flt": "f4", "fltp": "f4", "dbl": "f8"}

Sound = NDArray[np.float64]
"""(time, channel), full scale is 1."""


def tone(frequency_hz: float, duration: float, rate_hz: int = 16_000, level: float = 0.5) -> Sound:
    """A sine of (time, 1) that starts at phase 0."""
    time = np.arange(round(duration * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * frequency_hz * time))[:, np.newaxis]


def constants(levels: Sequence[float], duration: float, rate_hz: int = 16_000) -> Sound:
    """(time, channel): each channel holds one value."""
    return np.tile(np.array(levels, dtype=np.float64), (round(duration * rate_hz), 1))


def write(  # noqa: PLR0913 - a container has many knobs, and tests name those they turn
    path: Path | BinaryIO,
    *sounds: Sound,
    starts: Sequence[float] | None = None,
    codec: str = "pcm_s16le",
    rate_hz: int = 16_000,
    container: str | None = None,
    pictures: float = 0.0,
    options: dict[str, str] | None = None,
    bit_rate: int | None = None,
) -> Path | BinaryIO:
    """Write `sounds` one after another, or each at its own second of `starts`.

    `pictures` puts a video track of so many seconds beside them.
    """
    if starts is None:
        lengths = [0, *np.cumsum([len(sound) for sound in sounds])]
        starts = [length / rate_hz for length in lengths]
    file = str(path) if isinstance(path, Path) else path
    with av.open(file, "w", format=container, options=options or {}) as media:
        video = _video(media) if pictures else None
        audio = _audio(media, codec, rate_hz, sounds[0].shape[1]) if sounds else None
        if audio is not None and bit_rate is not None:
            audio.bit_rate = bit_rate
        if video is not None:
            _encode_pictures(media, video, pictures)
        if audio is not None:
            for sound, start in zip(sounds, starts, strict=False):
                frame = as_frame(sound, codec, rate_hz)
                frame.pts = round(start * rate_hz)
                media.mux(audio.encode(frame))
            media.mux(audio.encode(None))
    return path


def as_frame(sound: Sound, codec: str, rate_hz: int) -> av.AudioFrame:
    """One frame of the format that the codec's encoder takes."""
    name, full, silence = ENCODER_FORMATS[codec]
    dtype = np.dtype(DTYPES[name])
    scaled = sound * full + silence
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        scaled = np.clip(np.round(scaled), limits.min, limits.max)
    array = scaled.astype(dtype)
    packed = array.T if name.endswith("p") else array.reshape(1, -1)
    layout = {1: "mono", 2: "stereo"}.get(sound.shape[1], f"{sound.shape[1]} channels")
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), name, layout)
    frame.sample_rate = rate_hz
    frame.time_base = Fraction(1, rate_hz)
    return frame


def recording(source: Path | str | BinaryIO, limits: Limits | None = None) -> Recording:
    """What `decode` returns in the end."""

    def last() -> Generator[float, None, None]:
        result.append((yield from decode(source, limits=limits)))

    result: list[Recording] = []
    for _ in last():
        pass
    return result[0]


def floats(found: Recording) -> NDArray[np.float64]:
    """The samples as (time, channel) in [-1, 1)."""
    return found.samples / FULL_SCALE


def loud_spans(found: Recording, level: float = 0.1) -> list[tuple[float, float]]:
    """Where the first channel is louder than `level` for a while, in seconds."""
    loud = np.flatnonzero(np.abs(floats(found)[:, 0]) > level) / 16_000
    if not loud.size:
        return []
    cuts = np.flatnonzero(np.diff(loud) > 0.01)
    begins = [loud[0], *loud[cuts + 1]]
    ends = [*loud[cuts], loud[-1]]
    return [(float(b), float(e)) for b, e in zip(begins, ends, strict=True)]


def _audio(media: Any, codec: str, rate_hz: int, channels: int) -> AudioStream:  # noqa: ANN401 - PyAV's output container is not exported
    layout = {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
    stream = media.add_stream(codec, rate=rate_hz, layout=layout)
    assert isinstance(stream, AudioStream)
    stream.codec_context.format = ENCODER_FORMATS[codec][0]
    return stream


def _video(media: Any) -> VideoStream:  # noqa: ANN401 - as above
    stream = media.add_stream("mpeg4", rate=25)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    return stream


def _encode_pictures(media: Any, stream: VideoStream, duration: float) -> None:  # noqa: ANN401
    for number in range(round(duration * 25)):
        picture = av.VideoFrame.from_ndarray(np.zeros((96, 64), np.uint8), format="yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, 25)
        media.mux(stream.encode(picture))
    media.mux(stream.encode(None))
