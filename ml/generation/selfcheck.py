"""Tries a maker of pictures once on a face that is known: does it run here, and make faces?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from ml.contracts.generators import Brief, FaceAsked, Generator, Pixels
from ml.progress import Progress, silent
from ml.selfchecks import Line, Verdict

WORDS = "photo of a woman in an orange space suit, smiling"
OTHERS = "pencil drawing of a woman in a black coat in a snowy street"
STEPS = 20


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
    side = engine.side
    brief = Brief(WORDS if engine.wordy else "", (face,), steps=STEPS, width=side, height=side)

    def made(asked: Brief) -> Pixels:
        return engine.make(asked, progress).candidates[0].pixels

    first = made(brief)
    same = bool((made(brief) == first).all())
    other = bool((made(replace(brief, seed=1)) != first).any())
    faces = count_faces(first)
    lines = [
        Line("Does the same seed make the same picture?", said(same), "yes", same),
        Line("Does another seed make another picture?", said(other), "yes", other),
        Line("How many faces are on the picture?", str(faces), "1", faces == 1),
    ]
    if engine.wordy:
        weigh = bool((made(replace(brief, prompt=OTHERS)) != first).any())
        lines.append(Line("Do the words weigh?", said(weigh), "yes", weigh))
    return Verdict(tuple(lines), round(perf_counter() - began, 1))


def said(yes: bool) -> str:
    return "yes" if yes else "no"
