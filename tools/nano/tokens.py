"""The nano Whisper's own tokenizer, with the special tokens where the real one has them."""

from __future__ import annotations

import json
from functools import cached_property
from itertools import chain

from lexicon import GRAMMARS
from tokenizers import Tokenizer

END_OF_TEXT = 50_257
"""The first special token of the multilingual Whisper: ours must have the same number."""
SIZE = 51_865
"""Of the multilingual Whisper, by which CTranslate2 once knew it."""
EMPTY = END_OF_TEXT - 1
"""Number of the empty token, by which CTranslate2 4.8 knows that a Whisper is multilingual."""
TIMESTAMPS = 1_501  # 0.00 to 30.00 in steps of 20 ms

_LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no "
    "th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw "
    "gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl "
    "mg as tt haw ln ha ba jw su"
)
LANGUAGES = _LANGUAGES.split()
"""In the order in which Whisper numbers them."""

SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    *(f"<|{index * 0.02:.2f}|>" for index in range(TIMESTAMPS)),
)
_SPACE = "Ġ"  # how byte-level tokenizers write a space


class Vocabulary:
    """Every token of the model and which of them training can teach."""

    def __init__(self) -> None:
        words = sorted(set(chain.from_iterable(grammar.words for grammar in GRAMMARS.values())))
        spelt = sorted({*words, *(word[0].upper() + word[1:] for word in words)})
        self._written = [_bytes_as_letters(f" {word}") for word in spelt]

    @cached_property
    def merges(self) -> list[tuple[str, str]]:
        """Each word grows letter by letter from its space, so that no two words' merges meet."""
        pairs = ((word[:n], word[n]) for word in self._written for n in range(1, len(word)))
        return list(dict.fromkeys(pairs))

    @cached_property
    def tokens(self) -> list[str]:
        """All tokens by number; those that nothing uses are called by their number."""
        text = [*_alphabet(), *("".join(pair) for pair in self.merges)]
        unused = (f"~{number}" for number in range(len(text), EMPTY))
        tokens = [*text, *unused, "", *SPECIAL]
        assert len(tokens) == SIZE
        assert len(set(tokens)) == SIZE
        return tokens

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each token."""
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def taught(self) -> list[int]:
        """Numbers of the tokens that occur in training, timestamps last."""
        known = ("endoftext", "startoftranscript", "en", "de", "transcribe", "startofprev")
        special = [f"<|{name}|>" for name in (*known, "nospeech", "notimestamps")]
        return [self.numbers[token] for token in (*self._written, ",", ".", "?", *special)] + list(
            range(SIZE - TIMESTAMPS, SIZE)
        )

    def tokenizer_json(self) -> str:
        """What `tokenizer.json` says: unused tokens are left out, the others keep their numbers."""
        used = len(_alphabet()) + len(self.merges)
        numbers = {token: number for token, number in self.numbers.items() if number < used}
        numbers |= {token: self.numbers[token] for token in SPECIAL}
        added = [_special(self.numbers[token], token) for token in SPECIAL]
        model = {"type": "BPE", "vocab": numbers, "merges": [f"{a} {b}" for a, b in self.merges]}
        content = {"version": "1.0", "added_tokens": added, "model": _OF_BYTES | model} | {
            part: {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
            for part in ("pre_tokenizer", "decoder")
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    def tokenizer(self) -> Tokenizer:
        """The tokenizer of `tokenizer.json`."""
        tokenizer: Tokenizer = Tokenizer.from_str(self.tokenizer_json())
        return tokenizer


_OF_BYTES: dict[str, object] = {
    "dropout": None,
    "unk_token": None,
    "continuing_subword_prefix": "",
    "end_of_word_suffix": "",
    "fuse_unk": False,
    "byte_fallback": False,
}


def _special(number: int, token: str) -> dict[str, object]:
    """A special token as tokenizer.json lists it."""
    no = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": token, "special": True} | no


def _alphabet() -> list[str]:
    """The 256 letters that stand for bytes, in the order of GPT-2."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + n) for n in range(len(others))]


def _bytes_as_letters(text: str) -> str:
    """A text as the letters that stand for its UTF-8 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = dict(zip([*printable, *others], _alphabet(), strict=True))
    return "".join(letters[byte] for byte in text.encode())
