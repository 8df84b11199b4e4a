"""Signs in which a face may differ from the ring around it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from skimage.measure import blur_effect

from ml.authenticity import blocks, face_blocks
from ml.authenticity.face_blocks import Beside, standing_out, usual_by
from ml.authenticity.saving import standard
from ml.evaluation import edits
from ml.landmarks import OVAL
from tests.fitting.signs.shot import Floats, Pixels, Shot

SMALLEST = 24  # pixels a side, in which blur can be seen
NOISE, ROUNDS = 3.0, 3  # grey levels
GRAIN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6


def apart(seen: Beside | None, values: Floats, by: Floats) -> float | None:
    """By how many spreads the face's blocks lie above the ring's, for what they depend on."""
    if seen is None:
        return None
    where = blocks.usable(blocks.luminance(seen.pixels))
    return seen.apart(standing_out(values, by, where), where)


def bands(seen: Beside) -> Floats:
    return blocks.transformed(blocks.luminance(seen.pixels))


def by_detail(coefficients: Floats) -> Floats:
    middle = blocks.energies(coefficients, 3, 5)[..., None]
    return np.concatenate([usual_by(coefficients), middle], -1)


def noisier(shot: Shot) -> float | None:
    """Its level of noise (Immerkaer, Fast Noise Variance Estimation, 1996; block by block, the
    median)."""
    seen = shot.beside
    if seen is None:
        return None
    fine = np.abs(cv2.filter2D(blocks.luminance(seen.pixels), -1, GRAIN))
    level = np.log(np.median(blocks.cut(fine), (2, 3)) + 0.05)
    return apart(seen, level, usual_by(bands(seen)))


def finer(shot: Shot) -> float | None:
    """Its highest frequencies."""
    seen = shot.beside
    if seen is None:
        return None
    coefficients = bands(seen)
    return apart(seen, blocks.energies(coefficients, 9, 14), by_detail(coefficients))


def more_blurred(shot: Shot) -> float | None:
    """Its blur less the median of the four sides' (Crete et al., The Blur Effect, 2007)."""
    if shot.mesh is None:
        return None
    outline = shot.mesh[list(OVAL), :2]
    (left, top), (right, bottom) = outline.min(0).clip(0).astype(int), outline.max(0).astype(int)
    light = shot.light / 255
    sides = [light[:top], light[bottom:], light[:, :left], light[:, right:]]
    face = light[top:bottom, left:right]
    around = [blur_effect(one) for one in sides if min(one.shape) > SMALLEST]
    if not around or min(face.shape) <= SMALLEST:
        return None
    return float(blur_effect(face) - np.median(around))


def more_coloured(shot: Shot) -> float | None:
    """The detail of its colours for that of its brightness: what subsampling left of them."""
    seen = shot.beside
    if seen is None:
        return None
    by = by_detail(bands(seen))
    planes = (red_chroma(seen.pixels), blue_chroma(seen.pixels))
    colours = (blocks.transformed(plane) for plane in planes)
    found = [apart(seen, blocks.energies(one, 2, 5), by) for one in colours]
    return None if None in found else float(np.sum([one for one in found if one is not None]))


def unsettled(shot: Shot) -> float | None:
    """How much it changes when the photo is saved again (error level analysis: Krawetz, A
    Picture's Worth, 2007)."""
    seen = shot.beside
    return None if seen is None else changed_more(seen, shot, [blocks.luminance])


def colours_unsettled(shot: Shot) -> float | None:
    """The same of its colours."""
    seen = shot.beside
    return None if seen is None else changed_more(seen, shot, [red_chroma, blue_chroma])


def changed_more(
    seen: Beside, shot: Shot, planes: list[Callable[[Pixels], Floats]]
) -> float | None:
    again = edits.opened(edits.saved(seen.pixels, shot.quality))
    by, total = by_detail(bands(seen)), 0.0
    for plane in planes:
        change = blocks.cut(plane(seen.pixels) - plane(again))
        found = apart(seen, np.log((change**2).mean((2, 3)) + 0.002), by)
        if found is None:
            return None
        total += found
    return total


def red_chroma(pixels: Pixels) -> Floats:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)[..., 1].astype(np.float64)


def blue_chroma(pixels: Pixels) -> Floats:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)[..., 2].astype(np.float64)


def other_digits(shot: Shot) -> float | None:
    """How differently first digits of its coefficients are spread (Fu, Shi and Su, A Generalized
    Benford's Law for JPEG Coefficients, 2007): the Kullback-Leibler divergence."""
    seen = shot.beside
    if seen is None:
        return None
    whole = np.abs(np.round(bands(seen) / standard(shot.quality)))
    whole[..., 0, 0] = 0
    face, ring = seen.within > face_blocks.INSIDE, seen.within < face_blocks.BESIDE
    if min(face.sum(), ring.sum()) < face_blocks.FEWEST:
        return None
    one, other = digits(whole[face]), digits(whole[ring])
    return float((one * np.log(one / other)).sum())


def digits(values: Floats) -> Floats:
    """How often numbers from 1 on begin with 1 to 9, in parts of all."""
    there = values[values >= 1]
    first = (there / 10 ** np.floor(np.log10(there))).astype(int)
    counts = np.bincount(first, minlength=10)[1:10] + 0.5
    return counts / counts.sum()


def other_lattice(shot: Shot) -> float | None:
    """How differently green is foretold by its neighbours on the two halves of a chessboard, as a
    camera's colour filter leaves it (Ferrara et al., Image Forgery Localization via Fine-Grained
    Analysis of CFA Artifacts, 2012)."""
    seen = shot.beside
    if seen is None:
        return None
    green = seen.pixels[..., 1].astype(np.float64)
    cross = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4
    wrong = (green - cv2.filter2D(green, -1, cross)) ** 2
    even = np.add.outer(*map(np.arange, green.shape)) % 2 == 0
    sums = [np.log(blocks.cut(wrong * half).sum((2, 3)) + 1) for half in (even, ~even)]
    found = seen.apart(sums[0] - sums[1], blocks.usable(green))
    return None if found is None else abs(found)


def unsteady(shot: Shot) -> float | None:
    """How far its mesh moves under noise, in parts of its width."""
    moved = movement(shot)
    return None if moved is None else float(moved.mean())


def unsteady_inside(shot: Shot) -> float | None:
    """How much further points within its outline move than those on it, in logarithms."""
    moved = movement(shot)
    if moved is None:
        return None
    inner = np.setdiff1d(np.arange(len(moved)), list(OVAL))
    return float(np.log((moved[inner].mean() + 1e-6) / (moved[list(OVAL)].mean() + 1e-6)))


def movement(shot: Shot) -> Floats | None:
    """468: how far each point moves under noise, in parts of the face's width."""
    if shot.mesh is None:
        return None
    random, meshes = np.random.default_rng(0), []
    for _ in range(ROUNDS):
        noisy = np.clip(shot.pixels + random.normal(0, NOISE, shot.pixels.shape), 0, 255)
        found = shot.mesh_of(noisy.astype(np.uint8))
        if found is not None:
            meshes.append(found[:, :2])
    if len(meshes) < ROUNDS:
        return None
    return np.asarray(np.std(meshes, axis=0).mean(1) / np.ptp(shot.mesh[list(OVAL), 0]))
