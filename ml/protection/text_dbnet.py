"""Finds text that can be read: signs, number plates, badges, papers, screens with words on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.contracts import TEXT, Output, Texts, View
from ml.protection.covering import laid
from ml.protection.heads import patch
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, Onnx
from ml.types import XY, Mark, MarkKind, Reading
from ml.weights import File, Pypi, Weights

NAME = "dbnet-text"
LAYER = "Text"
LONGEST, STEP = 1280, 32  # pixels of the longer side that the network sees; sides are multiples
LIKELY, SURE = 0.3, 0.5  # of a pixel; of the mean over a stretch of text
SOFT = 0.15  # of a stretch's height: the soft edge of what hides it
WITHOUT_EDGE = np.full(3, 128.0)  # the colour where all that is around it lies beyond the photo
FEWEST = 3  # pixels of a stretch's shorter side, as the network sees it
# The network marks the heart of a line: what belongs to it reaches further by this share of its
# area over its length (Liao et al., section 3.4).
UNCLIP = 1.6
WEIGHTS = File(
    "rapidocr/models/PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    9_929_594,
)


@register(
    ModelCard(
        name=NAME,
        title="Text finder (PP-OCRv6, small)",
        task=TEXT,
        weights=(Pypi("rapidocr", "3.10.0", (WEIGHTS,), download=27_288_134),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=60,
        paper="Liao et al., Real-time Scene Text Detection with Differentiable Binarization, 2020",
        known_limits=(
            "Finds text, and reads none. Small, blurred and slanted writing is missed, so are "
            "screens and signs without words."
        ),
    )
)
class DbnetText(Model):
    """Stretches of text as quadrangles."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(weights.path(WEIGHTS), device)

    def run(self, view: View) -> Output:
        corners = tuple(self.found(view.picture.pixels))
        marks = tuple(
            Mark(NAME, LAYER, MarkKind.LINE, ((*quad, quad[0]),), tone="warm") for quad in corners
        )
        count = Reading(NAME, "stretches of text", float(len(corners)))
        return Output(readings=(count,), marks=marks, data=Texts(corners))

    def found(self, pixels: NDArray[np.uint8]) -> list[tuple[XY, ...]]:
        """Four corners of each."""
        import cv2

        height, width = pixels.shape[:2]
        factor = min(1.0, LONGEST / max(height, width))
        size = [max(STEP, round(side * factor / STEP) * STEP) for side in (width, height)]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        likely = self._net(fed(np.asarray(small, np.uint8)))[0][0, 0]
        scale = np.array([width / size[0], height / size[1]])
        found = (np.round(quad * scale, 2).tolist() for quad in quads(likely))
        return [tuple(map(tuple, quad)) for quad in found]


def fed(pixels: NDArray[np.uint8]) -> Floats:
    """H x W x 3 as the network wants it: 1 x 3 x H x W, BGR, -1..1."""
    scaled = pixels[..., ::-1].astype(np.float32) / np.float32(127.5) - np.float32(1)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def quads(likely: Floats) -> list[NDArray[np.float64]]:
    """4 x 2 corners of each stretch in a map (H x W) of how likely each pixel is text."""
    import cv2

    there = (likely > LIKELY).astype(np.uint8)
    outlines, _ = cv2.findContours(there, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    made = []
    for outline in outlines:
        centre, sides, angle = cv2.minAreaRect(outline)
        inside = np.zeros_like(there)
        cv2.fillPoly(inside, [outline], 1)
        if min(sides) < FEWEST or float(likely[inside > 0].mean()) < SURE:
            continue
        further = sides[0] * sides[1] * UNCLIP / (2 * (sides[0] + sides[1]))
        larger = (sides[0] + 2 * further, sides[1] + 2 * further)
        made.append(np.asarray(cv2.boxPoints((centre, larger, angle)), np.float64))
    return made


def hidden(pixels: NDArray[np.uint8], texts: Texts) -> NDArray[np.float32]:
    """Lay the mean colour of its edge over each stretch of text, in place; H x W: how far each
    pixel was replaced. Nothing of the writing is left below it: blurred or in squares, short words
    can be guessed by trying them all."""
    whole = np.zeros(pixels.shape[:2], np.float32)
    for corners in texts.corners:
        outline = np.asarray(corners, np.float64)
        high = float(np.linalg.norm(outline - np.roll(outline, 1, axis=0), axis=1).min())
        found = patch(outline, high, (pixels.shape[1], pixels.shape[0]), edge=SOFT)
        if found is not None:
            rim = (found.alpha > 0) & (found.alpha < 1)
            colour = (
                pixels[found.part][rim].mean(0) if rim.any() else pixels[found.part].mean((0, 1))
            )
            laid(pixels, whole, np.broadcast_to(colour, (*found.alpha.shape, 3)), found)
    return whole
