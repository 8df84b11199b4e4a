"""Judges whether a face is the genuine face of a protected person, by that person's true photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.authenticity import identity_comparing, identity_kinds, identity_shape
from ml.authenticity.identity_comparing import Compared, compared, odds
from ml.authenticity.identity_kinds import KINDS, Face, apart, measured
from ml.authenticity.surround_code import SURROUND
from ml.contracts import EMBEDDING, FACE_CODE, MESH, POSE, Case, Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Claim, Finding, Reading

NAME = "identity-check"
FEWEST = 5  # true photos
# A true photo whose embedding is on the whole farther from the others than this (1 - cosine) shows
# somebody else, or little: one in a thousand photos of one person is, and of strangers put among
# five photos more than nineteen in twenty (`python -m tests.fitting.identity LFW`).
DISAGREES = 0.15
GENUINE, CHANGED = "same person, genuine", "same person, manipulated"
ALIKE, UNSURE = "look-alike", "cannot tell"
NAMES = (GENUINE, CHANGED, ALIKE, UNSURE)
NOBODY, NO_FACE, UNLIKE = "no true photos were given", "no face was found", "unlike the others"


@dataclass(frozen=True, slots=True)
class Likest:
    """Whom the reasons are about. face: the one most like the person, None where there is none.
    agree: which of the case's references it was compared with, () where it was with none."""

    face: int | None
    agree: tuple[int, ...]


IDENTITY: Task[Likest] = Task("identity", "Is it really that person", Likest, group=Group.EVIDENCE)

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,140 trials, 0 not read",
        "2026-11-28",
        "manage.py evaluate identity --data lfw --models identity-check --seed 0",
        {
            "AUC, swaps against controls": "97.0 % (95.6 to 98.1)",
            "the same by the embedding alone": "94.5 % (92.7 to 96.1)",
            "AUC, nearest strangers against genuine photos": "99.5 % (98.9 to 99.9)",
            "strangers by the embedding alone": "99.6 % (99.0 to 99.9)",
            "genuine photos spoken against": "7.1 % (4.0 to 10.7)",
            "swaps spoken against": "89.0 % (85.2 to 93.0)",
            "calibration error": "3.6 % (2.4 to 6.4)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Identity check against true photos",
        task=IDENTITY,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, FACE_CODE, EMBEDDING, SURROUND),
        paper=(
            "Agarwal et al., Protecting World Leaders Against Deep Fakes, 2019, for judging by one "
            "person's own photos; leave-one-out distances and logistic regression"
        ),
        known_limits=(
            "Measured on faces swapped by warp and blending and on the nearest strangers of one "
            "set of press photos: faces made by networks that learned the person were not to be "
            "had, and a new haircut, a disguise or photos many years apart speak against a genuine "
            "face. Photos whose face, pose or descriptors were not read never became trials, so "
            "that 0 not read says little; genuine photos spoken against are half as they come and "
            "half processed like a swap. Every face gets probabilities, but only the one most like "
            "the person gets reasons: a bystander claims nothing. A probability here is of "
            "evidence, never a verdict."
        ),
        measured=MEASURED,
    )
)
class IdentityCheck(Model):
    """Four probabilities a face, adding to 100 %, and the reasons for the face most like the
    person."""

    def run(self, view: View) -> Output:
        if view.case is None or not view.case.references:
            return nothing(len(view.faces), NOBODY)
        true = enrolled(view.case)
        told = (Reading(NAME, "true photos that disagree", true.disagree),)
        if not view.faces:
            return replace(nothing(0, NO_FACE), readings=told)
        if len(true.faces) < FEWEST:
            few = nothing(len(view.faces), true.few)
            return replace(few, readings=(*told, *few.readings))
        found = [judged(measured(view, face), true) for face in range(len(view.faces))]
        likest = most_like(found)
        readings = [one for face, it in enumerate(found) for one in said(face, it)]
        findings = tuple(reasons(likest, found[likest]))
        agree = true.places if isinstance(found[likest], Judged) else ()
        data = Likest(likest, agree)
        return Output(readings=(*told, *readings), findings=findings, data=data)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The true faces that agree. places: of their photos among the references. disagree: how many
    photos do not, few: why there are too few, where there are. Neither names a photo: what is kept
    here outlives it."""

    faces: tuple[Face, ...]
    places: tuple[int, ...]
    disagree: str
    few: str


def enrolled(case: Case) -> Enrolled:
    """The true photos that can be compared with, those that disagree with the others left out."""
    seen = [
        NO_FACE if one.face is None else measured(one.view, one.face) for one in case.references
    ]
    faces = {place: face for place, face in enumerate(seen) if isinstance(face, Face)}
    odd = outliers(faces)
    out = Counter(
        UNLIKE if place in odd else str(it)
        for place, it in enumerate(seen)
        if place in odd or place not in faces
    )
    kept = {place: face for place, face in faces.items() if place not in odd}
    few = f"at least {FEWEST} true photos are needed, {len(kept)} can be used"
    left = ", ".join(f"{count} ({why})" for why, count in out.items())
    told = f"{few}; left out: {left}" if out else few
    return Enrolled(tuple(kept.values()), tuple(kept), disagreeing(len(odd), len(seen)), told)


def disagreeing(odd: int, count: int) -> str:
    """How many of so many true photos disagree, in words."""
    return f"{odd} of {count}: the person's page says which" if odd else "none"


def outliers(faces: Mapping[int, Face]) -> list[int]:
    """Those farther from the rest than photos of one person are; the farthest is taken out first,
    for it draws others along."""
    left, odd = dict(faces), []
    while len(left) > 2:
        far = {
            place: apart(face.embedding, [o.embedding for at, o in left.items() if at != place])
            for place, face in left.items()
        }
        worst = max(far, key=lambda place: far[place])
        if far[worst] <= DISAGREES:
            break
        odd.append(worst)
        del left[worst]
    return odd


@dataclass(frozen=True, slots=True)
class Judged:
    """All kinds of evidence on a face. farthest: its least likely proportion, in words."""

    kinds: tuple[Compared, ...]
    farthest: str


def judged(face: Face | str, true: Enrolled) -> Judged | str:
    """The evidence on a face, or why there is none."""
    if isinstance(face, str):
        return face
    shapes = [one.shape for one in true.faces]
    found = tuple(compared(kind, face, true.faces) for kind in KINDS)
    return Judged(found, identity_shape.farthest(face.shape, shapes))


def most_like(found: Sequence[Judged | str]) -> int:
    """The face whose embedding is nearest: of several, the one that is said to be the person."""
    near = [np.inf if isinstance(one, str) else one.kinds[0].value for one in found]
    return int(np.argmin(near))


def said(face: int, found: Judged | str) -> Iterator[Reading]:
    """The probabilities in %: what cannot be told is taken off, the rest shared by likelihood."""
    if isinstance(found, str):
        for name in NAMES:
            yield Reading(NAME, name, None, face=face, unit="%", note=found)
        return
    likely = odds(sum(one.swapped for one in found.kinds), sum(one.alike for one in found.kinds))
    shares = (likely.genuine, likely.swapped, likely.alike)
    told = [round(100 * (1 - likely.unsure) * one, 1) for one in shares]
    for name, share in zip(NAMES, [*told, round(100 - sum(told), 1)], strict=True):
        yield Reading(NAME, name, share, face=face, unit="%")


def reasons(face: int, found: Judged | str) -> Iterator[Finding]:
    """A finding a kind of evidence, strongest first."""
    if isinstance(found, str):
        yield silent(face, found)
        return
    each = zip(found.kinds, identity_comparing.weights(found.kinds), strict=True)
    for one, weight in sorted(each, key=lambda pair: -abs(pair[1])):
        more = f"; {found.farthest}" if one.kind.unlike is identity_kinds.of_proportions else ""
        yield Finding(
            NAME, one.kind.title, in_words(one) + more, Claim.IDENTITY,
            weight, one.kind.reliability, face,
        )  # fmt: skip


def in_words(one: Compared) -> str:
    """How far from the true photos, beside how far these are from each other."""
    if one.value > one.high:
        word = "unlike the true photos"
    elif one.deviation > 1:
        word = "somewhat unlike the true photos"
    else:
        word = "as in the true photos"
    return f"{word} ({one.value:.2f}; these among themselves {one.low:.2f} to {one.high:.2f})"


def silent(face: int | None, why: str) -> Finding:
    return Finding(NAME, "identity", None, Claim.IDENTITY, face=face, note=why)


def nothing(faces: int, why: str) -> Output:
    """That nothing could be measured of any face."""
    readings = tuple(one for face in range(faces) for one in said(face, why))
    return Output(readings=readings, findings=(silent(None, why),), data=Likest(None, ()))
