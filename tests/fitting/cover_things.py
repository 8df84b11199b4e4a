"""Draws things over faces, to learn covers from: hands and arms of rounded bones, lit like a face.

None of the drawing code of ml.evaluation.occluders takes part. Other things than hands are drawn by
tests.fitting.covered_faces.
"""

from __future__ import annotations

import cv2
import numpy as np

from tests.fitting.cover_faces import noise
from tests.fitting.covered_faces import SHAPES, Draw, Sheet, covered, rings

Array = np.ndarray
LIMBS = 0.35  # share of what is drawn that are hands and arms


class Limbs:
    """Rounded bones, in pixels, as one surface: how high each pixel lies, 0 where there is none."""

    def __init__(self, size: int) -> None:
        self.height = np.zeros((size, size), np.float32)
        self.size = size

    def bone(
        self, first: Array, last: Array, thick: tuple[float, float], lift: float = 0.0
    ) -> None:
        """thick: radius at both ends; lift: how far it lies above the photo."""
        reach = max(thick) + 2
        low = np.floor(np.minimum(first, last) - reach).astype(int).clip(0, self.size)
        high = np.ceil(np.maximum(first, last) + reach).astype(int).clip(0, self.size)
        if (high <= low).any():
            return
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]].astype(np.float32)
        way = last - first
        along = ((x - first[0]) * way[0] + (y - first[1]) * way[1]) / max(float(way @ way), 1e-6)
        along = along.clip(0, 1)
        off = (x - first[0] - along * way[0]) ** 2 + (y - first[1] - along * way[1]) ** 2
        wide = thick[0] + (thick[1] - thick[0]) * along
        there = off < wide**2
        top = np.where(there, np.sqrt((wide**2 - off).clip(0)) + lift + 0.01, 0)
        part = self.height[low[1] : high[1], low[0] : high[0]]
        np.maximum(part, top, out=part)


def finger(limbs: Limbs, root: Array, turn: float, length: float, wide: float, draw: Draw) -> Array:
    """Three bones that bend a little, seen more or less from above; where it ends."""
    at, lift = root, draw.uniform(0, 0.6) * wide
    bend = draw.normal(0, 0.08)
    for number, part in enumerate((0.45, 0.3, 0.25)):
        turn += bend + draw.normal(0, 0.05)
        seen = length * part * draw.uniform(0.75, 1.05)
        end = at + seen * np.array([np.cos(turn), np.sin(turn)])
        thin = wide * (1 - 0.09 * number)
        limbs.bone(at, end, (thin, thin * 0.93), lift)
        at = end
    return at


def hand(unit: float, middle: Array, down: Array, draw: Draw) -> tuple[Limbs, list[Array]]:
    """A hand that comes from the face's surroundings, with an arm; and the tips of its fingers."""
    across = np.array([down[1], -down[0]])
    aim = middle + unit * (draw.normal(0, 0.4) * across + draw.uniform(-0.45, 1.1) * down)
    turn = draw.uniform(0, 2 * np.pi)
    if draw.random() < 0.7:  # from below
        turn = np.arctan2(-down[1], -down[0]) + draw.normal(0, 0.8)
    ahead = np.array([np.cos(turn), np.sin(turn)])
    aside = np.array([-ahead[1], ahead[0]]) * draw.choice([-1, 1])
    broad = unit * draw.uniform(0.55, 0.95)
    long_ = broad * draw.uniform(0.8, 1.25)
    knuckles = aim - ahead * broad * draw.uniform(-0.6, 0.9)
    limbs, tips = Limbs(256), []
    wrist = knuckles - ahead * broad * 1.05
    spread, curl = draw.normal(0.08, 0.1), draw.random() < 0.25
    for number in range(4):
        place = (number - 1.5) / 3
        root = knuckles + aside * broad * 0.8 * place - ahead * broad * 0.3 * place**2
        limbs.bone(wrist + aside * broad * 0.45 * place, root, (broad * 0.17, broad * 0.14))
        if draw.random() < 0.07:
            continue
        short = draw.uniform(0.3, 0.7) if curl else 1.0
        length = long_ * (1.0, 1.1, 1.03, 0.8)[number] * short
        way = (
            turn
            + spread * place * 2 * np.sign(aside @ (-ahead[1], ahead[0]))
            + draw.normal(0, 0.04)
        )
        tips.append(finger(limbs, root, way, length, broad * draw.uniform(0.11, 0.14), draw))
    if draw.random() < 0.65:
        root = wrist + ahead * broad * 0.3 - aside * broad * 0.35
        away = -np.sign(aside @ (-ahead[1], ahead[0])) * draw.uniform(0.2, 1.1)
        tips.append(finger(limbs, root, turn + away, long_ * 0.85, broad * 0.15, draw))
    elbow = wrist - ahead * broad * 4 + aside * broad * draw.normal(0, 0.6)
    limbs.bone(wrist, elbow, (broad * draw.uniform(0.3, 0.4), broad * 0.5))
    return limbs, tips


def arm(unit: float, middle: Array, down: Array, draw: Draw) -> tuple[Limbs, list[Array]]:
    """An arm, a finger alone or a shoulder: one bone or two."""
    limbs = Limbs(256)
    start = middle + unit * draw.normal(0, 0.45, 2) + unit * 0.4 * down
    turn, wide = draw.uniform(0, 2 * np.pi), unit * draw.choice([0.09, 0.12, 0.25, 0.4])
    end = start + unit * draw.uniform(1.5, 4) * np.array([np.cos(turn), np.sin(turn)])
    limbs.bone(start, end, (wide, wide * draw.uniform(0.9, 1.4)))
    if draw.random() < 0.5:
        turn += draw.normal(0, 0.8)
        more = start + unit * draw.uniform(0.2, 1) * np.array([np.cos(turn), np.sin(turn)])
        limbs.bone(start, more, (wide, wide * 0.9))
    return limbs, []


def tone(pixels: Array, mesh: Array, draw: Draw) -> Array:
    """The face's own skin, lighter or darker, or another's: 3."""
    places = mesh[[50, 280, 101, 330, 4, 151], 1::-1].round().astype(int).clip(0, 255)
    own = np.median(pixels[tuple(places.T)].astype(np.float32), 0)
    if draw.random() < 0.2:
        light = draw.uniform(40, 235)
        own = light * np.array([1.0, draw.uniform(0.66, 0.85), draw.uniform(0.5, 0.78)])
    return own * np.exp(draw.normal(0, 0.14)) * np.exp(draw.normal(0, 0.03, 3))


def skinned(limbs: Limbs, colour: Array, tips: list[Array], unit: float, draw: Draw) -> Array:
    """256 x 256 x 3: the surface in that colour, lit."""
    soft = cv2.GaussianBlur(limbs.height, (0, 0), draw.uniform(0.6, 2.2))
    down, across = np.gradient(soft)
    facing = np.dstack([-across, -down, np.full_like(soft, draw.uniform(0.5, 1.6))])
    facing /= np.linalg.norm(facing, axis=-1, keepdims=True)
    way = np.array([draw.normal(0, 0.6), draw.normal(-0.4, 0.6), draw.uniform(0.5, 1.5)])
    way /= np.linalg.norm(way)
    ambient = draw.uniform(0.3, 0.95)
    light = ambient + (1 - ambient) * (facing @ way).clip(0, 1)
    light = light / max(float(np.median(light[limbs.height > 0])), 0.1)
    light = light * (1 + draw.uniform(0, 0.06) * noise(draw, 12, 256)
                     + draw.uniform(0, 0.05) * noise(draw, 70, 256))  # fmt: skip
    made = colour * light[..., None]
    for tip in tips if draw.random() < 0.5 else []:
        nail = np.zeros((256, 256), np.uint8)
        size = max(1, round(unit * 0.06))
        cv2.circle(nail, tuple(tip.round().astype(int).tolist()), size, 255, -1, cv2.LINE_AA)
        part = nail[..., None] / 255 * draw.uniform(0.2, 0.8)
        made = made * (1 - part) + part * (colour * draw.uniform(0.9, 1.3) + (10, 0, 4))
    return made


def limbs_over(pixels: Array, mesh: Array, draw: Draw) -> tuple[Array, Array]:
    """The photo (256 x 256 x 3) with a hand or an arm over the face, and where (bool)."""
    sheet = Sheet(mesh, (256, 256))
    draws = hand if draw.random() < 0.8 else arm
    limbs, tips = draws(sheet.unit, sheet.middle, sheet.down, draw)
    alpha = (limbs.height > 0).astype(np.float32)
    if not alpha.any():
        return pixels, alpha > 0
    colour = tone(pixels, mesh, draw)
    if draw.random() < 0.12:  # a glove, a sleeve
        colour = draw.uniform(10, 240, 3)
    surface = skinned(limbs, colour, tips, sheet.unit, draw)
    made = pixels.astype(np.float32)
    if draw.random() < 0.75:
        shift = tuple(draw.normal(0, 0.06 * sheet.unit, 2).astype(int))
        far = max(0.6, draw.uniform(0.01, 0.12) * sheet.unit)
        shadow = cv2.GaussianBlur(np.roll(alpha, shift, (0, 1)), (0, 0), far)
        made = made * (1 - draw.uniform(0, 0.6) * shadow[..., None])
    alpha = cv2.GaussianBlur(alpha, (0, 0), draw.uniform(0.4, 1.2))
    made = made * (1 - alpha[..., None]) + surface * alpha[..., None]
    return made.clip(0, 255).round().astype(np.uint8), alpha > 0.5


def fringe(sheet: Sheet, draw: Draw) -> None:
    """All of the forehead above a bow or a ragged line: a hat, a scarf, hair."""
    x = np.linspace(-1.3, 1.3, 90)
    low, bow = draw.uniform(-0.6, 0.02), draw.normal(0.0, 0.18)
    tilt, ragged = draw.normal(0, 0.1), draw.choice([0.0, 0.02, 0.06])
    y = low + bow * x**2 + tilt * x + ragged * draw.normal(size=90)
    if draw.random() < 0.25:  # parted
        y -= draw.uniform(0.1, 0.5) * np.exp(-(((x - draw.normal(0, 0.3)) / 0.3) ** 2))
    sheet.fill(np.concatenate([np.column_stack([x, y]), [(1.3, -2.5), (-1.3, -2.5)]]))


def over(pixels: Array, mesh: Array, others: Array, draw: Draw) -> tuple[Array, Array]:
    """Something over the face: hands most often, and where."""
    if draw.random() < LIMBS:
        return limbs_over(pixels, mesh, draw)
    return covered(pixels, mesh, others, draw, (*SHAPES, rings, fringe, fringe))


def pictured(pixels: Array, draw: Draw) -> Array:
    """As a camera or a file may have made it: softer, coarser, grainy, pressed, darker, grey."""
    made = pixels.astype(np.float32)
    if draw.random() < 0.5:
        made = 255 * (made / 255) ** np.exp(draw.normal(0, 0.25)) * np.exp(draw.normal(0, 0.06, 3))
    if draw.random() < 0.08:
        made = np.repeat(made.mean(-1, keepdims=True), 3, 2)
    if draw.random() < 0.65:
        small = round(256 * draw.uniform(0.35, 0.9))
        made = cv2.resize(cv2.resize(made, (small,) * 2, interpolation=cv2.INTER_AREA), (256, 256),
                          interpolation=cv2.INTER_CUBIC)  # fmt: skip
    if draw.random() < 0.3:
        made = cv2.GaussianBlur(made, (0, 0), draw.uniform(0.4, 1.6))
    if draw.random() < 0.6:
        made = made + draw.normal(0, draw.uniform(0.5, 6), made.shape)
    pixels = made.clip(0, 255).round().astype(np.uint8)
    if draw.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(35, 96))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
    return pixels
