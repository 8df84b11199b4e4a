"""Screens drawn and laid into photos as a camera would see them: phones, laptops, monitors,
televisions, with text, bubbles, icons or a picture on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
Random = np.random.Generator
# Width by height.
DEVICES = {"phone": (0.45, 0.56), "laptop": (1.6, 1.6), "monitor": (1.78, 1.78), "tv": (1.78, 1.78)}
DRAWN = 720  # pixels of the longer side as it is drawn
SIZE = (0.14, 0.5)  # of the photo's shorter side


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """quad: 4 x 2, the lit part's corners. device: what it is on."""

    pixels: Pixels
    quad: NDArray[np.float32]
    device: str


def laid(photo: Pixels, pictures: list[Pixels], random: Random) -> Scene:
    """The photo with a screen in it. pictures: what some screens show."""
    while True:
        if (scene := _laid(photo, pictures, random)) is not None:
            return scene


def _laid(photo: Pixels, pictures: list[Pixels], random: Random) -> Scene | None:
    high, wide = photo.shape[:2]
    device = str(random.choice(list(DEVICES)))
    aspect = random.uniform(*DEVICES[device])
    if device == "phone" and random.random() < 0.25:
        aspect = 1 / aspect
    long = random.uniform(*SIZE) * min(high, wide)
    size = (long, long / aspect) if aspect >= 1 else (long * aspect, long)
    drawn, rim = body(size, pictures[random.integers(len(pictures))], random)
    corners = _corners(drawn, rim, size, device, random)
    low, far = corners.min(0), corners.max(0)
    room = np.array([wide, high]) - 4 - (far - low)
    if (room < 0).any():
        return None
    corners += (2 - low + random.uniform(0, 1, 2) * room).astype(np.float32)
    return _seen(photo, drawn, corners, rim, device, random)


def _corners(
    drawn: Pixels, rim: int, size: tuple[float, float], device: str, random: Random
) -> NDArray[np.float32]:
    """Of the device, turned and seen from somewhere, about the origin."""
    larger = drawn.shape[1] / (drawn.shape[1] - 2 * rim)
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
    turn = random.normal(0, 0.4 if device == "phone" else 0.15)
    turned = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    corners = square * np.array(size) / 2 * larger @ turned
    moved = corners + random.normal(0, 0.05, (4, 2)) * size
    return np.asarray(moved, np.float32)


def _seen(
    photo: Pixels,
    drawn: Pixels,
    corners: NDArray[np.float32],
    rim: int,
    device: str,
    random: Random,
) -> Scene:
    """Laid in, blurred, with noise, and saved as JPEG."""
    import cv2

    high, wide = drawn.shape[:2]
    whole = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(whole, corners)
    smaller = max(high, wide) / float(np.ptp(corners, axis=0).max())
    soft: Any = cv2.GaussianBlur(drawn, (0, 0), max(0.45 * smaller, 0.1)).astype(np.float32)
    size, blur = photo.shape[1::-1], random.uniform(0.3, 1.4)
    there: Any = cv2.warpPerspective(soft, matrix, size)
    mask: Any = cv2.warpPerspective(np.ones((high, wide), np.float32), matrix, size)
    mask = cv2.GaussianBlur(mask, (0, 0), blur)[..., None]
    there = cv2.GaussianBlur(there, (0, 0), blur)
    there = there + random.normal(0, random.uniform(1, 6), there.shape)
    mixed = (photo * (1 - mask) + there * mask).clip(0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(70, 95))]
    saved = cv2.imdecode(cv2.imencode(".jpg", mixed[..., ::-1], quality)[1], cv2.IMREAD_COLOR)
    lit = whole + rim * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    quad = cv2.perspectiveTransform(lit[None], matrix)[0]
    return Scene(np.ascontiguousarray(saved[..., ::-1]), quad, device)


def body(size: tuple[float, float], picture: Pixels, random: Random) -> tuple[Pixels, int]:
    """The device straight on, and how wide its rim is: dark as a rule."""
    scale = DRAWN / max(size)
    wide, high = int(size[0] * scale), int(size[1] * scale)
    screen = shown(wide, high, picture, random).astype(np.float32) * random.uniform(0.6, 1.05)
    if random.random() < 0.35:
        screen += _glare(wide, high, random)[..., None]
    rim = max(int(max(wide, high) * random.uniform(0.012, 0.05)), 1)
    light = random.uniform(5, 45) if random.random() < 0.85 else random.uniform(120, 220)
    drawn = np.full((high + 2 * rim, wide + 2 * rim, 3), light, np.float32)
    drawn[rim:-rim, rim:-rim] = screen
    return drawn.clip(0, 255).astype(np.uint8), rim


def _glare(wide: int, high: int, random: Random) -> NDArray[np.float32]:
    y, x = np.mgrid[:high, :wide]
    middle, reach = random.uniform(0, (wide, high)), random.uniform(0.15, 0.4) * max(wide, high)
    away = ((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / reach**2
    glare: NDArray[np.float32] = (random.uniform(20, 90) * np.exp(-away)).astype(np.float32)
    return glare


def shown(wide: int, high: int, picture: Pixels, random: Random) -> Pixels:
    """What is on the screen."""
    dark = random.random() < 0.35
    ground = random.integers(10, 50, 3) if dark else random.integers(215, 256, 3)
    image = Image.new("RGB", (wide, high), tuple(ground.tolist()))
    pen = Pen(ImageDraw.Draw(image), (wide, high), dark, random)
    kind = random.choice(["chat", "page", "icons", "film", "picture"])
    if kind in ("film", "picture"):
        part = 1.0 if kind == "picture" else 0.7
        image.paste(Image.fromarray(picture).resize((wide, int(high * part))))
    if kind != "picture":
        getattr(pen, str(kind))()
    return np.asarray(image)


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws what programs show. dark: light letters on a dark ground."""

    draw: Any
    size: tuple[int, int]
    dark: bool
    random: Random

    @property
    def line(self) -> int:
        return max(min(self.size) // 22, 8)

    def colour(self, low: int = 30, high: int = 230) -> tuple[int, ...]:
        return tuple(self.random.integers(low, high, 3).tolist())

    def text(self, x: float, y: float, wide: float, size: float, lines: int) -> None:
        font = ImageFont.load_default(max(size, 6))
        letters = "abcdefghijklmnopqrstuvwxyz    "
        for line in range(lines):
            count = max(int(wide / (size * 0.5) * self.random.uniform(0.5, 1)), 1)
            words = "".join(self.random.choice(list(letters), count))
            colour = (230, 230, 235) if self.dark else (25, 25, 30)
            self.draw.text((int(x), int(y + line * size * 1.5)), words, colour, font=font)

    def chat(self) -> None:
        (wide, high), line = self.size, self.line
        self.draw.rectangle((0, 0, wide, high * 0.07), self.colour())
        y = high * 0.08
        while y < high * 0.9:
            long, tall = wide * self.random.uniform(0.35, 0.7), line * self.random.integers(2, 6)
            x = wide * 0.04 if self.random.random() < 0.5 else wide * 0.96 - long
            bubble = self.colour(60, 110) if self.dark else self.colour(180, 235)
            self.draw.rounded_rectangle((x, y, x + long, y + tall), line * 0.6, fill=bubble)
            self.text(x + line / 2, y + line * 0.3, long - line, line * 0.9, tall // (2 * line))
            y += tall + line * 0.6

    def page(self) -> None:
        (wide, high), line = self.size, self.line
        self.draw.rectangle((0, 0, wide, high * 0.06), self.colour())
        if self.random.random() < 0.5:
            side = self.colour(25, 60) if self.dark else self.colour(195, 235)
            self.draw.rectangle((0, high * 0.06, wide * 0.2, high), side)
        self.text(wide * 0.24, high * 0.1, wide * 0.7, line * 1.6, 2)
        self.text(wide * 0.24, high * 0.24, wide * 0.7, line * 0.8, int(high * 0.7 / line / 1.2))

    def icons(self) -> None:
        wide, high = self.size
        across, down = self.random.integers(3, 6), self.random.integers(3, 7)
        for column in range(across):
            for row in range(down):
                x, y = wide * (column + 0.15) / across, high * (row + 0.15) / down
                far = (x + wide * 0.7 / across, y + high * 0.6 / down)
                self.draw.rounded_rectangle((x, y, *far), self.line * 0.4, fill=self.colour())

    def film(self) -> None:
        wide, high = self.size
        self.draw.rectangle((wide * 0.1, high * 0.66, wide * 0.9, high * 0.67), (200, 30, 30))
        self.text(wide * 0.05, high * 0.75, wide * 0.9, self.line, 3)
