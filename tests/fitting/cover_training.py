"""The network that finds what covers a face: its layers, and how it is trained on drawn faces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ml.analysis.cover_network import CHANNELS, fed

Array = np.ndarray
WIDTHS = (12, 32, 48, 64)  # of the layers at SIDE, and at a half, a quarter, an eighth of it
BATCH, FASTEST, WARMING, FALLING = 48, 3e-3, 100, 0.5  # as in script_training
KEPT, SAVED = 0.995, 100
OVERLAP, SOME = 0.3, 20  # how much overlap counts beside each place; places that are a cover
UNPRIMED = 0.25  # of the faces the odds by the misfit are withheld: they are not to be relied on
GRAIN = 0.06
COLOURS, MIRROR, LOGITS = slice(0, 12), slice(12, 15), 18  # which channels are what


def layer(inner: int, outer: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inner, outer, 3, 1, 1, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)
    )


def two(inner: int, middle: int, outer: int) -> nn.Sequential:
    return nn.Sequential(layer(inner, middle), layer(middle, outer))


class Network(nn.Module):
    """Four sizes down and up again, each with what was seen at that size on the way down."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.down = nn.ModuleList([two(CHANNELS, a, a), two(a, b, b), two(b, c, c), two(c, d, c)])
        last = nn.Sequential(layer(2 * a, a), nn.Conv2d(a, 1, 1))
        self.up = nn.ModuleList([two(2 * c, c, b), two(2 * b, b, a), last])

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """N x CHANNELS x SIDE x SIDE to N x 1 x SIDE x SIDE, logits."""
        kept: list[torch.Tensor] = []
        for number, layers in enumerate(self.down):
            seen = layers(functional.max_pool2d(seen, 2) if number else seen)
            kept.append(seen)
        told = kept.pop()
        for layers in self.up:
            wide = functional.interpolate(
                told, scale_factor=2, mode="bilinear", align_corners=False
            )
            told = layers(torch.cat([wide, kept.pop()], 1))
        return told


class Drawn:
    """Faces with things drawn over them, from files that `cover_network` wrote."""

    def __init__(self, files: Sequence[Path]) -> None:
        seen, truth, known = [], [], []
        for file in files:
            with np.load(file) as each:
                parts = {name: each[name] for name in each.files}
            rows = zip(parts["fine"], parts["seen"], parts["off"], parts["odds"], strict=True)
            seen.append(
                np.stack([fed(a, b, c, d.astype(np.float32)) for a, b, c, d in rows]).astype(
                    np.float16
                )
            )
            truth.append(parts["truth"])
            known.append(parts["seen"] & ~parts["unknown"])
        self.seen, self.truth, self.known = map(np.concatenate, (seen, truth, known))

    def batch(self, draw: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What is fed, how much is covered (0..1) and what counts."""
        chosen = draw.integers(len(self.seen), size=BATCH)
        seen = self.seen[chosen].astype(np.float32)
        truth, known = self.truth[chosen] / np.float32(255), self.known[chosen].astype(np.float32)
        grain = draw.standard_normal((BATCH, 12, *truth.shape[1:]), np.float32)
        seen[:, COLOURS] += grain * draw.uniform(0, GRAIN, (BATCH, 1, 1, 1)).astype(np.float32)
        seen[:, : MIRROR.stop] *= np.exp(draw.normal(0, 0.1, (BATCH, 1, 1, 1))).astype(np.float32)
        seen[draw.random(BATCH) < UNPRIMED, LOGITS] = 0
        turned = draw.random(BATCH) < 0.5
        seen[turned] = mirrored(seen[turned])
        truth[turned], known[turned] = truth[turned][..., ::-1], known[turned][..., ::-1]
        return (
            torch.from_numpy(seen).contiguous(memory_format=torch.channels_last),
            torch.from_numpy(truth)[:, None],
            torch.from_numpy(known)[:, None],
        )


def mirrored(seen: Array) -> Array:
    """What would be fed of the mirrored faces; the last channels tell where a place is."""
    made = seen.copy()
    four = seen[:, COLOURS].reshape(-1, 2, 2, 3, *seen.shape[2:])
    made[:, COLOURS] = four[:, :, ::-1, ..., ::-1].reshape(seen[:, COLOURS].shape)
    made[:, MIRROR] = four.mean((1, 2))
    made[:, MIRROR.stop : -2] = seen[:, MIRROR.stop : -2, :, ::-1]
    return made


def loss_of(told: torch.Tensor, truth: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Of each place, and of how what is told and what is true overlap."""
    sides = (1, 2, 3)
    each = functional.binary_cross_entropy_with_logits(told, truth, reduction="none") * known
    places = each.sum(sides) / known.sum(sides).clamp(min=1)
    odds, truth = torch.sigmoid(told) * known, truth * known
    both, any_ = (odds * truth).sum(sides), (odds + truth - odds * truth).sum(sides)
    covered = (truth.sum(sides) > SOME).float()
    return places.mean() + OVERLAP * ((1 - both / (any_ + 1)) * covered).mean()


class Training:
    """Some steps of it at a time; taken up again where `file` says that it stopped."""

    def __init__(self, file: Path, seed: int, steps: int) -> None:
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.file, self.seed, self.steps, self.step = file, seed, steps, 0
        self.network = Network().to(memory_format=torch.channels_last)
        self.mean = torch.optim.swa_utils.AveragedModel(
            self.network,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(KEPT),
            use_buffers=True,
        )
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=2e-2)
        if file.exists():
            saved = torch.load(file, weights_only=True)
            self.step = saved["step"]
            for name in ("network", "mean", "optimiser"):
                getattr(self, name).load_state_dict(saved[name])

    def run(self, faces: Drawn) -> nn.Module:
        """The mean of the network's weights over the last steps."""
        total, begun = 0.0, time.process_time()
        while self.step < self.steps:
            seen, truth, known = faces.batch(np.random.default_rng((self.seed, self.step)))
            for group in self.optimiser.param_groups:
                group["lr"] = rate(self.step, self.steps)
            loss = loss_of(self.network(seen), truth, known)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            self.mean.update_parameters(self.network)
            self.step += 1
            total += float(loss.detach())
            if self.step % SAVED == 0 or self.step == self.steps:
                self.save()
                print(self.step, total / SAVED, round(time.process_time() - begun), flush=True)
                total = 0.0
        return self.mean.module.eval()

    def save(self) -> None:
        states = {name: getattr(self, name).state_dict() for name in ("network", "mean")}
        beside = self.file.with_suffix(".new")
        torch.save({"step": self.step, "optimiser": self.optimiser.state_dict(), **states}, beside)
        beside.replace(self.file)


def rate(step: int, steps: int) -> float:
    """Rises at first, stays, and falls to nothing as a cosine does over the last half."""
    left = (steps - step) / (FALLING * steps)
    risen = FASTEST * min(1.0, (step + 1) / WARMING)
    return float(risen * (1 - np.cos(np.pi * min(left, 1.0))) / 2)
