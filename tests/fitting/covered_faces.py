"""Covers faces with random things, to learn from: what they are is nobody's business.

Blobs, bars, threads, rings and whole sides of a face, in colours of skin, of hair, of cloth and of
other photos. None of the drawing code of ml.evaluation.occluders takes part: what is measured with
that was never seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from ml import geometry

Array = np.ndarray
Draw = np.random.Generator
FINE = 2  # shapes are drawn so many times larger than the photo


class Sheet:
    """The photo's frame with the face in it: units are distances between the outer corners of the
    eyes, the origin is between them, y runs down to the chin."""

    def __init__(self, mesh: Array, size: tuple[int, int]) -> None:
        right, left = mesh[geometry.RIGHT_EYE, :2], mesh[geometry.LEFT_EYE, :2]
        down = mesh[geometry.CHIN, :2] - mesh[geometry.FOREHEAD, :2]
        self.unit = float(np.linalg.norm(down)) / 1.6
        self.down = down / np.linalg.norm(down)
        self.across = np.array([self.down[1], -self.down[0]])
        self.middle = (right + left) / 2
        self.eyes = [(np.array([33, 133]), -1), (np.array([263, 362]), 1)]
        self.mesh, self.size = mesh, size
        self.mask = np.zeros((size[1] * FINE, size[0] * FINE), np.uint8)

    def at(self, points: Array) -> Array:
        """N x 2 in units to fine pixels."""
        points = np.asarray(points, float)
        return FINE * (
            self.middle + self.unit * (points[:, :1] * self.across + points[:, 1:] * self.down)
        )

    def fill(self, points: Array) -> None:
        cv2.fillPoly(self.mask, [self.at(points).round().astype(np.int32)], 255, cv2.LINE_AA)

    def stroke(self, points: Array, thick: float, closed: bool = False) -> None:
        wide = max(1, round(thick * self.unit * FINE))
        path = [self.at(points).round().astype(np.int32)]
        cv2.polylines(self.mask, path, closed, 255, wide, cv2.LINE_AA)

    def alpha(self) -> Array:
        small = cv2.resize(self.mask, self.size, interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / 255


def place(draw: Draw) -> Array:
    return np.array([draw.uniform(-0.75, 0.75), draw.uniform(-0.5, 1.1)])


def blob(sheet: Sheet, draw: Draw) -> None:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    if draw.random() < 0.4:
        turn = np.sort(draw.uniform(0, 2 * np.pi, draw.integers(3, 8)))
    radius = np.full(len(turn), draw.uniform(0.12, 0.65))
    for wave in range(1, 5):
        radius *= 1 + draw.normal(0, 0.25 / wave) * np.cos(wave * turn + draw.uniform(0, 6))
    stretch = np.exp(draw.normal(0, 0.4))
    x, y = radius * np.cos(turn) * stretch, radius * np.sin(turn) / stretch
    sheet.fill(place(draw) + np.column_stack([x, y]))


def bars(sheet: Sheet, draw: Draw) -> None:
    turn = draw.uniform(0, 2 * np.pi)
    along, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    wide, start = draw.uniform(0.08, 0.28), place(draw)
    for number in range(draw.integers(1, 6)):
        first = start + aside * number * wide * draw.uniform(0.9, 1.4)
        first = first + along * draw.normal(0, 0.1)
        middle = first + along * draw.uniform(0.2, 0.6) + aside * draw.normal(0, 0.06)
        last = middle + along * draw.uniform(0.2, 1.2) + aside * draw.normal(0, 0.12)
        sheet.stroke([first, middle, last], wide * draw.uniform(0.8, 1.1))
    if draw.random() < 0.5:
        broad = draw.uniform(0.3, 0.7)
        sheet.stroke([last, last + along * draw.uniform(0.2, 1.5)], broad)


def threads(sheet: Sheet, draw: Draw) -> None:
    turn, start = draw.normal(np.pi / 2, 0.6), place(draw) - (0, draw.uniform(0, 0.8))
    spread, count = draw.uniform(0.05, 0.5), draw.integers(1, 70)
    thick, reach = draw.uniform(0.01, 0.05), draw.uniform(0.4, 1.6)
    bend = draw.normal(0, 0.15)
    for _ in range(count):
        one = turn + draw.normal(0, 0.08)
        along, aside = np.array([np.cos(one), np.sin(one)]), np.array([-np.sin(one), np.cos(one)])
        way = np.linspace(0, reach * draw.uniform(0.7, 1.1), 10)[:, None]
        curve = (bend + draw.normal(0, 0.05)) * np.sin(np.pi * way / reach)
        path = start + aside * draw.normal(0, spread) + along * way + aside * curve
        sheet.stroke(path, thick * draw.uniform(0.5, 1.5))


def rings(sheet: Sheet, draw: Draw) -> None:
    filled, thick = draw.random() < 0.5, draw.uniform(0.015, 0.08)
    wide, high = draw.uniform(0.18, 0.4), draw.uniform(0.1, 0.32)
    corner, low = draw.choice([1.0, 0.7, 0.4]), draw.normal(0, 0.05)
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x = wide * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** corner
    y = high * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** corner
    bottom_only = draw.random() < 0.15
    for side in (-1, 1):
        if draw.random() < 0.05:
            continue
        lens = np.column_stack([side * (0.34 + x), y + low])
        if filled:
            sheet.fill(lens)
        sheet.stroke(lens[:20] if bottom_only else lens, thick, closed=not bottom_only)
        sheet.stroke([(side * (0.34 + wide), low), (side * 0.85, low - 0.03)], thick)
    sheet.stroke([(-0.34 + wide, low - 0.02), (0, low - 0.06), (0.34 - wide, low - 0.02)], thick)


def side(sheet: Sheet, draw: Draw) -> None:
    """All of the face beyond a wavy line."""
    turn = draw.choice([0.5, -0.5, 0.5, 1.0, 0.0]) * np.pi + draw.normal(0, 0.25)
    along, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    depth = draw.uniform(0.05, 0.85) - (0.25 if np.sin(turn) < -0.5 else 0)
    way = np.linspace(-1.6, 1.6, 40)
    wave = sum(
        draw.normal(0, 0.12 / n) * np.sin(n * way * 2 + draw.uniform(0, 6)) for n in range(1, 6)
    )
    edge = along * (depth + wave)[:, None] + aside * way[:, None] + (0, 0.2)
    far = along * 2.5
    sheet.fill(np.concatenate([edge, [edge[-1] + far, edge[0] + far]]))


Shape = Callable[[Sheet, Draw], None]
SHAPES: Sequence[Shape] = (blob, bars, bars, threads, rings, side)


def texture(shape: str, pixels: Array, others: Array, skin: Array, draw: Draw) -> Array:
    """H x W x 3. others: another photo; skin: this face's colour."""
    high, wide = pixels.shape[:2]
    kind = draw.random()
    skinny = 0.6 if shape == "bars" else 0.15
    if kind < skinny:
        tone = skin * draw.uniform(0.7, 1.25) + draw.normal(0, 8, 3)
        if draw.random() < 0.3:
            tone = np.array([draw.uniform(70, 235)] * 3) * (1, draw.uniform(0.66, 0.85),
                                                            draw.uniform(0.5, 0.75))  # fmt: skip
        base = np.broadcast_to(tone, pixels.shape).astype(np.float32)
    elif kind < skinny + 0.25:
        scale = draw.uniform(0.5, 2.5)
        turn = cv2.getRotationMatrix2D((wide * draw.random(), high * draw.random()),
                                       draw.uniform(0, 360), scale)  # fmt: skip
        base = cv2.warpAffine(others, turn, (wide, high), borderMode=cv2.BORDER_REFLECT)
        base = base.astype(np.float32) * draw.uniform(0.7, 1.2, 3).astype(np.float32)
    else:
        tone = draw.uniform(5, 245, 3)
        if draw.random() < 0.5:
            tone = tone.mean() + draw.normal(0, 12, 3)
        if shape in ("threads", "rings", "fringe") and draw.random() < 0.6:
            tone = draw.uniform(5, 70) + draw.uniform(0, 25, 3)
        base = np.broadcast_to(tone, pixels.shape).astype(np.float32)
        fine = max(2, int(wide / draw.uniform(2, 40)))
        spots = cv2.resize(draw.normal(size=(fine, fine)).astype(np.float32), (wide, high))
        base = base + spots[..., None] * draw.uniform(0, 25) * draw.normal(1, 0.2, 3)
        if draw.random() < 0.3:
            down, across = np.mgrid[:high, :wide]
            stripes = np.sin((across * draw.normal() + down * draw.normal()) / draw.uniform(1, 6))
            base = base + stripes[..., None] * draw.uniform(0, 50)
    down, across = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
    fall = 1 + draw.normal(0, 0.35) * across + draw.normal(0, 0.35) * down
    return np.asarray(base * fall.clip(0.3, 1.7)[..., None], np.float32)


def bulge(alpha: Array, unit: float, draw: Draw) -> Array:
    """Round things are darker to their edges."""
    deep = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    reach = unit * draw.uniform(0.05, 0.2)
    strength = draw.uniform(0, 0.6)
    return 1 - strength * (1 - deep / reach).clip(0, 1) ** draw.uniform(1, 3)


def covered(
    pixels: Array, mesh: Array, others: Array, draw: Draw, shapes: Sequence[Shape] = SHAPES
) -> tuple[Array, Array]:
    """The photo with one thing or two over the face, and where (H x W bool)."""
    hidden = np.zeros(pixels.shape[:2], bool)
    skin = np.median(
        pixels[tuple(mesh[[50, 280, 101, 330, 4], 1::-1].round().astype(int).T.clip(
            0, np.array(pixels.shape[:2])[:, None] - 1))], 0,
    )  # fmt: skip
    for _ in range(1 + (draw.random() < 0.15)):
        shape = shapes[draw.integers(len(shapes))]
        sheet = Sheet(mesh, pixels.shape[1::-1])
        shape(sheet, draw)
        alpha = sheet.alpha()
        colour = texture(shape.__name__, pixels, others, skin, draw)
        if draw.random() < 0.6:
            colour = colour * bulge(alpha, sheet.unit, draw)[..., None]
        if draw.random() < 0.5:
            shift = tuple(draw.normal(0, 0.05 * sheet.unit, 2).astype(int))
            blur = max(0.5, draw.uniform(0.01, 0.1) * sheet.unit)
            shadow = cv2.GaussianBlur(np.roll(alpha, shift, (0, 1)), (0, 0), blur)
            pixels = pixels * (1 - draw.uniform(0, 0.5) * shadow[..., None])
        alpha = cv2.GaussianBlur(alpha, (0, 0), draw.uniform(0.3, 1.0))
        part = (alpha * draw.uniform(0.88, 1.0))[..., None]
        colour = colour + draw.normal(0, draw.uniform(0, 6), colour.shape)
        pixels = (pixels * (1 - part) + colour * part).clip(0, 255)
        hidden |= alpha > 0.5
    return pixels.round().astype(np.uint8), hidden


def spoiled(pixels: Array, draw: Draw) -> Array:
    """Now and then darker, lighter, grey, softer or compressed."""
    if draw.random() < 0.3:
        pixels = (255 * (pixels / 255.0) ** np.exp(draw.normal(0, 0.35))).astype(np.uint8)
    if draw.random() < 0.1:
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        pixels = np.repeat(grey[..., None], 3, 2)
    if draw.random() < 0.2:
        pixels = cv2.GaussianBlur(pixels, (0, 0), draw.uniform(0.4, 1.6))
    if draw.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(40, 95))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
    return pixels
