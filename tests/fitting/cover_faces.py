"""Makes many faces of few, to learn covers from: mixed, bent, in other skins, lights and pictures.

Free faces are few, so what is theirs must not be learned: a face's skin is laid onto another's
mesh in part, its shape is bent, its tone, light, shadows, beard, make-up and lines are drawn anew.
All of these are a face's own, whatever is drawn over it afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ml.analysis.face_layout import MIDDLE, SIDE, UNIT, beyond, layout
from ml.frontal import frontal

Array = np.ndarray
Draw = np.random.Generator
CHIP, PADDING = 256, 1.0  # of a face's cut; its eyes' outer corners come some 63 pixels apart
FINE = 2 * SIDE  # pixels of the frame's side that a face's skin is kept in
# Where skin is made up or red: vertices (cheeks, tip of the nose, lips, lids), width and height.
MADE_UP = (
    *((50, 0.2, 0.15), (280, 0.2, 0.15), (4, 0.12, 0.12)),
    *((13, 0.22, 0.09), (159, 0.16, 0.1), (386, 0.16, 0.1)),
)
GROUND = 16.0  # is added to colours before their logarithm


@dataclass(frozen=True, eq=False)
class Base:
    """A face. pixels: CHIP x CHIP x 3, RGB. mesh: 468 x 3, in its pixels. unknown: FINE x FINE of
    the frame, where something may cover it: nothing is learned there."""

    name: str
    pixels: Array
    mesh: Array
    unknown: Array

    @cached_property
    def places(self) -> Array:
        """FINE x FINE x 2: where each place of the frame lies in the chip."""
        spread = beyond(layout().spread(self.mesh[:, :2]))
        return cv2.resize(spread, (FINE, FINE), interpolation=cv2.INTER_LINEAR)

    @cached_property
    def skin(self) -> Array:
        """FINE x FINE x 3, logarithms."""
        laid = cv2.remap(self.pixels, self.places, None, cv2.INTER_LINEAR)
        return np.log(laid.astype(np.float32) + GROUND)

    @cached_property
    def frame(self) -> tuple[Array, Array]:
        """CHIP x CHIP x 2: which place of the frame each pixel shows; CHIP x CHIP, 0..1, how
        surely it is the face's."""
        inside = cv2.resize(layout().inside.astype(np.uint8), (FINE, FINE)) > 0
        rows, columns = np.nonzero(inside)
        x, y = self.places[rows, columns].round().astype(int).clip(0, CHIP - 1).T
        sums = np.zeros((CHIP, CHIP, 3), np.float32)
        np.add.at(sums, (y, x), np.column_stack([columns, rows, np.ones(len(x))]))
        soft = cv2.GaussianBlur(sums, (0, 0), 1.2)
        where = soft[..., :2] / np.maximum(soft[..., 2:], 1e-6)
        oval = cv2.morphologyEx(
            (sums[..., 2] > 0).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5))
        )
        rim = cv2.GaussianBlur(cv2.erode(oval, np.ones((7, 7))).astype(np.float32), (0, 0), 3)
        return where.astype(np.float32), rim

    def shown(self, values: Array) -> Array:
        """What is told of places of the frame (FINE x FINE [x C]), where the chip shows them."""
        return cv2.remap(values.astype(np.float32), self.frame[0], None, cv2.INTER_LINEAR)


def noise(draw: Draw, cells: float, size: int = FINE) -> Array:
    """size x size, smooth, about one deviation."""
    count = max(2, round(cells))
    grid = cv2.resize(draw.normal(size=(count, count)).astype(np.float32), (size, size),
                      interpolation=cv2.INTER_CUBIC)  # fmt: skip
    return grid / max(float(grid.std()), 1e-3)


def normals(bases: list[Base]) -> Array:
    """FINE x FINE x 3: where the usual face's skin points to; z out of the photo."""
    mesh = np.mean([frontal(one.mesh) for one in bases], 0).astype(np.float32)
    deep = cv2.resize(beyond(layout().spread(mesh[:, 2:])[..., 0]), (FINE, FINE))
    deep = cv2.GaussianBlur(deep, (0, 0), 2.0) * (UNIT * FINE / SIDE)
    down, across = np.gradient(deep)
    made = np.dstack([across, down, np.ones_like(deep)])
    return made / np.linalg.norm(made, axis=-1, keepdims=True)


def units(places: Array) -> Array:
    """Pixels of the frame (N x 2) in distances between the eyes, from between them, y down."""
    return (places - (SIDE - 1) / 2) / UNIT + (0, MIDDLE)


def grid() -> Array:
    """2 x FINE x FINE: the x and the y of each place of the frame, likewise."""
    y, x = np.mgrid[0 : SIDE : 1 / 2, 0 : SIDE : 1 / 2]
    return np.moveaxis(units(np.stack([x, y], -1)), -1, 0).astype(np.float32)


class Faces:
    """Draws faces of a few."""

    def __init__(self, bases: list[Base]) -> None:
        self.bases, self.normals = bases, normals(bases)
        self.x, self.y = grid()
        self.at = units(layout().places)

    def one(self, draw: Draw) -> tuple[Array, Array, Array]:
        """A face's chip (uint8) and mesh, and what is unknown (FINE x FINE of the frame)."""
        base, other = (self.bases[i] for i in draw.integers(len(self.bases), size=2))
        told = np.log(base.pixels.astype(np.float32) + GROUND)
        change = np.zeros((FINE, FINE, 3), np.float32)
        unknown = base.unknown
        if draw.random() < 0.75 and other is not base:
            mix = draw.choice([1.0, draw.uniform(0.3, 1.0)])
            change += mix * (self.matched(other.skin, base.skin, draw) - base.skin)
            unknown = (unknown | other.unknown) if mix < 1 else other.unknown
        much = draw.choice([1.0, 0.6, 0.25])
        change += self.skin_tone(draw) + much * self.lit(draw)[..., None]
        change += much * (self.shadows(draw) + self.painted(draw))
        rim = base.frame[1][..., None]
        pixels = np.exp(told + rim * base.shown(change)) - GROUND
        pixels, mesh = bent(pixels.clip(0, 255), base.mesh, draw)
        return pixels.astype(np.uint8), mesh, unknown

    def matched(self, skin: Array, like: Array, draw: Draw) -> Array:
        """In about the other's tone and light, else in its own."""
        if draw.random() < 0.3:
            return skin
        wide = draw.choice([10.0, 25.0, 60.0])
        return skin + cv2.GaussianBlur(like - skin, (0, 0), wide)

    def skin_tone(self, draw: Draw) -> Array:
        """Darker or lighter; dark skin is redder."""
        if draw.random() < 0.35:
            return np.zeros(3, np.float32)
        dark = draw.uniform(-1.1, 0.25)
        tint = np.array([0.8, 1.0, 1.12]) if dark < 0 else np.ones(3)
        return (dark * tint + draw.normal(0, 0.05, 3)).astype(np.float32)

    def lit(self, draw: Draw) -> Array:
        """Light from one side or above, and a sheen."""
        if draw.random() < 0.3:
            return np.zeros((FINE, FINE), np.float32)
        way = np.array([draw.normal(0, 1.0), draw.normal(-0.5, 0.7), draw.uniform(0.4, 1.5)])
        way /= np.linalg.norm(way)
        ambient = draw.uniform(0.15, 0.9)
        fall = (self.normals @ way).clip(0, 1)
        light = np.log(ambient + (1 - ambient) * fall + 0.02)
        half = way + np.array([0, 0, 1])
        sheen = (self.normals @ (half / np.linalg.norm(half))).clip(0, 1) ** draw.uniform(15, 80)
        return (light - np.median(light) + draw.uniform(0, 0.5) * sheen).astype(np.float32)

    def shadows(self, draw: Draw) -> Array:
        """What a hat, a nose, a blind or a leaf throws: no thing itself."""
        change = np.zeros((FINE, FINE, 3), np.float32)
        for _ in range(draw.choice([0, 0, 1, 1, 2])):
            turn = draw.uniform(0, 2 * np.pi)
            way = self.x * np.cos(turn) + self.y * np.sin(turn)
            shape = (
                way + draw.normal(0, 0.4) + draw.uniform(0, 0.25) * noise(draw, draw.uniform(2, 9))
            )
            if draw.random() < 0.1:
                shape = draw.uniform(0.1, 0.5) - np.abs(shape)
            soft = draw.choice([0.03, 0.08, 0.15, 0.3])
            part = 1 / (1 + np.exp(np.clip(-shape / soft, -30, 30)))
            colour = draw.uniform(-0.75, 0.3) + draw.normal(0, 0.06, 3)
            change += part[..., None] * colour
        if draw.random() < 0.3:
            slope = self.x * draw.normal(0, 0.5) + self.y * draw.normal(0, 0.5)
            change += slope[..., None] * draw.normal(0, 0.25, 3)
        return change

    def spot(self, vertex: int, wide: float, high: float) -> Array:
        x, y = self.at[vertex]
        return np.exp(-(((self.x - x) / wide) ** 2) - ((self.y - y) / high) ** 2)

    def painted(self, draw: Draw) -> Array:
        """Beards, brows, make-up, reddened skin, freckles, lines and shut eyes' lids."""
        change = np.zeros((FINE, FINE, 3), np.float32)
        if draw.random() < 0.2:
            change += self.beard(draw)[..., None] * (1.0, 1.05, 1.1)
        if draw.random() < 0.3:
            strong = draw.uniform(-0.6, 0.3)
            for brow in (105, 334):
                change += strong * self.spot(brow, 0.22, 0.05)[..., None]
        if draw.random() < 0.4:
            for vertex, wide, high in MADE_UP:
                if draw.random() < 0.6:
                    tint = np.array([draw.uniform(-0.2, 0.2), -0.25, -0.15]) * draw.uniform(0, 1.5)
                    change += self.spot(vertex, wide, high)[..., None] * tint
        if draw.random() < 0.3:
            change += draw.uniform(0.02, 0.07) * noise(draw, draw.uniform(15, 90))[..., None]
        if draw.random() < 0.3:
            change += self.lines(draw)[..., None]
        return change

    def beard(self, draw: Draw) -> Array:
        jaw = self.spot(152, 0.5, draw.uniform(0.2, 0.45))
        for vertex in (172, 397):
            jaw = np.maximum(jaw, self.spot(vertex, 0.2, 0.35))
        jaw = np.maximum(jaw, self.spot(164, 0.25, 0.07)) if draw.random() < 0.7 else jaw
        jaw = jaw * (1 - 0.9 * self.spot(13, 0.22, 0.09))
        edge = draw.uniform(0.15, 0.4)
        there = ((jaw + 0.05 * noise(draw, 12) - edge) / draw.uniform(0.08, 0.3)).clip(0, 1)
        grain = 1 + draw.uniform(0.1, 0.5) * noise(draw, draw.uniform(30, 110))
        return there * grain * draw.uniform(-1.4, 0.5)

    def lines(self, draw: Draw) -> Array:
        """Wrinkles of the forehead, beside nose and mouth, and wherever."""
        sheet = np.zeros((FINE, FINE), np.float32)
        for _ in range(draw.integers(2, 10)):
            start = np.array([draw.uniform(-0.6, 0.6), draw.uniform(-0.6, 1.1)])
            turn, reach = draw.normal(0, 0.4), draw.uniform(0.1, 0.6)
            if abs(start[0]) > 0.25 and start[1] > 0.2:
                turn += np.pi / 2 - 0.4 * np.sign(start[0])
            way = np.linspace(-0.5, 0.5, 9)[:, None] * reach
            path = start + way * (np.cos(turn), np.sin(turn))
            path[:, 1] += draw.normal(0, 0.04) * np.sin(np.linspace(0, np.pi, 9))
            fine = ((path - (0, MIDDLE)) * UNIT + (SIDE - 1) / 2) * 2
            one = np.zeros_like(sheet)
            cv2.polylines(one, [fine.round().astype(np.int32)], False, 1.0, 1, cv2.LINE_AA)
            sheet += draw.uniform(-0.6, 0.1) * cv2.GaussianBlur(one, (0, 0), draw.uniform(0.5, 1.6))
        return sheet


def bent(pixels: Array, mesh: Array, draw: Draw) -> tuple[Array, Array]:
    """The chip turned, mirrored, sized and bent smoothly, and its mesh with it."""
    field = np.dstack([noise(draw, 3, CHIP), noise(draw, 3, CHIP)]) * draw.uniform(0, 3.5)
    turn, size = draw.normal(0, 0.12), np.exp(draw.normal(0, 0.12))
    tall = np.exp(draw.normal(0, 0.06))
    middle = (CHIP - 1) / 2
    y, x = np.mgrid[:CHIP, :CHIP].astype(np.float32) - middle
    back = np.dstack(
        [x * np.cos(turn) + y * np.sin(turn), (y * np.cos(turn) - x * np.sin(turn)) * tall]
    )
    source = (back * size + middle + field).astype(np.float32)
    made = cv2.remap(pixels, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    # Where a point went to: the inverse by a few steps.
    points = mesh[:, :2].copy()
    for _ in range(8):
        at = cv2.remap(source, points[None].astype(np.float32), None, cv2.INTER_LINEAR,
                       borderMode=cv2.BORDER_REPLICATE)[0]  # fmt: skip
        points += (mesh[:, :2] - at) / size * 0.9
    moved = mesh.copy()
    moved[:, :2], moved[:, 2] = points, mesh[:, 2] / size
    return made, moved
