"""Languages as people write them: codes in any case, with a region, or English names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from types import MappingProxyType

TABLE = """
aa afar|ab abkhazian|ae avestan|af afrikaans|ak akan|am amharic|an aragonese|ar arabic|as assamese
av avaric|ay aymara|az azerbaijani|ba bashkir|be belarusian|bg bulgarian|bi bislama|bm bambara
bn bengali|bo tibetan|br breton|bs bosnian|ca catalan|ce chechen|ch chamorro|co corsican|cr cree
cs czech|cu church slavonic|cv chuvash|cy welsh|da danish|de german|dv divehi|dz dzongkha|ee ewe
el greek|en english|eo esperanto|es spanish|et estonian|eu basque|fa persian|ff fulah|fi finnish
fj fijian|fo faroese|fr french|fy western frisian|ga irish|gd scottish gaelic|gl galician
gn guarani|gu gujarati|gv manx|ha hausa|haw hawaiian|he hebrew|hi hindi|ho hiri motu|hr croatian
ht haitian creole|hu hungarian|hy armenian|hz herero|ia interlingua|id indonesian|ie interlingue
ig igbo|ii sichuan yi|ik inupiaq|io ido|is icelandic|it italian|iu inuktitut|ja japanese
jv javanese|jw javanese|ka georgian|kg kongo|ki kikuyu|kj kuanyama|kk kazakh|kl greenlandic
km khmer|kn kannada|ko korean|kr kanuri|ks kashmiri|ku kurdish|kv komi|kw cornish|ky kyrgyz
la latin|lb luxembourgish|lg ganda|li limburgish|ln lingala|lo lao|lt lithuanian|lu luba-katanga
lv latvian|mg malagasy|mh marshallese|mi maori|mk macedonian|ml malayalam|mn mongolian|mr marathi
ms malay|mt maltese|my burmese|na nauru|nb bokmal|nd north ndebele|ne nepali|ng ndonga|nl dutch
nn nynorsk|no norwegian|nr south ndebele|nv navajo|ny chichewa|oc occitan|oj ojibwa|om oromo
or odia|os ossetian|pa punjabi|pi pali|pl polish|ps pashto|pt portuguese|qu quechua|rm romansh
rn rundi|ro romanian|ru russian|rw kinyarwanda|sa sanskrit|sc sardinian|sd sindhi|se northern sami
sg sango|sh serbo-croatian|si sinhala|sk slovak|sl slovenian|sm samoan|sn shona|so somali
sq albanian|sr serbian|ss swati|st southern sotho|su sundanese|sv swedish|sw swahili|ta tamil
te telugu|tg tajik|th thai|ti tigrinya|tk turkmen|tl tagalog|tn tswana|to tonga|tr turkish
ts tsonga|tt tatar|tw twi|ty tahitian|ug uyghur|uk ukrainian|ur urdu|uz uzbek|ve venda
vi vietnamese|vo volapuk|wa walloon|wo wolof|xh xhosa|yi yiddish|yo yoruba|yue cantonese|za zhuang
zh chinese|zu zulu
"""
"""ISO 639-1, and what Whisper writes otherwise (`haw`, `jw`, `yue`), with their English names."""

NAMES = MappingProxyType(dict(one.split(" ", 1) for one in re.split(r"[|\n]", TABLE.strip())))
"""The English name of each code, in lower case."""

OTHERS = """
burmese my|castilian es|farsi fa|filipino tl|flemish nl|haitian ht|letzeburgesch lb|mandarin zh
moldavian ro|moldovan ro|myanmar my|panjabi pa|pushto ps|sinhalese si|slovene sl|valencian ca
"""
"""More names, those that users of Whisper know among them."""

CODES = MappingProxyType(
    {name: code for code, name in NAMES.items()}
    | dict(one.split(" ") for one in re.split(r"[|\n]", OTHERS.strip()))
)
"""The code of each name; of the two for Javanese the one that Whisper has."""

COUNTRIES = MappingProxyType(
    {"cn": "zh", "cz": "cs", "dk": "da", "ge": "ka", "gr": "el", "jp": "ja", "rs": "sr", "ua": "uk"}
)
"""Codes of countries that are written where that of a language is meant."""

TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
"""BCP 47: the language, then perhaps its script, region and so on; `_` as programs have it."""

NEAR = 3
"""Languages that are offered where none was meant."""


def code_of(given: str) -> str | None:
    """The code of a language as anybody writes it; null where there is no such language.

    Of three letters there are 8000 codes, of which only the shape is looked at.

    >>> [code_of(one) for one in ("DE", "English", "pt_BR", "tlh", "jp", "klingon")]
    ['de', 'en', 'pt', 'tlh', None, None]
    """
    plain = given.strip().lower()
    if plain in CODES:
        return CODES[plain]
    found = TAG.fullmatch(plain)
    if found is None:
        return None
    return found[1] if len(found[1]) == 3 or found[1] in NAMES else None


def near(given: str) -> list[str]:
    """Codes of languages that may have been meant, the likeliest first.

    >>> near("jp"), near("germn"), near("klingon")
    (['ja'], ['de'], [])
    """
    plain = given.strip().lower()
    country = COUNTRIES.get(plain.partition("-")[0])
    named = [CODES[one] for one in get_close_matches(plain, CODES, n=NEAR, cutoff=0.75)]
    return list(dict.fromkeys([country, *named] if country else named))


def said(codes: list[str]) -> str:
    """Codes with their names, for people.

    >>> said(["ja", "tlh"])
    'ja (Japanese), tlh'
    """
    return ", ".join(f"{one} ({NAMES[one].title()})" if one in NAMES else one for one in codes)
