"""Equivalents of a photo are made, and how they agree is told."""

from __future__ import annotations

import numpy as np

from ml.geolocation.clues import Clue, Country
from ml.geolocation.consistency import Agreement, agreement, equivalents

PIXELS = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3).astype(np.uint8)


def a_clue(code: str) -> Clue:
    return Clue(code, "test", "A test", code, points=(Country(code),), floor=1e-3)


def test_the_photo_is_shown_in_other_guises() -> None:
    made = equivalents(PIXELS)
    assert set(made) == {"cropped", "mirrored", "brighter", "darker"}
    assert made["cropped"].shape == (36, 54, 3)
    assert (made["mirrored"][:, ::-1] == PIXELS).all()
    assert made["darker"].mean() < PIXELS.mean() < made["brighter"].mean()


def test_the_same_clues_agree_and_others_do_not() -> None:
    same, none, other = agreement(
        [a_clue("ES")],
        {"cropped": [a_clue("ES")], "mirrored": [], "darker": [a_clue("JP")]},
    )
    assert same.overlap > 0.999 and same.km == 0 and same.same
    assert none.overlap < 0.6
    assert other.overlap < 0.5 and not other.same
    assert Agreement.from_json(other.to_json()) == other
