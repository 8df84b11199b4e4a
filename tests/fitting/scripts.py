"""Trains ml.geolocation's network of scripts, and measures it: `python -m tests.fitting.scripts`.

Boxes of text are drawn in Noto fonts over scikit-image's photos; the network (a few convolutions,
torch) is written as ml/geolocation/scripts.onnx. With `measure` in the call, it is only measured:
on words kept aside, in fonts of other makers, which had no part in training. Everything is seeded.
Needs babel and the fonts that tests/fitting/lettering.py names.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.geolocation.script_boxes import HIGH, WIDE, fed, windows
from tests.fitting.lettering import NOTO, OTHERS, SCRIPTS
from tests.fitting.sign_boxes import backgrounds, painted, photographed, texture, window, written
from tests.fitting.words_of_scripts import gathered, phrase, split

SEED = 8
EACH, TESTED = 2000, 200  # boxes a script
ROUNDS, BATCH, FASTEST = 6, 128, 5e-3
DRAWING = 2  # processes
FILE = Path(__file__).parents[2] / "ml/geolocation/scripts.onnx"
Pixels = NDArray[np.uint8]


def box(
    script: str, words: list[str], fonts: dict[str, tuple[str, ...]], random: np.random.Generator
) -> Pixels:
    """One box of text, HIGH pixels high."""
    if script == "none" and random.random() < 0.5:
        return texture(photos, random)
    ink = written(phrase(script, words, random), script, fonts[script], random)
    return photographed(painted(ink, photos, random), random)


def trained(boxes: Pixels, labels: NDArray[np.int64]) -> nn.Module:
    """The network, trained on N x HIGH x WIDE windows."""
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    network = Network()
    steps = ROUNDS * (len(boxes) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, FASTEST, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    for turn in range(ROUNDS):
        order, total, begun = random.permutation(len(boxes)), 0.0, time.perf_counter()
        for start in range(0, len(boxes) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            # Half precision, where the processor has it: more than twice as fast.
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(varied(boxes[chosen], random))
            loss = loss_of(scores.float(), torch.from_numpy(labels[chosen]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(turn, total * BATCH / len(boxes), round(time.perf_counter() - begun), flush=True)
    return network.eval()


def varied(boxes: Pixels, random: np.random.Generator) -> torch.Tensor:
    """Windows as the network is fed, at times inverted, with grain or a piece hidden."""
    made = fed(boxes)
    made *= random.choice(np.array([-1, 1], np.float32), (len(made), 1, 1, 1))
    grain = random.standard_normal(made.shape, np.float32)
    made += grain * random.uniform(0, 0.25, (len(made), 1, 1, 1)).astype(np.float32)
    for one in made[: len(made) // 3]:
        left = random.integers(WIDE - 24)
        one[:, :, left : left + random.integers(4, 24)] = random.uniform(-1, 1)
    return torch.from_numpy(made)


class Network(nn.Sequential):
    """Six convolutions, and the mean and the most of what they see along the line."""

    def __init__(self) -> None:
        widths = (1, 20, 32, 56, 80, 104, 104)
        strides = ((2, 2), (2, 2), (1, 1), (2, 2), (1, 1), (2, 1))
        layers: list[nn.Module] = []
        for i, stride in enumerate(strides):
            size = 5 if i == 0 else 3
            layers += [
                nn.Conv2d(widths[i], widths[i + 1], size, stride, size // 2, bias=False),
                nn.BatchNorm2d(widths[i + 1]),
                nn.ReLU(),
            ]
        told = nn.Linear(2 * widths[-1], len(SCRIPTS))
        super().__init__(*layers, Pooled(), nn.Dropout(0.1), told)


class Pooled(nn.Module):
    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], 1)


def written_down(network: nn.Module) -> None:
    """The network as ONNX, with the names of the scripts in it."""
    import onnx

    sample = torch.zeros(1, 1, HIGH, WIDE)
    torch.onnx.export(
        network, (sample,), FILE, input_names=["windows"], output_names=["scripts"],
        dynamic_axes={"windows": {0: "n"}, "scripts": {0: "n"}}, dynamo=False,
    )  # fmt: skip
    model = onnx.load(FILE)
    onnx.helper.set_model_props(model, {"scripts": ",".join(SCRIPTS)})
    onnx.save(model, FILE)


def measured() -> None:
    """Print how many boxes are told, by script, and what is mistaken for what."""
    import onnxruntime

    network = onnxruntime.InferenceSession(FILE)
    random = np.random.default_rng(SEED + 1)
    words = split(gathered(), testing=True)
    told = np.zeros((len(SCRIPTS), len(SCRIPTS)), int)
    for number, script in enumerate(SCRIPTS):
        for _ in range(TESTED):
            drawn = box(script, words[script], OTHERS, random)
            scores = network.run(None, {"windows": fed(windows(drawn))})[0].mean(0)
            told[number, int(scores.argmax())] += 1
    for number, script in enumerate(SCRIPTS):
        wrong = [
            f"{SCRIPTS[i]} {told[number, i]}"
            for i in np.argsort(-told[number])[:4]
            if i != number and told[number, i]
        ]
        print(f"{script:11} {told[number, number] / TESTED:.3f}  {', '.join(wrong)}")
    print(f"all {told.trace() / told.sum():.3f} of {told.sum()} boxes in fonts not trained on")


def drawn(number: int) -> Pixels:
    """EACH windows of a script."""
    random = np.random.default_rng((SEED, number))
    script = SCRIPTS[number]
    words = split(gathered(), testing=False)[script]
    return np.stack([window(box(script, words, NOTO, random), random) for _ in range(EACH)])


def main() -> None:
    with ProcessPoolExecutor(DRAWING) as pool:
        boxes = np.concatenate(list(pool.map(drawn, range(len(SCRIPTS)))))
    labels = np.repeat(np.arange(len(SCRIPTS)), EACH)
    print("drawn", boxes.shape, flush=True)
    written_down(trained(boxes, labels))


photos = backgrounds()
if __name__ == "__main__":
    if "measure" not in sys.argv:
        main()
    measured()
