"""What the child does with a question, asked in this process."""

from pathlib import Path

import pytest
from fakes import silence

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.formats import rttm
from diascribe.media import decode
from diascribe.models.pocketsphinx.messages import Question
from diascribe.models.pocketsphinx.recognizer import sound_of
from diascribe.models.pocketsphinx.worker import Ear
from diascribe.span import Span

EXAMPLES = Path(__file__).parents[3] / "examples"
SAID = ("hello", "and", "thank", "you", "for", "coming", "to", "the", "meeting")


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="module")
def sentence() -> bytes:
    """The conversation's first sentence with some silence around it."""
    (turns,) = rttm.parse((EXAMPLES / "conversation.rttm").read_text()).values()
    audio = finish_seconds(decode(EXAMPLES / "conversation.opus")).mix()
    return sound_of(audio, Span(turns[0].start - 0.2, turns[0].end + 0.2))


def test_a_sentence_is_heard_without_fillers_and_variants(ear: Ear, sentence: bytes) -> None:
    heard = ear.answer(Question(sentence)).heard

    assert tuple(one.text for one in heard if one) == SAID
    assert all(one and 0 <= one.sureness <= 1 for one in heard)


def test_a_sentence_is_heard_the_same_twice(ear: Ear, sentence: bytes) -> None:
    assert ear.answer(Question(sentence)) == ear.answer(Question(sentence))


def test_known_words_are_found_and_silent_ones_are_not(ear: Ear, sentence: bytes) -> None:
    words = ((), *((word,) for word in SAID[:-1]), ("meet", "ing"))

    nothing, *found = ear.answer(Question(sentence, words)).heard

    assert nothing is None
    assert [one.text for one in found if one] == [*SAID[:-1], "meet ing"]


def test_a_part_without_letters_takes_time_but_is_not_found(ear: Ear, sentence: bytes) -> None:
    words = tuple(("#" if word == "coming" else word,) for word in SAID)

    heard = ear.answer(Question(sentence, words)).heard

    before, number, after = heard[4:7]
    assert number is None
    assert before
    assert after
    assert after.start - before.end > 0.1


@pytest.mark.parametrize("words", [None, (), ((),), (("hello",), ("there",))])
@pytest.mark.parametrize("samples", [0, 1, 799])
def test_sound_too_short_for_a_word_has_nothing_in_it(
    ear: Ear, samples: int, words: tuple[tuple[str, ...], ...] | None
) -> None:
    assert not any(ear.answer(Question(bytes(2 * samples), words)).heard)


@pytest.mark.parametrize("duration", [0.05, 0.3, 2.0])
def test_digital_silence_has_no_words(ear: Ear, duration: float) -> None:
    audio = Audio(silence(duration))

    assert ear.answer(Question(sound_of(audio, audio.span))).heard == ()
