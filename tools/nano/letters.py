"""The aligner's letters and its frames: where each letter of a timed word shall be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from lexicon import plain
from numpy.typing import NDArray

HOP, RECEPTIVE = 320, 400  # samples at 16 kHz, as wav2vec2 has them
HOP_S = HOP / 16_000
SHIFT_S = (RECEPTIVE - HOP) / 2 / 16_000
"""A frame hears 400 samples; the 320 in their middle are its own, and begin 2.5 ms later."""

SYMBOLS = ("<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ", *"ÄÖÜ")
"""As wav2vec2-base-960h numbers them, and German's umlauts after these."""
NUMBERS = {symbol: number for number, symbol in enumerate(SYMBOLS)}
BLANK, SEPARATOR = NUMBERS["<pad>"], NUMBERS["|"]


def frames_of(samples: int) -> int:
    """Frames that so many samples give."""
    return (samples - RECEPTIVE) // HOP + 1


def spelt(word: str) -> list[int]:
    """Numbers of a word's letters."""
    return [NUMBERS[letter] for letter in plain(word).upper()]


def frame_labels(words: Sequence[tuple[str, float, float]], frames: int) -> NDArray[np.int64]:
    """(frame,): letters spread evenly over each word and `|` in the frame where the word ends.

    If the next word begins there, the frame is taken from both.
    """
    labels = np.full(frames, BLANK, np.int64)
    free = 0
    for word, start, end in words:
        first = max(round((start - SHIFT_S) / HOP_S), free)
        last = max(_containing(end), first + 1)
        inside = labels[first:last]
        inside[:] = _spread(spelt(word), last - first)[: len(inside)]
        labels[last : last + 1] = SEPARATOR
        free = last + 1
    return labels


def _containing(seconds: float) -> int:
    """The frame in whose own part an instant is."""
    return int((seconds - SHIFT_S) // HOP_S)


def _spread(letters: list[int], frames: int) -> NDArray[np.int64]:
    """(frame,): each letter for an equal part, a blank between two that are the same."""
    parts = [letters[0]]
    for letter in letters[1:]:
        parts += [BLANK, letter] if letter == parts[-1] else [letter]
    if frames < len(parts):
        return np.asarray(parts, np.int64)[np.arange(frames) * len(parts) // max(frames, 1)]
    doubles = [index for index, part in enumerate(parts) if part == BLANK]
    place = np.asarray(parts, np.int64)[np.arange(frames) * len(parts) // frames]
    for index in doubles:  # one frame tells two letters apart; the rest belongs to them
        where = np.flatnonzero(np.arange(frames) * len(parts) // frames == index)
        place[where[1:]] = parts[index + 1]
    return place
