from dataclasses import replace

import pytest
from whisper_fakes import vocabulary
from whisper_models import ENGLISH, LANGUAGES, Shape

from diascribe.models.whisper.prompts import LONGEST_HINT, problems, prompt
from diascribe.models.whisper.vocabulary import Vocabulary
from diascribe.protocols import Decoding

WORDS = vocabulary()
ALL = Decoding(initial_prompt="the quick fox", prefix="then it", hotwords="brown dog")


def spelled(words: Vocabulary, tokens: tuple[int, ...], language: str = "en") -> str:
    """A prompt as text, special tokens included."""
    tokenizer = words.spelling(language).tokenizer  # type: ignore[attr-defined]  # the real one
    text: str = tokenizer.decode(list(tokens), skip_special_tokens=False)
    return text


def prompted(decoding: Decoding, *, first: bool = True, language: str = "en") -> str:
    spelling = WORDS.spelling(language, decoding.task)
    return spelled(WORDS, prompt(spelling, decoding, first=first))


def test_a_prompt_names_language_and_task() -> None:
    plain = "<|startoftranscript|><|de|><|transcribe|><|notimestamps|>"

    assert prompted(Decoding(), language="de") == plain
    assert prompted(Decoding(task="translate"), language="de") == plain.replace(
        "transcribe|", "translate|"
    )


def test_an_english_model_is_told_neither() -> None:
    english = vocabulary(ENGLISH)

    found = prompt(english.spelling("en"), Decoding(), first=True)

    assert spelled(english, found) == "<|startoftranscript|><|notimestamps|>"


def test_the_first_window_gets_all_that_is_known() -> None:
    assert prompted(ALL) == (
        "<|startofprev|> brown dog the quick fox"
        "<|startoftranscript|><|en|><|transcribe|><|notimestamps|> then it"
    )


def test_other_windows_get_the_hotwords_only() -> None:
    assert prompted(ALL, first=False) == (
        "<|startofprev|> brown dog<|startoftranscript|><|en|><|transcribe|><|notimestamps|>"
    )


def test_with_times_a_prefix_begins_at_second_0() -> None:
    assert prompted(Decoding(prefix="then it", timestamps=True)) == (
        "<|startoftranscript|><|en|><|transcribe|><|0.00|> then it"
    )
    assert prompted(replace(ALL, timestamps=True), first=False).endswith("<|transcribe|>")


def test_hints_without_letters_are_none() -> None:
    blank = Decoding(initial_prompt="  ", prefix=" ", hotwords="")

    assert prompted(blank) == prompted(Decoding())


def test_what_fits_is_no_problem() -> None:
    longest = " ".join(["fox"] * LONGEST_HINT)

    assert list(problems(WORDS.any, Decoding(initial_prompt=longest))) == []
    assert list(problems(WORDS.any, ALL)) == []


def test_what_is_too_long_is_named_with_its_tokens() -> None:
    many = Decoding(
        initial_prompt="fox " * 200, hotwords="dog " * 100, prefix="it " * 113, timestamps=True
    )

    assert list(problems(WORDS.any, many)) == [
        "hotwords and initial_prompt: wanted at most 223 tokens together, got 300",
        "prefix: wanted at most 112 tokens, got 113",
    ]
    assert list(problems(WORDS.any, Decoding(hotwords="dog " * 224))) == [
        "hotwords: wanted at most 223 tokens, got 224"
    ]


def test_numerals_are_suppressed_where_that_is_wanted() -> None:
    usual = set(WORDS.suppressed(Decoding()))
    tokens = {
        WORDS.any.decode([one]).strip()
        for one in WORDS.suppressed(Decoding(suppress_numerals=True))
        if one not in usual
    }

    assert {"1", "20", "300", "$", "7", "%"} <= tokens
    assert not tokens & {"seven", "fox", ".", ","}


def test_what_steers_the_model_is_never_written() -> None:
    names = {spelled(WORDS, (one,)) for one in WORDS.suppressed(Decoding()) if one != -1}

    assert names == {
        "<|startoftranscript|>",
        "<|startofprev|>",
        "<|startoflm|>",
        "<|nocaptions|>",
        "<|translate|>",
        "<|transcribe|>",
    }
    assert -1 in WORDS.suppressed(Decoding())


@pytest.mark.parametrize("languages", [LANGUAGES, LANGUAGES[:-1]])
def test_a_tokenizer_is_opened_once_for_a_language_and_task(languages: tuple[str, ...]) -> None:
    words = vocabulary(Shape(languages=languages))

    assert words.spelling("de") is words.spelling("de")
    assert words.spelling("de") is not words.spelling("de", "translate")
    assert words.languages == languages
