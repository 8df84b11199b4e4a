"""A data set of people who do not exist, in LFW's layout, with a manifest that proves its claims.

After Wu et al., Vec2Face, 2024, and Boutros et al., IDiff-Face, 2023, who report how alike two
identities are at most and how much the pictures of one differ. Who judges that is a recogniser that
did not condition the pictures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np

from ml.contracts.generators import Brief, FaceAsked, Floats, Generator, Pixels
from ml.contracts.portraits import Wish
from ml.errors import MLError
from ml.generation import marking
from ml.generation.marking import SourceType
from ml.generation.nobody import drawn
from ml.generation.posing import placed, posed
from ml.progress import Progress, silent
from ml.shape.surface import average

Judge = Callable[[Pixels], "Floats | None"]
"""A picture, H x W x 3 -> the embedding of its only face, D values, as that recogniser compares
them (by Euclidean distance); None: it has none, or more, or it is not to be kept."""
BLIND = "{} goes by no embedding: identities are drawn for makers that do."
PARTIAL = "{0} conditions {1}: choose another recogniser to judge by."
FAILED = "{} of {} identities kept within the limits after {} were made: {}."
WORDS = "A face that a trained model made: it is nobody's."
SAYS = (
    "Nobody on these pictures exists. Identities are apart, and from people known, as far as the "
    "judge tells: it takes about one pair of strangers in a thousand for one person, and some "
    "pairs of one person for strangers. Whom the maker was taught on nobody compared."
)
CHIP = 64  # pixels; those makers look at no chip
TURNED, RAISED = 25.0, 12.0  # degrees: how far poses stray


def as_it_is(path: Path) -> None:
    """Leave a file as it was written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """apart: the judge's distance within which one pair of strangers in a thousand comes (its
    card's): so far at least are any two pictures of different identities from each other, and any
    picture from everybody known. within: the least mean distance of one identity's pictures from
    their middle, in shares of that; more than 1 is no one person. drawn: the highest cosine of two
    embeddings as they are drawn."""

    apart: float
    within: float = 0.1
    drawn: float = 0.35


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made. prompts: of the pictures of each, in turn. poses: each picture has
    another pose (the maker's landmark control is installed). attempts: identities made for each one
    kept, at most."""

    identities: int
    variations: int
    limits: Limits
    seed: int = 1
    prompts: tuple[str, ...] = ("",)
    poses: bool = False
    steps: int = 25
    side: int = 512
    attempts: int = 3


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One identity within the limits: its pictures, none once they are written, their seeds, and
    the judge's embeddings."""

    pixels: list[Pixels]
    seeds: list[int]
    judged: Floats


class Builder:
    """Makes identities one by one and keeps those within the limits.

    like: N x D embeddings of many people, in the space that conditions the maker. judge: see Judge;
    judged_by: its model's name. known: name -> embeddings in the judge's space, whom nobody made
    may be like. finish: done to each file written, before its digest is taken.

    Raises:
        MLError: the maker goes by no embedding, or by the judge's.
    """

    def __init__(
        self,
        engine: Generator,
        like: Floats,
        judge: Judge,
        judged_by: str,
        known: Mapping[str, Floats] | None = None,
        finish: Callable[[Path], None] = as_it_is,
    ) -> None:
        if not engine.embedder:
            raise MLError(BLIND.format(engine.card.title))
        if engine.embedder == judged_by:
            raise MLError(PARTIAL.format(judged_by, engine.card.title))
        self._engine, self._like = engine, like
        self._judge, self._judged_by, self._known = judge, judged_by, known or {}
        self._finish = finish

    def build(self, order: Order, folder: Path, progress: Progress = silent) -> Path:
        """The manifest's path; the pictures lie beside it, folder/Nobody_0001/Nobody_0001_0001.jpg.

        Raises:
            MLError: too few identities are within the limits; the sentence says why.
            Cancelled: somebody asked for that; what was written stays.
        """
        most = order.attempts * order.identities
        vectors = drawn(most, self._like, order.limits.drawn, order.seed)
        kept: list[Kept] = []
        lost: dict[str, int] = {}
        for n, vector in enumerate(vectors):
            if len(kept) == order.identities:
                break
            heard = partial(_told, progress, len(kept), order.identities)
            heard()
            one = self._made(order, vector, n, heard)
            fault = self._fault(order.limits, one, kept)
            if fault:
                lost[fault] = lost.get(fault, 0) + 1
                continue
            write(one, len(kept) + 1, folder, self._finish)
            kept.append(replace(one, pixels=[]))
        if len(kept) < order.identities:
            why = ", ".join(f"{count} {fault}" for fault, count in lost.items())
            raise MLError(FAILED.format(len(kept), order.identities, most, why))
        return self._manifest(order, kept, lost, folder)

    def _made(self, order: Order, vector: Floats, n: int, heard: Progress) -> Kept:
        """The pictures of one, as many as have one face to judge. heard: told of every step."""
        chance = np.random.default_rng((order.seed, n))
        mesh = placed(average(), order.side, order.side)
        face = FaceAsked(np.zeros((CHIP, CHIP, 3), np.uint8), {self._engine.embedder: vector}, mesh)
        pixels, seeds, judged = [], [], []
        for m in range(order.variations):
            wish = Wish(
                yaw=float(chance.uniform(-TURNED, TURNED)),
                pitch=float(chance.uniform(-RAISED, RAISED)),
            )
            seed = int(chance.integers(2**31))
            made = self._engine.make(
                Brief(
                    order.prompts[m % len(order.prompts)],
                    (face,),
                    seed=seed,
                    steps=order.steps,
                    width=order.side,
                    height=order.side,
                    landmarks=posed(mesh, wish) if order.poses else None,
                ),
                heard,
            )
            found = self._judge(made.candidates[0].pixels)
            if found is not None:
                pixels.append(made.candidates[0].pixels)
                seeds.append(seed)
                judged.append(found)
        return Kept(pixels, seeds, np.array(judged, np.float32))

    def _fault(self, limits: Limits, one: Kept, kept: list[Kept]) -> str:
        """Why an identity is not kept; "" where it is."""
        if len(one.pixels) < 2:
            return "without a face of an adult"
        spread = within(one.judged) / limits.apart
        if spread < limits.within:
            return "with pictures all alike"
        if spread > 1:
            return "with pictures of more than one"
        if any(between(one.judged, other.judged) < limits.apart for other in kept):
            return "like another"
        if any(between(one.judged, theirs) < limits.apart for theirs in self._known.values()):
            return "like somebody known"
        return ""

    def _manifest(
        self, order: Order, kept: list[Kept], lost: Mapping[str, int], folder: Path
    ) -> Path:
        pairs = [
            between(one.judged, other.judged) for n, one in enumerate(kept) for other in kept[:n]
        ]
        near = [between(one.judged, theirs) for one in kept for theirs in self._known.values()]
        found: dict[str, Any] = {
            "made-by": self._engine.card.name,
            "weights": self._engine.card.digest,
            "conditioned-on": self._engine.embedder,
            "judged-by": self._judged_by,
            "order": asdict(order),
            "identities": len(kept),
            "pictures": sum(len(one.seeds) for one in kept),
            "digital-source-type": SourceType.GENERATED.value,
            "least-distance-between-identities": min(pairs, default=None),
            "least-spread-within-an-identity": min(within(one.judged) for one in kept),
            "most-spread-within-an-identity": max(within(one.judged) for one in kept),
            "compared-with-people-known": len(self._known),
            "least-distance-to-people-known": min(near, default=None),
            "says": SAYS,
            "left-out": dict(lost),
            "files": {
                path.relative_to(folder).as_posix(): {"seed": seed, "sha256": digest(path)}
                for n, one in enumerate(kept, 1)
                for path, seed in zip(paths(n, len(one.seeds), folder), one.seeds, strict=True)
            },
        }
        path = folder / "manifest.json"
        path.write_text(json.dumps(found, indent=1) + "\n")
        return path


def _told(progress: Progress, done: int, total: int, *step: object) -> None:
    """How many people there are; a step within one cancels, too."""
    progress(done, total, "Making people who do not exist")


def between(one: Floats, other: Floats) -> float:
    """The least distance of a vector of one (N x D) and one of the other (M x D)."""
    return float(np.linalg.norm(one[:, None] - other[None], axis=-1).min())


def within(judged: Floats) -> float:
    """The mean distance of vectors from their middle."""
    return float(np.linalg.norm(judged - judged.mean(0), axis=-1).mean())


def paths(n: int, count: int, folder: Path) -> list[Path]:
    """Where LFW's layout has the pictures of the n-th."""
    name = f"Nobody_{n:04d}"
    return [folder / name / f"{name}_{m:04d}.jpg" for m in range(1, count + 1)]


def write(one: Kept, n: int, folder: Path, finish: Callable[[Path], None]) -> None:
    """JPEGs that say in themselves that they are made."""
    xmp = marking.packet(SourceType.GENERATED, WORDS)
    for path, pixels in zip(paths(n, len(one.pixels), folder), one.pixels, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        marking.saved(pixels, path, xmp)
        finish(path)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
