"""Trains the network that finds what covers a face: `python -m tests.fitting.cover_network WORK
PHOTOS ...`.

WORK is a folder that then holds what was drawn and how far training came: called again, it goes on.
PHOTOS are folders with photos of faces that are free to use; their names and digests are printed.
What is shipped was trained on 25 faces of 23 people, whom no benchmark asks about: those of
../shared/photos/faces that nothing covers (free to use however one wishes), scikit-image's
astronaut (NASA, public domain), biden.jpg, obama.jpg, obama2.jpg and obama3.jpg of the tests of
face_recognition 1.3.0 (White House, public domain) and grace_hopper.jpg of matplotlib 3.11.2 (US
Navy, public domain). None of them is here. Everything is seeded. Drawing takes ten minutes of a
core, training half an hour. ml/analysis/covers.onnx is written, its weights as bytes.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import nn

from ml import alignment, decode, geometry, registry
from ml.analysis.cover_network import CHANNELS, FILE, finer
from ml.analysis.face_layout import CHIP as FRAME_CHIP
from ml.analysis.face_layout import SIDE, layout, skin
from ml.analysis.mesh_mediapipe import SIZE, WEIGHTS, around_mesh, back
from ml.analysis.occlusion_fitted import weighed
from ml.contracts import View
from ml.evaluation.readers.samples import pictures
from ml.pool import Pool
from ml.runtimes import TfLite, use_threads
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.cover_faces import CHIP, FINE, PADDING, Base, Faces, grid
from tests.fitting.cover_things import over, pictured
from tests.fitting.cover_training import Drawn, Training
from tests.fitting.occlusion import meshed
from tests.fitting.scripts import in_bytes

Array = np.ndarray
Draw = np.random.Generator
SEED, FILES, EACH, GUISES = 1, 70, 300, 3  # faces a file; of each face one bare
STEPS = 4000
EYES_APART = 28.0  # pixels between the outer corners, at least
# By the start of a file's name and the number of the face: what covers them was not labelled, or
# they are too dark or blurred to tell. EYES and ABOVE: only these parts are not learned from.
LEFT_OUT = ("backlit-clock", "dark-0", "dinner", "kayaks-5", "ski-helmets", "two-in-an-office-0")
EYES, ABOVE = (
    ("grace_hopper", "three-in-red-0"),
    ("four-at-a-table-0", "heavy-makeup", "orchestra-5"),
)


def main(work: Path, folders: Sequence[Path]) -> None:
    registry.discover()
    use_threads(1)
    cv2.setNumThreads(1)
    weights = Weights(weights_folder())
    faces = Faces([one for folder in folders for one in bases(Pool(weights), folder)])
    print(f"{len(faces.bases)} faces", flush=True)
    net = TfLite(weights.path(WEIGHTS))
    files = [work / f"{SEED}-{number}.npz" for number in range(FILES)]
    for number, file in enumerate(files):
        if not file.exists():
            drawn = examples(faces, net, np.random.default_rng([SEED, number]))
            np.savez(file, **{name: np.array(values) for name, values in drawn.items()})
    write(Training(work / "network.pt", SEED, STEPS).run(Drawn(files)))


def bases(pool: Pool, folder: Path) -> list[Base]:
    found = []
    for photo in pictures(folder):
        print(photo.name, hashlib.sha256(photo.read_bytes()).hexdigest())
        picture = decode.picture(photo)
        for number, face in enumerate(pool.run("centerface", View(picture)).faces):
            mesh, name = meshed(pool, picture, face), f"{photo.stem}-{number}"
            if mesh is None or alignment.eye_distance(mesh) < EYES_APART:
                continue
            if not name.startswith(LEFT_OUT):
                found.append(base(name, picture, mesh))
    return found


def base(name: str, picture: Picture, mesh: Array) -> Base:
    cut = alignment.cut(mesh, CHIP, PADDING)
    moved = np.column_stack([geometry.moved(cut, mesh[:, :2]), mesh[:, 2] * geometry.scale(cut)])
    _, down = grid()
    unknown = np.zeros((FINE, FINE), bool)
    if name.startswith(EYES):
        unknown |= (down < 0.33) & (down > -0.4)
    if name.startswith(ABOVE):
        unknown |= down < -0.1
    chip = geometry.chip(picture, cut, CHIP, repeat_border=True)
    return Base(name, chip, moved.astype(np.float32), unknown)


def examples(faces: Faces, net: TfLite, draw: Draw) -> dict[str, list[Array]]:
    """EACH faces of so many guises, laid into the frame by the mesh that is found with what was
    drawn over them."""
    names = ("fine", "seen", "off", "odds", "truth", "unknown")
    made: dict[str, list[Array]] = {name: [] for name in names}
    while len(made["fine"]) < EACH:
        pixels, mesh, unknown = faces.one(draw)
        small = cv2.resize(unknown.astype(np.uint8), (SIDE, SIDE)) > 0
        for guise in range(GUISES):
            shown, hidden = pixels, np.zeros((CHIP, CHIP), bool)
            if guise:
                other = faces.bases[draw.integers(len(faces.bases))].pixels
                shown, hidden = over(pixels, mesh, other, draw)
            picture = Picture(pictured(shown, draw) if draw.random() < 0.85 else shown)
            laid = skin(picture, looked_again(net, picture, mesh, draw), layout())
            odds, off = weighed(laid)
            chip = cv2.warpAffine(hidden.astype(np.float32), laid.transform, (FRAME_CHIP,) * 2)
            truth = cv2.remap(chip, laid.places, None, cv2.INTER_LINEAR)
            values = (
                finer(picture, laid), laid.seen, off.astype(np.float16), odds.astype(np.float16),
                (255 * truth).round().astype(np.uint8), small,
            )  # fmt: skip
            for name, value in zip(names, values, strict=True):
                made[name].append(value)
    return made


def looked_again(net: TfLite, picture: Picture, mesh: Array, draw: Draw) -> Array:
    """The mesh found in this guise, from about where it was."""
    middle = mesh[:, :2].mean(0)
    found = mesh.copy()
    found[:, :2] = (mesh[:, :2] - middle) * np.exp(draw.normal(0, 0.05)) + middle
    found[:, :2] += draw.normal(0, 2.5, 2)
    for _ in range(draw.integers(1, 3)):
        cut = around_mesh(found)
        chip = geometry.chip(picture, cut, SIZE, repeat_border=True)[None]
        found = back(net(chip.astype(np.float32) / np.float32(255)).reshape(468, 3), cut)
    return found


def write(network: nn.Module) -> None:
    sample = torch.zeros(1, CHANNELS, SIDE, SIDE)
    torch.onnx.export(
        network, (sample,), FILE, input_names=["seen"], output_names=["covered"], dynamo=False
    )
    model = onnx.load(FILE)
    in_bytes(model.graph)
    onnx.save(model, FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
