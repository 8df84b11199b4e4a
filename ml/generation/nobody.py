"""Embeddings of nobody: drawn apart from each other, and from everybody who is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml.contracts.generators import Floats
from ml.errors import MLError

TRIES = 50  # draws for each one wanted, before it is said that there is no room
CROWDED = "Only {} of {} identities so far apart were found: ask for fewer, or allow nearer ones."


@dataclass(frozen=True, slots=True, eq=False)
class Likest:
    """Who of those known is most like a face: their name, and the cosine."""

    name: str
    cosine: float


def unit(vectors: Floats) -> Floats:
    """N x D, each of length 1."""
    made: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return made


def likest(vector: Floats, known: Mapping[str, Floats]) -> Likest | None:
    """vector: D values. known: name -> one or more embeddings (N x D or D) of the same space. None:
    nobody is known."""
    best = [
        Likest(name, float((unit(np.atleast_2d(theirs)) @ unit(vector)).max()))
        for name, theirs in known.items()
    ]
    return max(best, key=lambda one: one.cosine, default=None)


def is_nobody(vector: Floats, known: Mapping[str, Floats], most: float) -> bool:
    """Whether no one known is more like it than `most`, a cosine below which strangers stay."""
    found = likest(vector, known)
    return found is None or found.cosine <= most


def drawn(
    count: int,
    like: Floats,
    most: float,
    seed: int,
    known: Mapping[str, Floats] | None = None,
) -> Floats:
    """count x D unit vectors that are spread as those of `like` are (N x D, of many people; their
    mean and their covariance alone are used), of which no two have a cosine above `most`, nor one
    of them and anybody known.

    Raises:
        MLError: there is no room for so many.
    """
    chance = np.random.default_rng(seed)
    middle, spread = _spread(unit(like))
    found: list[Floats] = []
    for _ in range(TRIES * count):
        if len(found) == count:
            break
        normal = chance.normal(size=len(spread)).astype(np.float32)
        one = unit(middle + normal @ spread)
        apart = all(float(one @ other) <= most for other in found)
        if apart and is_nobody(one, known or {}, most):
            found.append(one)
    if len(found) < count:
        raise MLError(CROWDED.format(len(found), count))
    return np.stack(found)


def _spread(vectors: Floats) -> tuple[Floats, Floats]:
    """The mean (D), and K x D so that K normal values times it are spread as the vectors."""
    middle = vectors.mean(0)
    _, lengths, axes = np.linalg.svd(vectors - middle, full_matrices=False)
    scaled = lengths[:, None] * axes / np.sqrt(max(len(vectors) - 1, 1))
    return middle.astype(np.float32), scaled.astype(np.float32)
