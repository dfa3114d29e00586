"""Hebrew, Arabic and Persian texts on a network that spells tones: first letters sound first."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from ctc_models import LETTERS, Sung, sing, write_model

from diascribe.audio import Audio
from diascribe.engine.spoken.segments import speak
from diascribe.models.ctc import open_ctc
from diascribe.transcript import Segment, Word

FRAME_S = 0.02


@dataclass(frozen=True)
class Text:
    """Words as they are written, in the order of saying, and what is said of each."""

    language: str
    written: tuple[str, ...]
    said: tuple[tuple[str, ...], ...]

    @property
    def alphabet(self) -> list[str]:
        """As many letters as there are tones, the text's own first."""
        own = sorted({letter for word in self.said for part in word for letter in part})
        return [*own, *(f"<{place}>" for place in range(len(own), len(LETTERS)))]


HEBREW = Text(
    "he",
    ("שָׁלוֹם,", "עוֹלָם!", "יש", "25", "ספרים", "של", "Anna", "בבית־ספר."),
    (
        *(("שלום",), ("עולם",), ("יש",), ("עשרים", "וחמש"), ("ספרים",), ("של",), ("אבגה",)),
        ("בבית", "ספר"),
    ),
)
ARABIC = Text(
    "ar",
    ("مَرْحَبًا", "بالعالم،", "عندي", "٢٥", "كتابـــا", "من", "Cairo", "اليوم؟"),
    (
        *(("مرحبا",), ("بالعالم",), ("عندي",), ("خمسة", "وعشرون"), ("كتابا",), ("من",)),
        *(("تجد",), ("اليوم",)),
    ),
)
PERSIAN = Text(
    "fa",
    ("سلام", "دنیا،", "می\N{ZERO WIDTH NON-JOINER}خواهم", "۲۵", "کتاب", "از", "Anna", "بخرم."),
    (
        *(("سلام",), ("دنیا",), ("میخواهم",), ("بیست", "و", "پنج"), ("کتاب",), ("از",)),
        *(("نادر",), ("بخرم",)),
    ),
)


@pytest.fixture(params=[HEBREW, ARABIC, PERSIAN], ids=lambda one: one.language)
def text(request: pytest.FixtureRequest) -> Text:
    given: Text = request.param
    return given


@pytest.fixture
def sung(text: Text) -> Sung:
    return sing([part for word in text.said for part in word], letters=text.alphabet)


@pytest.fixture
def words(text: Text, sung: Sung, tmp_path: Path) -> tuple[Word, ...]:
    """What is found of the text."""
    folder = write_model(tmp_path, letters=text.alphabet)
    aligner = open_ctc(folder, name="tones", revision="1", languages=(text.language,))
    audio = Audio(sung.samples)
    segment = Segment(0, audio.duration, text=" ".join(text.written), language=text.language)
    spoken = speak(segment)
    (aligned,) = aligner.align(audio, [spoken.segment])
    assert aligned.flags == ()
    return spoken.write(aligned).words


def test_words_stay_as_they_are_written_and_in_order(text: Text, words: tuple[Word, ...]) -> None:
    assert tuple(word.text for word in words) == text.written
    assert all(one.end <= other.start for one, other in pairwise(words))


def test_words_are_where_their_letters_sound(
    text: Text, sung: Sung, words: tuple[Word, ...]
) -> None:
    ends = np.cumsum([len(parts) for parts in text.said])
    known = [place for place, one in enumerate(text.written) if not one.isascii() or one == "25"]

    assert {words[place].timing for place in known} == {"aligned"}
    starts = [sung.starts[ends[place] - len(text.said[place])] for place in known]
    np.testing.assert_allclose([words[place].start for place in known], starts, atol=FRAME_S / 2)
    lasts = [sung.ends[ends[place] - 1] + FRAME_S for place in known]
    np.testing.assert_allclose([words[place].end for place in known], lasts, atol=FRAME_S / 2)


def test_a_latin_word_lies_where_the_others_leave_room(
    text: Text, sung: Sung, words: tuple[Word, ...]
) -> None:
    place = next(i for i, one in enumerate(text.written) if one.isascii() and one.isalpha())
    spoken = sum(len(parts) for parts in text.said[:place])

    word = words[place]

    assert word.timing == "interpolated"
    assert word.start >= words[place - 1].end
    assert word.end <= words[place + 1].start
    assert word.start < sung.ends[spoken]
    assert word.end > sung.starts[spoken]
