"""What is usual among true photos of a person, and what each kind of evidence weighs, for
ml.authenticity.identity_*: `python -m tests.fitting.identity LFW`.

Everything is fitted to the half of the people that `manage.py evaluate identity` leaves out: the
proportions' spreads by their photos, what is usual by their enrolled photos, each against the
others, and a logistic regression of swaps and nearest strangers against genuine photos, as they
come and processed. It prints the tables to put into the code.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special
from sklearn.metrics import roc_auc_score

from ml import registry
from ml.authenticity import identity_comparing, identity_kinds, identity_shape
from ml.authenticity.identity_check import NAME
from ml.authenticity.identity_comparing import compared, others
from ml.authenticity.identity_kinds import KINDS, Face, Kind, measured
from ml.authenticity.identity_shape import Proportion
from ml.contracts import AGE, MESH, POSE, Pose, View
from ml.evaluation.benchmarks.identity import CLASSES, EXPECTS, GENUINE, STRANGERS
from ml.evaluation.benchmarks.orientation import photos
from ml.evaluation.impostures import ENROLLED, Trial, of_half, trials
from ml.evaluation.impostures import Kind as Shown
from ml.evaluation.looking import answers, installed, reading
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import FITTED, Sample, read, stable
from ml.frontal import frontal
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Floats = NDArray[np.float64]
PENALTY = 0.003  # on the squares of factors, so that several kinds count and not the best alone
LEAST = 0.02  # a smaller factor is none
Spoken = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A trial's face beside the true ones."""

    kind: Shown
    person: str
    face: Face
    true: tuple[Face, ...]


def proportions(
    meshes: Sequence[NDArray[Any]], poses: Sequence[Pose], people: Sequence[str]
) -> tuple[Proportion, ...]:
    """The table with its spreads: least squares of the logarithms on |yaw| and pitch, and what is
    left within and between people."""
    points = [frontal(mesh) for mesh in meshes]
    turned = np.array([(1.0, abs(pose.yaw), pose.pitch) for pose in poses])
    numbers = np.unique(people, return_inverse=True)[1]
    counts = np.bincount(numbers)
    found = []
    for one in identity_shape.PROPORTIONS:
        logs = np.array([np.log(np.linalg.norm(p[one.first] - p[one.second])) for p in points])
        slopes = np.linalg.lstsq(turned, logs, rcond=None)[0]
        left = logs - turned @ slopes
        means = np.bincount(numbers, left) / counts
        own = np.square(left - means[numbers]).sum() / (len(left) - len(counts))
        between = max(means.var() - own * (1 / counts).mean(), 1e-6)
        found.append(
            replace(
                one, typical=round(float(slopes[0]), 4), by_yaw=round(float(slopes[1]), 5),
                by_pitch=round(float(slopes[2]), 5), own=round(float(np.sqrt(own)), 4),
                others=round(float(np.sqrt(between)), 4),
            )
        )  # fmt: skip
    return tuple(found)


def usual(kind: Kind, enrolled: Sequence[tuple[Face, ...]]) -> Kind:
    """The kind with mean and standard deviation of each true photo against the others."""
    values = [kind.unlike(one, others(true, one)) for true in enrolled for one in true]
    return replace(kind, usual=round(float(np.mean(values)), 3), spread=round(np.std(values), 3))


def weighed(deviations: Floats, classes: NDArray[np.intp]) -> list[Spoken]:
    """Factor and middle of each kind for a swap (class 1) and a stranger (2), each against a
    genuine face (0). What a middle between both groups' means leaves of the constant term is laid
    on the kinds by their share in telling the groups apart."""
    constants, factors = softmax(deviations, classes)
    factors = np.where(factors < LEAST, 0.0, factors)
    found = []
    for group in (1, 2):
        means = deviations[classes == group].mean(0), deviations[classes == 0].mean(0)
        parts = np.abs(factors[group - 1] * (means[0] - means[1]))
        middle = (means[0] + means[1]) / 2
        left = float(constants[group - 1] + factors[group - 1] @ middle)
        shifts = left * parts / parts.sum()
        pairs = zip(factors[group - 1], middle, shifts, strict=True)
        found.append([(f, m - s / f) if f else (0.0, 0.0) for f, m, s in pairs])
    rounded = [[(round(float(f), 3), round(float(m), 3)) for f, m in one] for one in found]
    return list(zip(*rounded, strict=True))


def softmax(deviations: Floats, classes: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Logistic regression of three classes that count alike, class 0 the one that the others are
    set against: 2 constants, and 2 x K factors, none below nought (being unlike the true photos
    speaks for no face)."""
    rows = np.column_stack([np.ones(len(deviations)), deviations])
    each = 1 / (3 * np.bincount(classes)[classes])
    target = np.eye(3)[classes]

    def cost(flat: Floats) -> tuple[float, Floats]:
        free = flat.reshape(2, -1)
        scores = np.column_stack([np.zeros(len(rows)), rows @ free.T])
        likely = special.softmax(scores, axis=1)
        loss = -float(each @ special.log_softmax(scores, axis=1)[target == 1])
        slope = (each[:, None] * (likely - target)).T[1:] @ rows
        held = np.column_stack([np.zeros(2), free[:, 1:]])
        return loss + PENALTY / 2 * float((held**2).sum()), (slope + PENALTY * held).ravel()

    bounds = [(None, None), *((0, None) for _ in range(deviations.shape[1]))]
    start = np.zeros(2 * rows.shape[1])
    found = optimize.minimize(cost, start, jac=True, bounds=bounds * 2, method="L-BFGS-B")
    free = found.x.reshape(2, -1)
    return free[:, 0], free[:, 1:]


def fitted(tried: Sequence[Tried]) -> tuple[Kind, ...]:
    """The kinds with all their numbers."""
    enrolled = list({id(one.true): one.true for one in tried}.values())
    kinds = [usual(kind, enrolled) for kind in KINDS]
    deviations = np.array(
        [[compared(kind, one.face, one.true).deviation for kind in kinds] for one in tried]
    )
    spoken = weighed(deviations, np.array([CLASSES[one.kind] for one in tried]))
    return tuple(
        replace(kind, swapped=one[0], alike=one[1]) for kind, one in zip(kinds, spoken, strict=True)
    )


def report(tried: Sequence[Tried], kinds: Sequence[Kind]) -> None:
    """How well they tell, each alone and all together, the people they were fitted to."""
    shown = np.array([one.kind for one in tried])
    found = [[compared(kind, one.face, one.true) for kind in kinds] for one in tried]
    deviations = np.array([[one.deviation for one in row] for row in found])
    weights = np.array([sum(identity_comparing.weights(row)) for row in found])
    for title, false, true in (
        ("swaps against controls", (Shown.SWAP,), (Shown.CONTROL,)),
        ("nearest strangers against genuine photos", STRANGERS, GENUINE),
    ):
        rows = np.isin(shown, (*false, *true))
        truth = np.isin(shown[rows], false)
        print(f"{title}: AUC {roc_auc_score(truth, weights[rows]):.4f}")
        for number, kind in enumerate(kinds):
            print(f"  {kind.title}: {roc_auc_score(truth, deviations[rows, number]):.3f}")


def apart(tried: Sequence[Tried]) -> None:
    """Distances of a true photo's embedding from the others, and of a stranger's put among them."""
    true = {id(one.true): one.true for one in tried}.values()
    own = [
        identity_kinds.apart(one.embedding, [o.embedding for o in others(faces, one)])
        for faces in true
        for one in faces
    ]
    far = [
        identity_kinds.apart(faces[0].embedding, [one.embedding for one in strange[1:]])
        for faces in true
        for strange in true
        if strange is not faces
    ]
    print("a true photo from the others", np.quantile(own, (0.5, 0.95, 0.99, 0.999)).round(3))
    print("a stranger among them", np.quantile(far, (0.001, 0.01, 0.05, 0.5)).round(3))


def face_of(view: View | None) -> Face | None:
    found = "" if view is None else measured(view, 0)
    return found if isinstance(found, Face) else None


def tried_of(shown: Sequence[Trial]) -> list[Tried]:
    found, true = [], {}
    for one in shown:
        if one.view is None or one.view.case is None:
            continue
        references = one.view.case.references
        if one.person not in true:
            faces = [face_of(reference.view) for reference in references]
            true[one.person] = tuple(face for face in faces if face is not None)
        face = face_of(one.view)
        if face is not None:
            found.append(Tried(one.kind, one.person, face, true[one.person]))
    return found


def ages(setting: Setting, samples: Sequence[Sample[None]]) -> None:
    """What ml.authenticity.identity_age needs: how far a photo's apparent age is from the mean of
    five enrolled ones, of the same person and of others."""
    card = registry.best(AGE, installed(setting.pool.weights))
    assert card is not None
    photos_of = of_half(samples, FITTED, None)
    shown = [sample for own in photos_of.values() for sample in own]
    told = answers(setting, shown, reading, [card.name])[card.name]
    by_name = {s.name: float(r.value) for s, r in zip(shown, told, strict=True) if r is not None}
    each = {
        person: [by_name[name] for name in stable([s.name for s in own]) if name in by_name]
        for person, own in photos_of.items()
    }
    means = {person: float(np.mean(own[:ENROLLED])) for person, own in each.items()}
    own = [age - means[person] for person, seen in each.items() for age in seen[ENROLLED:]]
    far = [
        age - mean
        for person, mean in means.items()
        for other, seen in each.items()
        if other != person
        for age in seen[ENROLLED:]
    ]
    print(f"apparent age: own photos differ by {np.std(own):.1f} years, others' {np.std(far):.1f}")


def main(data: Path) -> None:
    registry.discover()
    setting = Setting(data, (), Pool(Weights(weights_folder())))
    samples = read(data, (photos,), EXPECTS)
    cards = [registry.get(NAME).card]
    shown = list(trials(setting, cards, samples, FITTED))
    true = {
        (one.person, reference.name): reference.view
        for one in shown
        if one.view is not None and one.view.case is not None
        for reference in one.view.case.references
    }
    views = list(true.values())
    meshes = [view.data(MESH).points[0] for view in views]
    poses = [view.data(POSE).poses[0] for view in views]
    people = [person for person, _ in true]
    identity_shape.PROPORTIONS = proportions(meshes, poses, people)  # type: ignore[misc]
    tell(tried_of(shown))
    ages(setting, samples)


def tell(tried: Sequence[Tried]) -> None:
    for one in identity_shape.PROPORTIONS:
        print(one)
    kinds = fitted(tried)
    for kind in kinds:
        print(kind.title, kind.usual, kind.spread, kind.swapped, kind.alike)
    report(tried, kinds)
    apart(tried)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
