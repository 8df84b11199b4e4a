"""Trains ml.geolocation's network of scripts, and measures it: `python -m tests.fitting.scripts`.

Boxes of text are drawn in Noto's and other free fonts over scikit-image's photos; the network (a
few convolutions, torch) is written as ml/geolocation/scripts.onnx, its weights as bytes. Called
with a folder, which then holds the drawn boxes and how far training came: called again, it goes on.
With `measure` for a folder it is only measured: on words kept aside, in fonts of other makers,
which had no part in training. Everything is seeded. Takes about an hour on one core. Needs babel
and the fonts that tests/fitting/lettering.py names.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.geolocation.script_boxes import HIGH, WIDE
from ml.geolocation.script_network import ScriptNetwork
from ml.registry import Device
from tests.fitting.lettering import MORE, NOTO, OTHERS, SCRIPTS
from tests.fitting.script_training import Training
from tests.fitting.sign_boxes import (
    backgrounds,
    painted,
    photographed,
    reshaped,
    texture,
    written,
)
from tests.fitting.words_of_scripts import gathered, phrase, split

if TYPE_CHECKING:
    import onnx

SEED = 8
EACH, TESTED = 5000, 200  # boxes a script
STEPS = 7800
LONGEST = 320  # pixels of a box that are kept for training
DRAWING = 2  # processes
INVENTED, OTHER_MAKERS = 0.3, 0.5  # shares of the boxes: words put together, fonts not Noto's
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


def learnt(script: str, words: list[str], random: np.random.Generator) -> Pixels:
    """One to train on: in more guises than any font has."""
    if script == "none" and random.random() < 0.5:
        return texture(photos, random)[:, :LONGEST]
    more = random.random() < OTHER_MAKERS and script in MORE
    text = phrase(script, words, random, INVENTED)
    ink = reshaped(written(text, script, (MORE if more else NOTO)[script], random), random)
    return photographed(painted(ink, photos, random), random)[:, :LONGEST]


def drawn(folder: Path, number: int) -> None:
    """EACH boxes of a script, side by side in one file; those that are there are left."""
    file = folder / f"{SCRIPTS[number]}.npz"
    if file.exists():
        return
    random = np.random.default_rng((SEED, number))
    words = split(gathered(), testing=False)[SCRIPTS[number]]
    boxes = [learnt(SCRIPTS[number], words, random) for _ in range(EACH)]
    with file.with_suffix(".new").open("wb") as new:
        np.savez(new, boxes=np.hstack(boxes), widths=[one.shape[1] for one in boxes])
    file.with_suffix(".new").replace(file)


def taken(folder: Path) -> list[Pixels]:
    """All of them, in the order of SCRIPTS."""
    found: list[Pixels] = []
    for script in SCRIPTS:
        with np.load(folder / f"{script}.npz") as file:
            found += np.split(file["boxes"], np.cumsum(file["widths"])[:-1], axis=1)
    return found


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
    in_bytes(model.graph)
    onnx.save(model, FILE)


def in_bytes(graph: onnx.GraphProto) -> None:
    """Weights as a byte each, with a scale for each of a layer's outputs: a quarter of the size."""
    from onnx import helper, numpy_helper

    for weights in [one for one in graph.initializer if len(one.dims) > 1]:
        values = numpy_helper.to_array(weights)
        most = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
        scale = (np.maximum(most, 1e-8) / 127).astype(np.float32)
        stored, scales = f"{weights.name}.bytes", f"{weights.name}.scale"
        graph.initializer.append(
            numpy_helper.from_array(np.round(values / scale).astype(np.int8), stored)
        )
        graph.initializer.append(numpy_helper.from_array(scale.reshape(-1), scales))
        node = helper.make_node("DequantizeLinear", [stored, scales], [weights.name], axis=0)
        graph.node.insert(0, node)
        graph.initializer.remove(weights)


def measured() -> None:
    """Print how many boxes are told, by script, and what is mistaken for what."""
    network = ScriptNetwork(Device.CPU)
    random = np.random.default_rng(SEED + 1)
    words = split(gathered(), testing=True)
    told = np.zeros((len(SCRIPTS), len(SCRIPTS)), int)
    for number, script in enumerate(SCRIPTS):
        for _ in range(TESTED):
            odds = network(box(script, words[script], OTHERS, random))
            told[number, int(odds.argmax())] += 1
    for number, script in enumerate(SCRIPTS):
        wrong = [
            f"{SCRIPTS[i]} {told[number, i]}"
            for i in np.argsort(-told[number])[:4]
            if i != number and told[number, i]
        ]
        print(f"{script:11} {told[number, number] / TESTED:.3f}  {', '.join(wrong)}")
    print(f"all {told.trace() / told.sum():.3f} of {told.sum()} boxes in fonts not trained on")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(DRAWING) as pool:
        list(pool.map(partial(drawn, folder), range(len(SCRIPTS))))
    torch.set_num_threads(1)
    boxes, labels = taken(folder), np.repeat(np.arange(len(SCRIPTS)), EACH)
    print("drawn", len(boxes), flush=True)
    written_down(Training(folder / "training.pt", SEED, STEPS).run(boxes, labels))


photos = backgrounds()
if __name__ == "__main__":
    if sys.argv[1] != "measure":
        main(Path(sys.argv[1]))
    measured()
