"""Composes large pictures with one small sign or face in them, for searches to be tried on.

Backgrounds are photos at their own resolution, mirrored side by side until they fill the picture:
nothing in them is smoother than what is put in. Signs are written with Pillow's font; faces are
people of LFW, or scikit-image's astronaut, made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from ml.evaluation.readers.samples import half, pictures
from ml.types import Box, Picture

Pixels = NDArray[np.uint8]
WIDE, HIGH = 7304, 5480  # 40 megapixels
CAP, FACE = 12, 20  # pixels: height of the letters, and of the face from brow to chin
EDGE = 160  # pixels from the border where nothing is put
LARGE = 4_000_000  # pixels of a photo that may be a background
WORDS = ("EXIT", "BAKERY", "PRIVATE", "PLATFORM 7", "MUSEUM", "NO ENTRY", "TICKETS", "HOTEL ROMA",
         "PHARMACY", "ROOM 214", "LIBRARY", "HARBOUR", "CAUTION", "BUS STOP", "CHAPEL",
         "GATE 12")  # fmt: skip
COLOURS = (("white", "black"), ("black", "white"), ("#1f4e9c", "white"), ("#f4c20d", "black"),
           ("#1c6b3a", "white"), ("#e8e2d0", "#5a2d1a"), ("#b3261e", "white"))  # fmt: skip
TEXTURES = (
    "grass",
    "gravel",
    "brick",
    "coffee",
    "rocket",
    "hubble_deep_field",
    "chelsea",
    "immunohistochemistry",
)


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A picture, and the one thing to be found. words: what the sign says; "" for a face."""

    name: str
    picture: Picture
    box: Box
    words: str = ""


def backgrounds(shared: Path, part: int | None) -> list[tuple[str, Pixels]]:
    """Large photos (of one half, by their names) where they are, and scikit-image's pictures."""
    places = shared / "photos" / "places"
    found = []
    for path in pictures(places) if places.is_dir() else []:
        with Image.open(path) as image:
            if image.width * image.height >= LARGE and part in (None, half(path.stem)):
                found.append((path.stem, np.asarray(image.convert("RGB"))))
    free = [name for name in TEXTURES if part in (None, half(name))]
    return found + [(name, coloured(getattr(data, name)())) for name in free]


def coloured(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def spread(tile: Pixels, size: tuple[int, int], draw: np.random.Generator) -> Pixels:
    """The photo and its mirror images side by side, begun at a chance place, width x height."""
    wide, high = size
    pair = np.concatenate([tile, tile[:, ::-1]], axis=1)
    four = np.concatenate([pair, pair[::-1]])
    down, across = (int(draw.integers(side)) for side in four.shape[:2])
    often = (-(-(high + down) // four.shape[0]), -(-(wide + across) // four.shape[1]), 1)
    return np.ascontiguousarray(np.tile(four, often)[down : down + high, across : across + wide])


def faces(shared: Path, part: int | None) -> list[tuple[str, Pixels]]:
    """Heads with their shoulders cut away, by person: 126 x 126 pixels of LFW's middle."""
    folder = shared / "data" / "lfw"
    people = sorted(folder.iterdir()) if folder.is_dir() else []
    chosen = [one for one in people if one.is_dir() and part in (None, half(one.name))]
    found = []
    for person in chosen[:: max(1, len(chosen) // 60)][:60]:
        with Image.open(sorted(person.glob("*.jpg"))[0]) as image:
            middle = [side // 2 for side in image.size]
            cut = (middle[0] - 63, middle[1] - 72, middle[0] + 63, middle[1] + 72)
            found.append((person.name, np.asarray(image.convert("RGB").crop(cut))))
    return found or [("astronaut", data.astronaut()[25:205, 146:300])]


def smaller(head: Pixels, chin: int = FACE) -> tuple[Image.Image, Image.Image]:
    """The head so that its face is `chin` pixels high, and an oval to lay it on through."""
    high = round(chin * 144 / 90)  # LFW's heads fill 90 of those 144 pixels from brow to chin
    size = (round(high * head.shape[1] / head.shape[0]), high)
    image = Image.fromarray(head).resize(size, Image.Resampling.LANCZOS)
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(mask).ellipse((4, 2, size[0] * 4 - 5, size[1] * 4 - 3), fill=255)
    return image, mask.resize(size, Image.Resampling.LANCZOS)


def sign(words: str, colours: tuple[str, str], cap: int = CAP) -> Image.Image:
    """A plate with words whose capitals are `cap` pixels high."""
    font = ImageFont.load_default(cap / 0.73)
    left, top, right, bottom = font.getbbox(words)
    plate = Image.new("RGB", (round(right - left) + 14, round(bottom - top) + 10), colours[0])
    ImageDraw.Draw(plate).text((7 - left, 5 - top), words, colours[1], font=font)
    return plate


def put(pixels: Pixels, at: tuple[int, int], image: Image.Image, mask: Image.Image | None) -> Box:
    """Lay a picture on another, in place; where it lies now."""
    (x, y), (wide, high) = at, image.size
    under = Image.fromarray(pixels[y : y + high, x : x + wide])
    under.paste(image, (0, 0), mask)
    pixels[y : y + high, x : x + wide] = np.asarray(under)
    return Box(x, y, x + wide, y + high)


def composed(
    shared: Path, count: int, kind: str, part: int | None, size: tuple[int, int] = (WIDE, HIGH)
) -> Iterator[Composed]:
    """Pictures with one "sign" or one "face" each. part: half of the photos and people; None:
    all of them."""
    behind, heads = backgrounds(shared, part), faces(shared, part)
    for number in range(count):
        draw = np.random.default_rng([number, len(kind), part or 0])
        name, tile = behind[number % len(behind)]
        pixels = spread(tile, size, draw)
        words = WORDS[draw.integers(len(WORDS))] if kind == "sign" else ""
        image, mask = (
            (sign(words, COLOURS[draw.integers(len(COLOURS))]), None)
            if words
            else smaller(heads[draw.integers(len(heads))][1])
        )
        x, y = (int(draw.integers(EDGE, side - EDGE)) for side in size)
        box = put(pixels, (x, y), image, mask)
        yield Composed(f"{number} {kind} {name}", Picture(pixels), box, words)


def crowded(
    tile: Pixels, things: Sequence[tuple[Image.Image, Image.Image | None]],
    draw: np.random.Generator, size: tuple[int, int] = (2880, 2400), apart: int = 200,
) -> tuple[Pixels, list[Box]]:  # fmt: skip
    """One background with many things on it, `apart` pixels from each other: to learn from."""
    pixels = spread(tile, size, draw)
    boxes = []
    for y in range(EDGE, size[1] - EDGE, apart):
        for x in range(EDGE, size[0] - EDGE, apart):
            at = x + int(draw.integers(apart // 3)), y + int(draw.integers(apart // 3))
            image, mask = things[draw.integers(len(things))]
            boxes.append(put(pixels, at, image, mask))
    return pixels, boxes
