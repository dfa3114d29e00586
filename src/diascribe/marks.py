"""Marks of punctuation, of all scripts that recognizers and subtitles are written in."""

from __future__ import annotations

SENTENCE_ENDS = frozenset(
    ".?!…\N{INTERROBANG}"
    "\N{IDEOGRAPHIC FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}"
    "\N{FULLWIDTH FULL STOP}\N{FULLWIDTH QUESTION MARK}\N{FULLWIDTH EXCLAMATION MARK}"
    "\N{ARABIC QUESTION MARK}\N{ARABIC FULL STOP}"
    "\N{DEVANAGARI DANDA}\N{DEVANAGARI DOUBLE DANDA}"
    "\N{KHMER SIGN KHAN}\N{KHMER SIGN BARIYOOSAN}"
    "\N{MYANMAR SIGN SECTION}"
    "\N{ARMENIAN FULL STOP}"
    "\N{ETHIOPIC FULL STOP}\N{ETHIOPIC QUESTION MARK}"
    "\N{TIBETAN MARK SHAD}"
)
"""What ends a sentence."""

CLOSERS = (
    "\"')]}»«›‹」』】》〉"  # noqa: RUF001 - as people write them
    "\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{FULLWIDTH RIGHT PARENTHESIS}\N{FULLWIDTH RIGHT SQUARE BRACKET}"
)
"""What may follow the end of a sentence; some languages close a quotation as others open one."""
