"""Trains the nano Whisper on a corpus, first on short windows, then on longer and full ones.

    PYTHON tools/nano/train_whisper.py CORPUS_FOLDER CHECKPOINT [SHORT_STEPS LONG_STEPS]

Continues from the checkpoint where there is one.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import torch
from tokens import TIMESTAMPS, Vocabulary
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader
from whisper_net import NanoWhisper
from windows import IGNORED, Batch, Phase, Windows

SHORT = Phase(shortest=0.5, longest=3, is_full=False, batch=16, pause_s=0.4)
MIDDLE = Phase(shortest=1, longest=10, is_full=False, batch=10, pause_s=0.8)
FULL = Phase(shortest=0.5, longest=29, is_full=True, batch=6, pause_s=1.2)
LONG = (MIDDLE, MIDDLE, FULL)
SHORT_STEPS, LONG_STEPS = 4_500, 3_000
PEAK = 1.8e-3  # of the learning rate
LONG_SHARE = 0.55  # of the peak, with which longer windows begin
KEPT, REPEATS = 200, 2
"""Batches that are kept, and how many of them are learned again after each new one."""
MISTAKEN = 0.02  # of the words that were said, so that one mistake does not make the next
TEXT_TOKENS = len(Vocabulary().taught) - TIMESTAMPS - 8  # words and marks, before the special ones
SAVE_EVERY = 200
SEED = 20_261_121


def main() -> None:
    """Train through both phases."""
    folder, checkpoint = Path(sys.argv[1]), Path(sys.argv[2])
    short, long = map(int, sys.argv[3:5]) if len(sys.argv) > 4 else (SHORT_STEPS, LONG_STEPS)
    torch.manual_seed(SEED)
    model = NanoWhisper(*Windows(folder, SHORT, SEED).sizes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, betas=(0.9, 0.98), weight_decay=0.02)
    done = _restore(checkpoint, model, optimizer)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {done}", flush=True)
    began = time.monotonic()
    for step, batch in enumerate(_batches(folder, done, short, long), start=done):
        for group in optimizer.param_groups:
            group["lr"] = PEAK * _schedule(step, short, long)
        losses = _update(model, optimizer, batch)
        if step % 20 == 0:
            shown = " ".join(f"{loss:.3f}" for loss in losses)
            print(f"{step} {time.monotonic() - began:.0f}s {shown}", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == short + long:
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


def _batches(folder: Path, done: int, short: int, long: int) -> Iterator[Batch]:
    """The batches of both parts that are left."""
    for phases, first, last in (((SHORT,), 0, short), (LONG, short, short + long)):
        seed = SEED + max(done, first)
        drawn = {
            phase: _heard_again(_loader(folder, phase, seed), Random(seed)) for phase in phases
        }
        for step in range(max(done, first), last):
            yield next(drawn[phases[step % len(phases)]])


def _loader(folder: Path, phase: Phase, seed: int) -> Iterable[Batch]:
    """Batches without end, drawn in a process of their own."""
    windows = Windows(folder, phase, seed)
    loader: Iterable[Batch] = DataLoader(windows, batch_size=None, num_workers=1, prefetch_factor=4)
    return loader


def _heard_again(fresh: Iterable[Batch], random: Random) -> Iterator[Batch]:
    """Each batch and some earlier ones again: to draw one takes longer than to learn from it."""
    kept = deque[Batch](maxlen=KEPT)
    for batch in fresh:
        kept.append(batch)
        yield _varied(batch)
        for _ in range(REPEATS):
            yield _varied(random.choice(kept))


def _varied(batch: Batch) -> Batch:
    """With a few bands left out, and now and then a token before it was said mistaken."""
    low, width = torch.randint(0, 75, (len(batch.mel), 1)), torch.randint(0, 6, (len(batch.mel), 1))
    bands = torch.arange(batch.mel.shape[1])
    masked = (bands >= low) & (bands < low + width)
    mel = torch.where(masked[..., None], batch.mel.amin((1, 2), keepdim=True), batch.mel)
    is_text = batch.tokens < TEXT_TOKENS
    mistaken = is_text & (torch.rand(batch.tokens.shape) < MISTAKEN)
    tokens = torch.where(mistaken, torch.randint_like(batch.tokens, TEXT_TOKENS), batch.tokens)
    past = torch.where(mistaken[..., None], 0, batch.past)
    return replace(batch, mel=mel, tokens=tokens, past=past)


def _schedule(step: int, short: int, long: int) -> float:
    """Share of the peak: a quick rise, then a line down for each phase."""
    if step < short:
        return min(1, (step + 1) / 150) * (1 - (1 - LONG_SHARE) * step / short)
    return LONG_SHARE * (short + long - step) / long


def _update(model: NanoWhisper, optimizer: torch.optim.Optimizer, batch: Batch) -> list[float]:
    """One step; the losses of tokens, frames' words and phones, and attention."""
    with torch.autocast("cpu", torch.bfloat16):
        output = model(batch.mel, batch.shifts, batch.tokens)
    said = _token_loss(output.logits, batch.targets)
    heard, spelt = (
        _token_loss(output.frame_logits, batch.words),
        _token_loss(output.phone_logits, batch.phones),
    )
    looked = _attention_loss(output.attention[-1], batch.spans)
    looked_back = sum(_attention_loss(logs, batch.past) for logs in output.attention[:-1])
    optimizer.zero_grad()
    (said + heard + spelt + 0.4 * (looked + looked_back)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return [loss.item() for loss in (said, heard, spelt, looked, looked_back)]


def _token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy of scores (batch, place, class) with targets (batch, place or more)."""
    flat, wanted = logits.float().flatten(0, 1), targets[:, : logits.shape[1]]
    return functional.cross_entropy(flat, wanted.flatten(), ignore_index=IGNORED)


def _attention_loss(logs: Tensor, spans: Tensor) -> Tensor:
    """How much the heads (batch, head, token, frame) look elsewhere than at spans of frames."""
    frames = torch.arange(logs.shape[-1])
    start, end = spans[..., :1].clamp_min(0), spans[..., 1:]
    inside = (frames >= start) & (frames < end)
    outside = torch.where(inside, 0.0, -1e4)[:, None]
    return -(logs + outside).logsumexp(-1)[inside.any(-1)[:, None].expand_as(logs[..., 0])].mean()


if __name__ == "__main__":
    print(f"{len(Vocabulary().taught)} taught tokens")
    main()
