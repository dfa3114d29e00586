"""Which language the engine says is spoken, with detectors that are told what to hear."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from fakes import FakeDetector, FakeRecognizer, FakeVad, silence, tone
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.beside import Progress
from diascribe.engine.given import Given, parse_options
from diascribe.engine.languages import Spoken, check_language, find_languages, settled
from diascribe.engine.regions import find_speech
from diascribe.engine.steps import finish, finish_seconds
from diascribe.errors import LanguageError
from diascribe.protocols import LanguageDetector, Packing, Region
from diascribe.span import Span
from diascribe.transcript import Segment

MANY = ("de", "en", "fr")
ENGLISH, GERMAN = 0.1, 0.5


@dataclass(frozen=True)
class Scripted:
    """Answers one after the other as told, and remembers what it was asked."""

    answers: Sequence[Mapping[str, float]]
    asked: list[float] = field(default_factory=list)

    def detect(self, audio: Audio, spans: Sequence[Span]) -> Iterator[Mapping[str, float]]:
        for span in spans:
            assert span.end <= audio.duration
            self.asked.append(span.duration)
            yield self.answers[len(self.asked) - 1]


def recording(*parts: NDArray[np.int16]) -> Audio:
    return Audio(np.concatenate(parts))


def languages_of(
    audio: Audio,
    detector: LanguageDetector | None,
    known: tuple[str, ...] = MANY,
    *,
    allowed: tuple[str, ...] | None = None,
    **options: Given,
) -> Spoken:
    packing = Packing(longest_s=30, joined_gap_s=2)
    recognizer = FakeRecognizer(detector=detector, languages=known, packing=packing)
    chosen = parse_options({**options, "languages": allowed})
    speech = finish_seconds(find_speech(FakeVad(), audio, chosen.speech))
    return finish(find_languages(recognizer, audio, speech, chosen))


def stamps(spoken: Spoken) -> list[str | None]:
    return [one.language for one in spoken.regions]


def codes(spoken: Spoken) -> list[str]:
    return [one.code for one in spoken.warnings]


def test_the_language_that_is_given_is_stamped_and_nothing_is_heard() -> None:
    detector = Scripted([])

    spoken = languages_of(recording(tone(3)), detector, language="fr")

    assert (stamps(spoken), spoken.language, spoken.probability) == (["fr"], "fr", None)
    assert detector.asked == []


@pytest.mark.parametrize(("known", "allowed"), [(("en",), None), (MANY, ("en",))])
def test_the_only_language_there_is_has_no_probability(
    known: tuple[str, ...], allowed: tuple[str, ...] | None
) -> None:
    spoken = languages_of(recording(tone(3)), Scripted([]), known, allowed=allowed)

    assert (spoken.language, spoken.probability, stamps(spoken)) == ("en", None, ["en"])


def test_without_a_detector_no_language_is_stamped() -> None:
    spoken = languages_of(recording(tone(3)), None)

    assert (spoken.language, spoken.probability, stamps(spoken)) == (None, None, [None])


def test_where_nobody_speaks_no_language_is_spoken() -> None:
    spoken = languages_of(recording(silence(3)), Scripted([]))

    assert (spoken.language, stamps(spoken)) == (None, [])


def test_three_seconds_are_one_sample() -> None:
    detector = Scripted([{"en": 0.7, "de": 0.3}])

    spoken = languages_of(recording(silence(1), tone(3), silence(1)), detector)

    assert detector.asked == [pytest.approx(3.4, abs=0.1)]
    assert (spoken.language, spoken.probability) == ("en", 0.7)


def test_a_foreign_beginning_does_not_decide() -> None:
    audio = recording(tone(30, GERMAN), silence(1), tone(120, ENGLISH))

    spoken = languages_of(audio, FakeDetector())

    assert spoken.language == "en"
    assert spoken.probability == pytest.approx(0.77, abs=0.02)


def test_without_a_wanted_probability_all_samples_are_heard() -> None:
    detector = Scripted([{"en": 0.99, "de": 0.01}] * 4)

    languages_of(recording(tone(400)), detector, language_detection_max_tries=4)

    assert detector.asked == [30.0] * 4


def test_detection_stops_once_it_is_sure_enough() -> None:
    detector = Scripted([{"en": 0.6, "de": 0.4}, {"en": 0.9, "de": 0.1}])

    spoken = languages_of(recording(tone(400)), detector, language_detection_min_prob=0.7)

    assert len(detector.asked) == 2
    assert spoken.probability == pytest.approx(0.75)
    assert codes(spoken) == []


def test_too_little_certainty_is_a_warning_with_the_figures() -> None:
    detector = Scripted([{"en": 0.6, "de": 0.4}] * 3)

    spoken = languages_of(
        recording(tone(400)),
        detector,
        language_detection_min_prob=0.7,
        language_detection_max_tries=3,
    )

    (warning,) = spoken.warnings
    assert (warning.code, warning.stage) == ("language_uncertain", "language")
    assert (
        warning.message == "en 0.60, de 0.40 after 3 samples of 90 s of speech; wanted at least 0.7"
    )
    assert spoken.language == "en"


def test_only_allowed_languages_are_chosen_from() -> None:
    detector = Scripted([{"en": 0.8, "de": 0.15, "fr": 0.05}])

    spoken = languages_of(recording(tone(10)), detector, allowed=("de", "fr"))

    assert spoken.language == "de"
    assert spoken.probability == pytest.approx(0.75)


def test_progress_of_detection_rises_to_the_end() -> None:
    audio = recording(tone(100))
    recognizer = FakeRecognizer(detector=FakeDetector(), languages=MANY)
    options = parse_options({})
    speech = finish_seconds(find_speech(FakeVad(), audio, options.speech))
    seen: list[Progress] = []

    finish(find_languages(recognizer, audio, speech, options), seen.append)

    done = [one.done for one in seen]
    assert done == sorted(done)
    assert done[-1] == audio.duration


def test_languages_that_switch_are_stamped_stretch_by_stretch() -> None:
    audio = recording(tone(12, ENGLISH), silence(1), tone(12, GERMAN), silence(1), tone(9, ENGLISH))

    spoken = languages_of(audio, FakeDetector(), code_switching=True)

    assert stamps(spoken) == ["en", "de", "en"]
    assert spoken.language == "en"
    assert spoken.probability == pytest.approx(0.95)


def test_a_short_stretch_in_another_language_does_not_switch() -> None:
    audio = recording(tone(12, ENGLISH), silence(1), tone(1, GERMAN), silence(1), tone(9, ENGLISH))

    spoken = languages_of(audio, FakeDetector(), code_switching=True)

    assert set(stamps(spoken)) == {"en"}
    assert spoken.probability == pytest.approx(0.9, abs=0.01)


def test_stretches_in_one_language_are_joined_again_as_the_recognizer_likes_them() -> None:
    audio = recording(*[part for _ in range(4) for part in (tone(6), silence(1))])

    spoken = languages_of(audio, FakeDetector(), code_switching=True)

    assert len(spoken.regions) == 1


def test_a_switch_that_cannot_be_heard_is_said_to_be_without_effect() -> None:
    spoken = languages_of(recording(tone(3)), None, ("en",), code_switching=True)

    assert codes(spoken) == ["options_without_effect", "language_assumed"]


@pytest.mark.parametrize(
    ("allowed", "warned"), [(None, []), (("en",), []), (MANY[:2], ["options_without_effect"])]
)
def test_a_choice_that_cannot_be_made_is_said_to_be_without_effect(
    allowed: tuple[str, ...] | None, warned: list[str]
) -> None:
    spoken = languages_of(recording(tone(3)), None, allowed=allowed)

    assert codes(spoken) == warned


def test_the_language_of_switching_speech_is_that_of_the_words_not_of_the_music() -> None:
    spoken = Spoken(
        [Region(0, 60, "cy"), Region(60, 70, "en")], "cy", 0.4, (), {"cy": 0.4, "en": 0.9}
    )
    heard = [Segment(0, 60, text="", language="cy"), Segment(60, 70, text="yes", language="en")]

    found = settled(spoken, heard)

    assert (found.language, found.probability) == ("en", 0.9)


def test_where_only_one_language_is_known_and_none_was_told_it_is_said_to_be_assumed() -> None:
    (warning,) = languages_of(recording(tone(3)), None, ("ru",)).warnings

    assert (warning.code, warning.stage) == ("language_assumed", "language")
    assert "fake-recognition knows ru only" in warning.message


@pytest.mark.parametrize("told", [{"language": "en"}, {"allowed": ("en",)}])
def test_a_language_that_was_told_is_not_assumed(told: dict[str, Any]) -> None:
    assert codes(languages_of(recording(tone(3)), None, ("en",), **told)) == []


def test_of_silence_no_language_is_assumed() -> None:
    assert codes(languages_of(recording(silence(3)), None, ("en",))) == []


@pytest.mark.parametrize(
    ("wanted", "ways"),
    [
        ("de", ("pull small", "parakeet-tdt-0.6b-v3")),
        ("ru", ("pull small", "gigaam-v3-e2e-rnnt")),
        ("yo", ("pull small gets one of a hundred languages",)),
    ],
)
def test_a_language_that_is_not_known_names_what_can_be_pulled(
    wanted: str, ways: tuple[str, ...]
) -> None:
    with pytest.raises(LanguageError, match=f"wanted one of en, got {wanted}") as error:
        check_language(FakeRecognizer(), parse_options({"language": wanted}))

    assert error.value.hint.startswith("these are the languages of fake-recognition; diascribe")
    assert [way for way in ways if way not in error.value.hint] == []


def test_of_many_languages_those_near_the_wanted_one_are_named() -> None:
    many = FakeRecognizer(languages=("en", "jw", *(f"x{place:02}" for place in range(11))))

    with pytest.raises(
        LanguageError, match=r"of its 13 languages, near it jw \(Javanese\), got jv"
    ):
        check_language(many, parse_options({"language": "jv"}))
