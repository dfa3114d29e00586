"""The child process: reads questions from standard input until it ends, and answers them.

`python -m diascribe.models.pocketsphinx.worker`. The Python binding holds the interpreter's
lock while it decodes, so only processes run side by side.
"""

from __future__ import annotations

import math
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import BinaryIO

import pocketsphinx

from diascribe.models.pocketsphinx.messages import (
    Answer,
    Heard,
    Question,
    receive_question,
    send_answer,
)
from diascribe.models.pocketsphinx.spelling import spell

FRAME_S = 0.01
"""Step of the frames in which pocketsphinx counts."""

SHORTEST = 800
"""Samples: 50 ms. Less than a phone's three states holds no word, and fails to decode."""

RECOGNIZING = {"fwdflatbeam": 1e-80, "fwdflatwbeam": 1e-40, "dither": True, "seed": 1}
"""A wider second pass than the default, for a word more in a hundred. The half bit of noise,
the same every time, is for digital silence, in which the decoder else hears a sure "dog"."""

ALIGNING = {
    **dict.fromkeys(("beam", "pbeam", "wbeam"), 1e-160),
    "bestpath": False,
    "lm": None,
    "compallsen": True,
    "silprob": 0.3,
}
"""Beams wide enough that a pause or a wrong word does not lose the path; without the search
of a best path through the lattice, which may leave words out. All states are scored, not
only the text's, so that scores compare with the best of them (benchmarks/alignment.py)."""

SCORE_SHIFT = 1 << 10
"""Paths are scored in steps of this many units (SENSCR_SHIFT of pocketsphinx's hmm.h)."""

SCORE_SCALE = 10.0
"""Nats a frame by which the text may lose to the best states for a score of 1/e: in the
median, what was said loses 4 and other words 8 (benchmarks/alignment.py)."""

UNKNOWN = "+unknown+"
"""Stands for a part without Latin letters, such as a number: the model of mumbling."""

SPOKEN = re.compile(r"[a-z'+]")
"""How real words begin; silence and noise begin with a bracket."""

VARIANT = re.compile(r"\(\d+\)$")
"""The number of a pronunciation after a word that has several."""


class Ear:
    """The two decoders, each loaded when it is first needed."""

    @cached_property
    def recognizing(self) -> pocketsphinx.Decoder:
        """The decoder with the trigram language model."""
        return pocketsphinx.Decoder(loglevel="FATAL", **RECOGNIZING)

    @cached_property
    def aligning(self) -> pocketsphinx.Decoder:
        """The decoder without language model."""
        decoder = pocketsphinx.Decoder(loglevel="FATAL", **ALIGNING)
        decoder.add_word(UNKNOWN, "+SPN+")
        return decoder

    def answer(self, question: Question) -> Answer:
        """What is heard; nothing where the sound is too short or decodes to nothing."""
        if question.words is not None:
            return Answer(tuple(self._find(question.sound, question.words)))
        if len(question.sound) < 2 * SHORTEST:
            return Answer(())
        return Answer(tuple(self._recognize(question.sound)))

    def _recognize(self, sound: bytes) -> Iterator[Heard]:
        for one in _decode(self.recognizing, sound):
            yield _heard(one, min(1.0, one.prob))

    def _find(self, sound: bytes, words: Sequence[tuple[str, ...]]) -> Iterator[Heard | None]:
        heard = self._aligned(sound, [self._known(part) for word in words for part in word])
        for word in words:
            yield _joined(list(islice(heard, len(word))))

    def _aligned(self, sound: bytes, parts: Sequence[str]) -> Iterator[Heard]:
        """The parts in the sound, or nothing where they do not fit it."""
        if not parts or len(sound) < 2 * SHORTEST:
            return
        self.aligning.set_align_text(" ".join(parts))
        found = list(_decode(self.aligning, sound))
        if len(found) == len(parts):
            yield from (_heard(one, _score(one)) for one in found)

    def _known(self, part: str) -> str:
        """The part, which the dictionary holds from now on; a stand-in if it has no letters."""
        phones = self.aligning.lookup_word(part) or spell(part)
        if not phones:
            return UNKNOWN
        if not self.aligning.lookup_word(part):
            self.aligning.add_word(part, phones, update=False)
        return part


def _decode(decoder: pocketsphinx.Decoder, sound: bytes) -> Iterator[pocketsphinx.Segment]:
    """The words in the sound, the same whatever was decoded before."""
    decoder.reinit_feat()  # else the noise estimate of the sound before is carried over
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    found = decoder.seg() if decoder.hyp() else ()
    return (one for one in found if SPOKEN.match(one.word))


def _heard(one: pocketsphinx.Segment, sureness: float) -> Heard:
    start, end = one.start_frame * FRAME_S, (one.end_frame + 1) * FRAME_S
    return Heard(VARIANT.sub("", one.word), start, end, sureness)


def _score(one: pocketsphinx.Segment) -> float:
    """How close a found word comes to the best states of any word, 0 to 1."""
    frames = one.end_frame - one.start_frame + 1
    loss = -math.log(max(one.ascore, sys.float_info.min)) * SCORE_SHIFT / frames
    return math.exp(-max(0.0, loss) / SCORE_SCALE)


def _joined(parts: Sequence[Heard]) -> Heard | None:
    """One word out of its parts; null where it is silent or nobody knows how it sounds."""
    if not parts or any(part.text == UNKNOWN for part in parts):
        return None
    text = " ".join(part.text for part in parts)
    sureness = min(part.sureness for part in parts)
    return Heard(text, parts[0].start, parts[-1].end, sureness)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    ear = Ear()
    while question := receive_question(questions):
        send_answer(answers, ear.answer(question))


def main() -> None:
    """Serve standard input; what C code prints goes to standard error, not among answers."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # decoding does not return to Python for seconds
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
