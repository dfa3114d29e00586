"""What a request wants to know about who its speakers are, and how it is found out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diascribe.engine.beside import Outcome, Progress, Steps
from diascribe.engine.identify.book import Fixed, VoiceBook
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.gathering import STAGE, Gathered, gather
from diascribe.engine.identify.identifying import Identified, Matching, Scene, identify
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.options import Options
from diascribe.errors import DiascribeError, OptionsError
from diascribe.transcript import Notice

SAMPLES = "samples"
"""The stage that hears samples, beside the others."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How the speakers of one recording are identified."""

    enroller: Enroller
    how: Matching
    samples: tuple[SpeakerSample, ...]
    book: VoiceBook | None
    """Whom to look for where there are no samples; null only where there are."""

    def gather(self) -> Steps[Gathered]:
        """Hear the samples, or read the book: beside the networks, that takes no time."""
        if self.book is None:
            return (yield from gather(self.enroller, self.samples, threshold=self.how.threshold))
        yield Progress(SAMPLES, 0.0, None)
        return Gathered(self.book.known(self.enroller.stamp))

    def identify(self, scene: Scene, gathered: Outcome[Gathered]) -> Steps[Identified]:
        """Who the speakers are; a failure is a warning, and nobody is named."""
        if gathered.result is None:  # of which another warning tells
            return Identified()
        heard = gathered.result
        book = self.book or Fixed(heard.known)
        try:
            found = yield from identify(scene, self.enroller, book, self.how)
        except DiascribeError as error:
            return Identified(warnings=(Notice("identification_failed", STAGE, str(error)),))
        return replace(found, warnings=heard.warnings + found.warnings)


def wanted_verification(
    enroller: Enroller | None, options: Options, book: VoiceBook | None
) -> Verification | None:
    """How to identify speakers as the options want; null where they do not want it.

    Raises:
        OptionsError: there is nobody to look for, or no threshold to decide by.
    """
    if not options.verifies:
        return None
    if enroller is None or (book is None and not options.speaker_samples):
        raise OptionsError(
            ("speaker_verification: wanted speaker_samples or known voices, got neither",)
        )
    threshold = options.speaker_threshold
    if threshold is None:
        threshold = enroller.encoder.verification_threshold
    if threshold is None:
        name = enroller.encoder.model.name
        raise OptionsError((f"speaker_threshold: {name} has none of its own: give one",))
    how = Matching(threshold=threshold, one_to_one=options.speaker_one_to_one)
    samples = options.speaker_samples
    return Verification(enroller, how, samples, None if samples else book)
