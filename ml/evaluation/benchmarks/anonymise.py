"""Anonymisation: does whoever covers faces the same way find out who is behind it?

The attacker knows the method, where each face was, and other photos of the same people, which are
covered in the same way (the "parrot" of Newton, Sweeney and Malin, Preserving Privacy by
De-identifying Face Images, 2005). He asks every installed recogniser, and one that learned on
covered faces of other people. Only the half of the people is told of that no strength was chosen
on. A photo without a face is left out: there is nothing to cover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, registry
from ml.contracts import ANONYMISATION, EMBEDDING, MESH, Output, View
from ml.evaluation.looking import decoded, installed, nearest, needed, shown
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import FITTED, REPORTED, BadData, Sample, half, read, stable
from ml.geometry import chip
from ml.registry import ModelCard, Task
from ml.types import Face, Picture

Floats = NDArray[np.float64]
PEOPLE_MOST = 130  # always the same ones; more take long and change little
MOST = 4  # photos of a person: one is searched with, the others are what it is compared with
BARE, LEARNED, CHIP = "bare", "learned", "chip"
SIDE, PADDING = 24, 0.25  # of the chip that the learning attacker sees
COMPONENTS = 80
OTHERS = 500_000  # where the seeds of other people's photos begin
FEW = 50  # people of the galleries that are searched: all that can be drawn from those there
Row = NDArray[np.float32]
Codes = Mapping[str, Row | None]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A photo whose face was found, and what the models gave that saw it as it is."""

    sample: Sample[None]
    picture: Picture
    faces: tuple[Face, ...]
    outputs: Mapping[Task[Any], Output]
    mesh: Row


def run(setting: Setting) -> dict[str, Measured]:
    samples = read(setting.data, PEOPLE, PEOPLE_EXPECT)
    told = chosen(samples, REPORTED, setting.limit)
    attackers = recognisers(setting)
    codes = {name: dict[str, Codes]() for name in (*setting.models, BARE)}
    shots = list(seen(setting, told, attackers))
    for done, shot in enumerate(shots):
        setting.progress(done, len(shots), "Covering faces and asking recognisers")
        for name, held in codes.items():
            covered = shot.picture if name == BARE else under(setting, name, shot, done)
            held[shot.sample.name] = asked(setting, attackers, shot, covered)
    others = [*seen(setting, chosen(samples, FITTED, setting.limit), ())]
    for name, held in codes.items():
        learner = learned(setting, name, others)
        for one, found in held.items():
            held[one] = {**found, LEARNED: learner(found[CHIP])}
    skipped = len(told) - len(shots)
    return {name: measured(shots, codes[name], codes[BARE], skipped) for name in setting.models}


def chosen(samples: Sequence[Sample[None]], which: int, limit: int | None) -> list[Sample[None]]:
    """At most MOST photos of each of the people of that half who have two or more; with a limit
    those of so many people, always the same ones.

    Raises:
        BadData: there are fewer than two such people.
    """
    of: dict[str, list[Sample[None]]] = {}
    for sample in samples:
        if half(sample.identity) == which:
            of.setdefault(sample.identity, []).append(sample)
    names = stable([who for who, photos in of.items() if len(photos) > 1])
    names = names[: min(limit or PEOPLE_MOST, PEOPLE_MOST)]
    if len(names) < 2:
        raise BadData("It takes at least two people with two photos in either half.")
    return [sample for who in sorted(names) for sample in of[who][:MOST]]


def recognisers(setting: Setting) -> list[ModelCard]:
    """Every installed model that makes embeddings.

    Raises:
        NoModel: there is none.
    """
    here = installed(setting.pool.weights)
    cards = [card for card in registry.cards() if card.task == EMBEDDING and here.allows(card)]
    if not cards:
        raise NoModel("No recogniser is installed to attack with: manage.py models fetch")
    return cards


def seen(
    setting: Setting, samples: Sequence[Sample[None]], attackers: Sequence[ModelCard]
) -> Iterator[Shot]:
    """The photos as models see them that are not covered yet; those without a mesh left out."""
    cards = [registry.get(name).card for name in setting.models]
    before = needed([*cards, *attackers], setting.pool.weights)
    before = [card for card in before if card.task.name in BEFORE]
    for sample, picture in zip(samples, decoded(samples), strict=True):
        if picture is None:
            continue
        outputs: dict[Task[Any], Output] = {}
        faces: tuple[Face, ...] = ()
        for card in before:
            output = shown(setting, card, picture, faces, outputs)
            if not faces:
                faces = tuple(nearest(output.faces, sample, picture))
                output = Output(faces=faces)
            if not faces:
                break
            outputs[card.task] = output
        mesh = outputs[MESH].data.points[0] if faces else None
        if mesh is not None:
            yield Shot(sample, picture, faces, outputs, mesh)


BEFORE = ("detection", "mesh", "pose")


def under(setting: Setting, name: str, shot: Shot, seed: int) -> Picture:
    """The photo as the method covers it; each draws anew, and the same in each measurement."""
    card = registry.get(name).card
    needs = {task: shot.outputs[task] for task in card.needs}
    view = View(shot.picture, shot.faces, needs, seed=setting.seed * 1_000_003 + seed)
    return Picture(setting.pool.run(name, view).data.pixels)


def asked(
    setting: Setting, attackers: Sequence[ModelCard], shot: Shot, covered: Picture
) -> dict[str, Row | None]:
    """What each attacker makes of the covered face, which it cuts out where the bare one was."""
    outputs = dict(shot.outputs)
    for card in needed(attackers, setting.pool.weights):
        if card.task not in outputs:
            outputs[card.task] = shown(setting, card, covered, shot.faces, outputs)
    found: dict[str, Row | None] = {CHIP: small(covered, shot)}
    for card in attackers:
        made = shown(setting, card, covered, shot.faces, outputs).embeddings
        found[card.name] = made[0].array if made else None
    return found


def small(covered: Picture, shot: Shot) -> Row:
    """The face's chip as one row, 0..1."""
    cut = chip(covered, alignment.arcface_cut(shot.mesh, SIDE, PADDING), SIDE)
    row: Row = cut.astype(np.float32).ravel() / np.float32(255)
    return row


def learned(
    setting: Setting, name: str, others: Sequence[Shot]
) -> Callable[[Row | None], Row | None]:
    """What tells the other people apart once they are covered: linear discriminants of chips,
    learned on two drawings of each photo (Fisher, 1936, after principal components)."""
    from sklearn.decomposition import PCA
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline

    rows, people = [], []
    for number, shot in enumerate(others):
        for seed in (OTHERS + 2 * number, OTHERS + 2 * number + 1):
            covered = shot.picture if name == BARE else under(setting, name, shot, seed)
            rows.append(small(covered, shot))
            people.append(shot.sample.identity)
    count = min(COMPONENTS, len(rows) // 2)
    lda = LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto")
    model = make_pipeline(PCA(count, whiten=True, random_state=0), lda).fit(np.stack(rows), people)

    def learner(row: Row | None) -> Row | None:
        return None if row is None else np.asarray(model.transform(row[None])[0], np.float32)

    return learner


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """One attacker's searches, each photo once: of how many people the templates were nearer than
    that of the person in the photo, ties half; of how many others there are."""

    nearer: Floats
    others: int

    def rank_1(self, weights: Floats) -> float:
        return ratio(float(weights @ (self.nearer < 0.5)), float(weights.sum()))

    def rank_1_of(self, people: int, weights: Floats) -> float:
        """The same in galleries of so many people drawn at random: the mean of all drawings."""
        further = self.others - self.nearer
        odds = np.ones(len(further))
        for drawn in range(min(people - 1, self.others)):
            odds *= np.clip(further - drawn, 0, None) / (self.others - drawn)
        return ratio(float(weights @ odds), float(weights.sum()))


def searched(people: NDArray[np.intp], vectors: Row) -> Searched:
    """Each photo against the mean of the person's other photos and that of everybody's."""
    count = int(people.max()) + 1
    sums = np.zeros((count, vectors.shape[1]))
    np.add.at(sums, people, vectors)
    photos = np.bincount(people, minlength=count)
    means = sums / photos[:, None]
    nearer = np.zeros(len(people))
    for place, who in enumerate(people):
        own = (sums[who] - vectors[place]) / (photos[who] - 1)
        mine = float(np.linalg.norm(own - vectors[place]))
        away = np.linalg.norm(np.delete(means, who, 0) - vectors[place], axis=1)
        nearer[place] = (away < mine - 1e-9).sum() + 0.5 * (np.abs(away - mine) <= 1e-9).sum()
    return Searched(nearer, count - 1)


def measured(
    shots: Sequence[Shot], codes: Mapping[str, Codes], bare: Mapping[str, Codes], skipped: int
) -> Measured:
    """rank_1: among FEW people, of the attacker that fares best; chance; times_chance; rank_1_NAME
    and bare_NAME: of each attacker, of covered photos and of photos as they are; all_NAME: among
    all people, where a few searches more or less make much of a difference."""
    shots = several(shots)
    names = [shot.sample.identity for shot in shots]
    people = np.unique(names, return_inverse=True)[1]
    attackers = [name for name in codes[shots[0].sample.name] if name != CHIP]
    found = {name: searched(people, stacked(shots, codes, name)) for name in attackers}
    plain = {name: searched(people, stacked(shots, bare, name)) for name in attackers}
    chance = 1 / min(FEW, int(people.max()) + 1)

    def score(weights: Floats) -> Mapping[str, float]:
        each = {name: one.rank_1_of(FEW, weights) for name, one in found.items()}
        best = max(each.values())
        return {
            "rank_1": best,
            "chance": chance,
            "times_chance": best / chance,
            **{f"rank_1_{name}": value for name, value in each.items()},
            **{f"all_{name}": one.rank_1(weights) for name, one in found.items()},
            **{f"bare_{name}": one.rank_1_of(FEW, weights) for name, one in plain.items()},
        }

    return Measured(
        identities=tuple(names),
        score=score,
        n=len(shots),
        skipped=skipped,
        counts={"people": int(people.max()) + 1},
        samples=[shot.sample for shot in shots],
    )


def several(shots: Sequence[Shot]) -> list[Shot]:
    """Those of people of whom two photos or more are left."""
    names = [shot.sample.identity for shot in shots]
    return [shot for shot in shots if names.count(shot.sample.identity) > 1]


def stacked(shots: Sequence[Shot], codes: Mapping[str, Codes], name: str) -> Row:
    """N x D; a face that the attacker cannot read is nought."""
    rows = [codes[shot.sample.name][name] for shot in shots]
    wide = max(len(row) for row in rows if row is not None)
    return np.stack([np.zeros(wide, np.float32) if row is None else row for row in rows])


ANONYMISE = register(
    Benchmark(
        name="anonymise",
        title="Covered faces against whoever knows the method",
        asks=ANONYMISATION.name,
        metrics=("rank_1", "chance", "times_chance", "rank_1_*", "all_*", "bare_*"),
        reads=PEOPLE_EXPECT,
        run=run,
        on_card={
            "rank_1": "found again among 50 people by the best of its attackers",
            "chance": "the same by chance",
            "times_chance": "times chance",
        },
        asked="searches",
        lower_is_better=True,
    )
)  # fmt: skip
