"""Phantom phrases: the whole text must be one."""

import pytest

from diascribe.algorithms.loops import plain
from diascribe.algorithms.phantoms import COURTESIES, CREDITS, phantom_in


@pytest.mark.parametrize(
    "text",
    [
        "Subtitles by the Amara.org community",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Sous-titrage Société Radio-Canada",
        "Субтитры сделал DimaTorzok",
        "字幕由 Amara.org 社群提供",
        "한글자막 by 한효정",
        "Altyazı M.K.",
    ],
)
def test_credits_are_known_in_many_languages(text: str) -> None:
    assert phantom_in(text) == "credit"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you. Thank you. Thank you.",
        "Bye-bye.",
        "ご視聴ありがとうございました。",
        "谢谢观看",
        "Merci d’avoir regardé cette vidéo !",
        "Продолжение следует...",
        "MBC 뉴스 이덕영입니다.",
    ],
)
def test_courtesies_are_known_in_many_languages(text: str) -> None:
    assert phantom_in(text) == "courtesy"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Thank you for watching my dog while I was away.",
        "I thank you.",
        "You know what?",
        "The subtitles by the way were wrong.",
        "Transcribed by hand the manuscript took eleven years and ends in the middle of a word.",
        "Good evening.",
    ],
)
def test_what_only_begins_or_ends_like_a_phantom_is_none(text: str) -> None:
    assert phantom_in(text) is None


@pytest.mark.parametrize("table", [CREDITS, COURTESIES])
def test_every_phrase_of_the_tables_is_found_and_can_be_told_from_all_texts(
    table: dict[str, tuple[str, ...]],
) -> None:
    for phrase in (phrase for own in table.values() for phrase in own):
        assert len(plain(phrase)) >= 2, phrase
        assert phantom_in(phrase) is not None, phrase
