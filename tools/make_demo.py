"""Makes examples/conversation.*: a meeting of three that anybody may copy, and who said what.

    python tools/make_demo.py

Needs flite (Debian's package, 2.2), whose voices slt, awb and rms speak; words and times come
out the same every time, the bytes of the Opus file depend on the encoder's version.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE

EXAMPLES = Path(__file__).parents[1] / "examples"
NAME = "conversation"
FLITE = "flite-2.2"
VOICES = {"anna": "slt", "alan": "awb", "robert": "rms"}
"""Speaker to flite's voice: an American woman, a Scot, an American man."""

BIT_RATE = 32_000  # bits per second: the least at which the recognizer reads as from the original
LEVEL = 2_500.0  # root mean square of an utterance: about -22 dB below full scale
AUDIBLE = 200  # of 32,768: softer samples at both ends of an utterance are silence
ENDING_S = 0.5
"""Silence after the last word."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says after a pause of seconds."""

    pause: float
    speaker: str
    text: str


LINES = (
    Line(0.5, "anna", "Hello, and thank you for coming to the meeting."),
    Line(0.5, "anna", "Today we will talk about the new library in the center of the city."),
    Line(0.7, "robert", "The building will be finished at the end of the summer."),
    Line(0.4, "robert", "We have money for the books, but not for the new computers."),
    Line(0.6, "alan", "So how much more money do we need for them?"),
    Line(0.5, "robert", "About forty thousand dollars, and we have only half of that."),
    Line(0.8, "anna", "I think we should ask the city council for the other half."),
    Line(0.6, "alan", "That is a good idea. I can write a letter to them this week."),
    Line(0.5, "anna", "Please send it to me before Friday, and I will read it."),
    Line(0.6, "robert", "There is one more problem. Many people cannot come in the morning."),
    Line(0.5, "alan", "Then we should open the doors in the evening as well."),
    Line(0.6, "anna", "Very good. Thank you both, and see you next week."),
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line and when it is heard, in seconds."""

    line: Line
    start: float
    end: float


def main() -> None:
    """Write the recording and the three forms of its reference."""
    check_flite()
    samples, spoken = conversation()
    write_opus(EXAMPLES / f"{NAME}.opus", samples)
    write_references(spoken)
    seconds, words = len(samples) / SAMPLE_RATE, sum(len(one.text.split()) for one in LINES)
    sys.stdout.write(f"{seconds:.1f} s, {words} words\n")


def check_flite() -> None:
    """Refuse another flite than the one that the references were made with."""
    command = [shutil.which("flite") or sys.exit(f"wanted {FLITE}, found none"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if FLITE not in said.stdout:
        sys.exit(f"wanted {FLITE}, got: {said.stdout.strip()}")


def conversation() -> tuple[NDArray[np.int16], list[Spoken]]:
    """Samples (time,) of all lines after their pauses, and when each is heard."""
    parts: list[NDArray[np.int16]] = []
    spoken: list[Spoken] = []
    now = 0.0
    for line in LINES:
        voice = say(line)
        start = now + line.pause
        now = start + len(voice) / SAMPLE_RATE
        parts += [silence(line.pause), voice]
        spoken.append(Spoken(line, start, now))
    return np.concatenate([*parts, silence(ENDING_S)]), spoken


def say(line: Line) -> NDArray[np.int16]:
    """Samples (time,) of a line in its speaker's voice, without silence at the ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        command = ["flite", "-voice", VOICES[line.speaker], "-t", line.text, "-o", str(path)]
        subprocess.run(command, check=True)  # noqa: S603 - our own lines
        with wave.open(str(path)) as file:
            assert file.getframerate() == SAMPLE_RATE
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    audible = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
    voice = samples[audible[0] : audible[-1] + 1].astype(np.float64)
    level = np.sqrt(np.mean(np.square(voice)))
    scaled: NDArray[np.float64] = np.clip(np.round(voice * LEVEL / level), -32_768, 32_767)
    return scaled.astype(np.int16)


def silence(seconds: float) -> NDArray[np.int16]:
    """Samples (time,) of a quiet room: digital silence occurs in no recording."""
    count = round(seconds * SAMPLE_RATE)
    noise = np.random.default_rng(count).normal(0, 3, count)
    return np.round(noise).astype(np.int16)


def write_opus(path: Path, samples: NDArray[np.int16]) -> None:
    """A mono Opus file of samples (time,)."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def write_references(spoken: list[Spoken]) -> None:
    """The turns as RTTM, the text to read, and both as SegLST."""
    turns = [
        f"SPEAKER {NAME} 1 {one.start:.3f} {one.end - one.start:.3f}"
        f" <NA> <NA> {one.line.speaker} <NA> <NA>"
        for one in spoken
    ]
    segments = [
        {
            "session_id": NAME,
            "speaker": one.line.speaker,
            "start_time": round(one.start, 3),
            "end_time": round(one.end, 3),
            "words": one.line.text,
        }
        for one in spoken
    ]
    lines = [f"{one.line.speaker}: {one.line.text}" for one in spoken]
    (EXAMPLES / f"{NAME}.rttm").write_text("\n".join(turns) + "\n", encoding="utf-8")
    (EXAMPLES / f"{NAME}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (EXAMPLES / f"{NAME}.json").write_text(json.dumps(segments, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
