"""One batch of windows: encoded once, decoded until each passes its checks, timed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from diascribe.algorithms.sentences import by_sentences
from diascribe.models.whisper.attempts import Attempt, Pausing, climb, flags, judge
from diascribe.models.whisper.network import Draft, Encoded, Network, Path, Search
from diascribe.models.whisper.prompts import prompt
from diascribe.models.whisper.splitting import by_stretches, stretches
from diascribe.models.whisper.vocabulary import ENGLISH, Spelling, Vocabulary
from diascribe.models.whisper.windows import Extractor, Window, features_of
from diascribe.models.whisper.words import Written, settled, trimmed, written
from diascribe.protocols import Decoding
from diascribe.span import Span
from diascribe.transcript import Segment, Word, mean_confidence

NOWHERE = Path((), ())
"""Of a text whose words share their window, by their letters."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How some windows are worked on together; `first` if the recording begins with them."""

    network: Network
    vocabulary: Vocabulary
    extract: Extractor
    decoding: Decoding
    first: bool

    def segments(
        self, windows: Sequence[Window], languages: Sequence[str | None]
    ) -> Iterator[Segment | None]:
        """Segments of each window in order; null languages are found out.

        Null comes after each call of the network: a caller may stop there.
        """
        heard = [
            (one, language) for one, language in zip(windows, languages, strict=True) if one.audible
        ]
        found = (yield from self._texts(*zip(*heard, strict=True))) if heard else []
        texts = iter(found)
        for window, language in zip(windows, languages, strict=True):
            if window.audible:
                yield from next(texts).segments()
            else:
                known = language or self._only
                yield Segment(window.span.start, window.span.end, text="", language=known)

    @property
    def _only(self) -> str | None:
        """The language of a model that has but one."""
        return None if self.vocabulary.multilingual else self.vocabulary.languages[0]

    def _texts(
        self, windows: Sequence[Window], languages: Sequence[str | None]
    ) -> Pausing[list[Text]]:
        """What is said in each of some audible windows."""
        encoded = self.network.encode(features_of(windows, self.extract))
        yield
        known = self._known(encoded, languages)
        spellings = [self.vocabulary.spelling(one, self.decoding.task) for one in known]
        attempts = yield from self._attempts(encoded, spellings)
        told = zip(windows, known, spellings, attempts, strict=True)
        texts = [Text(*one, self.decoding) for one in told]
        timed = [row for row, one in enumerate(texts) if one.tokens and self.network.aligns]
        for rows in _alike(timed, [tuple(one.sot_sequence) for one in spellings]):
            paths = encoded.part(rows).align(
                spellings[rows[0]].sot_sequence,
                [texts[row].tokens for row in rows],
                [windows[row].frames for row in rows],
            )
            for row, path in zip(rows, paths, strict=True):
                texts[row].path = path
            yield
        return texts

    def _known(self, encoded: Encoded, languages: Sequence[str | None]) -> list[str]:
        """The languages of the windows, the likeliest where none is given."""
        open_rows = [row for row, one in enumerate(languages) if one is None]
        if not self.vocabulary.multilingual or not open_rows:
            return [one or self.vocabulary.languages[0] for one in languages]
        detected = encoded.part(open_rows).detect()
        found = [max(one, key=one.__getitem__) for one in detected]
        by_row = dict(zip(open_rows, found, strict=True))
        return [one or by_row[row] for row, one in enumerate(languages)]

    def _attempts(self, encoded: Encoded, spellings: Sequence[Spelling]) -> Pausing[list[Attempt]]:
        """The best text of each window."""
        prompts = [
            prompt(one, self.decoding, first=self.first and row == 0)
            for row, one in enumerate(spellings)
        ]

        def decode(rows: Sequence[int], temperature: float) -> Pausing[list[Attempt]]:
            drafts = yield from self._drafts(encoded, rows, prompts, temperature)
            texts = [spellings[row].decode(list(drafts[row].tokens)).strip() for row in rows]
            return [
                judge(drafts[row], text, temperature, self.decoding)
                for row, text in zip(rows, texts, strict=True)
            ]

        return (yield from climb(len(prompts), decode, self.decoding.temperature))

    def _drafts(
        self,
        encoded: Encoded,
        rows: Sequence[int],
        prompts: Sequence[tuple[int, ...]],
        temperature: float,
    ) -> Pausing[dict[int, Draft]]:
        """A text for each of some windows, those with prompts of one length at once."""
        search = Search(
            temperature=temperature,
            beam_size=self.decoding.beam_size,
            patience=self.decoding.patience,
            length_penalty=self.decoding.length_penalty,
            suppressed=self.vocabulary.suppressed(self.decoding),
        )
        found: dict[int, Draft] = {}
        for some in _alike(rows, [len(one) for one in prompts]):
            drafts = encoded.part(some).generate([prompts[row] for row in some], search)
            found |= dict(zip(some, drafts, strict=True))
            yield
        return found


@dataclass(slots=True)
class Text:
    """What is said in one window."""

    window: Window
    language: str
    spelling: Spelling
    attempt: Attempt
    decoding: Decoding
    path: Path = NOWHERE
    """Where its tokens are in the window."""

    @property
    def tokens(self) -> list[int]:
        """The tokens of its text; none where nobody is taken to speak."""
        if self.attempt.silent:
            return []
        tokens = [one for one in self.attempt.draft.tokens if one < self.spelling.eot]
        return tokens if self.spelling.decode(tokens).strip() else []

    def segments(self) -> Iterator[Segment]:
        """Its segments in order; an empty one over the window where nothing is said."""
        empty = Segment(
            self.window.span.start,
            self.window.span.end,
            text="",
            language=self.language,
            quality=self.attempt.quality,
            flags=flags(self.attempt, self.decoding),
        )
        groups = [group for part in self._parts() for group in part]
        for text, words in groups:
            yield replace(
                empty,
                start=words[0].start,
                end=words[-1].end,
                text=text,
                words=words,
                confidence=mean_confidence(words),
            )
        if not groups:
            yield empty

    def _parts(self) -> Iterator[list[tuple[str, tuple[Word, ...]]]]:
        """Text and words of the segments, those together that share a span of time."""
        span, tokens = self.window.span, self.tokens
        if not tokens:
            return
        language = ENGLISH if self.decoding.task == "translate" else self.language
        words = trimmed(written(tokens, self.path, self.spelling, language))
        if not self.decoding.timestamps:
            yield _segmented(by_sentences(words, language), span, span.start)
            return
        parts = stretches(self.attempt.draft.tokens, self.spelling, span.duration)
        for part, some in by_stretches(words, parts):
            moved = Span(span.start + part.start, min(span.end, span.start + part.end))
            yield _segmented([some], moved, span.start)


def _segmented(
    groups: Iterable[list[Written]], span: Span, origin: float
) -> list[tuple[str, tuple[Word, ...]]]:
    """Text and words of each group; together they lie in `span`."""
    listed = list(groups)
    words = iter(settled([one for group in listed for one in group], span, origin=origin))
    return [
        ("".join(one.text for one in group).strip(), tuple(islice(words, len(group))))
        for group in listed
    ]


def _alike(rows: Sequence[int], keys: Sequence[Hashable]) -> Iterator[list[int]]:
    """The rows whose keys are equal, together, in order of appearance."""
    groups: dict[Hashable, list[int]] = {}
    for row in rows:
        groups.setdefault(keys[row], []).append(row)
    yield from groups.values()
