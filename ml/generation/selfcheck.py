"""Tries a maker of pictures once on a face that is known: does it run here, and make faces?

What helps it is tried with it where it is installed: fast mode, and what puts a face as wished.
What compares pictures with words is tried on a photo that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from ml.contracts.generators import Agreement, Brief, FaceAsked, Generator, Pixels
from ml.contracts.portraits import Wish
from ml.generation.room import LEAST
from ml.progress import Progress, silent
from ml.selfchecks import Line, Verdict

WORDS = "photo of a woman in an orange space suit, smiling"
OTHERS = "pencil drawing of a woman in a black coat in a snowy street"
STEPS, TURN = 20, 20.0  # degrees of yaw


def checked(
    engine: Generator,
    face: FaceAsked,
    count_faces: Callable[[Pixels], int],
    progress: Progress = silent,
) -> Verdict:
    """face: of one person, with what the maker goes by. count_faces: how many faces a detector
    sees on a picture.

    Raises:
        MLError: it cannot work at all.
        Cancelled: somebody asked for that.
    """
    began = perf_counter()
    side = max(engine.side, LEAST)
    brief = Brief(WORDS if engine.wordy else "", (face,), steps=STEPS, width=side, height=side)

    def made(asked: Brief) -> Pixels:
        return engine.make(asked, progress).candidates[0].pixels

    first = made(brief)

    def differs(**asked: Any) -> bool:
        return bool((made(replace(brief, **asked)) != first).any())

    faces = count_faces(first)
    lines = [
        tried("Does the same seed make the same picture?", not differs()),
        tried("Does another seed make another picture?", differs(seed=1)),
        Line("How many faces are on the picture?", str(faces), "1", faces == 1),
    ]
    turned = None if face.mesh is None else engine.stood(face.mesh, Wish(yaw=TURN), side, side)
    if turned is not None:
        lines.append(tried("Does a pose weigh?", differs(landmarks=turned)))
    if engine.hasty:
        lines.append(tried("Does fast mode make another picture?", differs(fast=True)))
    if engine.wordy:
        lines.append(tried("Do the words weigh?", differs(prompt=OTHERS)))
    return Verdict(tuple(lines), round(perf_counter() - began, 1))


def compared(judge: Agreement, photo: Pixels) -> Verdict:
    """photo: H x W x 3, RGB: shows what WORDS say, and not what OTHERS do."""
    began = perf_counter()

    def told(words: str) -> float:
        return float(judge.agreement([photo], words)[0])

    right, wrong = told(WORDS), told(OTHERS)
    lines = (
        tried("Does a photo agree more with what it shows?", right > wrong),
        tried("Is the same said twice?", told(WORDS) == right),
    )
    return Verdict(lines, round(perf_counter() - began, 1))


def tried(asked: str, yes: bool) -> Line:
    return Line(asked, "yes" if yes else "no", "yes", yes)
