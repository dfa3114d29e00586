from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whisper_fakes import even_path, vocabulary

from diascribe.algorithms.sentences import by_sentences
from diascribe.models.whisper.network import FRAME_S, Path
from diascribe.models.whisper.splitting import by_stretches, stretches
from diascribe.models.whisper.words import Written, settled, trimmed, written
from diascribe.span import Span

WORDS = vocabulary()


def written_in(language: str, text: str) -> list[Written]:
    """The words of a text, each token of which lasts half a second."""
    spelling = WORDS.spelling(language)
    tokens = spelling.encode(text)
    return written(tokens, even_path(tokens), spelling, language)


def texts(words: list[Written]) -> list[str]:
    return [one.text.strip() for one in words]


def word(text: str, start: float, end: float, place: int = 0) -> Written:
    return Written(f" {text}", start, end, 0.5, place)


@pytest.mark.parametrize(
    "text",
    [
        " the quick brown fox",
        " 'the fox', it said. (again)",
        " 20.5 well-known dogs, $300!",
        " unknownword then - and … then",
        " ¿the fox? ¡again!",
        " Žluťoučký kůň",
    ],
)
def test_words_are_what_spaces_part(text: str) -> None:
    assert texts(written_in("en", text)) == text.split()


def test_all_of_the_text_is_in_its_words() -> None:
    text = ' the "fox", it  said: again… '

    assert "".join(one.text for one in written_in("en", text)).strip() == text.strip()


def test_a_word_lasts_while_the_decoder_attends_to_its_letters() -> None:
    first, second = written_in("en", " the fox.")

    assert (first.start, first.end) == (0.0, 0.5)
    assert (second.start, second.end) == (0.5, 1.0)
    assert second.text == " fox."


def test_a_words_probability_is_the_mean_of_its_letters() -> None:
    spelling = WORDS.spelling("en")
    tokens = spelling.encode(" foxes.")
    shares = tuple(0.1 * (i + 1) for i in range(len(tokens)))

    (only,) = written(tokens, Path(even_path(tokens).starts, shares), spelling, "en")

    assert only.probability == pytest.approx(sum(shares[:-1]) / (len(tokens) - 1))


def test_languages_without_spaces_have_a_word_for_each_character() -> None:
    assert texts(written_in("zh", "我们好。你呢？")) == ["我", "们", "好。", "你", "呢？"]  # noqa: RUF001


def test_brackets_and_latin_words_hold_together_without_spaces() -> None:
    assert texts(written_in("ja", "「東京」はfox20です")) == [
        "「東",
        "京」",
        "は",
        "fox20",
        "で",
        "す",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我们用 machine learning。很好", ["我", "们", "用", "machine", "learning。", "很", "好"]),
        ("これは hello world です", ["こ", "れ", "は", "hello", "world", "で", "す"]),
        (" 好 (fox) ", ["好", "(fox)"]),
    ],
)
def test_spaces_part_words_where_languages_have_none(text: str, words: list[str]) -> None:
    found = written_in("zh", text)

    assert texts(found) == words
    assert "".join(one.text for one in found).strip() == text.strip()


def test_a_text_of_spaces_has_no_words() -> None:
    assert written_in("en", "  ") == []


def test_half_a_character_at_the_end_is_no_reason_to_fail() -> None:
    spelling = WORDS.spelling("zh")
    tokens = spelling.encode("我们")[:-1]

    found = written(tokens, even_path(tokens), spelling, "zh")

    assert found[0].text == "我"


def test_without_attention_words_have_no_times_and_no_probability() -> None:
    spelling = WORDS.spelling("en")

    found = written(spelling.encode(" the fox"), Path((), ()), spelling, "en")

    assert {(one.start, one.end, one.probability) for one in found} == {(0, 0, None)}


def test_a_pause_before_the_first_word_is_not_its_own() -> None:
    found = trimmed([word("the", 0, 3), word("quick", 3, 3.4), word("fox", 3.4, 3.8)])

    assert found[0].start == pytest.approx(2.2)
    assert found[1:] == [word("quick", 3, 3.4), word("fox", 3.4, 3.8)]


def test_a_pause_after_a_sentence_is_not_the_next_words() -> None:
    found = trimmed([word("the", 0, 0.4), word("fox.", 0.4, 0.8), word("Then", 0.8, 5.0)])

    assert found[2].start == pytest.approx(4.2)


def test_a_pause_within_a_sentence_ends_the_word_before_it() -> None:
    found = trimmed([word("the", 0, 0.4), word("fox", 0.4, 6), word("then", 6, 6.4)])

    assert found[1].end == pytest.approx(1.2)


def test_words_of_usual_length_are_left_alone() -> None:
    usual = [word("the", 0.0, 0.3), word("overwhelming", 0.3, 0.8), word("fox", 0.8, 1.1)]

    assert trimmed(usual) == usual
    assert trimmed([]) == []


def test_words_without_a_time_share_that_of_the_next() -> None:
    found = settled([word("a", 1, 1), word("b", 1, 1), word("cd", 1, 3)], Span(10, 20), origin=10)

    assert [(one.start, one.end) for one in found] == [(11, 11.5), (11.5, 12), (12, 13)]
    assert {one.timing for one in found} == {"interpolated"}


def test_the_last_word_without_a_time_shares_that_of_the_one_before() -> None:
    found = settled([word("ab", 0, 1), word("cd", 1, 2), word("ef", 2, 2)], Span(0, 2))

    assert [(one.start, one.end) for one in found] == [(0, 1), (1, 1.5), (1.5, 2)]
    assert [one.timing for one in found] == ["recognizer", "interpolated", "interpolated"]


def test_words_that_all_have_no_time_are_spread_over_the_window() -> None:
    found = settled([word("ab", 0, 0), word("cd", 0, 0)], Span(5, 7), origin=5)

    assert [(one.start, one.end) for one in found] == [(5, 6), (6, 7)]
    assert {one.timing for one in found} == {"interpolated"}


def test_times_outside_of_the_window_are_cut_off() -> None:
    found = settled([word("ab", -1, 1), word("cd", 1, 9)], Span(100, 102), origin=100)

    assert [(one.start, one.end) for one in found] == [(100, 101), (101, 102)]
    assert {one.timing for one in found} == {"recognizer"}


times = st.floats(-5, 40, allow_nan=False)


@given(st.lists(st.tuples(times, times), max_size=30), st.floats(0.1, 30))
def test_whatever_attention_says_words_are_in_order_and_inside(
    spans: list[tuple[float, float]], duration: float
) -> None:
    window = Span(1000.0, 1000.0 + duration)

    found = settled([word("word", *span) for span in spans], window, origin=1000.0)

    assert len(found) == len(spans)
    assert all(one.start < one.end for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(window.start <= one.start and one.end <= window.end for one in found)


def test_sentences_end_at_their_marks() -> None:
    parts = by_sentences(
        written_in("en", ' the fox jumps. "Then it sleeps." Again? 20.5 dogs'), "en"
    )

    assert [" ".join(texts(one)) for one in parts] == [
        "the fox jumps.",
        '"Then it sleeps."',
        "Again?",
        "20.5 dogs",
    ]


def test_sentences_are_parted_at_long_pauses() -> None:
    parts = list(by_sentences([word("a", 0, 1), word("b", 1.9, 2.5), word("c", 3.5, 4)], "en"))

    assert [texts(one) for one in parts] == [["a", "b"], ["c"]]
    assert list(by_sentences([], "en")) == []


def timed(*parts: float | str) -> list[int]:
    """Tokens of a text with times between."""
    spelling = WORDS.spelling("en")
    tokens: list[int] = []
    for one in parts:
        if isinstance(one, str):
            tokens += spelling.encode(one)
        else:
            tokens.append(spelling.timestamp_begin + round(one / FRAME_S))
    return tokens


def test_stretches_lie_between_the_times_that_were_written() -> None:
    tokens = timed(0.5, " the fox", 2.0, 2.5, " jumps", 4.0)

    found = stretches(tokens, WORDS.spelling("en"), 10.0)

    assert [(one.span, one.tokens) for one in found] == [(Span(0.5, 2.0), 2), (Span(2.5, 4.0), 3)]


def test_a_stretch_without_an_end_lasts_to_the_windows() -> None:
    found = stretches(timed(0.5, " the fox"), WORDS.spelling("en"), 10.0)

    assert [one.span for one in found] == [Span(0.5, 10.0)]


def test_a_text_without_times_is_one_stretch_and_one_without_words_none() -> None:
    spelling = WORDS.spelling("en")

    assert [one.span for one in stretches(timed(" the"), spelling, 3.0)] == [Span(0, 3.0)]
    assert stretches(timed(0.0, 1.0), spelling, 3.0) == []


def test_times_after_the_windows_end_are_cut_off() -> None:
    (found,) = stretches(timed(0.0, " the", 29.0), WORDS.spelling("en"), 3.0)

    assert found.span == Span(0, 3.0)


@pytest.mark.parametrize(
    ("parts", "spans"),
    [
        ((2.0, " the", 1.0, " fox", 4.0), [(Span(2.0, 4.0), 2)]),
        ((1.0, " the", 2.0, 0.5, " fox", 4.0), [(Span(1.0, 2.0), 1), (Span(2.0, 4.0), 2)]),
        ((1.0, " the", 5.0, " fox"), [(Span(1.0, 5.0), 2)]),
        ((5.0, " the", 5.0), [(Span(0.0, 5.0), 1)]),
    ],
)
def test_times_that_go_back_or_stand_still_are_passed_over(
    parts: tuple[float | str, ...], spans: list[tuple[Span, int]]
) -> None:
    found = stretches(timed(*parts), WORDS.spelling("en"), 5.0)

    assert [(one.span, one.tokens) for one in found] == spans


def test_words_belong_to_the_stretch_of_their_first_token() -> None:
    tokens = timed(1.0, " the fox", 2.0, 5.0, " jumps", 6.0)
    spelling = WORDS.spelling("en")
    text = [one for one in tokens if one < spelling.eot]
    words = written(text, even_path(text), spelling, "en")

    first, second = by_stretches(words, stretches(tokens, spelling, 10.0))

    assert (first[0], texts(first[1])) == (Span(1.0, 2.0), ["the", "fox"])
    assert (second[0], texts(second[1])) == (Span(5.0, 6.0), ["jumps"])


def test_a_sentence_does_not_end_with_an_abbreviation() -> None:
    parts = by_sentences(written_in("en", " Dr. J. Fox jumps. Then St. Paul"), "en")

    assert [" ".join(texts(one)) for one in parts] == ["Dr. J. Fox jumps.", "Then St. Paul"]
