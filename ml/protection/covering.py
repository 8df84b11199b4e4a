"""What every way of covering faces does alike: one head after the other, softly into the photo."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import DETECTION, MESH, POSE, Covered, Output, View
from ml.protection.heads import Head, Patch, Points, head, patch
from ml.registry import Model

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
NEEDS = (DETECTION, MESH, POSE)


class Covering(Model):
    """Covers all faces of the view, each with its hair. wider: how many times as large as a head
    what is covered is."""

    wider = 1.0

    def run(self, view: View) -> Output:
        random = np.random.default_rng(view.seed)
        pixels = view.picture.pixels.copy()
        alpha = np.zeros(pixels.shape[:2], np.float32)
        for one in heads(view):
            found = patch(self.outline(one), one.height, view.picture.size)
            if found is not None:
                made = self.made(view.picture.pixels[found.part], found, one, random)
                laid(pixels, alpha, made, found)
        return Output(data=Covered(pixels, alpha))

    def outline(self, one: Head) -> Points:
        """N x 2: what is covered of the photo for that head."""
        wide: Points = one.centre + self.wider * (one.outline - one.centre)
        return wide

    @abstractmethod
    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        """What stands in the head's place. pixels: h x w x 3, the photo's; h x w x 3, 0..255."""


def heads(view: View) -> list[Head]:
    """Of each face; one in profile by its box."""
    meshes, poses = view.data(MESH).points, view.data(POSE).poses
    return [
        head(face, None if pose is None else mesh)
        for face, mesh, pose in zip(view.faces, meshes, poses, strict=True)
    ]


def laid(pixels: Pixels, alpha: Floats, made: NDArray[Any], found: Patch) -> None:
    """Blend what was made into the pixels; where the patch's alpha is 0 they stay as they are."""
    there, cover = pixels[found.part], found.alpha[..., None]
    blended = np.round(made * cover + there * (1 - cover)).astype(np.uint8)
    there[...] = np.where(cover > 0, blended, there)
    alpha[found.part] = np.maximum(alpha[found.part], found.alpha)


def grid(
    found: Patch, one: Head, count: int, random: np.random.Generator
) -> tuple[NDArray[np.intp], tuple[int, int], float, tuple[float, float]]:
    """Square cells, `count` over the head's width, that begin anywhere: the number of each pixel's
    cell (h x w), rows and columns of them, their side, and where in the first the part begins."""
    side = max(one.width / count, 1.0)
    across, down = random.uniform(0, side, 2)
    height, width = found.alpha.shape
    columns = ((np.arange(width) + across) // side).astype(np.intp)
    rows = ((np.arange(height) + down) // side).astype(np.intp)
    shape = int(rows[-1]) + 1, int(columns[-1]) + 1
    return rows[:, None] * shape[1] + columns, shape, side, (across, down)
