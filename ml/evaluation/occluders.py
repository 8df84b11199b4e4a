"""Draws what may cover a face, with light and grain, and pastes it onto a photo.

Each kind is drawn on a canvas in the face's frame and laid onto the photo; no photo of a hand or a
mask is needed. A canvas' unit is the distance between the outer corners of the eyes, its origin the
middle between them; x to the viewer's right, y down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.evaluation.canvas import (
    SIZE,
    XY,
    Canvas,
    Draw,
    Floats,
    Worn,
    faced,
    filled,
    noise,
    px,
    shone_on,
    skin_tone,
    spot,
    stroke,
)  # fmt: skip
from ml.types import Picture

# Vertices along the upper edge of a mask, from the person's right ear to the left one, and on down
# along the jaw.
MASK_TOP = (234, 116, 118, 114, 197, 343, 347, 345, 454)
MASK_JAW = (323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132,
            93)  # fmt: skip
EARS = (127, 356)
CLOTH = ((235, 238, 240), (150, 195, 220), (35, 36, 40), (90, 110, 150), (190, 150, 160))
FRAMES = ((25, 22, 20), (70, 45, 25), (120, 115, 110), (150, 30, 35), (30, 40, 80))
HAIR = ((28, 22, 18), (70, 48, 30), (115, 75, 40), (185, 150, 95), (140, 135, 130), (120, 50, 25))


def paste(
    kind: str, picture: Picture, mesh: Floats, draw: Draw
) -> tuple[Picture, NDArray[np.bool_]]:
    """The photo with something of that kind (of KINDS) over the face, and where it covers it (H x
    W). mesh: 468 x 3, the face's as it was before."""
    import cv2

    canvas = Canvas.blank()
    frame = faced(mesh)
    skin = skin_tone(picture, mesh)
    KINDS[kind](canvas, Worn(geometry.moved(frame, mesh[:, :2]), skin), draw)
    lit = shone_on(canvas, skin, draw)
    back, size = geometry.inverse(frame), picture.size
    blur = max(0.5 / max(geometry.scale(back), 1e-3) - 0.3, 0.3)

    def placed(array: Floats) -> Floats:
        soft = cv2.GaussianBlur(array, (0, 0), blur)
        return np.asarray(cv2.warpAffine(soft, back, size, flags=cv2.INTER_LINEAR))

    alpha = placed(canvas.alpha)[..., None]
    # What lies under a canvas' edge is black: colours are spread weighed, and brought back.
    colour = placed(lit * canvas.alpha[..., None]) / np.maximum(alpha, 1e-4)
    shadow = 1 - placed(canvas.shade)[..., None]
    made = picture.pixels * shadow * (1 - alpha) + colour * alpha
    grain = draw.normal(0, draw.uniform(0.5, 4), made.shape) * (alpha > 0)
    pixels = (made + grain).clip(0, 255).round().astype(np.uint8)
    return Picture(pixels), alpha[..., 0] > 0.5


def patch(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """A flat thing somewhere in front of the face: plain, striped, spotted or shaded."""
    x, y = draw.uniform(-0.5, 0.5), draw.uniform(-0.3, 1.0)
    sides, turn = draw.uniform(0.25, 0.55, 2), draw.uniform(0, pi)
    corners: list[XY]
    if draw.random() < 0.5:
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    else:
        corners = [(cos(a), sin(a)) for a in np.linspace(0, 2 * pi, 40, endpoint=False)]
    outline = [
        spot(
            x + sides[0] * a * cos(turn) - sides[1] * b * sin(turn),
            y + sides[0] * a * sin(turn) + sides[1] * b * cos(turn),
        )
        for a, b in corners
    ]
    colour = draw.uniform(10, 245, 3)
    down, across = np.mgrid[:SIZE, :SIZE]
    style = draw.integers(4)
    pattern = np.zeros((SIZE, SIZE))
    if style == 1:
        pattern = np.sign(np.sin((across * cos(turn) + down * sin(turn)) / draw.uniform(3, 14)))
    if style == 2:
        pattern = noise(draw, draw.uniform(4, 40))
    if style == 3:
        pattern = (across - down) / SIZE * 3
    other = draw.uniform(-60, 60, 3)
    canvas.lay(filled(outline), colour + pattern[..., None] * other)


def mask(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """A face mask from the nose to below the chin, with folds and straps."""
    import cv2

    points = face.points.copy()
    chin, nose = points[geometry.CHIN], points[197]
    points[list(MASK_JAW)] += 0.06 * (points[list(MASK_JAW)] - nose)
    points[list(MASK_TOP)] += (0, px(draw.uniform(-0.03, 0.1)))
    outline = points[list(MASK_TOP + MASK_JAW)]
    ears = points[list(EARS)]
    for ear, corner in zip(ears, (points[132], points[361]), strict=True):
        canvas.lay(stroke([corner, ear], px(0.02)), np.array([225.0] * 3))
    cloth = np.array(CLOTH[draw.integers(len(CLOTH))], float) + draw.uniform(-15, 15, 3)
    down, across = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    round_ = 1 - 0.35 * ((across - nose[0]) / px(0.9)) ** 2
    height = float(chin[1] - nose[1])
    folds = np.zeros_like(across)
    for part in draw.uniform(0.2, 0.9, draw.integers(0, 4)):
        bent = down - nose[1] - part * height - ((across - nose[0]) / px(1)) ** 2 * px(0.15)
        folds -= np.exp(-((bent / px(0.02)) ** 2)) * draw.uniform(0.1, 0.3)
    weave = 0.02 * noise(draw, draw.uniform(2, 8)) + 0.05 * noise(draw, 60)
    shape = filled(outline)
    canvas.lay(shape, cloth * (round_ + folds + weave)[..., None])
    canvas.shade[:] = 0.3 * np.asarray(cv2.GaussianBlur(shape, (0, 0), px(0.04)))


def _lenses(face: Worn, draw: Draw) -> list[Floats]:
    """The outline of each lens, before the eyes."""
    wide, high = draw.uniform(0.26, 0.34), draw.uniform(0.15, 0.26)
    square, drop = draw.uniform(2, 5), draw.uniform(0, 0.05)
    turn = np.linspace(0, 2 * pi, 48, endpoint=False)
    x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / square) * wide
    y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** (2 / square) * high + drop
    lenses = []
    for corners, side in (((33, 133), -1), ((263, 362), 1)):
        middle = face.points[list(corners)].mean(0)
        away = np.column_stack([side * x * (1 - 0.06 * y / high), y])
        lenses.append(middle + px(1) * away + (side * px(0.015), 0))
    return lenses


def _frames(canvas: Canvas, face: Worn, lenses: list[Floats], draw: Draw) -> None:
    colour = np.array(FRAMES[draw.integers(len(FRAMES))], float) + draw.uniform(0, 25, 3)
    thick = px(draw.uniform(0.025, 0.07))
    for lens, ear in zip(lenses, EARS, strict=True):
        outer = lens[np.argmin(np.abs(lens - face.points[ear]).sum(1))]
        canvas.lay(stroke([outer, face.points[ear]], thick), colour)
        canvas.lay(stroke(lens, thick, closed=True), colour)
    right, left = lenses
    bridge = right[right[:, 0].argmax()], left[left[:, 0].argmin()]
    middle = (bridge[0] + bridge[1]) / 2 - (0, px(0.03))
    canvas.lay(stroke([bridge[0], middle, bridge[1]], thick), colour)
    shine = noise(draw, 30)[..., None] * draw.uniform(0, 25)
    canvas.colour[:] += shine


def glasses(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """Rims, bridge and temples; the lenses are clear and cover nothing."""
    _frames(canvas, face, _lenses(face, draw), draw)


def sunglasses(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """The same with dark lenses, which the sky may shine in."""
    lenses = _lenses(face, draw)
    tint = draw.uniform(5, 45) + draw.uniform(0, 15, 3)
    down = np.mgrid[:SIZE, :SIZE][0] / SIZE
    for lens in lenses:
        glow = draw.uniform(0, 120) * (0.5 - down) + 8 * noise(draw, 50)
        canvas.lay(filled(lens), tint + glow[..., None], draw.uniform(0.85, 1.0))
    _frames(canvas, face, lenses, draw)


def hair(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """A fringe, or strands that hang over one side of the face."""
    import cv2

    base = np.array(HAIR[draw.integers(len(HAIR))], float)
    side, fringe = draw.choice([-1, 1]), draw.random() < 0.5
    low = draw.uniform(-0.25, 0.1) if fringe else draw.uniform(0.3, 1.3)
    spread = (-0.8, 0.8) if fringe else tuple(sorted((side * 0.25, side * 0.85)))
    lean, strands = draw.uniform(-0.4, 0.4), draw.integers(90, 220)
    there, colours = np.zeros((SIZE, SIZE), np.uint8), np.full((SIZE, SIZE, 3), base)
    for _ in range(strands):
        start = draw.uniform(*spread)
        end = start + lean + draw.normal(0, 0.05) + (0 if fringe else side * 0.1)
        stop, bend = low + draw.normal(0, 0.07), draw.normal(0, 0.06)
        along = np.linspace(0, 1, 14)
        x = start + (end - start) * along + bend * np.sin(pi * along)
        y = -1.0 + (stop + 1.0) * along
        light = base * draw.uniform(0.6, 1.5) + draw.normal(0, 6, 3)
        path = [np.round([spot(*one) for one in zip(x, y, strict=True)]).astype(np.int32)]
        thick = max(1, round(px(draw.uniform(0.012, 0.05))))
        cv2.polylines(there, path, False, 255, thick, cv2.LINE_AA)
        cv2.polylines(colours, path, False, light.clip(0, 255).tolist(), thick)
    canvas.lay(there.astype(np.float32) / 255, colours)


def hand(canvas: Canvas, face: Worn, draw: Draw) -> None:
    """Two to four fingers and a part of the palm, before mouth, chin, cheek or eyes; of the
    face's own skin or another's."""
    import cv2

    tone = face.skin * draw.uniform(0.8, 1.2) + draw.normal(0, 6, 3)
    if draw.random() < 0.3:
        tone = draw.choice([(95.0, 65, 48), (150, 108, 84), (200, 155, 130), (225, 185, 165)])
    aim = draw.choice(
        [(0.0, 0.75), (-0.35, 0.75), (0.35, 0.75), (0.0, 0.0), (-0.3, 0.0), (0.3, 0.3)]
    )
    turn = draw.uniform(0, 2 * pi) if aim[1] > 0.5 else draw.uniform(0.1 * pi, 0.9 * pi)
    if aim[1] > 0.5 and sin(turn) < 0:
        turn = -turn  # an arm comes from below
    back = np.array([cos(turn), sin(turn)])  # from the finger tips to the wrist
    aside = np.array([-back[1], back[0]])
    tip = np.array(aim) + draw.normal(0, 0.1, 2) - 0.35 * back
    wide, long_ = draw.uniform(0.17, 0.22), draw.uniform(0.7, 0.95)
    count = int(draw.integers(2, 5))
    palm = tip + back * (long_ + 0.45)
    _limb(canvas, [palm, palm + back * 1.5], wide * count * 0.95, tone * 0.97, draw, rounded=0.35)
    for number in range(count):
        at = (number - (count - 1) / 2) * wide * draw.uniform(0.95, 1.15)
        ahead = draw.uniform(-0.05, 0.12) + 0.12 * abs(number - (count - 1) / 2)
        start = tip + aside * at * draw.uniform(1.0, 1.3) + back * ahead
        root = palm + aside * at * 0.9
        knee = (start + root) / 2 + aside * draw.normal(0, 0.02)
        _limb(canvas, [start, knee, root], wide, tone * draw.uniform(0.94, 1.06), draw, nail=True)
    shadow = np.roll(canvas.alpha, tuple(draw.integers(-12, 13, 2)), (0, 1))
    canvas.shade[:] = draw.uniform(0.1, 0.4) * np.asarray(
        cv2.GaussianBlur(shadow, (0, 0), px(0.06))
    )


def _limb(
    canvas: Canvas,
    bones: Sequence[Floats],
    wide: float,
    tone: Floats,
    draw: Draw,
    *,
    rounded: float = 0.55,
    nail: bool = False,
) -> None:
    """A finger or a palm: a round bar, darker to its edges, with creases at its joints."""
    import cv2

    path = [spot(*bone) for bone in bones]
    shape = stroke(path, px(wide))
    deep = np.asarray(cv2.distanceTransform((shape > 0.5).astype(np.uint8), cv2.DIST_L2, 3))
    bulge = np.sqrt(np.clip(1 - (1 - deep / (px(wide) / 2)).clip(0, 1) ** 2, 0, 1))
    light = (1 - rounded) + rounded * bulge + 0.02 * noise(draw, 6) + 0.03 * noise(draw, 25)
    (x0, y0), (x1, y1) = path[0], path[1]
    along = np.array([x1 - x0, y1 - y0]) / (np.hypot(x1 - x0, y1 - y0) + 1e-6)
    down, across = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    run = (across - x0) * along[0] + (down - y0) * along[1]
    for crease in draw.uniform(0.25, 0.6, 2):
        light -= 0.12 * np.exp(-(((run - px(crease)) / px(0.015)) ** 2))
    colour = tone * light[..., None]
    canvas.lay(shape, colour)
    if nail and draw.random() < 0.6:
        place = np.array([x0, y0]) - along * px(0.01)
        outline = cv2.ellipse2Poly(
            tuple(place.round().astype(int).tolist()),
            (round(px(wide * 0.3)), round(px(wide * 0.24))),
            round(float(np.degrees(np.arctan2(along[1], along[0])))), 0, 360, 12,
        )  # fmt: skip
        canvas.lay(filled(np.array(outline)), tone * 1.08 + np.array([8.0, 2.0, 6.0]), 0.7)


KINDS: dict[str, Callable[[Canvas, Worn, Draw], None]] = {
    "hand": hand,
    "mask": mask,
    "glasses": glasses,
    "sunglasses": sunglasses,
    "hair": hair,
    "patch": patch,
}
