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
        "Untertitelung des ZDF, 2020",
        "Untertitelung des ZDF für funk, 2017",
        "Copyright WDR 2021",
        "优优独播剧场——YoYo Television Series Exclusive",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "Altyazı M.K.",
        "Subtitles by Jane Doe",
        "Transcribed by otter.ai",
        "Transcription by CastingWords",
        "Textning Stina Hedin www.btistudios.com",
        "Sous-titrage ST' 501",
        "SOUS-TITRAGE : RED BEE MEDIA",
        "Редактор субтитров А.Синецкая Корректор А.Егорова",
        "Υπότιτλοι AUTHORWAVE",
        "Sottotitoli e revisione a cura di QTSS",
    ],
)
def test_credits_are_known_in_many_languages(text: str) -> None:
    assert phantom_in(text) == "credit"


@pytest.mark.parametrize(
    "text",
    [
        "字幕制作很难",  # making subtitles is hard
        "字幕志愿者 李宗盛",
        "字幕by索兰娅",
        "한글자막 by 한효정",
        "Untertitelung des ZDF ist schlecht",
        "Copyright WDR gehört uns",
        "请不吝点赞我们的视频",
    ],
)
def test_a_credit_that_may_be_a_sentence_counts_as_a_courtesy(text: str) -> None:
    assert phantom_in(text) == "courtesy"


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
        "Transcribed by hand.",
        "Captions by Monday, please.",
        "Captions by 10 PM.",
        "Transcript by tomorrow",
        "Subtitles by default are off",
        "Altyazı eklemek istiyorum.",
        "Altyazı",
        "Textning är viktigt för mig.",
        "Sous-titrage et doublage sont deux métiers.",
        "Untertitel von Filmen",
        "Untertitel der ersten Folge",
        "Legendas por favor",
        "Sottotitoli di un film",
        "Субтитры делал мой брат",
        "字幕由我来做",
        "字幕制作是一件很辛苦的事情",
        "Subtítulos por favor.",
        "SWR 20 Jahre danach",
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
        assert phantom_in(phrase.replace("~", "Jane Doe")) is not None, phrase
