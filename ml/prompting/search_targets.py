"""What is looked for: a face, or text, as detectors and readers of the registry find it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

import numpy as np

from ml.contracts import DETECTION, TEXT, WRITING, Output, Texts, View
from ml.errors import MLError
from ml.pool import Pool
from ml.prompting import search_weights
from ml.prompting.search_interest import Floats
from ml.prompting.search_sight import Pixels, Seen
from ml.registry import Task, get
from ml.types import Box, Picture

ALIKE = 0.75  # of the letters, for words to be the ones that are looked for
LOWEST = 4.0  # pixels of a stretch of text: what is lower is a scratch
ENLARGED = 2  # detectors miss small faces; they are shown the little they look at so much larger
SMALL = 400  # pixels of the longer side, up to which that is done


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector takes for it. box: in pixels of the photo. score: 0..1. says: what is
    written there, "" for a face, or where it was not read."""

    box: Box
    score: float
    says: str = ""


class Target(Protocol):
    """What a search can look for."""

    name: str

    def interest(self, pixels: Pixels, scale: float) -> Floats:
        """H x W: log-odds that it is in each place of a coarse view."""

    def hits(self, seen: Seen) -> list[Hit]:
        """What may be it, best first; it is looked at once more, at full resolution."""

    def sure(self, seen: Seen) -> list[Hit]:
        """What is it, in a view of full resolution, best first."""


class Faces:
    """Any face, by the detector of faces."""

    name = "a face"

    def __init__(self, pool: Pool, models: Sequence[str]) -> None:
        self._pool, self._detector = pool, model(models, DETECTION)

    def interest(self, pixels: Pixels, scale: float) -> Floats:
        return search_weights.of("face", scale)(pixels, scale)

    def hits(self, seen: Seen) -> list[Hit]:
        pixels, times = enlarged(seen.pixels)
        faces = self._pool.run(self._detector, View(Picture(pixels))).faces
        whole = min(pixels.shape[:2])
        # Its second look, for faces that fill the photo, takes anything round for one.
        found = [face for face in faces if face.box.height < 0.55 * whole]
        return sorted(
            (Hit(seen.back(smaller(face.box, times)), face.score) for face in found),
            key=lambda hit: -hit.score,
        )

    sure = hits


class Words:
    """Text: any, or what reads like the words that are looked for."""

    def __init__(self, pool: Pool, models: Sequence[str], words: str = "") -> None:
        self.name = f"the text “{words}”" if words else "text"
        self._pool, self._words = pool, plain(words)
        self._finder, self._reader = model(models, TEXT), model(models, WRITING)

    def interest(self, pixels: Pixels, scale: float) -> Floats:
        return search_weights.of("sign", scale)(pixels, scale)

    def hits(self, seen: Seen) -> list[Hit]:
        found = self._pool.run(self._finder, View(Picture(seen.pixels))).data
        boxes = [around(corners) for corners in found.corners]
        return [Hit(seen.back(box), 0.5) for box in boxes if box.height >= LOWEST]

    def sure(self, seen: Seen) -> list[Hit]:
        pixels, times = enlarged(seen.pixels)
        view = View(Picture(pixels))
        found = self._pool.run(self._finder, view)
        high = tuple(one for one in found.data.corners if around(one).height >= LOWEST * times)
        outputs = {TEXT: Output(data=Texts(high))}
        lines = self._pool.run(self._reader, View(view.picture, outputs=outputs)).data.lines
        read = []
        for line in lines:
            score = alike(self._words, plain(line.text)) if self._words else line.score
            if plain(line.text) and score >= ALIKE:
                read.append(Hit(seen.back(smaller(around(line.corners), times)), score, line.text))
        return sorted(read, key=lambda hit: -hit.score)


def model(models: Sequence[str], task: Task[object]) -> str:
    """The one of these models that answers the task.

    Raises:
        MLError: none does.
    """
    found = next((name for name in models if get(name).card.task == task), None)
    if found is None:
        raise MLError(
            f"Nothing here finds this ({task.title}). Ask an administrator to run: "
            "python manage.py models fetch"
        )
    return found


def plain(text: str) -> str:
    """Small letters and digits without accents; single spaces."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in bare if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", kept))


def alike(wanted: str, read: str) -> float:
    """How much of the wanted words stands in what was read, 0..1; 1 where all of it does."""
    if wanted in read.split(" ") or (" " in wanted and wanted in read):
        return 1.0
    one, other = wanted.replace(" ", ""), read.replace(" ", "")
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(len(one), min(len(other), 2 * len(one)), 1)


def around(corners: Sequence[tuple[float, float]]) -> Box:
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def enlarged(pixels: Pixels) -> tuple[Pixels, int]:
    """A small view larger, and how many times."""
    import cv2

    if max(pixels.shape[:2]) > SMALL:
        return pixels, 1
    size = [side * ENLARGED for side in pixels.shape[1::-1]]
    larger = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, np.uint8), ENLARGED


def smaller(box: Box, times: int) -> Box:
    return Box(*(side / times for side in box.to_json()))
