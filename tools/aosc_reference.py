"""Writes tests/golden/aosc.json: what the originals of the speaker cache hold after a while.

    PYTHONPATH=tests:src python tools/aosc_reference.py NEMO_WHEEL TRANSFORMERS_WHEEL

Needs PyTorch, and the wheels of nemo_toolkit 3.0.0 and transformers 5.18.0, of which one class
each is run: neither has to be installed. Of equal scores the earlier is taken, which PyTorch
leaves open.
"""

from __future__ import annotations

import ast
import json
import math
import sys
import typing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import torch
from cache_world import LENGTHS, opinion, tokens

from diascribe.algorithms.aosc import Schedule
from diascribe.models.streaming import published

NEMO = "nemo/collections/asr/modules/sortformer_modules.py"
TRANSFORMERS = "transformers/models/nemotron3_diarization/modeling_nemotron3_diarization.py"
GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "aosc.json"
FRAMES = 8


class StableTorch:
    """PyTorch, but for the order of equals."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever PyTorch has
        return getattr(torch, name)

    def topk(self, values: Any, count: int, dim: int = -1, **_: object) -> tuple[Any, Any]:  # noqa: ANN401
        """The largest and where they are, of equals the earlier."""
        ranked, places = torch.sort(values, dim=dim, descending=True, stable=True)
        return ranked.narrow(dim, 0, count), places.narrow(dim, 0, count)


def classes(wheel: str, file: str, *names: str) -> SimpleNamespace:
    """Classes out of a wheel, which is not installed."""
    with ZipFile(wheel) as archive:
        tree = ast.parse(archive.read(file))
    found = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name in names]
    known: dict[str, Any] = {
        **vars(typing),
        "Nemotron3DiarizationStreamingConfig": object,
        "torch": StableTorch(),
        "nn": torch.nn,
        "F": torch.nn.functional,
        "math": math,
        "dataclass": lambda one: one,
        "NeuralModule": torch.nn.Module,
        "Exportable": object,
        "is_torchdynamo_compiling": lambda: True,
    }
    exec(compile(ast.Module([*found], []), file, "exec"), known)  # noqa: S102 - a known wheel
    return SimpleNamespace(**{name: known[name] for name in names})


def nemo(wheel: str, name: str) -> dict[str, Any]:
    """What NeMo's cache holds after the world was heard with a schedule."""
    one: Schedule = getattr(published, name)
    original = classes(wheel, NEMO, "StreamingSortformerState", "SortformerModules")
    original.SortformerModules.init_streaming_state.__globals__.update(vars(original))
    modules = original.SortformerModules(
        num_spks=4,
        fc_d_model=2,
        tf_d_model=2,
        spkcache_len=one.cache,
        fifo_len=one.fifo,
        chunk_len=one.chunk,
        spkcache_update_period=one.update,
    ).eval()
    state, world = modules.init_streaming_state(), tokens(LENGTHS[name])
    for first in range(0, len(world), one.chunk):
        last, left = min(len(world), first + one.chunk), min(one.left, first)
        chunk = torch.from_numpy(world[first - left : last + one.right])[None]
        heard = torch.cat([state.spkcache, state.fifo, chunk], dim=1)
        activity = torch.from_numpy(opinion(heard[0].numpy(), 4))[None]
        right = chunk.shape[1] - left - (last - first)
        state, _ = modules.streaming_update(state, chunk, activity, lc=left, rc=right)
    silence = {"silence": state.mean_sil_emb[0].tolist(), "silent": int(state.n_sil_frames[0])}
    return {"cache": numbers(state.spkcache), "fifo": numbers(state.fifo), **silence}


def transformers(wheel: str, name: str) -> dict[str, Any]:
    """What the cache of Transformers holds; its silence is learnt, here a token of zeros."""
    one: Schedule = getattr(published, name)
    called = "Nemotron3DiarizationSpeakerCache"
    settings = SimpleNamespace(
        fifo_length=one.fifo,
        speaker_cache_update_period=one.update,
        speaker_cache_length=one.cache,
        speaker_cache_silence_frames_per_speaker=1,
        prediction_score_threshold=0.25,
        latest_frames_score_boost=0.05,
        strong_boost_rate=0.75,
        weak_boost_rate=1.5,
        min_positive_scores_rate=0.5,
        num_speakers=8,
        subsampling_factor=FRAMES,
    )
    cache, world = (
        getattr(classes(wheel, TRANSFORMERS, called), called)(settings),
        tokens(LENGTHS[name]),
    )
    for first in range(0, len(world), one.chunk):
        last = min(len(world), first + one.chunk)
        chunk = torch.from_numpy(world[first : last + one.right])[None]
        heard = torch.cat([cache.get_embeds(chunk), chunk], dim=1)
        activity = torch.from_numpy(opinion(heard[0].numpy(), 8))[None]
        logits = torch.logit(activity.double()).repeat_interleave(FRAMES, dim=1)
        cache.update(heard, logits, torch.zeros(2), last - first)
    kept = cache.embeds[:, : cache.num_cache_frames]
    return {"cache": numbers(kept), "fifo": numbers(cache.fifo[:, : cache.num_fifo_frames])}


def numbers(held: Any) -> list[int]:  # noqa: ANN401 - a tensor
    """The tokens' numbers; 0 for silence that was made up."""
    return [
        int(number) if speaks or number == int(number) else 0 for number, speaks in held[0].tolist()
    ]


def main() -> None:
    """Run both on every published schedule."""
    found = {
        name: (
            nemo(sys.argv[1], name) if name.startswith("SORT") else transformers(sys.argv[2], name)
        )
        for name in LENGTHS
    }
    lines = (f"{json.dumps(name)}: {json.dumps(held)}" for name, held in found.items())
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    with torch.no_grad():
        main()
