"""Diascribe beside WhisperX and pyannote.audio: one run, one machine, the same inputs.

    make bench-peers

Sets up `.peers` the first time (8 GB). Everything runs in fresh processes, ours by `_ours.py`
and theirs by `_theirs.py`, in turns. pyannote.audio diarizes with the segmentation that ours
was converted from and with a speaker encoder of the published shape whose values are random:
its time is measured, its error is not. What cannot be run is listed with the reason.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _conversation import write
from _measure import RUNS, THEIR_STEP_S
from _models import ModelFile, diarization, digest
from _record import ROOT, data_folder, store
from install import cloned, made, room_mb

from diascribe.audio import SAMPLE_RATE
from diascribe.engine.load import STEP_S
from diascribe.engine.steps import finish_seconds
from diascribe.formats import srt
from diascribe.formats.rules import DEFAULT_RULES
from diascribe.media import decode

PEERS = ROOT / ".peers"
OURS = (sys.executable, str(ROOT / "benchmarks" / "_ours.py"))
QUIETLY = (
    *("env", "PYANNOTE_METRICS_ENABLED=0", "HF_HUB_OFFLINE=1"),
    str(PEERS / "bin/python"),
)
"""Their Python, told to send nothing before anything of theirs is imported."""
THEIRS = (*QUIETLY, str(ROOT / "benchmarks" / "_theirs.py"))

CUT_S = 300

SHAPES = f"ours GE2E every {STEP_S:g} s, theirs ResNet34 every {THEIR_STEP_S:g} s, models loaded"
"""What diarizes in each as it ships."""

WEIGHTS = "its models come from a model hub, which the measuring machine could not reach"
ABROAD = "would send the recordings to somebody else's machine, and needs an account"
NOT_RUN = {
    "pyannote.audio community-1, diarization error": (
        "its encoder and calibration are given out to accounts only; the time above is of its "
        "shapes with random values"
    ),
    "faster-whisper, speaches, WhisperLiveKit, whisperx-api-server": WEIGHTS,
    "NVIDIA NeMo: Sortformer, Nemotron diarization": WEIGHTS,
    "FunASR, sherpa-onnx, DiariZen": WEIGHTS,
    "FluidAudio, SpeakerKit": "run on Apple's systems only",
    "pyannoteAI, Gladia, AssemblyAI, Deepgram, OpenAI, AWS Transcribe": ABROAD,
}
"""Who else was looked at, and why there are no figures of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured on both sides."""

    what: str
    peer: str
    ours: float
    theirs: float
    unit: str
    ratio: float | None
    """Theirs over ours; null where more is not simply worse."""


def main() -> None:
    """Measure both sides, print and store."""
    if not PEERS.is_dir():
        sys.exit("wanted an environment in .peers, found none; make bench-peers sets it up")
    load, talks = os.getloadavg()[0], data_folder() / "sim/dev"
    talk, hour = talks / "d5_2spk_10m.opus", talks / "d8_4spk_60m.json"
    with tempfile.TemporaryDirectory() as folder:
        versions, starts = _starts()
        diarized, stages = _diarized(cut(talk, Path(folder, "talk.wav"), CUT_S))
        told = _told(hour, Path(folder, "conversation.json"))
        rows = [*starts, *_room(Path(folder)), *diarized, *told]
    for row in rows:
        print(f"{row.what:<62}{row.ours:10.4g}{row.theirs:10.4g} {row.unit:<4}{row.ratio or ''}")
    measured = {
        "peers": [asdict(row) for row in rows],
        "peer_versions": versions,
        "peer_stages_end_s": stages,
        "not_run": NOT_RUN,
        "options": _options(),
        "load_before": round(load, 2),
    }
    store("peers", [talk, hour, hour.with_suffix(".rttm")], measured, _models())


def _options() -> dict[str, float]:
    return {"runs": RUNS, "our_step_s": STEP_S, "their_step_s": THEIR_STEP_S, "cut_s": CUT_S}


def _models() -> Iterator[ModelFile]:
    yield from diarization()
    (path,) = PEERS.glob("lib/*/site-packages/whisperx/assets/pytorch_model.bin")
    yield ModelFile("pyannet, as the peers run it", "whisperx 3.8.6", digest([path]))


def _row(what: str, peer: str, pair: tuple[float, float], unit: str, *, cost: bool = True) -> Row:
    """A row; of what costs time or room, with the ratio."""
    ours, theirs = (float(f"{one:.4g}") for one in pair)
    ratio = float(f"{theirs / ours:.3g}") if cost and ours else None
    return Row(what, peer, ours, theirs, unit, ratio)


def _starts() -> tuple[dict[str, str], list[Row]]:
    """Import, and import and load, in fresh processes: median time and memory."""
    rows, versions = [], {}
    for part, what, peer in (
        ("importing", "imported", "whisperx"),
        ("ready", "ready to diarize", "pyannote.audio"),
    ):
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(half(OURS, part))
            theirs.append(half(THEIRS, part))
        versions = theirs[-1]["versions"]
        for key, name, unit in (("start_s", "until", "s"), ("resident_mb", "memory once", "MB")):
            pair = _median(ours, key), _median(theirs, key)
            rows.append(_row(f"fresh process, {name} {what}, median of {RUNS}", peer, pair, unit))
    return versions, rows


def _room(folder: Path) -> Iterator[Row]:
    """Environments on disk: that of `make demo` on a fresh clone, and the peers'."""
    clone = cloned(folder)
    made(clone, ".venv/package.stamp")
    pair = room_mb(clone / ".venv"), room_mb(PEERS)
    yield _row("environment on disk", "whisperx with pyannote.audio", pair, "MB")


def _diarized(path: Path) -> tuple[list[Row], dict[str, float]]:
    """Five minutes by both, models loaded; theirs once, for it takes as long as the talk."""
    ours, theirs = half(OURS, "diarize", str(path)), half(THEIRS, "diarize", str(path))
    seconds = ours["seconds"], theirs["seconds"]
    peaks = ours["peak_mb"], theirs["peak_mb"]
    segmented = ours["segmentation_s"], theirs["stages_end_s"]["segmentation"]
    what, peer = f"diarization of {CUT_S // 60} minutes, {SHAPES}", "pyannote.audio"
    rows = [
        _row(f"{what}, ours the median of {RUNS}, theirs once", peer, seconds, "s"),
        _row(f"peak memory of it, {RUNS} times and once", peer, peaks, "MB"),
        _row("its segmentation alone, on the same windows", peer, segmented, "s"),
    ]
    return rows, theirs["stages_end_s"]


def _told(hour: Path, path: Path) -> Iterator[Row]:
    """An hour's words to speakers and to subtitles, by both, and what came of it."""
    truth = write(path, hour, hour.with_suffix(".rttm"))
    both = half(OURS, "subtitles", str(path)), half(THEIRS, "subtitles", str(path))
    row = partial(_row, peer="whisperx")
    for key, what in (
        ("assign_s", "words to speakers"),
        ("srt_s", "SRT file"),
        ("vtt_s", "WebVTT file"),
    ):
        pair = both[0][key] * 1000, both[1][key] * 1000
        yield row(f"an hour's {what}, median of {RUNS}", pair=pair, unit="ms")
    ours, theirs = (one["speakers"] for one in both)
    lost = ours.count(None), theirs.count(None)
    yield row(f"words of {len(truth)} without a speaker", pair=lost, unit="", cost=False)
    right = _equal(ours, truth), _equal(theirs, truth)
    yield row("words with their true speaker", pair=right, unit="%", cost=False)
    same = _equal(ours, theirs)
    yield row("words with the other side's speaker", pair=(same, same), unit="%", cost=False)
    for what, mine, other in zip(SHOWN, *(_shown(one["srt"]) for one in both), strict=True):
        yield row(what, pair=(mine, other), unit="", cost=False)


SHOWN = (
    "cues of the SRT file",
    f"cues longer than {DEFAULT_RULES.max_duration_s:g} s",
    f"lines longer than {DEFAULT_RULES.max_line_chars} characters",
)


def _shown(text: str) -> tuple[int, int, int]:
    """Cues of an SRT file, those on screen too long, and lines too long."""
    cues = srt.parse(text)
    lines = [line for cue in cues for line in cue.lines]
    return (
        len(cues),
        sum(cue.end - cue.start > DEFAULT_RULES.max_duration_s + 1e-3 for cue in cues),
        sum(len(line) > DEFAULT_RULES.max_line_chars for line in lines),
    )


def _equal(ones: Sequence[str | None], others: Sequence[str | None]) -> float:
    """Per cent of words with the same speaker; two that have none are not the same."""
    pairs = zip(ones, others, strict=True)
    return 100 * sum(one is not None and one == other for one, other in pairs) / len(ones)


def cut(source: Path, path: Path, seconds: float) -> Path:
    """The beginning of a recording as a plain file that both sides read alike."""
    samples = finish_seconds(decode(source)).mix().read(0, round(seconds * SAMPLE_RATE))
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        out.writeframes(np.clip(samples * 32768, -32768, 32767).astype("<i2").tobytes())
    return path


def _median(halves: Sequence[dict[str, Any]], key: str) -> float:
    return statistics.median(float(one[key]) for one in halves)


def half(command: Sequence[str], *arguments: str) -> dict[str, Any]:
    """What one side printed; with `start_s`, seconds from its start until it was done."""
    begun = time.monotonic()  # counts the same for all processes of a machine
    child = subprocess.run(  # noqa: S603 - our own scripts
        [*command, *arguments], capture_output=True, text=True, check=False
    )
    if child.returncode != 0:
        sys.exit(f"{' '.join(arguments)} failed:\n{child.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return {**found, "start_s": found["done"] - begun} if "done" in found else found


if __name__ == "__main__":
    main()
