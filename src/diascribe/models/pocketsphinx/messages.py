"""What the recognizer's child processes are asked and answer, and how it goes over a pipe."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import BinaryIO

LENGTHS = struct.Struct("!II")
"""Before each message: how many bytes of JSON follow, then how many of sound."""


@dataclass(frozen=True, slots=True)
class Question:
    """One stretch of sound: int16 samples as bytes, at 16 kHz.

    `words` are to be found in the sound, each as the parts that it is spoken as, possibly
    none. Null asks which words there are.
    """

    sound: bytes
    words: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A word as the child heard it, in seconds after the first sample.

    `sureness` is 0 to 1: of a recognized word its probability, of a found one its score.
    """

    text: str
    start: float
    end: float
    sureness: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was heard; to a question with words one entry each, null for a word not found."""

    heard: tuple[Heard | None, ...]


def send_question(pipe: BinaryIO, question: Question) -> None:
    """Write one question; blocks while the child is busy."""
    _send(pipe, json.dumps(question.words).encode(), question.sound)


def receive_question(pipe: BinaryIO) -> Question | None:
    """The next question; null where the asker has gone."""
    message = _receive(pipe)
    if message is None:
        return None
    words = json.loads(message[0])
    return Question(message[1], words if words is None else tuple(map(tuple, words)))


def send_answer(pipe: BinaryIO, answer: Answer) -> None:
    """Write one answer."""
    _send(pipe, json.dumps([heard and asdict(heard) for heard in answer.heard]).encode())


def receive_answer(pipe: BinaryIO) -> Answer | None:
    """The next answer; null where the child has gone."""
    message = _receive(pipe)
    if message is None:
        return None
    return Answer(tuple(heard and Heard(**heard) for heard in json.loads(message[0])))


def _send(pipe: BinaryIO, text: bytes, sound: bytes = b"") -> None:
    pipe.write(LENGTHS.pack(len(text), len(sound)) + text)
    pipe.write(sound)
    pipe.flush()


def _receive(pipe: BinaryIO) -> tuple[bytes, bytes] | None:
    lengths = pipe.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    text_length, sound_length = LENGTHS.unpack(lengths)
    text, sound = pipe.read(text_length), pipe.read(sound_length)
    whole = len(text) == text_length and len(sound) == sound_length
    return (text, sound) if whole else None
