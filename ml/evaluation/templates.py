"""Embeddings of a set's photos, each made once, and the pairs of strangers among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import Sample

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
BLOCK = 512  # templates compared with all others in one go
TAIL = 0.03  # the most alike of strangers that are kept: thrice what the laxest rate (1e-2) needs
FEW = 2_000_000  # so many pairs of strangers are all kept
UNREAD = float("-inf")


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """names: of each. vectors: N x D float32. read: N bools; an unread row is nought. people: of
    each, the number of its person."""

    names: tuple[str, ...]
    vectors: NDArray[np.float32]
    read: NDArray[np.bool_]
    people: Indices

    @property
    def place(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}


def vector(output: Output) -> NDArray[np.float32] | None:
    """The embedding of the face that was shown."""
    return next((one.array for one in output.embeddings if one.face == 0), None)


def made(
    setting: Setting,
    photos: Sequence[Sample[None]],
    of: Mapping[str, tuple[str, ...]],
    people: Mapping[str, str],
    models: Sequence[str] | None = None,
) -> dict[str, Templates]:
    """Of each model the templates (name -> names of photos); several photos are averaged, those
    without a face left out. people: template -> person."""
    found = answers(setting, photos, vector, models)
    numbers = np.unique([people[name] for name in of], return_inverse=True)[1]
    return {
        model: averaged({p.name: v for p, v in zip(photos, vectors, strict=True)}, of, numbers)
        for model, vectors in found.items()
    }


def averaged(
    by_photo: Mapping[str, NDArray[np.float32] | None],
    of: Mapping[str, tuple[str, ...]],
    people: Indices,
) -> Templates:
    known = [vector for vector in by_photo.values() if vector is not None]
    nothing = np.zeros(len(known[0]) if known else 1, np.float32)
    rows, read = [], []
    for names in of.values():
        vectors = [one for name in names if (one := by_photo[name]) is not None]
        rows.append(np.mean(vectors, 0, dtype=np.float32) if vectors else nothing)
        read.append(bool(vectors))
    return Templates(tuple(of), np.stack(rows), np.array(read), people)


def similarities(templates: Templates, first: Indices, second: Indices) -> Floats:
    """Minus the Euclidean distance of pairs; -inf where one was not read."""
    apart = templates.vectors[first] - templates.vectors[second]
    near = -np.linalg.norm(apart, axis=1).astype(np.float64)
    return np.where(templates.read[first] & templates.read[second], near, UNREAD)


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """The most alike pairs of two people: similarities descending, and of which templates.

    people: of all templates; read: which of them could be read. count: of all pairs.
    """

    similarity: Floats
    first: Indices
    second: Indices
    people: Indices
    read: NDArray[np.bool_]
    count: int

    def weights(self, weights: Floats) -> Floats:
        """How often each pair counts when each template counts so often."""
        product: Floats = weights[self.first] * weights[self.second]
        return product

    def total(self, weights: Floats) -> float:
        """How often all pairs of strangers count, kept or not."""
        mine = weights * self.read
        each = np.bincount(self.people, mine)
        return float((mine.sum() ** 2 - (each**2).sum()) / 2)


def strangers(templates: Templates) -> Strangers:
    """Every pair of two people among the templates that were read; of many, the most alike."""
    used = np.flatnonzero(templates.read)
    vectors, people = templates.vectors[used], templates.people[used]
    sizes = np.bincount(people) if len(people) else np.zeros(1, np.intp)
    count = int((len(used) ** 2 - (sizes**2).sum()) // 2)
    cut = UNREAD if count <= FEW else _cut(vectors, people)
    parts = [_block(vectors, people, at, cut) for at in range(0, len(used), BLOCK)]
    parts = parts or [(np.empty(0, np.float32), np.empty(0, np.intp), np.empty(0, np.intp))]
    near, first, second = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(-near, kind="stable")
    return Strangers(
        near[order].astype(np.float64),
        used[first[order]],
        used[second[order]],
        templates.people,
        templates.read,
        count,
    )


def _cut(vectors: NDArray[np.float32], people: Indices) -> float:
    """A similarity that about TAIL of the pairs of strangers exceed, by a sample of them."""
    random = np.random.default_rng(0)
    first, second = random.integers(0, len(people), (2, FEW))
    apart = people[first] != people[second]
    near = np.empty(int(apart.sum()), np.float32)
    first, second = first[apart], second[apart]
    for at in range(0, len(near), 100_000):
        part = slice(at, at + 100_000)
        near[part] = -np.linalg.norm(vectors[first[part]] - vectors[second[part]], axis=1)
    return float(np.quantile(near, 1 - TAIL))


def _block(
    vectors: NDArray[np.float32], people: Indices, at: int, cut: float
) -> tuple[NDArray[np.float32], Indices, Indices]:
    """The pairs of BLOCK templates with all that come after, above the cut."""
    here = vectors[at : at + BLOCK]
    squared = (here**2).sum(1)[:, None] + (vectors**2).sum(1)[None] - 2 * here @ vectors.T
    near = -np.sqrt(np.maximum(squared, 0))
    others = np.arange(len(vectors))[None] > np.arange(at, at + len(here))[:, None]
    others &= people[at : at + BLOCK][:, None] != people[None]
    rows, columns = np.nonzero(others & (near > cut))
    return near[rows, columns], rows + at, columns
