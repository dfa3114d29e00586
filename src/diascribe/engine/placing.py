"""Where the words of a given text are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from diascribe.algorithms.anchors import find_anchors
from diascribe.algorithms.settle import words_of
from diascribe.audio import Audio
from diascribe.engine.alignment import Aligned, align, align_one, unfitting
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.hearing import recognized
from diascribe.engine.installed import Shelf
from diascribe.engine.languages import find_languages
from diascribe.engine.options import Options
from diascribe.engine.regions import Speech, find_speech, nobody_speaks
from diascribe.engine.script import PAUSE_S, Script, read_script
from diascribe.engine.spoken.reading import read_out
from diascribe.engine.steps import told
from diascribe.errors import LanguageError, ModelError, TranscriptFormatError
from diascribe.flags import TEXT_DOES_NOT_FIT
from diascribe.formats.tokens import is_spaced
from diascribe.protocols import Recognizer, Region, Vad
from diascribe.span import Span
from diascribe.timeline import merge, total, without
from diascribe.transcript import Notice, Segment, Transcript, Word
from diascribe.weights.aligners import language_of
from diascribe.weights.catalog import CATALOG, entry_of

Text = str | Transcript
"""A plain text, or one whose segments have times already."""

PIECE_S = 20.0
"""A long text is cut at the first anchor after so much sound."""

LEAST_COVERED = 0.5
"""A text whose words cover less of the speech is another's, or a small part."""

MARGIN_S = 0.5
"""Sound on both sides of a cue in which its words may lie as well: cues come late and early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placer:
    """The models that find a text."""

    vad: Vad
    shelf: Shelf

    def check(self, text: Text, options: Options) -> None:
        """Refuse what can be refused before anything is heard.

        Raises:
            TranscriptFormatError: the text holds no words.
            LanguageError: no aligner is installed for its language, where that is known.
        """
        if isinstance(text, str):
            read_script(text, options.language or "en")
        elif not any(one.text.strip() for one in text.segments):
            raise TranscriptFormatError(("wanted a text to align, got one without words",))
        language = options.language or (None if isinstance(text, str) else text.language)
        if language is not None:
            self._check_language(language)

    def find(self, audio: Audio, text: Text, options: Options) -> Steps[Aligned]:
        """The segments of a text, their words where they are said.

        Raises:
            LanguageError: no aligner is installed for its language.
            ModelError: every aligner failed.
        """
        if isinstance(text, str):
            speech = yield from self._speech(audio, options)
            language, warnings = yield from self._spoken(audio, speech, options)
            self._check_language(language)
            script = read_script(text, language)
            aligned = yield from self.place(audio, speech, script, options)
            return replace(aligned, warnings=(*warnings, *aligned.warnings))
        return (yield from self._find_timed(audio, text, options))

    def _find_timed(self, audio: Audio, text: Transcript, options: Options) -> Steps[Aligned]:
        """As `find`, of segments that have times."""
        speech = yield from self._speech(audio, options)
        known, warnings = options.language or text.language, tuple(nobody_speaks(speech.lasting))
        if known is None:
            known, assumed = yield from self._spoken(audio, speech, options)
            warnings = (*assumed, *warnings)
        self._check_language(known)
        segments = [
            replace(one, language=options.language or one.language or known)
            for one in text.segments
            if one.text.strip()
        ]
        aligned = yield from self.refine(audio, segments)
        beyond = _beyond(segments, audio.duration)
        return replace(aligned, warnings=(*warnings, *aligned.warnings, *beyond))

    def _speech(self, audio: Audio, options: Options) -> Steps[Speech]:
        finding = find_speech(self.vad, audio, options.speech)
        return (yield from told("activity", audio.duration, finding))

    def _spoken(
        self, audio: Audio, speech: Speech, options: Options
    ) -> Steps[tuple[str, tuple[Notice, ...]]]:
        """The language that is given, else the one that is spoken, and what warns of it."""
        if options.language is not None:
            return options.language, ()
        recognizer = self.shelf.recognizer(options.choice)
        spoken = yield from find_languages(recognizer, audio, speech, options)
        if spoken.language is None:
            raise LanguageError("the language of the text is not known", hint="say it: --language")
        return spoken.language, spoken.warnings

    def _check_language(self, language: str) -> None:
        if not self.shelf.aligners(language):
            raise LanguageError(
                f"no installed aligner knows the language {language!r}", hint=_way_to(language)
            )

    def place(
        self, audio: Audio, speech: Speech, script: Script, options: Options
    ) -> Steps[Aligned]:
        """The sentences of a plain text, wherever in the recording they are.

        Raises:
            ModelError: every aligner failed.
        """
        padded = speech.padded or [audio.span]
        whole = Span(padded[0].start, padded[-1].end)
        cutter = Cutter(script, whole, partial(self._hear, audio, speech, script, options))
        chosen = self.shelf.aligners(script.language)
        aligned = yield from align_one(chosen, audio, script.language, cutter.cut)
        _require(aligned)
        warnings = (*aligned.warnings, *unfitting(aligned.segments))
        return replace(
            aligned,
            segments=script.sentences(aligned.segments),
            warnings=(
                *warnings,
                *_uncovered(aligned.segments, speech, warnings),
                *nobody_speaks(speech.lasting),
            ),
        )

    def refine(self, audio: Audio, segments: Sequence[Segment]) -> Steps[Aligned]:
        """Segments whose times are roughly known; each then reaches from word to word.

        Raises:
            ModelError: every aligner failed.
        """
        wide = [_widened(segments, place, audio.span) for place in range(len(segments))]
        aligned = yield from align(self.shelf.aligners, audio, wide)
        _require(aligned)
        found = zip(segments, aligned.segments, strict=True)
        return replace(aligned, segments=tuple(_narrowed(*one, audio.span) for one in found))

    def _hear(
        self, audio: Audio, speech: Speech, script: Script, options: Options
    ) -> Steps[list[Word]]:
        """The words of the speech, with a recognizer's times."""
        recognizer = self.shelf.recognizer(options.choice)
        return (yield from _recognized(recognizer, audio, speech, script.language, options))


@dataclass(slots=True)
class Cutter:
    """A text in the sound where it is said, in pieces of which each is where it is."""

    script: Script
    whole: Span
    hear: Callable[[], Steps[list[Word]]]
    _heard: list[Word] | None = field(default=None, init=False)
    """What a recognizer hears, which is asked once; null until it is."""

    def cut(self, longest_s: float | None) -> Steps[list[Segment]]:
        """The pieces that an aligner with such a `longest_s` can find."""
        if longest_s is None or self.whole.duration <= longest_s:
            return [self.script.segment(self.whole)]
        if self._heard is None:
            self._heard = yield from self.hear()
        return list(_cut(self.script, self._heard, self.whole))


def _require(aligned: Aligned) -> None:
    """Refuse a result without any word timed anew.

    Raises:
        ModelError: every aligner failed.
    """
    if not aligned.models:
        raise ModelError(f"no aligner could work: {'; '.join(aligned.failures)}")


def _way_to(language: str) -> str:
    """How to have an aligner for a language; none is published as it has to be."""
    name = f"ctc-{language}"
    if language_of(name) is None:
        return "wanted an ISO 639 code such as en"
    return (
        f"diascribe models pull {name} --from FOLDER takes {entry_of(name, CATALOG).origin}:"
        " docs/how-to/install-models.md"
    )


def _beyond(segments: Sequence[Segment], duration: float) -> Iterator[Notice]:
    """A warning about segments that begin when the recording is over."""
    late = [one for one in segments if one.start >= duration]
    if late:
        yield Notice(
            "beyond_end",
            "alignment",
            f"{len(late)} of {len(segments)} segments begin after the recording's end at"
            f" {duration:.1f} s, first at {late[0].start:.1f} s: they stand at its end",
        )


def _uncovered(
    segments: Sequence[Segment], speech: Speech, warnings: Sequence[Notice]
) -> Iterator[Notice]:
    """A warning where more is said than the text has words for, unless one is there already."""
    words = merge([word for one in segments for word in one.words], gap_s=PAUSE_S)
    heard = speech.lasting
    bare = total(without(heard, words))
    known = any(one.code == TEXT_DOES_NOT_FIT for one in warnings)
    if bare > (1 - LEAST_COVERED) * total(heard) and not known:
        yield Notice(
            TEXT_DOES_NOT_FIT,
            "alignment",
            f"its words leave {bare:.0f} s of speech bare: much is said that the text lacks",
        )


def _recognized(
    recognizer: Recognizer, audio: Audio, speech: Speech, language: str, options: Options
) -> Steps[list[Word]]:
    """The words that a recognizer hears, with its times; none of a language it does not know."""
    words: list[Word] = []
    reached = 0.0
    if language in recognizer.languages:
        regions = [
            Region(one.start, one.end, language) for one in speech.regions(recognizer.packing)
        ]
        for segment in recognized(recognizer, audio, regions, options.decoding):
            if segment is not None:
                words += segment.words
                reached = segment.end
            yield Progress("recognition", reached, audio.duration)
    return words


def _cut(script: Script, heard: Sequence[Word], whole: Span) -> Iterator[Segment]:
    """The script cut where recognized words agree with its own."""
    ours = list(_numbered(script.texts, script.language))
    theirs = list(_numbered([word.text for word in heard], script.language))
    anchors = find_anchors([part for part, _ in ours], [part for part, _ in theirs])
    cuts = [(0, whole.start)]
    for mine, other in anchors:
        place, recognized = ours[mine][1], theirs[other][1]
        begin = _begin(heard, recognized, whole)
        if place > cuts[-1][0] and begin - cuts[-1][1] >= PIECE_S:
            cuts.append((place, begin))
    cuts.append((len(script.texts), whole.end))
    for (first, start), (after, end) in pairwise(cuts):
        yield script.segment(Span(start, end), slice(first, after))


def _begin(heard: Sequence[Word], place: int, whole: Span) -> float:
    """Where to cut before a recognized word: in the middle of the pause, if there is one."""
    before = heard[place - 1].end if place else whole.start
    return min(whole.end, max(whole.start, (before + heard[place].start) / 2))


def _numbered(texts: Sequence[str], language: str) -> Iterator[tuple[str, int]]:
    """What is compared of words, each with the place of its word."""
    for place, text in enumerate(texts):
        yield from ((part, place) for part in _plain(text, language))


def _plain(text: str, language: str) -> Iterator[str]:
    """What is compared of a word: the letters of what it is spoken as."""
    for spoken in read_out(text, language):
        for part in spoken.split("-"):
            letters = "".join(filter(str.isalnum, part.casefold()))
            if letters:
                yield letters


def _widened(segments: Sequence[Segment], place: int, recording: Span) -> Segment:
    """A segment within the recording, where it is a cue with sound around that is no other's.

    Whatever found its words before, their times are now those that they came with.
    """
    one = segments[place]
    before = segments[place - 1].end if place else 0.0
    after = segments[place + 1].start if place + 1 < len(segments) else recording.end
    margin_s = 0.0 if one.words else MARGIN_S
    start = min(one.start, max(before, one.start - margin_s))
    end = max(one.end, min(after, one.end + margin_s))
    words = tuple(
        replace(word, timing="recognizer", score=None) if word.timing == "aligned" else word
        for word in one.words
    )
    return _within(replace(one, start=start, end=end, words=words), recording)


def _within(segment: Segment, recording: Span) -> Segment:
    """The segment cut off where the recording ends."""
    last = recording.end
    words = tuple(
        replace(word, start=min(word.start, last), end=min(word.end, last))
        for word in segment.words
    )
    start, end = min(segment.start, last), min(segment.end, last)
    return replace(segment, start=start, end=end, words=words)


def _narrowed(given: Segment, aligned: Segment, recording: Span) -> Segment:
    """The aligned segment from its first to its last word; as given where none was found."""
    if any(word.timing == "aligned" for word in aligned.words):
        return replace(aligned, start=aligned.words[0].start, end=aligned.words[-1].end)
    inside = replace(_within(given, recording), flags=aligned.flags)
    return replace(inside, words=words_of(inside, spaced=is_spaced(given.language)))
