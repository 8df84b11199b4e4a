"""The network of scripts: its layers, and how it is trained on boxes that were drawn before."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.geolocation.script_boxes import WIDE, fed
from tests.fitting.lettering import SCRIPTS
from tests.fitting.sign_boxes import window

Pixels = NDArray[np.uint8]
BATCH = 256
FASTEST, WARMING, FALLING = 4e-3, 300, 0.35  # rate; steps until then; share of steps it falls
SMOOTHED, KEPT = 0.05, 0.998  # of labels; of the mean of the weights, a step
SAVED = 200  # steps between two checkpoints


class Network(nn.Sequential):
    """Six convolutions, and the mean and the most of what they see along the line."""

    def __init__(self) -> None:
        # Multiples of 16 are what processors work on at once.
        widths = (1, 16, 48, 64, 112, 160, 192)
        strides = ((2, 2), (2, 2), (1, 1), (2, 2), (1, 1), (2, 1))
        layers: list[nn.Module] = []
        for i, stride in enumerate(strides):
            size = 5 if i == 0 else 3
            layers += [
                nn.Conv2d(widths[i], widths[i + 1], size, stride, size // 2, bias=False),
                nn.BatchNorm2d(widths[i + 1]),
                nn.ReLU(inplace=True),
            ]
        told = nn.Linear(2 * widths[-1], len(SCRIPTS))
        super().__init__(*layers, Pooled(), nn.Dropout(0.1), told)


class Pooled(nn.Module):
    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], 1)


class Training:
    """Some steps of it at a time; taken up again where `file` says that it stopped."""

    def __init__(self, file: Path, seed: int, steps: int) -> None:
        torch.manual_seed(seed)
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

    def run(self, boxes: list[Pixels], labels: NDArray[np.int64]) -> nn.Module:
        """The mean of the network's weights over the last steps. boxes: HIGH pixels high."""
        loss_of = nn.CrossEntropyLoss(label_smoothing=SMOOTHED)
        total, begun = 0.0, time.process_time()
        while self.step < self.steps:
            # Each step has a seed of its own: taken up again, it goes on as it would have.
            random = np.random.default_rng((self.seed, self.step))
            torch.manual_seed(self.seed + self.step)
            chosen = random.integers(len(boxes), size=BATCH)
            seen = varied(np.stack([window(boxes[i], random) for i in chosen]), random)
            for group in self.optimiser.param_groups:
                group["lr"] = rate(self.step, self.steps)
            loss = loss_of(
                self.network(seen.contiguous(memory_format=torch.channels_last)),
                torch.from_numpy(labels[chosen]),
            )
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
    """Rises at first, stays, and falls to nothing as a cosine does over the last third."""
    if step < WARMING:
        return FASTEST * (step + 1) / WARMING
    left = (steps - step) / (FALLING * steps)
    return float(FASTEST * (1 - np.cos(np.pi * min(left, 1.0))) / 2)


def varied(boxes: Pixels, random: np.random.Generator) -> torch.Tensor:
    """Windows as the network is fed, at times inverted, with grain or a piece hidden."""
    made = fed(boxes)
    made *= random.choice(np.array([-1, 1], np.float32), (len(made), 1, 1, 1))
    grain = random.standard_normal(made.shape, np.float32)
    made += grain * random.uniform(0, 0.25, (len(made), 1, 1, 1)).astype(np.float32)
    for one in made[: len(made) // 4]:
        left = random.integers(WIDE - 24)
        one[:, :, left : left + random.integers(4, 24)] = random.uniform(-1, 1)
    return torch.from_numpy(made)
