"""What judges that took no part say of pictures made of one person, and of what must lose beside
them: the photo as it is, and a photo of somebody else."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from itertools import combinations
from time import perf_counter
from typing import Any, cast

import numpy as np

from ml import registry
from ml.contracts.generators import Agreement, Pixels
from ml.contracts.portraits import SEEN_AS, Wish
from ml.evaluation.looking import installed
from ml.evaluation.makers import Maker, Sat, impartial, maker, words
from ml.evaluation.measuring import Setting
from ml.evaluation.peak import Peak
from ml.evaluation.portrayals import Judged, Judges, place

SEEDS = (1, 2, 3)
TURNS = (-20, 20)  # degrees of yaw
NOWHERE = 10.0  # as far is a picture without a face from the person: further than anybody's
PHOTO, STRANGER = "photo", "stranger"


@dataclass(slots=True)
class Tally:
    """Of one person and one maker. away: by recogniser, each picture's distance to the photo in
    shares of that within which one pair of strangers in a thousand comes. apart: the mean of such
    distances among pictures made alike but for the seed. turned: by degrees asked, the share of the
    turn that was measured. seen: by expression. agreement: with the words. score: the detector's.
    one_face: of each picture, whether exactly one is on it. seconds: a picture. memory: megabytes
    at most."""

    away: dict[str, list[float]] = field(default_factory=dict)
    apart: dict[str, float] = field(default_factory=dict)
    turned: dict[int, float] = field(default_factory=dict)
    seen: dict[str, bool] = field(default_factory=dict)
    agreement: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    one_face: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    memory: float = float("nan")


class Still(Maker):
    """Makes nothing: one picture, whatever is wished."""

    def __init__(self, sat: Sat) -> None:
        self._pixels = sat.upright

    def follows(self, wish: Wish) -> bool:
        return True

    def made(self, wish: Wish, seed: int) -> Pixels:
        return self._pixels


class Reader:
    """Judges of pictures, and what tells how well they agree with words where it is installed."""

    def __init__(self, setting: Setting) -> None:
        self.judges = Judges(setting)
        here = installed(setting.pool.weights)
        names = [card.name for card in registry.cards() if here.allows(card)]
        self._agreeing = [name for name in names if issubclass(registry.get(name), Agreement)]
        self._pool = setting.pool
        self._last: tuple[Pixels, Judged] | None = None

    def judged(self, pixels: Pixels) -> Judged:
        """The very array that was judged last is not looked at again: what makes nothing shows one
        picture whatever is wished."""
        if self._last is None or self._last[0] is not pixels:
            found = self.judges.judged(pixels.astype(np.float32) / np.float32(255))
            self._last = pixels, found
        return self._last[1]

    def agreement(self, pixels: Pixels, wish: Wish) -> list[float]:
        told = [cast(Agreement, self._pool.get(name)) for name in self._agreeing]
        return [float(one.agreement([pixels], words(wish))[0]) for one in told]


def told(setting: Setting, name: str, sat: Sat, reader: Reader) -> Tally | None:
    """What is said of one maker's pictures of one person; None where it can make none. Where
    finished parts are kept, it is taken from what an earlier run of the same code left."""
    path = None
    if setting.keep is not None:
        path = setting.keep / place(setting, f"made {name}", sat.sample, reader.judges)
    if path is not None and path.exists():
        return from_json(json.loads(path.read_text()))
    one = maker(setting, name, sat)
    tally = None if one is None else tallied(one, sat, reader)
    if path is not None:
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(tally and asdict(tally)))
        part.replace(path)
    return tally


def from_json(kept: dict[str, Any] | None) -> Tally | None:
    """JSON knows no numbers as keys."""
    if kept is None:
        return None
    return Tally(**kept | {"turned": {int(asked): by for asked, by in kept["turned"].items()}})


def tallied(one: Maker, sat: Sat, reader: Reader) -> Tally:
    """
    Raises:
        MLError: the maker makes nothing of this person.
    """
    tally = Tally()
    alike = [looked(one, Wish(), seed, tally, sat, reader) for seed in SEEDS]
    limits = reader.judges.strangers
    for judge in tally.away:
        codes = [told.codes[judge] for told in alike if judge in told.codes]
        gaps = [a.distance(b) / limits[judge] for a, b in combinations(codes, 2)]
        tally.apart[judge] = float(np.mean(gaps)) if gaps else float("nan")
    for degrees in TURNS:
        if one.follows(Wish(yaw=degrees)):
            now = looked(one, Wish(yaw=degrees), SEEDS[0], tally, sat, reader).yaw
            known = now is not None and sat.yaw is not None
            tally.turned[degrees] = (now - sat.yaw) / degrees if known else 0.0  # type: ignore[operator]
    for name, fits in SEEN_AS.items():
        if one.follows(Wish(expression=name)):
            wish = Wish(expression=name)
            tally.seen[name] = looked(one, wish, SEEDS[0], tally, sat, reader).expression in fits
    return tally


def looked(one: Maker, wish: Wish, seed: int, tally: Tally, sat: Sat, reader: Reader) -> Judged:
    """What the judges say of a picture, after all of it that any wish is judged by was noted."""
    began = perf_counter()
    with Peak() as peak:
        pixels = one.made(wish, seed)
    tally.seconds.append(perf_counter() - began)
    tally.memory = float(np.fmax(tally.memory, peak.megabytes))
    found = reader.judged(pixels)
    tally.score.append(found.score)
    tally.one_face.append(found.faces == 1)
    tally.agreement += reader.agreement(pixels, wish)
    for judge, limit in reader.judges.strangers.items():
        if judge in sat.codes and impartial(judge, one.took_part):
            both = judge in found.codes
            gap = found.codes[judge].distance(sat.codes[judge]) / limit if both else NOWHERE
            tally.away.setdefault(judge, []).append(gap)
    return found


def losers(sat: Sat, other: Sat, reader: Reader) -> dict[str, Tally]:
    """Of what must lose: the photo as it is, and another person's."""
    return {
        PHOTO: tallied(Still(sat), sat, reader),
        STRANGER: tallied(Still(other), sat, reader),
    }
