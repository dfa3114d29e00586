"""Whatever is written, it is read out in every language that there are rules for."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from diascribe.engine.spoken.reading import read_out

languages = st.sampled_from(sorted(RbnfEngine.get_supported_languages()))
written = st.text("0123456789.,:'%$€£&+=@ºª°-\u2212\u00a0\u0663\u0967\u00b2thdre", max_size=20)


@given(written, languages)
@example("-5", "zu")
@example("9" * 5000 + "%", "en")
@example("$" + "9" * 5000 + ".50", "en")
@example("999.999.999.999.999", "sw")
@settings(max_examples=500, deadline=None)
def test_what_is_read_out_are_words(text: str, language: str) -> None:
    words = read_out(text, language)

    assert words
    assert words == (text,) or all(word == word.strip() != "" for word in words)
