"""Whether a sample says enough about a voice, and what is wrong where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.identify.people import Figures
from diascribe.span import Span
from diascribe.timeline import total, without

LEAST_SPEECH_S = 3.0
"""Of shorter samples of LibriSpeech, every tenth is nearer to somebody else's than to another of
the same voice (benchmarks/results/known_voices.jsonl)."""

LEAST_SNR_DB = 8.0
"""Under noise as loud as this, vectors are of the noise as much as of the voice."""

MOST_CLIPPED = 0.02
"""Share of clipped samples from which on the sound is another."""

FRAME = SAMPLE_RATE // 50  # samples: 20 ms, a few periods of the lowest voices
LEAST_PAUSE_S = 0.3
QUIETEST = 0.05
"""Without pauses, the noise is what the quietest twentieth of the frames holds."""

FLAT = 0.98
"""Of the peak: samples in a row that are as high as this, and equal, are cut off."""

SOUNDS_DB = -50.0
"""Louder than the noise of a microphone."""

TONAL = 0.25
"""Spectral flatness below which a sound is made of tones: noise has 0.4 and more."""

PAD_S = 0.2
"""Around speech, before it counts as a pause: voices fade."""


def figures_of(audio: Audio, speech: Sequence[Span]) -> Figures:
    """What a sample sounds like where there is speech, and where there is none."""
    spoken = _samples(audio, speech)
    level = _decibels(spoken)
    noise = _decibels(_background(audio, speech))
    return Figures(
        seconds=round(total(speech), 3),
        level_db=round(level, 1),
        snr_db=round(min(max(level - noise, 0.0), 99.0), 1),
        clipped=round(clipped_share(spoken), 4),
    )


def problems_of(audio: Audio, speech: Sequence[Span], figures: Figures) -> Iterator[str]:
    """Everything for which a sample is refused, in plain words."""
    if figures.seconds < LEAST_SPEECH_S:
        yield f"{_instead(audio, figures)}: wanted at least {LEAST_SPEECH_S:g} s of speech"
        return
    kind = "music" if is_tonal(_background(audio, speech)) else "noise"
    if figures.snr_db is not None and figures.snr_db < LEAST_SNR_DB:
        yield (
            f"the speech is only {figures.snr_db:.0f} dB louder than the {kind} behind it:"
            f" wanted {LEAST_SNR_DB:g} dB"
        )
    if figures.clipped is not None and figures.clipped > MOST_CLIPPED:
        yield (
            f"{100 * figures.clipped:.0f} % of the speech is clipped:"
            f" wanted at most {100 * MOST_CLIPPED:g} %, recorded at a lower level"
        )


def _instead(audio: Audio, figures: Figures) -> str:
    """What a sample holds that has too little speech."""
    if figures.seconds:
        return f"holds {figures.seconds:.1f} s of speech"
    if _decibels(_whole(audio)) <= SOUNDS_DB:
        return "is silent"
    return f"holds no speech, but {'music' if is_tonal(_whole(audio)) else 'noise'}"


def clipped_share(samples: NDArray[np.float32]) -> float:
    """Share of samples (time,) that stay at the peak, where a wave was cut off."""
    if len(samples) < 2:
        return 0.0
    size = np.abs(samples)
    flat = (size[1:] >= FLAT * size.max()) & (samples[1:] == samples[:-1])
    return float(flat.mean())


def is_tonal(samples: NDArray[np.float32]) -> bool:
    """Whether a sound (time,) is made of tones, as music is and noise is not."""
    count = len(samples) // 1024
    if count < 2 or _decibels(samples) < SOUNDS_DB:
        return False
    frames = samples[: count * 1024].reshape(count, 1024) * np.hanning(1024).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)))[:, 8:256] + 1e-12  # 125 Hz to 4 kHz
    flatness = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
    return bool(np.median(flatness) < TONAL)


def _background(audio: Audio, speech: Iterable[Span]) -> NDArray[np.float32]:
    """What is heard (time,) when nobody speaks."""
    around = [Span(max(0.0, one.start - PAD_S), one.end + PAD_S) for one in speech]
    pauses = [one for one in without([audio.span], around) if one.duration >= FRAME / SAMPLE_RATE]
    if total(pauses) >= LEAST_PAUSE_S:
        return _samples(audio, pauses)
    frames = _frames(_whole(audio))
    quiet = np.argsort(np.square(frames).mean(axis=1))[: max(1, round(QUIETEST * len(frames)))]
    return frames[quiet].ravel()


def _frames(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples (frame, time)."""
    count = len(samples) // FRAME
    return samples[: count * FRAME].reshape(count, FRAME)


def _whole(audio: Audio) -> NDArray[np.float32]:
    return audio.cut(audio.span)


def _samples(audio: Audio, spans: Iterable[Span]) -> NDArray[np.float32]:
    """The sound (time,) of spans, end to end."""
    return np.concatenate([np.zeros(0, np.float32), *(audio.cut(span) for span in spans)])


def _decibels(samples: NDArray[np.float32]) -> float:
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))
