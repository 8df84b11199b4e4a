"""Signs of editing that were tried and left out: `python -m tests.fitting.forensics_tried LFW
[PHOTOS]`.

Resampling peaks, fine detail that stands out, grain that is missing, smoothness and error level of
a face against its surroundings, and how still a face's mesh keeps under noise, on photos of the
half of the people that detectors are tuned on; AUC against honest photos by kind of edit, at JPEG
95 and 75. The width of irises tells why their outline and highlights were not tried.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.authenticity import blocks
from ml.authenticity.blocks import Flags
from ml.contracts import DETECTION, IRIS, MESH, Output, View
from ml.evaluation import edits
from ml.evaluation.benchmarks.authenticity import mesh_of, of_half
from ml.evaluation.edited import treated
from ml.evaluation.edits import Scene
from ml.evaluation.looking import decoded
from ml.evaluation.measuring import Setting
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.authenticity import genuine
from ml.evaluation.readers.samples import FITTED, part
from ml.landmarks import OVAL
from ml.pipelines import Context
from ml.pool import Pool
from ml.sequence import look
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
EDITED, HONEST = ("swap", "removal", "turned", "smoothing"), ("untouched", "resized")
PHOTOS, WINDOW, NOISE, ROUNDS = 30, 64, 3.0, 3
INSIDE, BESIDE, RING = 0.7, 0.05, 7  # parts of a block within a face; blocks that the ring is wide
FEWEST = 6  # blocks of a face, and of the ring


def main(data: Path, photos: int) -> None:
    registry.discover()
    setting = Setting(data, ("jpeg-ghosts",), Pool(Weights(weights_folder())))
    samples = part(of_half(genuine(data), FITTED), photos)
    there = []
    for sample, picture in zip(samples, decoded(samples), strict=True):
        mesh = mesh_of(setting, picture) if picture is not None else None
        if picture is not None and mesh is not None:
            there.append((sample.name, picture.pixels, mesh))
    print("width of irises:", widths(setting.pool, [pixels for _, pixels, _ in there]))
    tried: dict[str, Callable[[Pixels, int], float]] = {
        "resampling peaks": lambda pixels, quality: resampled(pixels),
        "fine detail": lambda pixels, quality: detailed(pixels),
        "missing grain": lambda pixels, quality: lacking(pixels),
        "smoother face": lambda pixels, quality: smoother(setting.pool, pixels),
        "error level": lambda pixels, quality: unsettled(setting.pool, pixels, quality),
        "unsteady mesh": lambda pixels, quality: unsteady(setting.pool, pixels),
    }
    scores: dict[tuple[str, int, str], list[float]] = {}
    for number, (name, pixels, mesh) in enumerate(there):
        _, other, other_mesh = there[(number + 1) % len(there)]
        for kind in (*EDITED, *HONEST):
            made = treated(Scene(pixels, mesh, other, other_mesh), kind, name)
            for quality in (95, 75):
                shown = edits.opened(edits.saved(made, quality))
                for way, measure in tried.items():
                    scores.setdefault((way, quality, kind), []).append(measure(shown, quality))
    for way in tried:
        for quality in (95, 75):
            low = np.array([x for kind in HONEST for x in scores[way, quality, kind]])
            found = {kind: told(np.array(scores[way, quality, kind]), low) for kind in EDITED}
            print(way, quality, *(f"{kind} {value:.2f}" for kind, value in found.items()))


def told(high: Floats, low: Floats) -> float:
    return auc(high, np.ones(len(high)), low, np.ones(len(low)))


def windows(plane: Floats) -> list[Floats]:
    steps = [range(0, length - WINDOW + 1, WINDOW // 2) for length in plane.shape]
    return [plane[y : y + WINDOW, x : x + WINDOW] for y in steps[0] for x in steps[1]]


def resampled(pixels: Pixels) -> float:
    """How far a window's second differences repeat more regularly than those of the others, off
    the frequencies of JPEG's blocks (Mahdian and Saic, 2008)."""
    light = blocks.luminance(pixels)
    peaks = []
    for plane in (light, light.T):
        second = np.abs(2 * plane[:, 1:-1] - plane[:, :-2] - plane[:, 2:])
        for one in windows(second):
            power = np.abs(np.fft.rfft(one.mean(0) - one.mean()))[4:]
            free = np.arange(4, 4 + len(power)) % (WINDOW // 8) != 0
            peaks.append(float(power[free].max() / np.median(power[free])))
    return float(np.max(peaks) - np.median(peaks))


def detailed(pixels: Pixels) -> float:
    """The window whose highest frequencies stand out most for its lower ones."""
    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    by = np.stack([blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)], -1)
    high = blocks.energies(bands, 7, 14)
    fit = blocks.fitted(high[where], by[where])
    return blocks.sticking_out(blocks.beyond(high, by, fit) * where, where).score


def lacking(pixels: Pixels) -> float:
    """How much less grain the windows with least of it have, for their slopes, than is around
    them, in natural logarithms: what one window in a hundred lacks at least."""
    light = blocks.luminance(pixels)
    soft = cv2.GaussianBlur(light, (0, 0), 1.0)
    side = round(min(light.shape) / 10) | 1
    slopes = cv2.Sobel(soft, -1, 1, 0) ** 2 + cv2.Sobel(soft, -1, 0, 1) ** 2
    grain = np.log(cv2.blur((light - soft) ** 2, (side, side)) + 0.02)
    grain -= np.log(cv2.blur(slopes, (side, side)) + 1.0)
    less = cv2.blur(grain, (3 * side, 3 * side)) - grain
    return float(np.percentile(less[side:-side, side:-side], 99))


def unsettled(pool: Pool, pixels: Pixels, quality: int) -> float:
    """How many spreads the first face's blocks change more than those around it when the photo is
    saved once more as it was (error level analysis, Krawetz, 2007)."""
    mesh = mesh_in(pool, pixels)
    if mesh is None:
        return 0.0
    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    change = light - blocks.luminance(edits.opened(edits.saved(pixels, quality)))
    level = np.log((blocks.cut(change) ** 2).mean((2, 3)) + 0.002)
    lightness = bands[..., 0, 0] / 1024
    slopes, middle = blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)
    by = np.stack([slopes, middle, lightness, lightness**2], -1)
    beyond = standing_out(level, by, where)
    found = apart(beyond, where, inside(mesh, Picture(pixels)))
    return 0.0 if found is None else found


def smoother(pool: Pool, pixels: Pixels) -> float:
    """How many spreads less noise and detail the first face has than the ring around it."""
    mesh, look = mesh_in(pool, pixels), smoothness(pixels)
    if mesh is None or look is None:
        return 0.0
    found = apart(*look, inside(mesh, Picture(pixels)))
    return 0.0 if found is None else found


def smoothness(pixels: NDArray[np.uint8]) -> tuple[Floats, Flags] | None:
    """n x m: how many spreads a block has less noise and less detail than others of the photo with
    the same slopes and brightness; and the blocks that can be read. None where they are too few
    to say what is usual."""
    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    if where.sum() < blocks.FEWEST:
        return None
    noise = light - cv2.medianBlur(light.astype(np.uint8), 3)
    fine = np.log((blocks.cut(noise) ** 2).mean((2, 3)) + 0.05)
    slopes, middle = blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)
    lightness = bands[..., 0, 0] / 1024
    alike = np.stack([slopes, lightness, lightness**2], -1)
    less = -standing_out(middle, alike, where)
    less -= standing_out(fine, np.concatenate([alike, middle[..., None]], -1), where)
    return less, where


def standing_out(values: Floats, alike: Floats, where: Flags) -> Floats:
    """n x m: `blocks.beyond` what is usual among the blocks `where`."""
    return blocks.beyond(values, alike, blocks.fitted(values[where], alike[where]))


def apart(values: Floats, where: Flags, inside: Floats) -> float | None:
    """The mean of a face's blocks less that of the ring around it; None where there are too few.

    inside: n x m, which part of each block is the face's.
    """
    near = cv2.dilate(inside, np.ones((RING, RING))) > BESIDE
    face, ring = where & (inside > INSIDE), where & near & (inside < BESIDE)
    if min(face.sum(), ring.sum()) < FEWEST:
        return None
    return float(values[face].mean() - values[ring].mean())


def inside(mesh: NDArray[np.float32], picture: Picture) -> Floats:
    """n x m: which part of each block is within the face's outline."""
    mask = np.zeros(picture.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [mesh[OVAL, :2].round().astype(np.int32)], 1)
    return np.asarray(blocks.cut(mask).mean((2, 3)))


def mesh_in(pool: Pool, pixels: Pixels) -> NDArray[np.float32] | None:
    """The first face's mesh."""
    outputs = seen(pool, pixels)
    return next(iter(outputs[MESH].data.points), None)


def seen(pool: Pool, pixels: Pixels, *names: str) -> dict[Any, Output]:
    return dict(look(Picture(pixels), ("centerface", "mediapipe-mesh", *names), Context(pool))[1])


def unsteady(pool: Pool, pixels: Pixels) -> float:
    """How far the first face's mesh moves under noise, in parts of its width."""
    outputs = seen(pool, pixels)
    faces = outputs[DETECTION].faces[:1]
    if not faces:
        return 0.0
    needs = {DETECTION: Output(faces=faces)}
    random, meshes = np.random.default_rng(0), []
    for _ in range(ROUNDS):
        noisy = np.clip(pixels + random.normal(0, NOISE, pixels.shape), 0, 255).astype(np.uint8)
        found = pool.run("mediapipe-mesh", View(Picture(noisy), faces, needs)).data.points[0]
        if found is not None:
            meshes.append(found[:, :2])
    moved = np.std(meshes, axis=0).mean() if len(meshes) > 1 else 0.0
    return float(moved / faces[0].box.width)


def widths(pool: Pool, photos: list[Pixels]) -> str:
    found = [
        eye.diameter
        for pixels in photos
        for face in seen(pool, pixels, "mesh-pose", "mediapipe-iris")[IRIS].data.eyes[:1]
        for eye in face or ()
        if eye is not None
    ]
    return f"median {np.median(found):.1f} pixels of {len(found)}" if found else "none measured"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else PHOTOS)
