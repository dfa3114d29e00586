"""What symbols are called, and how numbers are written, in the languages that say it here.

A symbol that a language lacks stays as it is: aligners take it for something unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CURRENCIES = "$€£¥₹₽"
"""Written before or after a number, spoken after it."""

_COLUMNS = ("%", "&", "+", "=", "@", "$", "€", "£", "point")

_ROWS = {
    "en": "percent|and|plus|equals|at|dollars|euros|pounds|point",
    "de": "Prozent|und|plus|gleich|at|Dollar|Euro|Pfund|Komma",
    "fr": "pour cent|et|plus|égale|arobase|dollars|euros|livres|virgule",
    "es": "por ciento|y|más|igual a|arroba|dólares|euros|libras|coma",
    "it": "per cento|e|più|uguale|chiocciola|dollari|euro|sterline|virgola",
    "pt": "por cento|e|mais|igual a|arroba|dólares|euros|libras|vírgula",
    "nl": "procent|en|plus|is|apenstaartje|dollar|euro|pond|komma",
    "sv": "procent|och|plus|lika med|snabel-a|dollar|euro|pund|komma",
    "da": "procent|og|plus|lig med|snabel-a|dollars|euro|pund|komma",
    "pl": "procent|i|plus|równa się|małpa|dolarów|euro|funtów|przecinek",
    "cs": "procent|a|plus|rovná se|zavináč|dolarů|euro|liber|celých",
    "ru": "процентов|и|плюс|равно|собака|долларов|евро|фунтов|запятая",
    "uk": "відсотків|і|плюс|дорівнює|равлик|доларів|євро|фунтів|кома",  # noqa: RUF001 - letters of their own
    "tr": "yüzde|ve|artı|eşittir|et|dolar|euro|sterlin|virgül",  # noqa: RUF001 - letters of their own
    "zh": "百分之|和|加|等于|艾特|美元|欧元|英镑|点",
    "ja": "パーセント|アンド|プラス|イコール|アット|ドル|ユーロ|ポンド|点",
    "ko": "퍼센트|앤드|더하기|는|골뱅이|달러|유로|파운드|점",
    "hi": "प्रतिशत|और|प्लस|बराबर|ऐट|डॉलर|यूरो|पाउंड|दशमलव",
}

NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        language: MappingProxyType(dict(zip(_COLUMNS, row.split("|"), strict=True)))
        for language, row in _ROWS.items()
    }
)
"""By language what each symbol is called; `point` parts a whole number from its fraction."""

ONE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("en", "$"): "one dollar", ("en", "€"): "one euro", ("en", "£"): "one pound",
        ("de", "$"): "ein Dollar", ("de", "€"): "ein Euro", ("de", "£"): "ein Pfund",
        ("fr", "$"): "un dollar", ("fr", "€"): "un euro", ("fr", "£"): "une livre",
        ("es", "$"): "un dólar", ("es", "€"): "un euro", ("es", "£"): "una libra",
        ("it", "$"): "un dollaro", ("it", "€"): "un euro", ("it", "£"): "una sterlina",
        ("pt", "$"): "um dólar", ("pt", "€"): "um euro", ("pt", "£"): "uma libra",
        ("sv", "$"): "en dollar", ("sv", "€"): "en euro", ("sv", "£"): "ett pund",
        ("da", "$"): "en dollar", ("da", "€"): "en euro", ("da", "£"): "et pund",
        ("pl", "$"): "jeden dolar", ("pl", "€"): "jedno euro", ("pl", "£"): "jeden funt",
        ("cs", "$"): "jeden dolar", ("cs", "€"): "jedno euro", ("cs", "£"): "jedna libra",
        ("cs", "%"): "jedno procento",
    }
)  # fmt: skip
"""One of a thing, number included, where it is said otherwise than several."""

SLAVIC: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("pl", "$"): ("dolarów", "dolary"), ("pl", "£"): ("funtów", "funty"),
        ("cs", "$"): ("dolarů", "dolary"), ("cs", "£"): ("liber", "libry"),
        ("cs", "%"): ("procent", "procenta"),
        ("ru", "%"): ("процент", "процента"), ("ru", "$"): ("доллар", "доллара"),
        ("ru", "€"): ("евро", "евро"), ("ru", "£"): ("фунт", "фунта"),
        ("uk", "%"): ("відсоток", "відсотки"), ("uk", "$"): ("долар", "долари"),
        ("uk", "€"): ("євро", "євро"), ("uk", "£"): ("фунт", "фунти"),
    }
)  # fmt: skip
"""Names after numbers that end in 1, and in 2, 3 or 4; `NAMES` has those after all others."""

ENDING = frozenset({"pl", "ru", "uk"})
"""Slavic languages that count 22 as 2; the others go by the whole number."""

SAID_BEFORE = frozenset({("tr", "%"), ("zh", "%")})
"""Written after a number, spoken before it."""

POINTED = frozenset({"en", "zh", "yue", "ja", "ko", "th", "he", "hi", "bn", "ta", "te", "ur", "sw"})
"""Languages that write fractions after a point; the others after a comma."""

ORDINALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("st", "nd", "rd", "th"),
        "fr": ("er", "re", "ère", "e", "ème"),
        "nl": ("e", "de", "ste"),
        "sv": (":a", ":e"),
        "es": ("º", "ª", ".º", ".ª"),
        "it": ("º", "ª", "°"),
        "pt": ("º", "ª", ".º", ".ª"),
    }
)
"""What makes a number a place in a row."""

FEMININE = frozenset({"re", "ère", "ª", ".ª"})
"""Those of them that tell of a feminine thing."""

UNITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"$": ("cent", "cents"), "€": ("cent", "cents"), "£": ("penny", "pence")}
)
"""The hundredth of currencies and several of them in English, where they are named."""


def name_of(symbol: str, language: str) -> str:
    """What a symbol is called; itself where nobody says."""
    return NAMES.get(language.partition("-")[0], {}).get(symbol, symbol)


def name_after(number: int, symbol: str, language: str) -> str:
    """What a symbol is called after a whole number.

    >>> name_after(22, "$", "ru"), name_after(25, "$", "ru"), name_after(12, "$", "ru")
    ('доллара', 'долларов', 'долларов')
    """
    forms = SLAVIC.get((language, symbol))
    if forms is None:
        return name_of(symbol, language)
    last = number % 10 if language in ENDING and number % 100 not in range(11, 15) else number
    if last == 1 and language != "pl":  # 21 is said as 25 is there
        return forms[0]
    return forms[1] if last in {2, 3, 4} else name_of(symbol, language)
