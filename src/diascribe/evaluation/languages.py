"""Which codes of languages there are, so that `english` or `jp` is no silent mistake."""

from __future__ import annotations

import re

TAG = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9]{1,8})*")
"""BCP 47: the language, then perhaps its script, region and so on."""

TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv "
    "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho "
    "hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku "
    "kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu"
)
"""ISO 639-1. Of three letters there are 8000, of which only the shape is looked at."""


def is_language(code: str) -> bool:
    """Whether it starts as ISO 639-1 has it, or with three letters, as ISO 639-3 has.

    >>> [is_language(code) for code in ("en", "en-US", "yue", "jp", "english")]
    [True, True, True, False, False]
    """
    found = TAG.fullmatch(code)
    return found is not None and (len(found[1]) == 3 or found[1].lower() in TWO_LETTERS.split())
