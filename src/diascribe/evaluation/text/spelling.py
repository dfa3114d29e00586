"""British and American spellings of English words, made one.

A short table of our own: of the libraries that have a long one, whisper-normalizer brings
four packages for other languages and breame has not been released since 2021.
"""

from __future__ import annotations

import re

SAME = {
    "grey": "gray",
    "tyre": "tire",
    "tyres": "tires",
    "aluminium": "aluminum",
    "pyjamas": "pajamas",
    "sceptical": "skeptical",
    "cheque": "check",
    "cheques": "checks",
    "plough": "plow",
    "mum": "mom",
    "mums": "moms",
    "programme": "program",
    "programmes": "programs",
    "defence": "defense",
    "offence": "offense",
    "licence": "license",
    "jewellery": "jewelry",
    "skilful": "skillful",
    "fulfil": "fulfill",
    "enrol": "enroll",
    "towards": "toward",
    "whilst": "while",
    "learnt": "learned",
    "burnt": "burned",
    "dreamt": "dreamed",
    "spelt": "spelled",
}

OUR = "arm|behavi|cand|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|parl|rum|sav|vap|vig"
ISE = (
    "agon|apolog|author|capital|categor|central|character|civil|colon|computer|critic|custom|"
    "digital|emphas|equal|familiar|final|formal|general|global|harmon|hospital|hypothes|ideal|"
    "immun|industrial|initial|item|legal|local|maxim|memor|minim|mobil|modern|national|neutral|"
    "normal|optim|organ|personal|polar|popular|prior|privat|real|recogn|revolution|social|"
    "special|stabil|standard|steril|summar|symbol|sympath|synchron|synthes|terror|util|visual"
)
RULES = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (rf"^(.*(?:{OUR}))our(?=$|s|ed|ing|ab|it|hood|less|ful|y)", r"\1or"),
        (rf"^(.*(?:{ISE}))is(?=e$|es$|ed$|er$|ers$|ing$|ation|able$)", r"\1iz"),
        (r"^(.*(?:anal|paral|catal))ys(?=e$|ed$|er$|ers$|ing$)", r"\1yz"),
        (r"^(.*(?:cen|thea|li|fib|me))tre(?=$|s$|d$)", r"\1ter"),
        (r"^(.*(?:catal|dial|anal|mon))ogue(?=$|s$)", r"\1og"),
        (r"^(cancel|channel|fuel|label|level|model|signal|travel)l(?=ed$|er$|ers$|ing$)", r"\1"),
    )
)


def american(word: str) -> str:
    """One spelling of a folded word that has two, which may be neither: it is only compared.

    >>> [american(word) for word in ("colour", "organisation", "centre", "travelling", "rise")]
    ['color', 'organization', 'center', 'traveling', 'rise']
    """
    for pattern, spelling in RULES:
        word = pattern.sub(spelling, word)
    return SAME.get(word, word)
