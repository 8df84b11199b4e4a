"""A sitter drawn again: head turned, another expression, other light, another background."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ml import geometry
from ml.contracts import Pose
from ml.contracts.portraits import Drawing, Portrayer, Wish
from ml.frontal import AVERAGE, STILL
from ml.generation import eyes, gaze, lending, mouth
from ml.generation.drawing import Drawn, drawn
from ml.generation.expressions import EXPRESSIONS
from ml.generation.light import lit
from ml.generation.present import instead
from ml.generation.relief import Relief, relief
from ml.generation.sitter import Floats, Sitter
from ml.matting import faded
from ml.shape.surface import Points, opposite, triangles

GAP = 0.09  # distances between the eyes: gaps in the head as wide as that are closed
# The mesh has faces flatter than they are: turned by so much more they look turned as asked.
DEEPER = 1.42
EVEN = 0.06  # and over so much light sees the skin even
ALONG = 0.25  # beside the face skin goes along with what moves in it, and fades out


class Studio(Portrayer):
    """Draws one sitter as often as wished."""

    def __init__(self, sitter: Sitter) -> None:
        self.sitter = sitter
        self.pixels, self.alpha = sitter.pixels, sitter.alpha
        self.mesh, self.unit = sitter.mesh, sitter.unit

    @property
    def behind(self) -> Floats:
        return self.sitter.behind

    @cached_property
    def relief(self) -> Relief:
        return relief(self.sitter)

    def drawing(self, wish: Wish) -> Drawing:
        """The person as wished, before nothing."""
        sitter = self.sitter
        values = wanted(wish)
        moved = self._moved(wish, values)
        seen = drawn(moved, sitter.alpha, GAP * sitter.unit)
        by = self._vertices(values)
        mesh = self._placed(wish, by)
        pixels, lent = lending.lent(sitter, mesh, seen.taken(sitter.front))
        if any(values.get(f"eyeWide{side}", 0.0) > 0 for side in eyes.OUTLINES):
            still = self._placed(wish, 0 * by)
            pixels = eyes.opened(sitter, still, mesh, values, pixels)
        if wish.light is not None:
            pixels = lit(pixels, moved_normals(seen, moved, sitter.unit), wish.light)
        pixels, mouthed = mouth.filled(sitter, mesh, seen.softened(pixels), mouth.bared(values))
        alpha = np.maximum(np.maximum(seen.alpha(sitter.alpha), lent > 0.3), mouthed)
        return mirrored(Drawing(pixels.clip(0, 1), alpha, mesh, share(lent, alpha)), wish.mirrored)

    def _moved(self, wish: Wish, coefficients: Mapping[str, float]) -> Floats:
        """S x S x 3: where each pixel goes."""
        relief = self.relief
        points = relief.points
        if any(coefficients.values()):
            points = points + self._expressed(coefficients)
        gone: Floats = self._turned(
            wish, points, relief.turns[..., None], relief.narrows[..., None]
        )
        return gone

    def _placed(self, wish: Wish, by: Points) -> Points:
        """468 x 3: where the mesh goes that its expression moves by so much. It is not read off
        where the pixels go: shut lips share theirs."""
        relief, mesh = self.relief, self.sitter.mesh
        points, turns, narrows = (
            at(field, mesh) for field in (relief.points, relief.turns, relief.narrows)
        )
        gone: Points = self._turned(wish, points + by, turns, narrows).astype(np.float64)
        return gone

    def _turned(self, wish: Wish, points: Any, turns: Any, narrows: Any) -> Any:
        """... x 3: where points in front of the camera go with the head."""
        turn = self._turn(wish).astype(np.float32)
        away = points - self.relief.pivot.astype(np.float32)
        flat = away * np.array([1, 1, 0], np.float32)
        narrowed = (flat @ turn.T - flat) * np.array([1, 1, 0], np.float32)
        return points + turns * (away @ turn.T - away - (1 - narrows) * narrowed)

    def _turn(self, wish: Wish) -> Any:
        pose = self.sitter.pose
        asked = Pose(
            pose.yaw + DEEPER * wish.yaw, pose.pitch + DEEPER * wish.pitch, pose.roll + wish.roll
        )
        return geometry.rotation(asked) @ self.sitter.axes.T

    def _vertices(self, values: Mapping[str, float]) -> Points:
        """468 x 3: how far the mesh moves for an expression."""
        mesh = self.sitter.mesh
        turn, scale, _ = geometry.solid_similarity(mesh[STILL], AVERAGE)
        by: Points = instead(values, mesh) @ turn / scale
        return by

    def _expressed(self, values: Mapping[str, float]) -> Floats:
        """S x S x 3: how far each pixel moves for an expression."""
        sitter, seen = self.sitter, self.relief.mesh
        whole = faded(
            seen.spread(self._vertices(values), triangles()), seen.there, ALONG * sitter.unit
        )
        eyes = gaze.looked(sitter, values)
        if eyes is not None:
            whole[..., :2] += eyes
        return whole


def wanted(wish: Wish) -> dict[str, float]:
    """All coefficients wished for.

    Raises:
        LookupError: no expression has that name.
    """
    if wish.expression and wish.expression not in EXPRESSIONS:
        raise LookupError(f"No expression is named {wish.expression!r}.")
    return {**EXPRESSIONS.get(wish.expression, {}), **wish.coefficients}


def at(field: Floats, points: Points) -> Points:
    """N x C: a field's values (S x S or S x S x C) at points in the plane."""
    import cv2

    x, y = points[:, :2].astype(np.float32).T
    values: Any = cv2.remap(field, x[None], y[None], cv2.INTER_LINEAR,
                            borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    found: Points = values.reshape(len(points), -1).astype(np.float64)
    return found


def moved_normals(seen: Drawn, moved: Floats, unit: float) -> Floats:
    """S x S x 3, of length 1, towards the viewer where z is below nought; without fine detail,
    which the depth does not know. unit: pixels between the eyes."""
    import cv2

    depth = seen.taken(np.ascontiguousarray(moved[..., 2])) * seen.there
    weight: Any = cv2.GaussianBlur(seen.there.astype(np.float32), (0, 0), EVEN * unit)
    depth = np.asarray(cv2.GaussianBlur(depth, (0, 0), EVEN * unit)) / np.maximum(weight, 1e-3)
    x, y = (cv2.Sobel(depth, cv2.CV_32F, *way, ksize=3) / 8 for way in ((1, 0), (0, 1)))
    normals = np.dstack([x, y, np.full_like(depth, -1)])
    made: Floats = normals / np.linalg.norm(normals, axis=2, keepdims=True)
    return made


def share(lent: Floats, alpha: Floats) -> float:
    return float((lent > 0.5).sum() / max(float((alpha > 0.5).sum()), 1.0))


def mirrored(drawing: Drawing, wanted: bool) -> Drawing:
    """Left for right, where that is wanted."""
    if not wanted:
        return drawing
    size = len(drawing.alpha)
    mesh = (drawing.mesh * (-1, 1, 1) + (size - 1, 0, 0))[opposite()]
    return Drawing(drawing.pixels[:, ::-1], drawing.alpha[:, ::-1], mesh, drawing.lent)
