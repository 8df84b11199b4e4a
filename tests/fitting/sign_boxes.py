"""Draws boxes of text as a finder of text would cut them out of photos of signs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.geolocation.script_boxes import HIGH, WIDE
from tests.fitting.lettering import font, whole

Pixels = NDArray[np.uint8]
BACKGROUNDS = ("coffee", "chelsea", "rocket", "brick", "grass", "gravel", "motorcycle_left")
LEFT = 0.6  # of the ink, where strokes are drawn thinner


def backgrounds() -> list[Pixels]:
    """Grey photos that scikit-image carries."""
    from skimage import data, io

    folder = Path(data.__file__).parent
    files = [next(folder.glob(f"{name}.*")) for name in BACKGROUNDS]
    return [cv2.cvtColor(as_rgb(io.imread(file)), cv2.COLOR_RGB2GRAY) for file in files]


def as_rgb(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(
        np.stack([pixels] * 3, axis=-1) if pixels.ndim == 2 else pixels[..., :3]
    )


def written(
    text: str, script: str, families: tuple[str, ...], random: np.random.Generator
) -> Pixels:
    """How much ink lies on each pixel, 0-255, with a margin of a quarter of its height or less.

    Letters that the font lacks are left out; where it lacks all, another font is taken.
    """
    size = int(random.integers(30, 56))
    while True:
        chosen = font(script, str(random.choice(families)), int(random.integers(1000)), size)
        kept = "".join(letter for letter in text if whole(letter, chosen)).strip()
        if kept:
            break
    text = kept
    left, top, right, bottom = chosen.getbbox(text)
    margin = random.uniform(0.02, 0.25, 4) * (bottom - top)
    width = int(right - left + margin[0] + margin[1]) + 2
    height = int(bottom - top + margin[2] + margin[3]) + 2
    canvas = Image.new("L", (width, height))
    ImageDraw.Draw(canvas).text((margin[0] - left, margin[2] - top), text, 255, font=chosen)
    return np.asarray(canvas)


def reshaped(ink: Pixels, random: np.random.Generator) -> Pixels:
    """As other fonts would have it: narrower or wider, slanted, thinner or bolder."""
    height, width = ink.shape
    if random.random() < 0.5:
        width = max(4, int(width * np.exp(random.uniform(-0.35, 0.3))))
        ink = np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if random.random() < 0.25:
        slant = float(random.uniform(-0.15, 0.3))
        matrix = np.array([[1, -slant, max(slant, 0) * height], [0, 1, 0]], np.float32)
        wider = (width + int(abs(slant) * height), height)
        ink = np.asarray(cv2.warpAffine(ink, matrix, wider), np.uint8)
    if random.random() < 0.35:
        change = cv2.dilate if random.random() < 0.6 else cv2.erode
        kernel = np.ones((int(random.integers(1, 4)), int(random.integers(1, 4))), np.uint8)
        changed = np.asarray(change(ink, kernel), np.uint8)
        ink = changed if changed.mean() > LEFT * ink.mean() else ink
    return ink


def painted(ink: Pixels, photos: list[Pixels], random: np.random.Generator) -> NDArray[np.float32]:
    """The ink on a board or straight on a photo, lighter or darker than what is behind it."""
    height, width = ink.shape
    behind = crop(photos[random.integers(len(photos))], height, width, random)
    if random.random() < 0.65:
        ramp = np.linspace(-1, 1, width) * random.uniform(-25, 25)
        behind = random.uniform(0, 255) + ramp[None] + (behind - behind.mean()) * 0.1
    contrast = random.uniform(60, 200) * random.choice((-1, 1))
    level = float(behind.mean())
    if not 0 <= level + contrast <= 255:
        contrast = -contrast
    alpha = ink.astype(np.float32) / 255
    if random.random() < 0.15:  # an outline of the other colour
        rim = cv2.dilate(alpha, np.ones((3, 3))) - alpha
        behind = behind - rim * contrast * 0.6
    return np.asarray(behind * (1 - alpha) + (level + contrast) * alpha, np.float32)


def crop(
    photo: Pixels, height: int, width: int, random: np.random.Generator
) -> NDArray[np.float32]:
    """A piece of a photo, drawn to that size."""
    rows, columns = photo.shape
    tall = int(min(rows, columns * height / width, height * random.uniform(0.5, 2)))
    wide = int(max(2, min(columns, tall * width / height)))
    top, left = random.integers(rows - tall + 1), random.integers(columns - wide + 1)
    piece = photo[top : top + max(tall, 2), left : left + wide]
    return np.asarray(cv2.resize(piece, (width, height)), np.float32)


def photographed(drawn: NDArray[np.float32], random: np.random.Generator) -> Pixels:
    """The box as a camera at some distance sees it, and as it is then cut out: HIGH x any width."""
    height, width = drawn.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-0.09, 0.09, (4, 2)).astype(np.float32) * height
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-3, 3), 1)
    moved = (moved @ turned[:, :2].T + turned[:, 2]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    seen = cv2.warpPerspective(drawn, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    far = int(random.integers(14, 44))  # pixels that the box is high in the photo
    small = cv2.resize(seen, (max(4, width * far // height), far), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), random.uniform(0.05, 0.045 * far))
    small = small + random.normal(0, random.uniform(0, 9), small.shape)
    small = np.clip(small, 0, 255).astype(np.uint8)
    if random.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(30, 95))]
        small = cv2.imdecode(cv2.imencode(".jpg", small, quality)[1], cv2.IMREAD_GRAYSCALE)
    size = (max(4, round(small.shape[1] * HIGH / far)), HIGH)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR))


def texture(photos: list[Pixels], random: np.random.Generator) -> Pixels:
    """A piece of a photo without text, or a board with lines: what finders mistake for text."""
    height, width = int(random.integers(20, 90)), int(random.integers(60, 300))
    piece = crop(photos[random.integers(len(photos))], height, width, random)
    for _ in range(int(random.integers(0, 6))):
        ends = random.integers(0, (width, height), (2, 2))
        value = float(random.uniform(0, 255))
        cv2.line(piece, ends[0].tolist(), ends[1].tolist(), value, int(random.integers(1, 5)))
    return photographed(piece, random)


def window(box: Pixels, random: np.random.Generator) -> Pixels:
    """WIDE pixels of it, from anywhere, its edges drawn out where it is shorter; drawn somewhat
    larger or smaller, higher or lower, as a finder may have cut it."""
    across, down = np.exp(random.uniform(-0.22, 0.22)), np.exp(random.uniform(-0.12, 0.12))
    wide, high = box.shape[1] * across, HIGH * down
    left = random.uniform(min(0.0, WIDE - wide), max(0.0, WIDE - wide))
    top = (HIGH - high) / 2 + random.uniform(-2, 2)
    matrix = np.array([[across, 0, left], [0, down, top]], np.float32)
    drawn = cv2.warpAffine(box, matrix, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8)
