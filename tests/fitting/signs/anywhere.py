"""Signs looked for all over a photo: the window that stands out most."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from ml.authenticity import blocks, part_grids
from ml.authenticity.face_blocks import standing_out, usual_by
from tests.fitting.signs.shot import Floats, Shot

WINDOW = 64  # pixels
WINDOWS = (5, 7, 9)  # blocks
FEWEST_MOVED = 3


def windows(plane: Floats) -> list[Floats]:
    steps = [range(0, length - WINDOW + 1, WINDOW // 2) for length in plane.shape]
    return [plane[y : y + WINDOW, x : x + WINDOW] for y in steps[0] for x in steps[1]]


def resampled(shot: Shot) -> float:
    """How far a window's second differences repeat more regularly than those of the others, off
    the frequencies of JPEG's blocks (Mahdian and Saic, 2008)."""
    peaks = []
    for plane in (shot.light, shot.light.T):
        second = np.abs(2 * plane[:, 1:-1] - plane[:, :-2] - plane[:, 2:])
        for one in windows(second):
            power = np.abs(np.fft.rfft(one.mean(0) - one.mean()))[4:]
            free = np.arange(4, 4 + len(power)) % (WINDOW // 8) != 0
            peaks.append(float(power[free].max() / (np.median(power[free]) + 1e-6)))
    return float(np.max(peaks) - np.median(peaks))


def detailed(shot: Shot) -> float:
    """The window whose highest frequencies stand out most for its lower ones."""
    where, bands = blocks.usable(shot.light), blocks.transformed(shot.light)
    by = np.stack([blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)], -1)
    high = standing_out(blocks.energies(bands, 7, 14), by, where)
    return blocks.sticking_out(high * where, where).score


def lacking(shot: Shot) -> float:
    """How much less grain the windows with least of it have, for their slopes, than is around
    them, in natural logarithms: what one window in a hundred lacks at least."""
    soft = cv2.GaussianBlur(shot.light, (0, 0), 1.0)
    side = round(min(shot.light.shape) / 10) | 1
    slopes = cv2.Sobel(soft, -1, 1, 0) ** 2 + cv2.Sobel(soft, -1, 0, 1) ** 2
    grain = np.log(cv2.blur((shot.light - soft) ** 2, (side, side)) + 0.02)
    grain -= np.log(cv2.blur(slopes, (side, side)) + 1.0)
    less = cv2.blur(grain, (3 * side, 3 * side)) - grain
    return float(np.percentile(less[side:-side, side:-side], 99))


def smooth(shot: Shot) -> float:
    """The window with least detail for its slopes and brightness."""
    where, bands = blocks.usable(shot.light), blocks.transformed(shot.light)
    less = -standing_out(blocks.energies(bands, 3, 5), usual_by(bands), where)
    return blocks.sticking_out(less * where, where).score


def shifted_alike(shot: Shot) -> float | None:
    """The part whose own grid stands out most where the earlier save was like the last."""
    noise = part_grids.left_over(shot.saved.tables[0])
    steps = tuple(int(shot.saved.tables[0][one]) for one in part_grids.COEFFICIENTS)
    placed = part_grids.coefficients(shot.light)
    near = part_grids.nearness(placed, steps, noise)
    return max(one[0] for one in part_grids.parts(near, part_grids.WINDOWS, []))


def moving(shot: Shot) -> float:
    """The window with most blocks that another save changes, beyond what clipped and coloured
    blocks usually do (Huang, Huang and Shi, Detecting Double JPEG Compression With the Same
    Quantization Matrix, 2010, count them over whole photos); a scan statistic (Kulldorff, 1997)."""
    moved = blocks.cut((shot.pixels != shot.again).any(2)).max((2, 3))
    if moved.sum() < FEWEST_MOVED or moved.all():
        return 0.0
    by = clipping(shot)
    fit = LogisticRegression(C=0.3).fit(by.reshape(-1, by.shape[-1]), moved.ravel().astype(int))
    usual = fit.predict_proba(by.reshape(-1, by.shape[-1]))[:, 1].reshape(moved.shape)
    best = 0.0
    for side in WINDOWS:
        kernel = np.ones((side, side))
        seen, meant = (cv2.filter2D(one, -1, kernel) + 0.5 for one in (moved, usual))
        more = np.where(seen > meant, seen * np.log(seen / meant) - (seen - meant), 0.0)
        best = max(best, float(more.max()))
    return best


def clipping(shot: Shot) -> Floats:
    """n x m x 6: how much of a block is as dark or light as can be, and how much it varies."""
    clipped = blocks.cut(((shot.pixels == 0) | (shot.pixels == 255)).any(2)).mean((2, 3))
    colours = cv2.cvtColor(shot.pixels, cv2.COLOR_RGB2YCrCb)
    varies = [np.log(blocks.cut(colours[..., i]).std((2, 3)) + 0.3) for i in range(3)]
    return np.stack([clipped > 0, clipped > 0.1, np.sqrt(clipped), *varies], -1).astype(np.float64)
