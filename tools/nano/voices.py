"""Speaks sentences with espeak-ng and flite and says when each word sounds.

Both are used through their libraries, which tell the times; nothing is recorded or downloaded.
espeak-ng is free software under the GPL version 3; what it says is not covered by it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from lexicon import Language, plain
from numpy.typing import NDArray
from scipy.signal import resample_poly

SAMPLE_RATE = 16_000

ACCENTS = ("en-us", "en", "en-gb-x-rp")
_VARIANTS = (
    "m1 m2 m3 m4 m6 f1 f2 f4 f5 klatt klatt2 Andy Annie belinda caleb john max Michael paul steph"
)
VARIANTS = _VARIANTS.split()
HELD_OUT_VARIANTS = ("m5", "m7", "f3", "david", "linda", "quincy", "klatt3")
FLITE = ("kal16", "awb", "slt")
HELD_OUT_FLITE = "rms"


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks and how: `pitch` is 0 to 99 in espeak-ng, a mean in hertz in flite."""

    name: str
    words_per_minute: int
    pitch: int

    @property
    def is_flite(self) -> bool:
        """Whether flite speaks."""
        return self.name.startswith("flite-")


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a text, as written there, and when it sounds."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence as a voice spoke it; `samples` (time,) are 16 kHz."""

    text: str
    language: Language
    voice: Voice
    words: tuple[Said, ...]
    phones: tuple[Said, ...]
    """As the synthesiser calls them; pauses are left out."""
    samples: NDArray[np.int16]


def draw_voice(random: Random, language: Language, *, held_out: bool) -> Voice:
    """A voice of the training set, or one of those that no training sentence is spoken with."""
    rate, pitch = random.randint(130, 190), random.randint(30, 75)
    if language == "en" and random.random() < (0.1 if held_out else 0.2):
        name = HELD_OUT_FLITE if held_out else random.choice(FLITE)
        return Voice(f"flite-{name}", rate, random.randint(95, 170))
    variant = random.choice(HELD_OUT_VARIANTS if held_out else VARIANTS)
    return Voice(f"{random.choice(ACCENTS) if language == 'en' else 'de'}+{variant}", rate, pitch)


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    """espeak_EVENT of espeak-ng/speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_LAST, _WORD, _PHONEME = 0, 1, 7  # types of events
_SYNCHRONOUS, _PHONEME_EVENTS = 2, 1
_RATE, _PITCH = 1, 3  # parameters
_BY_CHARACTER, _UTF8 = 1, 1
_SYNTH_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """An event of espeak-ng: a word at a place in the text, or a phoneme."""

    is_word: bool
    position: int
    sample: int
    phoneme: bytes


class Espeak:
    """espeak-ng, which can exist once per process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
        self._callback = _SYNTH_CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)
        self._parts: list[NDArray[np.int16]] = []
        self._marks: list[_Mark] = []

    def say(self, text: str, language: Language, voice: Voice) -> Utterance | None:
        """The text spoken, or None where its words cannot be told apart."""
        self._parts, self._marks = [], []
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice.name}")
        self._library.espeak_SetParameter(_RATE, voice.words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH, voice.pitch, 0)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        words = list(self._words(text))
        if len(words) != len(text.split()):
            return None
        samples = resample_poly(np.concatenate(self._parts).astype(np.float64), 320, 441)
        clipped = np.clip(samples, -32_768, 32_767).astype(np.int16)
        return Utterance(text, language, voice, tuple(words), tuple(self._phones()), clipped)

    def _receive(self, wave: Any, count: int, events: Any) -> int:  # noqa: ANN401 - of ctypes
        """Keep what espeak-ng hands over: samples and events."""
        if count > 0:
            self._parts.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != _LAST:
            event = events[index]
            if event.type in {_WORD, _PHONEME}:
                is_word = event.type == _WORD and event.text_position > 0
                phoneme = event.id.string if event.type == _PHONEME else b"_"
                self._marks.append(_Mark(is_word, event.text_position - 1, event.sample, phoneme))
            index += 1
        return 0

    def _phones(self) -> Iterator[Said]:
        """Each phoneme until the next or the end of its word."""
        total = sum(map(len, self._parts))
        for mark, after in pairwise([*self._marks, _Mark(True, 0, total, b"")]):
            if not mark.is_word and not mark.phoneme.startswith(b"_"):
                name = mark.phoneme.decode(errors="replace")
                yield Said(name, mark.sample / self._rate, after.sample / self._rate)

    def _words(self, text: str) -> Iterator[Said]:
        """Each word from its event to the next word's or pause's; merged words share by letters."""
        total = sum(map(len, self._parts))
        sounding: list[tuple[int, int, int]] = []
        for mark, after in pairwise([*self._marks, _Mark(True, len(text), total, b"")]):
            if mark.is_word:
                sounding.append((mark.position, mark.sample, after.sample))
            elif sounding and not mark.phoneme.startswith(b"_"):
                sounding[-1] = (*sounding[-1][:2], after.sample)
        stops = [position for position, _, _ in sounding[1:]] + [len(text)]
        for (position, start, end), stop in zip(sounding, stops, strict=True):
            parts = text[position:stop].split()
            yield from _shared(parts, start / self._rate, end / self._rate)


def _shared(parts: list[str], start: float, end: float) -> Iterator[Said]:
    """Words that were spoken as one between start and end, in proportion to their letters."""
    edges = np.cumsum([0] + [len(plain(part)) for part in parts])
    times = start + (end - start) * edges / max(edges[-1], 1)
    for part, (first, last) in zip(parts, pairwise(times.tolist()), strict=True):
        yield Said(part, first, last)


class _FliteWave(ctypes.Structure):
    """cst_wave of flite/cst_wave.h."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _FliteVoice(ctypes.Structure):
    """The beginning of cst_voice of flite/cst_voice.h."""

    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


_FLITE_FUNCTIONS = {
    "flite_synth_text": (ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_void_p)),
    "utt_wave": (ctypes.POINTER(_FliteWave), (ctypes.c_void_p,)),
    "utt_relation": (ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p)),
    "relation_head": (ctypes.c_void_p, (ctypes.c_void_p,)),
    "item_next": (ctypes.c_void_p, (ctypes.c_void_p,)),
    "ffeature_string": (ctypes.c_char_p, (ctypes.c_void_p, ctypes.c_char_p)),
    "ffeature_float": (ctypes.c_float, (ctypes.c_void_p, ctypes.c_char_p)),
    "feat_set_float": (None, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float)),
    "delete_utterance": (None, (ctypes.c_void_p,)),
}
_WORD_START = b"R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_WORD_END = b"R:SylStructure.daughtern.daughtern.R:Segment.end"
_PHONES = (
    "ax=@ ih=I iy=i: dh=D ae=a er=3 eh=E aa=A: ao=O: ay=aI ey=eI ah=V uw=u: ow=oU hh=h th=T y=j "
    "aw=aU ng=N ch=tS sh=S uh=U jh=dZ oy=OY"
)
_AS_ESPEAK = dict(pair.split("=") for pair in _PHONES.split())
"""What espeak-ng calls flite's phones, where the names differ."""
_FLITE_RATE = 170
"""Words per minute of flite's own speed, about."""


class Flite:
    """Voices of Debian's flite."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        for name in ("usenglish", "cmulex"):
            ctypes.CDLL(f"libflite_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
        for name, (result, arguments) in _FLITE_FUNCTIONS.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments
        self._library.flite_init()
        self._voices = {name: self._load(name) for name in (*FLITE, HELD_OUT_FLITE)}

    @staticmethod
    def _load(name: str) -> int:
        """The address of a voice."""
        library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
        register = getattr(library, f"register_cmu_us_{name}")
        register.restype, register.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
        return int(register(None))

    def say(self, text: str, language: Language, voice: Voice) -> Utterance | None:
        """The text spoken, or None where flite makes other words of it."""
        address = self._voices[voice.name.removeprefix("flite-")]
        features = ctypes.cast(address, ctypes.POINTER(_FliteVoice)).contents.features
        stretch = _FLITE_RATE / voice.words_per_minute
        self._library.feat_set_float(features, b"duration_stretch", stretch)
        self._library.feat_set_float(features, b"int_f0_target_mean", float(voice.pitch))
        spoken = self._library.flite_synth_text(text.encode(), address)
        times, phones = list(self._times(spoken)), tuple(self._phones(spoken))
        wave = self._library.utt_wave(spoken).contents
        samples = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).copy()
        rate = wave.sample_rate
        self._library.delete_utterance(spoken)
        if len(times) != len(text.split()):
            return None
        words = tuple(Said(word, *time) for word, time in zip(text.split(), times, strict=True))
        if rate != SAMPLE_RATE:
            doubled = resample_poly(samples.astype(np.float64), SAMPLE_RATE // rate, 1)
            samples = np.clip(doubled, -32_768, 32_767).astype(np.int16)
        return Utterance(text, language, voice, words, phones, samples)

    def _phones(self, spoken: int) -> Iterator[Said]:
        """Each segment from the end of the one before."""
        segment = self._library.relation_head(self._library.utt_relation(spoken, b"Segment"))
        start = 0.0
        while segment:
            name = self._library.ffeature_string(segment, b"name").decode()
            end = float(self._library.ffeature_float(segment, b"end"))
            if name != "pau":
                yield Said(_AS_ESPEAK.get(name, name), start, end)
            start, segment = end, self._library.item_next(segment)

    def _times(self, spoken: int) -> Iterator[tuple[float, float]]:
        """Start and end of each word."""
        word = self._library.relation_head(self._library.utt_relation(spoken, b"Word"))
        while word:
            times = (self._library.ffeature_float(word, name) for name in (_WORD_START, _WORD_END))
            yield next(times), next(times)
            word = self._library.item_next(word)


class Speakers:
    """Every voice of both synthesisers."""

    def __init__(self) -> None:
        self._espeak, self._flite = Espeak(), Flite()

    def say(self, text: str, language: Language, voice: Voice) -> Utterance | None:
        """The text spoken, or None where the times of its words are not known."""
        synthesiser = self._flite if voice.is_flite else self._espeak
        return synthesiser.say(text, language, voice)
