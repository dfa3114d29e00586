"""Trains the nano Whisper on a corpus, first on short windows, then on full ones of 30 s.

    PYTHON tools/nano/train_whisper.py CORPUS_FOLDER CHECKPOINT [SHORT_STEPS FULL_STEPS]

Continues from the checkpoint where there is one.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokens import Vocabulary
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader
from whisper_net import NanoWhisper
from windows import IGNORED, Batch, Phase, Windows

SHORT = Phase(shortest=0.5, longest=3, is_full=False, batch=16, pause_s=0.4)
FULL = Phase(shortest=3, longest=29, is_full=True, batch=8, pause_s=1.2)
SHORT_STEPS, FULL_STEPS = 2_400, 1_500
PEAK = 2.5e-3  # of the learning rate
SAVE_EVERY = 200
SEED = 20_261_121


def main() -> None:
    """Train through both phases."""
    folder, checkpoint = Path(sys.argv[1]), Path(sys.argv[2])
    short, full = map(int, sys.argv[3:5]) if len(sys.argv) > 4 else (SHORT_STEPS, FULL_STEPS)
    torch.manual_seed(SEED)
    model = NanoWhisper(*Windows(folder, SHORT, SEED).sizes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, betas=(0.9, 0.98), weight_decay=0.02)
    done = _restore(checkpoint, model, optimizer)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {done}", flush=True)
    began = time.monotonic()
    for step, batch in enumerate(_batches(folder, done, short, full), start=done):
        for group in optimizer.param_groups:
            group["lr"] = PEAK * _schedule(step, short + full)
        losses = _update(model, optimizer, batch)
        if step % 20 == 0:
            shown = " ".join(f"{loss:.3f}" for loss in losses)
            print(f"{step} {time.monotonic() - began:.0f}s {shown}", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == short + full:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state | {"step": step + 1}, checkpoint)


def _restore(checkpoint: Path, model: NanoWhisper, optimizer: torch.optim.Optimizer) -> int:
    """Steps that were done."""
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _batches(folder: Path, done: int, short: int, full: int) -> Iterator[Batch]:
    """The batches of both phases that are left."""
    for phase, first, last in ((SHORT, 0, short), (FULL, short, short + full)):
        windows = Windows(folder, phase, SEED + max(done, first))
        loader = DataLoader(windows, batch_size=None, num_workers=1, prefetch_factor=4)
        for _, batch in zip(range(max(done, first), last), loader, strict=False):
            yield batch


def _schedule(step: int, steps: int) -> float:
    """Share of the peak: a quick rise, then half a cosine down."""
    return min(1, (step + 1) / 150) * (0.02 + 0.98 * (1 + math.cos(math.pi * step / steps)) / 2)


def _update(model: NanoWhisper, optimizer: torch.optim.Optimizer, batch: Batch) -> list[float]:
    """One step; the losses of tokens, frames' words and phones, and attention."""
    with torch.autocast("cpu", torch.bfloat16):
        output = model(batch.mel, batch.shifts, batch.tokens)
    said = _token_loss(output.logits, batch.targets)
    heard, spelt = (
        _token_loss(output.frame_logits, batch.words),
        _token_loss(output.phone_logits, batch.phones),
    )
    looked = _attention_loss(output.attention, batch)
    optimizer.zero_grad()
    (said + 0.5 * heard + 2 * spelt + 0.2 * looked).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return [said.item(), heard.item(), spelt.item(), looked.item()]


def _token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy of scores (batch, place, class) with targets (batch, place)."""
    flat = logits.float().flatten(0, 1)
    return functional.cross_entropy(flat, targets.flatten(), ignore_index=IGNORED)


def _attention_loss(logs: Tensor, batch: Batch) -> Tensor:
    """How much the guided heads look elsewhere than at the sound of the token to be said."""
    frames = torch.arange(logs.shape[-1])
    start, end = batch.spans[..., :1].clamp_min(0), batch.spans[..., 1:]
    inside = (frames >= start) & (frames < end) & (batch.targets[..., None] != IGNORED)
    outside = torch.where(inside, 0.0, -1e4)[:, None]
    return -(logs + outside).logsumexp(-1)[inside.any(-1)[:, None].expand_as(logs[..., 0])].mean()


if __name__ == "__main__":
    print(f"{len(Vocabulary().taught)} taught tokens")
    main()
