"""The aligner on a network that spells what it hears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.ctc import Placed, place
from diascribe.algorithms.ctc_long import LongText
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.models.ctc.layout import Layout, read_layout
from diascribe.models.ctc.network import Network, ahead
from diascribe.models.ctc.texts import Text, text_of
from diascribe.transcript import Model, Segment
from diascribe.weights.session import Session

LONGEST_S = 30.0
"""Longer segments are heard in pieces: the memory of attention grows with the square."""

BATCH = 8
"""Segments in hand of one thread."""

AT_ONCE_S = 60.0
"""Seconds of sound in one run, padding included: two of the longest segments, or many short ones.
Memory grows with them, and sounds side by side gain no speed beyond."""

ALIKE = 0.9
"""Sounds are run at once where the shortest is this share of the longest: padding costs."""


def open_ctc(
    path: Path, *, name: str, revision: str, languages: tuple[str, ...], cores: int = 1
) -> CtcAligner:
    """The aligner in a folder laid out as wav2vec2-type models are published.

    Raises:
        WeightsError: a file is absent, damaged or of another kind of model.
    """
    layout = read_layout(path)
    network = Network(Session(layout.network), layout, name=name)
    return CtcAligner(
        network, layout, Model("alignment", name, revision), languages=languages, threads=cores
    )


class CtcAligner:
    """Finds the times of words by their letters; a segment may be as long as a recording.

    A word's score is e to the mean log probability of its letters' frames.
    """

    longest_s = None
    """Any length will do."""

    def __init__(
        self,
        network: Network,
        layout: Layout,
        model: Model,
        *,
        languages: tuple[str, ...],
        threads: int,
    ) -> None:
        self._network = network
        self._vocabulary = layout.vocabulary
        self._threads = threads
        self.model = model
        self.languages = languages

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        """The same segments in the same order, words `aligned` where they were found.

        A segment without words gets those of its text. A letter that the network lacks counts
        as any; words of such letters only keep their times where they lie between the others,
        and are `interpolated` else. Where the text does not fit the sound, a segment keeps its
        words' times and is flagged `text_does_not_fit`. Segments in other languages stay as
        they are.

        Raises:
            ModelError: the network fails.
        """
        pool = ThreadPoolExecutor(self._threads)
        try:
            for long, run in groupby(segments, key=lambda one: one.duration > LONGEST_S):
                if long:
                    yield from (self._align_long(audio, segment, pool) for segment in run)
                else:
                    work = partial(self._align_batch, audio)
                    found = ahead(pool, work, _batches(list(run)), in_hand=self._threads + 1)
                    yield from chain.from_iterable(found)
        finally:  # closed midway, nothing goes on in the background
            pool.shutdown(cancel_futures=True)

    def _align_batch(self, audio: Audio, segments: Sequence[Segment]) -> list[Segment]:
        """Short segments, those of like lengths at once."""
        aligned = list(segments)
        texts = {index: text for index, one in enumerate(segments) if (text := self._text(one))}
        sounds = {index: audio.cut(segments[index]) for index in texts}
        lengths = {index: len(sound) for index, sound in sounds.items()}
        for group in _alike(lengths, pads=self._network.pads):
            found = self._place([sounds[one] for one in group], [texts[one] for one in group])
            for index, placed in zip(group, found, strict=True):
                aligned[index] = texts[index].timed(placed, self._network.frames)
        return aligned

    def _place(
        self, sounds: Sequence[NDArray[np.float32]], texts: Sequence[Text]
    ) -> list[Placed | None]:
        """Where the letters of texts lie in their sounds (time,), which are run at once."""
        blank = self._vocabulary.blank
        used = np.unique([blank, *chain.from_iterable(text.tokens for text in texts)])
        heard = [one[:, used] for one in self._network.spell(sounds)]
        longest = max(map(len, heard))
        padded = [np.pad(one, ((0, longest - len(one)), (0, 0))) for one in heard]
        targets = [np.searchsorted(used, text.tokens).tolist() for text in texts]
        counts = [len(one) for one in heard]
        return place(np.stack(padded), counts, targets, blank=int(np.searchsorted(used, blank)))

    def _align_long(self, audio: Audio, segment: Segment, pool: ThreadPoolExecutor) -> Segment:
        """One segment, its sound in pieces."""
        text = self._text(segment)
        if text is None:
            return segment
        letters = LongText(text.tokens, blank=self._vocabulary.blank)
        for heard in self._network.long(audio, segment, pool, self._threads):
            letters.feed(heard)
        return text.timed(letters.finish(), self._network.frames)

    def _text(self, segment: Segment) -> Text | None:
        """The segment's text; null where nothing of it can be found."""
        return text_of(segment, self._vocabulary) if segment.language in self.languages else None


def _batches(segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
    for first in range(0, len(segments), BATCH):
        yield segments[first : first + BATCH]


def _alike(lengths: Mapping[int, int], *, pads: bool) -> Iterator[list[int]]:
    """Keys in groups of like length; of the same length where the network cannot pad.

    Padded to its longest, no group of several is longer than `AT_ONCE_S`.
    """
    group: list[int] = []
    for index in sorted(lengths, key=lambda one: lengths[one], reverse=True):
        longest = lengths[group[0]] if group else 0
        unlike = lengths[index] < longest * (ALIKE if pads else 1)
        if group and (unlike or (len(group) + 1) * longest > AT_ONCE_S * SAMPLE_RATE):
            yield group
            group = []
        group.append(index)
    if group:
        yield group
