"""What a window's decoding starts from."""

from __future__ import annotations

from collections.abc import Iterator

from diascribe.models.whisper.vocabulary import Spelling
from diascribe.protocols import Decoding

CONTEXT = 448
"""Tokens that the decoder can hold; half of them are the text's."""

LONGEST_HINT = CONTEXT // 2 - 1
"""Tokens of what is said before a text: that half, less the token that begins it."""

LONGEST_PREFIX = CONTEXT // 4
"""Tokens of a prefix: with a whole text after it, everything still fits when it is aligned."""


def prompt(spelling: Spelling, decoding: Decoding, *, first: bool) -> tuple[int, ...]:
    """The tokens before a window's text; only the `first` window has prompt and prefix."""
    tokens = list(_hint(spelling, decoding, first=first))
    if tokens:
        tokens.insert(0, spelling.sot_prev)
    tokens.extend(spelling.sot_sequence)
    if not decoding.timestamps:
        tokens.append(spelling.no_timestamps)
    prefix = _spelled(spelling, decoding.prefix) if first else []
    if prefix and decoding.timestamps:
        tokens.append(spelling.timestamp_begin)
    return (*tokens, *prefix)


def problems(spelling: Spelling, decoding: Decoding) -> Iterator[str]:
    """What is too long, and by how much."""
    sizes = {
        name: len(_spelled(spelling, text))
        for name, text in (
            ("hotwords", decoding.hotwords),
            ("initial_prompt", decoding.initial_prompt),
        )
        if text
    }
    total = sum(sizes.values())
    if total > LONGEST_HINT:
        together = " together" if len(sizes) > 1 else ""
        yield (
            f"{' and '.join(sizes)}: wanted at most {LONGEST_HINT} tokens{together}, got {total}"
        )
    prefix = len(_spelled(spelling, decoding.prefix))
    if prefix > LONGEST_PREFIX:
        yield f"prefix: wanted at most {LONGEST_PREFIX} tokens, got {prefix}"


def _hint(spelling: Spelling, decoding: Decoding, *, first: bool) -> Iterator[int]:
    """What was said before, as far as the window is to know."""
    yield from _spelled(spelling, decoding.hotwords)
    if first:
        yield from _spelled(spelling, decoding.initial_prompt)


def _spelled(spelling: Spelling, text: str | None) -> list[int]:
    """The tokens of a text that stands within others; none of one without letters."""
    return spelling.encode(" " + text.strip()) if text and text.strip() else []
