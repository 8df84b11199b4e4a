"""Views: is a person found again better by a frontal photo with portraits turned from it than by
the photo alone?

Of people of the half that nothing was tuned on, the photo seen most from in front is enrolled,
alone or with four portraits of it; the photos seen from aside must match it. The recognisers took
no part in making the portraits. Whoever no portrait can be made of is enrolled by the photo alone;
a photo that a recogniser cannot read is not matched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ml.contracts import EMBEDDING, PORTRAITS
from ml.contracts.portraits import Wish
from ml.evaluation.looking import decoded, installed
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics.biometric import tar_at_far
from ml.evaluation.portrayals import Judges, before, sitting
from ml.evaluation.provenance import commit
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half, read, stable
from ml.registry import best
from ml.types import JSON, Picture

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Sides = tuple[Sample[None], list[Sample[None]]]
PEOPLE_MOST = 150
SIDE = 384  # pixels of a portrait: recognisers look at less
TURNS = (-25, -15, 15, 25)
FRONTAL, ASIDE = 12.0, 18.0  # degrees of yaw: at most of who is enrolled, at least of who searches
FAR = 1e-3
# How a photo and its portraits are compared: their mean, or whichever is nearest.
ALONE, MEAN, NEAREST = "alone", "mean", "nearest"


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """A recogniser's vectors. photos: P x D. views: P x V x D, nan where a portrait could not be
    made or read. probes: N x D. people: of each photo; who: of each probe, among them."""

    photos: Floats
    views: Floats
    probes: Floats
    people: tuple[str, ...]
    who: Indices


def run(setting: Setting) -> dict[str, Measured]:
    people = chosen(read(setting.data, PEOPLE, PEOPLE_EXPECT), setting.limit or PEOPLE_MOST)
    judges = Judges(setting)
    seen: dict[str, JSON] = {}
    photos = [one for name in people for one in people[name]]
    for done, (one, picture) in enumerate(zip(photos, decoded(photos), strict=True)):
        setting.progress(done, 2 * len(photos), "Looking at photos")
        seen[one.name] = kept(setting, judges, one, picture, views=False)
    found = {name: sides(people[name], seen) for name in people}
    pairs = {name: pair for name, pair in found.items() if pair is not None}
    if len(pairs) < 2:
        raise BadData("Fewer than two people have a photo from in front and one from aside.")
    fronts = [front for front, _ in pairs.values()]
    for done, (one, picture) in enumerate(zip(fronts, decoded(fronts), strict=True)):
        setting.progress(len(photos) + done, len(photos) + len(fronts), "Making portraits")
        seen[f"{one.name} turned"] = kept(setting, judges, one, picture, views=True)
    samples = [one for front, aside in pairs.values() for one in (front, *aside)]
    return {name: measured(enrolled(name, pairs, seen), samples) for name in setting.models}


def chosen(samples: Sequence[Sample[None]], most: int) -> dict[str, list[Sample[None]]]:
    """The photos of so many people with two or more, always the same."""
    found: dict[str, list[Sample[None]]] = {}
    for one in samples:
        if half(one.identity) == REPORTED:
            found.setdefault(one.identity, []).append(one)
    many = [name for name, photos in found.items() if len(photos) > 1]
    return {name: found[name] for name in stable(many)[:most]}


def sides(photos: Sequence[Sample[None]], seen: Mapping[str, JSON]) -> Sides | None:
    """The photo most from in front and those from aside; None where one of both is missing."""
    turned = {one.name: seen[one.name]["yaw"] for one in photos}
    known = [one for one in photos if turned[one.name] is not None]
    front = min(known, key=lambda one: abs(turned[one.name]), default=None)
    aside = [one for one in known if abs(turned[one.name]) >= ASIDE]
    if front is None or abs(turned[front.name]) > FRONTAL or not aside:
        return None
    return front, aside


def kept(
    setting: Setting, judges: Judges, one: Sample[None], picture: Picture | None, *, views: bool
) -> JSON:
    """What `looked` or `turned` says, taken from where an earlier run of the same code left it."""
    key = (commit(), judges.names, one.name, views, SIDE, TURNS)
    name = f"{sha256(repr(key).encode()).hexdigest()[:32]}.json"
    path = None if setting.keep is None else setting.keep / name
    if path is not None and path.exists():
        found: JSON = json.loads(path.read_text())
        return found
    made = (turned if views else looked)(setting, judges, one, picture)
    if path is not None:
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(made))
        part.replace(path)
    return made


def looked(setting: Setting, judges: Judges, one: Sample[None], picture: Picture | None) -> JSON:
    """{"yaw": degrees or None, "vectors": {recogniser: numbers}}."""
    if picture is None:
        return {"yaw": None, "vectors": {}}
    told = judges.judged(picture.pixels.astype(np.float32) / np.float32(255))
    return {"yaw": told.yaw, "vectors": {name: c.array.tolist() for name, c in told.codes.items()}}


def turned(setting: Setting, judges: Judges, one: Sample[None], picture: Picture | None) -> JSON:
    """{"views": what `looked` says of vectors, a portrait}; none where none could be made.

    Raises:
        NoModel: nothing that draws portraits is installed.
    """
    card = best(PORTRAITS, installed(setting.pool.weights))
    if card is None:
        raise NoModel("Nothing that draws portraits is installed.")
    studios = None if picture is None else sitting(setting, card.name, one, picture)
    if studios is None:
        return {"views": []}
    studio = studios.portrayer(0, SIDE)
    told = [judges.judged(before(studio, Wish(yaw=degrees))).codes for degrees in TURNS]
    return {"views": [{n: c.array.tolist() for n, c in codes.items()} for codes in told]}


def enrolled(model: str, pairs: Mapping[str, Sides], seen: Mapping[str, JSON]) -> Enrolled:
    known = [one["vectors"][model] for one in seen.values() if model in one.get("vectors", ())]
    nothing = [float("nan")] * (len(known[0]) if known else 1)
    unmade = [nothing] * len(TURNS)
    views = [seen[f"{front.name} turned"]["views"] for front, _ in pairs.values()]
    fronts = [seen[front.name]["vectors"].get(model, nothing) for front, _ in pairs.values()]
    probes = [one for _, aside in pairs.values() for one in aside]
    return Enrolled(
        np.array(fronts),
        np.array([[one.get(model, nothing) for one in made] or unmade for made in views]),
        np.array([seen[one.name]["vectors"].get(model, nothing) for one in probes]),
        tuple(pairs),
        np.array([n for n, (_, aside) in enumerate(pairs.values()) for _ in aside]),
    )


def similar(told: Enrolled, way: str) -> Floats:
    """P x N: minus the distance of each probe to each person; -inf where either was not read."""
    photos = told.photos[:, None]
    known = np.concatenate([photos, told.views], 1)
    if way == ALONE:
        known = photos
    elif way == MEAN:
        there = ~np.isnan(known)
        known = np.where(there.any(1), np.nansum(known, 1) / there.sum(1).clip(1), np.nan)[:, None]
    apart = [
        np.linalg.norm(told.probes[None] - one[:, None], axis=2) for one in known.swapaxes(0, 1)
    ]
    found: Floats = -np.where(np.isnan(apart), np.inf, apart).min(0)
    return found


def measured(told: Enrolled, samples: Sequence[Sample[None]]) -> Measured:
    """tar_alone, tar_mean, tar_nearest: TAR at FAR; gain_mean, gain_nearest: more than alone."""
    tables = {way: similar(told, way) for way in (ALONE, MEAN, NEAREST)}
    people = np.arange(len(told.people))[:, None]
    same = people == told.who[None]
    first, second = np.nonzero(~same)
    order = {way: np.argsort(-table[~same], kind="stable") for way, table in tables.items()}

    def score(weights: Floats) -> Mapping[str, float]:
        mine = weights[told.who]
        both = weights[first] * weights[told.who[second]]
        found = {
            f"tar_{way}": tar_at_far(
                table[told.who, np.arange(len(told.who))], mine,
                table[~same][order[way]], both[order[way]], FAR,
            )
            for way, table in tables.items()
        }  # fmt: skip
        gains = {f"gain_{way}": found[f"tar_{way}"] - found["tar_alone"] for way in (MEAN, NEAREST)}
        return {**gains, **found}

    return Measured(
        identities=told.people,
        score=score,
        n=len(told.who),
        skipped=int(np.isnan(told.probes[:, 0]).sum()),
        counts={
            "people": len(told.people),
            "without_views": int(np.isnan(told.views[:, :, 0]).all(1).sum()),
            "pairs_of_strangers": len(first),
        },
        samples=samples,
    )


VIEWS = register(
    Benchmark(
        name="views",
        title="A frontal photo with portraits turned from it against the photo alone",
        asks=EMBEDDING.name,
        metrics=("gain_mean", "gain_nearest", "tar_alone", "tar_mean", "tar_nearest"),
        reads=PEOPLE_EXPECT,
        run=run,
        asked="photos from aside",
    )
)
