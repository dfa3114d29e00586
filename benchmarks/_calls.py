"""Calls made of single speakers' recordings: a side a channel, each leaking into the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from _record import data_folder
from numpy.typing import NDArray

from diascribe.algorithms.channels.levels import decibels, frame_levels
from diascribe.algorithms.hysteresis import fill_gaps, runs
from diascribe.audio import FRAME_S, FULL_SCALE, SAMPLE_RATE
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Turn

LEAK_DELAY = 64
"""Samples: 4 ms, a hybrid's echo."""

UNDER_LOUDEST_DB = 40.0
"""Speech is within so much of an utterance's loudest; pauses of 0.3 s are outside of it."""

NOISE_DB = -70.0


@dataclass(frozen=True, slots=True)
class Said(Span):
    """A word that was said, and on which side."""

    text: str
    side: int


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A recording with its truth."""

    name: str
    samples: NDArray[np.int16]
    """(time, channel)"""
    turns: tuple[Turn, ...]
    words: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who speaks on which side, and how the line is."""

    name: str
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    """Speakers of LibriSpeech's test-other, who take turns within a side."""
    leak_db: float = -22.0
    phone: bool = False
    """Whether the line is a telephone's: 8 kHz and μ-law."""
    most_s: float = 75.0
    seed: int = 0


def call(plan: Plan) -> Call:
    """Utterances in turns, one side after the other, a third of them over the last one's end."""
    rng = np.random.default_rng(plan.seed)
    length = round((plan.most_s + 20) * SAMPLE_RATE)
    clean = np.zeros((length, 2), np.float32)
    turns: list[Turn] = []
    words: list[Said] = []
    at = 0.5
    for number, (side, who, path) in enumerate(_order(plan)):
        sound = _loud(_samples(path))
        if at + len(sound) / SAMPLE_RATE > plan.most_s:
            break
        first = round(at * SAMPLE_RATE)
        clean[first : first + len(sound), side] += sound
        spoken = [
            Turn(at + one.start, at + one.end, speaker=who, channel=side) for one in _spoken(sound)
        ]
        turns += spoken
        words += _said(path.with_suffix(".txt").read_text().split(), spoken, side)
        at += len(sound) / SAMPLE_RATE + (-0.8 if number % 3 == 2 else rng.uniform(0.2, 1.0))
    sounding = clean[: round((at + 1) * SAMPLE_RATE)]
    samples = _line(_leaking(sounding, plan.leak_db, rng), phone=plan.phone)
    return Call(plan.name, samples, tuple(sorted(turns, key=lambda one: one.start)), tuple(words))


def simulated(path: Path) -> Call:
    """A simulated stereo call of the development data."""
    recording = finish_seconds(decode(path))
    name = path.stem
    turns = [_turn(line) for line in path.with_suffix(".rttm").read_text().splitlines()]
    words: list[Said] = []
    for line in path.with_suffix(".stm").read_text().splitlines():
        _, channel, _, start, end, text = line.split(maxsplit=5)
        side, whole = int(channel) - 1, Span(float(start), float(end))
        spoken = [one for one in turns if one.channel == side and one.shared(whole) > 0]
        words += _said(text.split(), spoken, side)
    return Call(name, recording.samples, tuple(turns), tuple(words))


def written(samples: NDArray[np.int16], path: Path) -> Path:
    """The samples (time, channel) as a FLAC file."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("flac", rate=SAMPLE_RATE, layout=_layout(samples.shape[1]))
        packed = np.ascontiguousarray(samples).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, "s16", _layout(samples.shape[1]))
        frame.sample_rate = SAMPLE_RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return path


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo", 3: "2.1", 8: "7.1"}[channels]


def _order(plan: Plan) -> Iterable[tuple[int, str, Path]]:
    """Side, speaker and file of each utterance."""
    folder = data_folder() / "librispeech" / "test-other"
    files = {who: sorted((folder / who).glob("*.flac")) for side in plan.sides for who in side}
    used = dict.fromkeys(files, 0)
    for turn in range(1000):
        side = turn % 2
        crowd = plan.sides[side]
        who = crowd[(turn // 2) % len(crowd)]
        if used[who] == len(files[who]):
            return
        yield side, who, files[who][used[who]]
        used[who] += 1


def _samples(path: Path) -> NDArray[np.float32]:
    audio = finish_seconds(decode(path)).mix()
    return audio.read(0, len(audio.samples))


def _loud(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound at -26 dB of full scale."""
    level = np.sqrt(np.mean(np.square(sound)))
    scaled: NDArray[np.float32] = (sound * 10 ** (-26 / 20) / level).astype(np.float32)
    return scaled


def _spoken(sound: NDArray[np.float32]) -> list[Span]:
    """Where an utterance is loud, by its energy."""
    level = decibels(frame_levels(sound[:, None])[:, 0])
    active = fill_gaps(level > level.max() - UNDER_LOUDEST_DB, shorter_than=round(0.3 / FRAME_S))
    return [Span(first * FRAME_S, last * FRAME_S) for first, last in runs(active).tolist()]


def _said(texts: Sequence[str], spoken: Sequence[Span], side: int) -> list[Said]:
    """Words spread by their letters over the turns of their utterance; pauses hold none."""
    places = spread(texts, Span(0.0, sum(one.duration for one in spoken)))
    return [
        Said(*_placed(one, spoken), text, side) for one, text in zip(places, texts, strict=True)
    ]


def _placed(one: Span, spoken: Sequence[Span]) -> tuple[float, float]:
    """Start and end of what is somewhere in the turns put end to end; in one turn, its most."""
    best, before = Span(spoken[0].start, spoken[0].start), 0.0
    for turn in spoken:
        start = max(one.start - before, 0.0) + turn.start
        end = min(one.end - before, turn.duration) + turn.start
        if end - start > best.duration:
            best = Span(start, end)
        before += turn.duration
    return best.start, best.end


def _leaking(
    clean: NDArray[np.float32], leak_db: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    late = np.pad(clean[:-LEAK_DELAY], ((LEAK_DELAY, 0), (0, 0)))
    noise = rng.standard_normal(clean.shape).astype(np.float32) * 10 ** (NOISE_DB / 20)
    leaked: NDArray[np.float32] = clean + late[:, ::-1] * 10 ** (leak_db / 20) + noise
    return leaked


def _line(sound: NDArray[np.float32], *, phone: bool) -> NDArray[np.int16]:
    """What comes out of the line, int16 (time, channel)."""
    if phone:
        spectrum = np.fft.rfft(sound, axis=0)
        hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
        spectrum *= (hertz / np.hypot(hertz, 300))[:, None]  # a slope as of line transformers
        spectrum[hertz > 3400] = 0
        sound = np.fft.irfft(spectrum, len(sound), axis=0).astype(np.float32)
        curved = np.sign(sound) * np.log1p(255 * np.abs(sound).clip(0, 1)) / np.log(256)
        coarse = np.round(curved * 127) / 127
        sound = np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255
    return np.round(sound * (FULL_SCALE - 1)).clip(-32768, 32767).astype(np.int16)


def _turn(line: str) -> Turn:
    _, _, channel, start, duration, _, _, who, *_ = line.split()
    turn = Turn(float(start), float(start) + float(duration), speaker=who)
    return replace(turn, channel=int(channel) - 1)
