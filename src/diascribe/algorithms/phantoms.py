"""Phrases that recognizers write where nobody says them, learnt from subtitles of videos."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from diascribe.algorithms.loops import plain

Phantom = Literal["credit", "courtesy"]
"""Who made the subtitles, which is written and not said; or what speakers may well say."""

CREDITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("subtitles by ~", "subtitled by ~", "captions by ~", "captioning by ~",
               "captioned by ~", "closed captioning by ~", "transcribed by ~", "transcript by ~",
               "transcription by ~", "transcripts by ~"),
        "de": ("Untertitel von ~", "Untertitel im Auftrag des ZDF …", "Untertitelung des ZDF …",
               "Untertitelung im Auftrag des ZDF …", "Copyright WDR …", "SWR 2020", "SWR 2021",
               "Untertitel im Auftrag des ZDF für funk, 2017",
               "Untertitelung des ZDF für funk, 2017",
               "Untertitelung aufgrund der Amara.org-Community"),
        "fr": ("sous-titres réalisés par ~", "sous-titres réalisés para ~", "sous-titres par ~",
               "sous-titrage ~", "sous-titrage MFP", "sous-titrage ST' 501",
               "sous-titrage Société Radio-Canada", "sous-titres faits par ~"),
        "es": ("subtítulos realizados por ~", "subtítulos por ~", "subtítulos creados por ~",
               "subtitulado por ~"),
        "it": ("sottotitoli creati da ~", "sottotitoli a cura di ~",
               "sottotitoli e revisione a cura di ~", "sottotitoli di ~"),
        "pt": ("legendas pela comunidade …", "legendas por ~", "legenda por ~",
               "legenda Adriana Zanotto"),
        "nl": ("ondertitels ingediend door ~", "ondertiteld door ~", "ondertiteling door ~",
               "TV Gelderland 2021"),
        "pl": ("napisy stworzone przez ~", "napisy wykonane przez ~",
               "zdjęcia i napisy stworzone przez ~"),
        "ru": ("субтитры сделал ~", "субтитры создавал ~", "субтитры делал ~",
               "субтитры подогнал ~", "субтитры добавил ~", "редактор субтитров ~"),
        "uk": ("субтитрувальниця ~", "субтитри створив ~"),
        "tr": ("altyazı ~", "altyazı M.K.", "alt yazı M.K."),
        "sv": ("textning ~", "undertexter från ~", "undertexter av ~", "svensktextning.nu"),
        "no": ("teksting av ~", "undertekster av ~"),
        "da": ("danske tekster af ~", "tekster af ~"),
        "el": ("υπότιτλοι ~", "υποτιτλοι ~"),
        "cs": ("titulky vytvořil ~",),
        "ro": ("subtitrarea ~", "subtitrare realizată de ~"),
        "zh": ("中文字幕志愿者 ~", "字幕志愿者 ~", "字幕製作 ~", "字幕制作 ~", "优优独播剧场…",
               "明镜需要您的支持…", "明镜需要您的支持 欢迎订阅明镜", "请不吝点赞…", "請不吝點贊…",
               "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
               "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目"),
        "ja": ("字幕作成者 ~", "字幕 by ~"),
        "ko": ("자막 제공 ~", "한글자막 by ~", "자막 by ~"),
        "ar": ("ترجمة نانسي قنقر",),
    }
)  # fmt: skip
"""By language; `~` stands for a name, `…` for anything. Whoever the credit is to, nobody says it
aloud; *captions by noon* people do. Those that go on with ordinary words, or in a script that
knows no capitals, may be sentences: they are no more than courtesies."""

COURTESIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("thanks for watching", "thank you for watching", "thank you so much for watching",
               "thank you very much for watching", "thanks for listening",
               "thank you for listening", "please subscribe", "please subscribe to my channel",
               "please like and subscribe", "like and subscribe", "don't forget to subscribe",
               "don't forget to like and subscribe", "see you in the next video",
               "I'll see you in the next video", "see you next time", "thank you",
               "thank you very much", "thank you so much", "bye", "bye bye", "you"),
        "de": ("vielen Dank fürs Zuschauen", "vielen Dank für's Zuschauen",
               "danke fürs Zuschauen", "vielen Dank", "bis zum nächsten Mal", "das war's"),
        "fr": ("merci d'avoir regardé cette vidéo", "merci d'avoir regardé la vidéo",
               "merci d'avoir regardé", "abonnez-vous", "merci", "merci à tous"),
        "es": ("gracias por ver el video", "gracias por ver el vídeo", "gracias por ver",
               "muchas gracias por ver el video", "suscríbete", "suscríbete al canal", "gracias"),
        "it": ("grazie per aver guardato il video", "grazie per la visione",
               "iscrivetevi al canale", "grazie"),
        "pt": ("obrigado por assistir", "obrigada por assistir", "inscreva-se no canal",
               "obrigado"),
        "nl": ("bedankt voor het kijken", "dank u wel voor het kijken", "bedankt"),
        "pl": ("dziękuję za uwagę", "dziękuję za oglądanie", "dzięki za oglądanie", "dziękuję"),
        "ru": ("спасибо за просмотр", "спасибо за внимание", "продолжение следует",
               "подписывайтесь на канал", "спасибо"),
        "uk": ("дякую за перегляд", "дякую за увагу", "дякую"),
        "tr": ("izlediğiniz için teşekkür ederim", "izlediğiniz için teşekkürler",
               "abone olmayı unutmayın"),
        "sv": ("tack för att ni tittade", "tack för att du tittade", "tack för idag"),
        "no": ("takk for at du så på", "takk for at dere så på", "takk for oss"),
        "da": ("tak for at se med", "tak fordi du så med"),
        "fi": ("kiitos kun katsoit", "kiitos katsomisesta", "kiitos"),
        "cs": ("děkuji za pozornost", "děkuji za sledování"),
        "hu": ("köszönöm, hogy megnézted", "köszönöm a figyelmet"),
        "ro": ("vă mulțumesc pentru vizionare", "mulțumesc pentru vizionare"),
        "el": ("ευχαριστώ που παρακολουθήσατε",),
        "cy": ("diolch yn fawr am wylio'r fideo",),
        "vi": ("cảm ơn các bạn đã theo dõi", "hãy subscribe cho kênh …",
               "hẹn gặp lại các bạn trong những video tiếp theo"),
        "id": ("terima kasih telah menonton", "terima kasih sudah menonton", "terima kasih"),
        "th": ("ขอบคุณที่รับชม",),
        "zh": ("感谢观看", "感謝觀看", "谢谢观看", "謝謝觀看", "谢谢大家", "謝謝大家", "谢谢"),
        "ja": ("ご視聴ありがとうございました", "ご視聴いただきありがとうございます",
               "ご視聴いただきありがとうございました", "最後までご視聴いただきありがとうございます",
               "最後までご視聴いただきありがとうございました", "ご清聴ありがとうございました",
               "チャンネル登録をお願いいたします", "チャンネル登録よろしくお願いします",
               "ありがとうございました"),
        "ko": ("시청해주셔서 감사합니다", "시청해 주셔서 감사합니다", "구독과 좋아요 부탁드립니다",
               "MBC 뉴스 …", "다음 영상에서 만나요", "감사합니다"),
        "ar": ("اشتركوا في القناة", "شكرا على المشاهدة", "شكرا للمشاهدة", "شكرا لكم"),
        "hi": ("देखने के लिए धन्यवाद",),
    }
)  # fmt: skip
"""By language; each of these people do say, so none is doubted without a sign."""

EVERYWHERE = plain("Amara.org")
"""The community whose name stands in the credits of all languages."""

ANYTHING, NAME = "…", "~"

LONGEST_CREDIT = 60
"""Letters: who begins like a credit and goes on for longer speaks about subtitles. Chosen by
hand, not measured."""

LONGEST_NAME = 6
"""Words: a person's name and function, twice."""

EDGES = "\"'()[]-–—.:,;!?/\N{RIGHT SINGLE QUOTATION MARK}"
"""Marks around words that are no part of a name."""

LONGEST_SIGNS = 6
"""Signs of a name in Chinese, Japanese or Korean."""


def phantom_in(text: str) -> Phantom | None:
    """Which kind of phantom the whole text is, said once or several times; null if none.

    Phrases of all languages are looked for: a recognizer that makes up a phrase makes up its
    language as well.

    >>> phantom_in("Thanks for watching!"), phantom_in("Untertitel der Amara.org-Community")
    ('courtesy', 'credit')
    >>> phantom_in("He was thankful for watching over them.")
    """
    said = plain(text)
    if not said:
        return None
    short = len(said) <= LONGEST_CREDIT
    if short and (EVERYWHERE in said or _CREDITS.name(text)):
        return "credit"
    return "courtesy" if _COURTESIES.hold(text) or (short and _CREDITS.hold(text)) else None


def is_name(text: str) -> bool:
    """Whether a text can be the name of whoever made subtitles, and nothing else.

    That is one word such as no sentence has, or several that all begin as names do.

    >>> is_name("Stina Hedin www.btistudios.com"), is_name("DimaTorzok"), is_name("李宗盛")
    (True, True, True)
    >>> is_name("hand"), is_name("Monday"), is_name("default are off")
    (False, False, False)
    """
    words = [word.strip(EDGES) for word in text.split()]
    words = [word for word in words if plain(word)]
    if len(words) == 1:
        return _is_odd(words[0])
    return 1 < len(words) <= LONGEST_NAME and all(map(_is_capital, words))


def _is_certain(text: str) -> bool:
    """Whether what follows a credit has capitals, numbers and addresses only, or is nothing.

    >>> _is_certain(", 2020"), _is_certain("ist schlecht"), _is_certain("很难")
    (True, False, False)
    """
    words = [word.strip(EDGES) for word in text.split()]
    cased = not any(unicodedata.category(char) == "Lo" for char in text)
    return cased and all(_is_capital(word) or word[0].isdigit() for word in words if word)


def _is_odd(word: str) -> bool:
    """Whether a single word is a name: an address, letters run together, few signs."""
    if all(unicodedata.category(one) == "Lo" for one in word):
        return 1 < len(word) <= LONGEST_SIGNS
    return "." in word or any(map(str.isupper, word[1:]))


def _is_capital(word: str) -> bool:
    """Whether a word of several is part of a name."""
    return word[0].isupper() or unicodedata.category(word[0]) == "Lo" or "." in word


def _once(said: str) -> str:
    """What a text consists of that is the same phrase over and over.

    >>> _once("byebyebye"), _once("banana")
    ('bye', 'banana')
    """
    period = (said + said).find(said, 1)
    return said[:period]


class _Phrases:
    """A table as it is looked up in."""

    def __init__(self, table: Mapping[str, tuple[str, ...]]) -> None:
        phrases = [one for own in table.values() for one in own]
        whole = (one for one in phrases if one[-1] not in {ANYTHING, NAME})
        self.whole = frozenset(map(_once, map(plain, whole)))
        self.beginnings = tuple(plain(one) for one in phrases if one.endswith(ANYTHING))
        self.before_names = tuple(plain(one) for one in phrases if one.endswith(NAME))

    def hold(self, text: str) -> bool:
        """Whether they know what is said, or how it begins."""
        said = plain(text)
        if said.startswith(self.beginnings) or _once(said) in self.whole:
            return True
        return any(map(is_name, self._names(text)))

    def name(self, text: str) -> bool:
        """Whether they know what is said, or how it begins, and a name or a year follows."""
        said = plain(text)
        begun = (one for one in self.beginnings if said.startswith(one))
        rests = [_after(text, one) for one in begun]
        rests += filter(is_name, self._names(text))
        return _once(said) in self.whole or any(map(_is_certain, rests))

    def _names(self, text: str) -> Iterator[str]:
        """What follows in the place of a name."""
        said = plain(text)
        return (_after(text, one) for one in self.before_names if said.startswith(one))


def _after(text: str, beginning: str) -> str:
    """What follows the part of a text that is plainly its beginning."""
    ends = (end for end in range(len(text) + 1) if plain(text[:end]) == beginning)
    return text[next(ends, len(text)) :]


_CREDITS = _Phrases(CREDITS)
_COURTESIES = _Phrases(COURTESIES)
