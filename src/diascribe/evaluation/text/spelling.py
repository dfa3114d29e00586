"""British and American spellings of English words, made one.

Rules of our own: of the libraries with a table, whisper-normalizer brings four packages for
other languages and breame has not been released since 2021. A word is only compared, so a rule
may make of it what nobody writes (`rize`). They unify most pairs of the former's table, and
of the words of pocketsphinx's dictionary they confuse, names aside, timber with timbre,
scored with scoured, enter with entre and refiled with refilled.
"""

from __future__ import annotations

import re

SAME = {
    "aluminium": "aluminum",
    "artefact": "artifact",
    "burnt": "burned",
    "cheque": "check",
    "cheques": "checks",
    "defence": "defense",
    "disc": "disk",
    "discs": "disks",
    "dreamt": "dreamed",
    "enrol": "enroll",
    "fulfil": "fulfill",
    "instalment": "installment",
    "jewellery": "jewelry",
    "judgement": "judgment",
    "learnt": "learned",
    "licence": "license",
    "mum": "mom",
    "mums": "moms",
    "offence": "offense",
    "plough": "plow",
    "programme": "program",
    "programmes": "programs",
    "pyjamas": "pajamas",
    "skilful": "skillful",
    "spelt": "spelled",
    "storey": "story",
    "storeys": "stories",
    "towards": "toward",
    "tyre": "tire",
    "tyres": "tires",
    "whilst": "while",
}

RULES = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        ("^(...*)our(?=$|s$|ed$|ers?$|ing|able|ful|less|ite|ly|y|hood|i)", r"\1or"),
        ("^(...*)is(?=e$|es$|ed$|ers?$|ing|ation|able$)", r"\1iz"),
        ("^(.*(?:anal|paral|catal))ys(?=e$|es$|ed$|ers?$|ing$)", r"\1yz"),
        ("^(..+[tbv])re(?=$|s$)", r"\1er"),
        ("^(..+[tbv])red$", r"\1ered"),
        ("^(....*)ogue(?=$|s$)", r"\1og"),
        ("^(...+[aeiou])ll(?=ed$|ers?$|ing)", r"\1l"),
        ("(?<=h|p|n|k)ae(?=m|d|s)", "e"),
        ("^arch?aeo", "archeo"),
        ("^manoeu", "maneu"),
        ("^grey", "gray"),
        ("^sceptic", "skeptic"),
        ("^(m|sm)ou(?=ld|lt)", r"\1o"),
        ("^sulph", "sulf"),
        ("draught", "draft"),
    )
)


def american(word: str) -> str:
    """One spelling of a folded word that has two.

    >>> [american(word) for word in ("colour", "organisation", "centre", "travelling")]
    ['color', 'organization', 'center', 'traveling']
    """
    word = SAME.get(word, word)
    for pattern, spelling in RULES:
        word = pattern.sub(spelling, word)
    return word
