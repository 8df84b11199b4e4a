"""Portraits: do heads turn as far as asked, and is it still the person, for models that took no
part?

One photo each of people of the half that nothing was tuned on. The turn is read off a detector's
five points (ml.five_points), the person by every recogniser that embeds, at the distance
within which one pair of strangers in a thousand comes, the expression by the expression network.
Beside it run what must lose: the photo as it is, and the bare warp, which pulls the photo's pixels
to where the turned mesh has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import five_points, matting, registry
from ml.contracts import DETECTION, EMBEDDING, EXPRESSION, PORTRAITS, Output
from ml.contracts.portraits import SEEN_AS, Portrayer, Wish
from ml.evaluation.bare_warp import Warp
from ml.evaluation.looking import decoded, installed, nearest, needed, shown
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half, read, stable
from ml.registry import ModelCard, Task
from ml.types import Embedding, Face, Picture

Floats = NDArray[np.float64]
Pixels = NDArray[np.float32]
PEOPLE_MOST = 40
SIDE = 512  # pixels of a portrait: the photos have half of it
TURNS = (-25, -15, 15, 25)  # degrees of yaw
ENOUGH = 0.7  # of the turn asked
NEAR, FAR = 0.35, 1.0  # distances between the eyes from the head: where nothing should change
CHANGED = 10 / 255
STILL, WARP = "still", "warp"
Draw = Callable[[Wish], Pixels]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judges say of one picture; None and nothing where they find no face."""

    yaw: float | None
    score: float
    codes: Mapping[str, Embedding]
    expression: str


@dataclass(slots=True)
class Tally:
    """Of one person and one way of making portraits. turned: by degrees asked, the share of the
    turn that was measured. matched: by recogniser. seen: by expression. dragged: share of the
    background near the head that changed. score: the detector's. seconds: a portrait."""

    turned: dict[int, float] = field(default_factory=dict)
    matched: dict[str, list[bool]] = field(default_factory=dict)
    seen: dict[str, bool] = field(default_factory=dict)
    dragged: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def run(setting: Setting) -> dict[str, Measured]:
    samples = chosen(read(setting.data, PEOPLE, PEOPLE_EXPECT), setting.limit)
    judges = Judges(setting)
    tallies: dict[str, list[dict[str, Tally]]] = {name: [] for name in setting.models}
    kept: dict[str, list[Sample[None]]] = {name: [] for name in setting.models}
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Making portraits")
        for name in setting.models:
            studio = None if picture is None else sitting(setting, name, sample, picture)
            if studio is not None:
                tallies[name].append(tried(studio, judges))
                kept[name].append(sample)
    return {
        name: measured(kept[name], tallies[name], len(samples) - len(kept[name]))
        for name in setting.models
    }


def chosen(samples: Sequence[Sample[None]], limit: int | None) -> list[Sample[None]]:
    """A photo each of the people of the half that is told of, always the same ones.

    Raises:
        BadData: there is nobody.
    """
    first: dict[str, Sample[None]] = {}
    for sample in samples:
        if half(sample.identity) == REPORTED:
            first.setdefault(sample.identity, sample)
    if not first:
        raise BadData("Nobody is in the half that is told of.")
    return [first[name] for name in stable(list(first))[: min(limit or PEOPLE_MOST, PEOPLE_MOST)]]


def sitting(
    setting: Setting, name: str, sample: Sample[None], picture: Picture
) -> Portrayer | None:
    """The studio of the meant face; None where no portrait can be made of it."""
    card = registry.get(name).card
    outputs: dict[Task[Any], Output] = {}
    faces: tuple[Face, ...] = ()
    for before_it in needed([card], setting.pool.weights):
        output = shown(setting, before_it, picture, faces, outputs)
        if before_it.task == DETECTION:
            faces = tuple(nearest(output.faces, sample, picture))
            if not faces:
                return None
            output = Output(faces=faces)
        outputs[before_it.task] = output
    studios = shown(setting, card, picture, faces, outputs).data
    return None if studios.hindrance(0) else studios.portrayer(0, SIDE)


class Judges:
    """Models that took no part in the making."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        here = installed(setting.pool.weights)
        cards = [card for card in registry.cards() if here.allows(card)]
        self._asked = [card for card in cards if card.task == EMBEDDING and card.strangers]
        self.strangers = {card.name: float(card.strangers or 0) for card in self._asked}
        self._expression = registry.best(EXPRESSION, here)
        self._before = needed([*self._asked, *self._expressions], setting.pool.weights)

    @property
    def _expressions(self) -> list[ModelCard]:
        return [self._expression] if self._expression else []

    def judged(self, pixels: Pixels) -> Judged:
        picture = Picture((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))
        outputs: dict[Task[Any], Output] = {}
        faces: tuple[Face, ...] = ()
        for card in self._before:
            output = shown(self._setting, card, picture, faces, outputs)
            if card.task == DETECTION:
                faces = middle(output.faces, picture)
                if not faces:
                    return Judged(None, 0.0, {}, "")
            outputs[card.task] = output
        codes = {}
        for card in self._asked:
            made = shown(self._setting, card, picture, faces, outputs).embeddings
            if made:
                codes[card.name] = made[0]
        word = ""
        for card in self._expressions:
            odds = shown(self._setting, card, picture, faces, outputs).data.odds[0]
            word = max(odds, key=odds.get) if odds else ""
        return Judged(five_points.yaw(faces[0]), faces[0].score, codes, word)


def middle(faces: Sequence[Face], picture: Picture) -> tuple[Face, ...]:
    """The face nearest to the picture's middle, alone."""
    at = np.array(picture.size) / 2
    far = sorted(faces, key=lambda face: float(np.hypot(*(np.array(face.box.centre) - at))))
    return tuple(far[:1])


def tried(studio: Portrayer, judges: Judges) -> dict[str, Tally]:
    """All portraits of one person, by the way they were made."""
    as_it_is = judges.judged(studio.pixels)
    warp = Warp(studio)
    ways: Mapping[str, Draw] = {
        "": lambda wish: before(studio, wish),
        STILL: lambda wish: studio.pixels,
        WARP: lambda wish: warp.drawn(wish),
    }
    return {way: of_way(draw, studio, judges, as_it_is) for way, draw in ways.items()}


def before(studio: Portrayer, wish: Wish) -> Pixels:
    """The person as wished, before what is behind."""
    made = studio.drawing(wish)
    return matting.composed(made.pixels, made.alpha, studio.behind)


def of_way(draw: Draw, sitter: Portrayer, judges: Judges, as_it_is: Judged) -> Tally:
    tally = Tally()
    around = background(sitter)
    for degrees in TURNS:
        began = perf_counter()
        pixels = draw(Wish(yaw=degrees))
        tally.seconds.append(perf_counter() - began)
        now = judges.judged(pixels)
        known = now.yaw is not None and as_it_is.yaw is not None
        tally.turned[degrees] = (now.yaw - as_it_is.yaw) / degrees if known else 0.0  # type: ignore[operator]
        tally.score.append(now.score)
        tally.dragged.append(
            float((np.abs(pixels - sitter.pixels).max(2) > CHANGED)[around].mean())
        )
        matched(tally, now, as_it_is, judges)
    for name, words in SEEN_AS.items():
        now = judges.judged(draw(Wish(expression=name)))
        tally.seen[name] = now.expression in words
        matched(tally, now, as_it_is, judges)
    return tally


def matched(tally: Tally, now: Judged, as_it_is: Judged, judges: Judges) -> None:
    for name, limit in judges.strangers.items():
        both = name in now.codes and name in as_it_is.codes
        near = both and now.codes[name].distance(as_it_is.codes[name]) < limit
        tally.matched.setdefault(name, []).append(near)


def background(sitter: Portrayer) -> NDArray[np.bool_]:
    """S x S: what is behind the person, near the head but not at its edge."""
    import cv2

    away: Any = cv2.distanceTransform((sitter.alpha < 0.1).astype(np.uint8), cv2.DIST_L2, 5)
    far = away / sitter.unit
    ring: NDArray[np.bool_] = (far > NEAR) & (far < FAR)
    return ring if ring.any() else far > 0


def measured(
    samples: Sequence[Sample[None]], tallies: Sequence[Mapping[str, Tally]], skipped: int
) -> Measured:
    """turned_15, turned_25: share of portraits turned by ENOUGH of what was asked; ratio_15 ...:
    the median of measured against asked; matched_NAME: by each recogniser; seen, seen_NAME:
    expressions; dragged: of the background near the head; detector: mean score; seconds.
    The same with still_ and warp_ before it of the two that must lose."""

    def score(weights: Floats) -> Mapping[str, float]:
        told: dict[str, float] = {}
        for way in ("", STILL, WARP):
            rows = [one[way] for one in tallies]
            told.update({f"{way}_{k}".strip("_"): v for k, v in scored(rows, weights).items()})
        return told

    return Measured(
        identities=tuple(sample.identity for sample in samples),
        score=score,
        n=len(samples),
        skipped=skipped,
        samples=samples,
    )


def scored(rows: Sequence[Tally], weights: Floats) -> dict[str, float]:
    told: dict[str, float] = {}
    for size in (15, 25):
        turns = np.array([[row.turned[-size], row.turned[size]] for row in rows])
        told[f"turned_{size}"] = mean(turns >= ENOUGH, weights)
        told[f"ratio_{size}"] = float(np.median(np.repeat(turns, weights.astype(int), axis=0)))
    for name in rows[0].matched:
        told[f"matched_{name}"] = mean(np.array([row.matched[name] for row in rows]), weights)
    told["seen"] = mean(np.array([[*row.seen.values()] for row in rows]), weights)
    for name in SEEN_AS:
        told[f"seen_{name}"] = mean(np.array([[row.seen[name]] for row in rows]), weights)
    for name in ("dragged", "score", "seconds"):
        key = "detector" if name == "score" else name
        told[key] = mean(np.array([getattr(row, name) for row in rows]), weights)
    return told


def mean(values: NDArray[Any], weights: Floats) -> float:
    """Of people, each weighted, the mean of their own means."""
    return ratio(float(weights @ values.astype(np.float64).mean(1)), float(weights.sum()))


PORTRAITS_BENCHMARK = register(
    Benchmark(
        name="portraits",
        title="Portraits against judges that took no part",
        asks=PORTRAITS.name,
        metrics=(
            *("turned_25", "turned_15", "ratio_15", "ratio_25", "matched_*", "seen", "seen_*"),
            *("dragged", "detector", "seconds", "still_*", "warp_*"),
        ),
        reads=PEOPLE_EXPECT,
        run=run,
        on_card={
            "turned_15": "turned by 70 % of 15 degrees or more",
            "turned_25": "turned by 70 % of 25 degrees or more",
            "seen": "expression asked for was seen",
        },
        asked="people",
    )
)
