"""Samples of voices to voiceprints, or plain words on why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from diascribe.audio import Audio, Recording
from diascribe.engine.beside import Steps
from diascribe.engine.channels import hear_channels
from diascribe.engine.identify.people import Figures, Stamp, Voiceprint
from diascribe.engine.identify.quality import figures_of, problems_of
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.identify.voicing import voice_of
from diascribe.engine.regions import Speech, find_speech
from diascribe.engine.steps import told
from diascribe.errors import SampleError, printable
from diascribe.media import Limits, decode
from diascribe.protocols import Clustering, Diarizer, SpeakerEncoder, SpeechThresholds, Vad
from diascribe.span import Span
from diascribe.storage.fetching import Fetcher
from diascribe.timeline import total, without
from diascribe.transcript import Diarization, Turn

LONGEST_H = 0.5
"""Hours of a sample; whole recordings are given with the turns to take from them."""

OTHER_SHARE = 0.1
"""Of the speech: more of a second voice is no slip of the diarizer."""

OTHER_S = 1.0
"""Seconds, below which a second voice is taken for a slip in any case."""

STAGE = "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enroller:
    """What hears samples of voices. One instance serves all threads."""

    vad: Vad
    diarizer: Diarizer[Any]
    encoder: SpeakerEncoder
    fetcher: Fetcher = Fetcher()  # noqa: RUF009 - never changes

    @property
    def stamp(self) -> Stamp:
        """What its voiceprints are made with."""
        return Stamp.of(self.encoder.model)

    def hear_sample(
        self, sample: SpeakerSample, *, turns: Sequence[Turn] | None = None
    ) -> Steps[Voiceprint]:
        """The voice in a sample that is to be fetched, or in some turns of a recording.

        Raises:
            SampleError: it does not say enough about one voice; says why.
            SourceError: it cannot be fetched or opened.
            MediaError: it is no usable recording.
        """
        with self.fetcher.opened(sample.source) as source:
            return (yield from self.hear(source, name=sample.label, turns=turns))

    def hear(
        self, source: Path | str | BinaryIO, *, name: str, turns: Sequence[Turn] | None = None
    ) -> Steps[Voiceprint]:
        """The voice in a sample, or in some turns of a recording; `name` is its source's.

        Raises:
            SampleError: it does not say enough about one voice; says why.
            SourceError: it cannot be opened.
            MediaError: it is no usable recording.
        """
        limits = None if turns is not None else Limits(hours=LONGEST_H)
        recording = yield from told(STAGE, None, decode(source, limits=limits))
        audio = yield from _heard_in(recording, turns or ())
        heard = find_speech(self.vad, audio, SpeechThresholds())
        speech = yield from told(STAGE, audio.duration, heard)
        if turns is None:
            spans = yield from self._one_voice(audio, speech, name)
        else:
            spans = [piece for turn in turns for piece in speech.within(turn)]
        figures = figures_of(audio, spans)
        problems = list(problems_of(audio, spans, figures))
        if problems:
            raise SampleError(f"{printable(name)}: {'; '.join(problems)}")
        return (yield from self._print(audio, spans, figures, name))

    def _one_voice(self, audio: Audio, speech: Speech, name: str) -> Steps[list[Span]]:
        """The speech of the only voice in a sample.

        Raises:
            SampleError: there are several.
        """
        if not speech.lasting:
            return []
        prepared = yield from told(
            STAGE, audio.duration, self.diarizer.prepare(audio, SpeechThresholds())
        )
        diarization = self.diarizer.cluster(prepared, Clustering())
        seconds = seconds_of(diarization)
        if not seconds:
            return list(speech.padded)
        others = sorted(seconds, key=lambda who: seconds[who])[:-1]
        second = sum(seconds[who] for who in others)
        if second >= max(OTHER_S, OTHER_SHARE * sum(seconds.values())):
            raise SampleError(
                f"{printable(name)}: holds {len(seconds)} voices, the others for {second:.1f} s:"
                " wanted one voice",
                hint="enroll turns of one speaker out of a result",
            )
        strange = [turn for turn in diarization.turns if turn.speaker in others]
        return without(speech.padded, strange)

    def _print(
        self, audio: Audio, spans: Sequence[Span], figures: Figures, name: str
    ) -> Steps[Voiceprint]:
        vector = yield from told(STAGE, 1.0, voice_of(self.encoder, audio, spans))
        if vector is None:
            raise SampleError(f"{printable(name)}: no stretch of speech is long enough")
        return Voiceprint(vector, self.stamp, printable(name), figures)


def _heard_in(recording: Recording, turns: Sequence[Turn]) -> Steps[Audio]:
    """What of the channels is heard: that of the turns, else all without copies that cancel."""
    (channel, *others) = {turn.channel for turn in turns} or {None}
    if channel is not None and not others and channel < recording.channels:
        return Audio(recording.samples, (channel,))
    hearing = yield from hear_channels(recording, "mix")
    return hearing.whole


def seconds_of(diarization: Diarization) -> dict[str, float]:
    """How long each speaker speaks while nobody else does."""
    turns = diarization.exclusive
    return {
        who: total(turn for turn in turns if turn.speaker == who)
        for who in dict.fromkeys(turn.speaker for turn in turns)
    }
