"""What judges that took no part say of one person's portraits, and of what must lose beside them.

The turn is read off a detector's five points (ml.five_points), the person by every
recogniser that embeds, the expression by the expression network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import five_points, matting, registry
from ml.contracts import DETECTION, EMBEDDING, EXPRESSION, Output
from ml.contracts.portraits import SEEN_AS, Portrayer, Studios, Wish
from ml.evaluation.bare_warp import Warp
from ml.evaluation.looking import installed, nearest, needed, shown
from ml.evaluation.measuring import Setting
from ml.evaluation.provenance import commit
from ml.evaluation.readers.samples import Sample
from ml.registry import ModelCard, Task
from ml.types import JSON, Embedding, Face, Picture

Pixels = NDArray[np.float32]
SIDE = 512  # pixels of a portrait: the photos have half of it
TIMED = 768  # pixels of one that is timed from the photo on
TURNS = (-25, -15, 15, 25)  # degrees of yaw
NEAR, FAR = 0.35, 1.0  # distances between the eyes from the head: where nothing should change
CHANGED = 10 / 255
STILL, WARP, FAR_WARP = "still", "warp", "far_warp"
MOST_ASKED, TRIES, AS_FAR = 45.0, 4, 0.95  # degrees; of the turn it is to reach: near enough
Draw = Callable[[Wish], Pixels]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judges say of one picture; None and nothing where they find no face. faces: how many
    they find."""

    yaw: float | None
    score: float
    codes: Mapping[str, Embedding]
    expression: str
    faces: int = 0


@dataclass(slots=True)
class Tally:
    """Of one person and one way of making portraits. turned: by degrees asked, the share of the
    turn that was measured. matched: by recogniser. seen: by expression. dragged: share of the
    background near the head that changed. score: the detector's. seconds: a portrait. timed: one of
    TIMED pixels, from what models saw of the photo to its last pixel."""

    turned: dict[int, float] = field(default_factory=dict)
    matched: dict[str, list[bool]] = field(default_factory=dict)
    seen: dict[str, bool] = field(default_factory=dict)
    dragged: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    timed: float = 0.0


def portrayed(
    setting: Setting, name: str, sample: Sample[None], picture: Picture, judges: Judges
) -> dict[str, Tally] | None:
    """What the judges say of one person; None where no portrait can be made. Where finished parts
    are kept, it is taken from what an earlier run of the same code left."""
    path = None if setting.keep is None else setting.keep / place(setting, name, sample, judges)
    if path is not None and path.exists():
        return from_json(json.loads(path.read_text()))
    studios = sitting(setting, name, sample, picture)
    made = None if studios is None else tried(studios, judges)
    if path is not None:
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(made and {way: asdict(tally) for way, tally in made.items()}))
        part.replace(path)
    return made


def place(setting: Setting, name: str, sample: Sample[None], judges: Judges) -> str:
    """What the file is called that keeps it: another one for other code, judges or photos."""
    key = (commit(), name, judges.names, sample.name, setting.seed)
    return f"{sha256(repr(key).encode()).hexdigest()[:32]}.json"


def from_json(told: JSON | None) -> dict[str, Tally] | None:
    """JSON knows no numbers as keys."""
    if told is None:
        return None
    return {
        way: Tally(**{**one, "turned": {int(asked): by for asked, by in one["turned"].items()}})
        for way, one in told.items()
    }


def sitting(setting: Setting, name: str, sample: Sample[None], picture: Picture) -> Studios | None:
    """Of the meant face alone; None where no portrait can be made of it."""
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
    studios: Studios = shown(setting, card, picture, faces, outputs).data
    return None if studios.hindrance(0) else studios


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
    def names(self) -> tuple[str, ...]:
        """Of all models that judge or that they need."""
        return tuple(card.name for card in (*self._before, *self._asked, *self._expressions))

    @property
    def _expressions(self) -> list[ModelCard]:
        return [self._expression] if self._expression else []

    def judged(self, pixels: Pixels) -> Judged:
        picture = Picture((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))
        outputs: dict[Task[Any], Output] = {}
        faces: tuple[Face, ...] = ()
        found = 0
        for card in self._before:
            output = shown(self._setting, card, picture, faces, outputs)
            if card.task == DETECTION:
                found = len(output.faces)
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
        return Judged(five_points.yaw(faces[0]), faces[0].score, codes, word, found)


def middle(faces: Sequence[Face], picture: Picture) -> tuple[Face, ...]:
    """The face nearest to the picture's middle, alone."""
    at = np.array(picture.size) / 2
    far = sorted(faces, key=lambda face: float(np.hypot(*(np.array(face.box.centre) - at))))
    return tuple(far[:1])


def tried(studios: Studios, judges: Judges) -> dict[str, Tally]:
    """All portraits of one person, by the way they were made."""
    timed = since_the_photo(studios)
    studio = studios.portrayer(0, SIDE)
    as_it_is = judges.judged(studio.pixels)
    warp = Warp(studio)
    ways: Mapping[str, Draw] = {"": lambda wish: before(studio, wish), WARP: warp.drawn}
    told = {way: of_way(draw, studio, judges, as_it_is) for way, draw in ways.items()}
    told[STILL] = of_still(studio, judges, as_it_is)
    told[FAR_WARP] = of_far_warp(warp.drawn, studio, judges, as_it_is, (told[WARP], told[""]))
    told[""].timed = timed
    return told


def since_the_photo(studios: Studios) -> float:
    """Seconds that a turned and smiling portrait of TIMED pixels takes."""
    began = perf_counter()
    before(studios.portrayer(0, TIMED), Wish(yaw=TURNS[-1], expression="smile"))
    return perf_counter() - began


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
        tally.turned[degrees] = turned(now, as_it_is) / degrees
        tally.score.append(now.score)
        tally.dragged.append(dragged(pixels, sitter, around))
        matched(tally, now, as_it_is, judges)
    for name, words in SEEN_AS.items():
        now = judges.judged(draw(Wish(expression=name)))
        tally.seen[name] = now.expression in words
        matched(tally, now, as_it_is, judges)
    return tally


def of_still(sitter: Portrayer, judges: Judges, as_it_is: Judged) -> Tally:
    """The photo as it is, which is the same whatever is asked."""
    many = len(TURNS)
    tally = Tally(dict.fromkeys(TURNS, 0.0), dragged=[0.0] * many, score=[as_it_is.score] * many)
    tally.seen = {name: as_it_is.expression in words for name, words in SEEN_AS.items()}
    tally.seconds = [0.0] * many
    matched(tally, as_it_is, as_it_is, judges)
    return tally


def of_far_warp(
    draw: Draw, sitter: Portrayer, judges: Judges, as_it_is: Judged, told: tuple[Tally, Tally]
) -> Tally:
    """The bare warp asked for more, until it has turned as far as the portraits have. told: of the
    warp as asked, and of the portraits."""
    warp, portraits = told
    tally, around = Tally(), background(sitter)
    for degrees in TURNS:
        wanted, reached = portraits.turned[degrees], warp.turned[degrees]
        asked, pixels, now = float(degrees), None, None
        for _ in range(TRIES):
            if reached >= AS_FAR * wanted or abs(asked) >= MOST_ASKED:
                break
            more = asked * wanted / max(reached, wanted / 2)
            asked = float(np.clip(more, -MOST_ASKED, MOST_ASKED))
            pixels = draw(Wish(yaw=asked))
            now = judges.judged(pixels)
            reached = turned(now, as_it_is) / degrees
        if pixels is None or now is None:
            pixels = draw(Wish(yaw=asked))
            now = judges.judged(pixels)
        tally.turned[degrees] = reached
        tally.score.append(now.score)
        tally.dragged.append(dragged(pixels, sitter, around))
        matched(tally, now, as_it_is, judges)
    return tally


def turned(now: Judged, as_it_is: Judged) -> float:
    """Degrees; none where a face is not found."""
    if now.yaw is None or as_it_is.yaw is None:
        return 0.0
    return now.yaw - as_it_is.yaw


def dragged(pixels: Pixels, sitter: Portrayer, around: NDArray[np.bool_]) -> float:
    return float((np.abs(pixels - sitter.pixels).max(2) > CHANGED)[around].mean())


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
