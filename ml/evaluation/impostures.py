"""Trials of an identity check: genuine photos, the nearest strangers, and swaps with controls.

Of each person of a half the first five photos are enrolled and up to three others tried. Everything
is drawn by the photos' names, so that the same data give the same trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from math import dist
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import DETECTION, EMBEDDING, FACE_CODE, MESH, POSE, Case, Output, Reference, View
from ml.evaluation import swaps
from ml.evaluation.looking import decoded, needed
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import BadData, Sample, half, stable
from ml.evaluation.swaps import Seen
from ml.registry import ModelCard, Task
from ml.types import Face, Picture

Floats = NDArray[np.float64]
ENROLLED, TRIED, STRANGERS = 5, 3, 3  # photos of a person, and strangers most alike
# A swap's host is drawn from HOSTS photos of others with the nearest skin colour, of TURNED photos
# of those of the same apparent gender whose heads are turned most alike: what a faker would look
# for.
TURNED, HOSTS = 60, 15
SKIN = [50, 280, 101, 330, 205, 425, 151]  # vertices on cheeks and forehead
SCALES = (0.8, 1.2)  # of the copy that a control's face is taken from


class Kind(StrEnum):
    GENUINE = "genuine"
    CONTROL = "control"
    SWAP = "swap"
    STRANGER = "stranger"
    STRANGER_CONTROL = "stranger, processed"


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A photo said to show a person. view: as the models before the judged one see it, with the
    case; None where no face was found on it. photo: whose pixels they are; host: onto whose photo.
    """

    kind: Kind
    person: str
    photo: str
    view: View | None
    host: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A photo whose face was read, and what a draw asks of it."""

    name: str
    file: Path
    person: str
    view: View
    vector: Floats
    turn: Floats
    skin: Floats
    male: bool

    @property
    def seen(self) -> Seen:
        return Seen(self.view.picture, mesh_of(self.view))


class Looker:
    """Shows photos to the models that a judge of identity needs."""

    def __init__(self, setting: Setting, cards: Sequence[ModelCard]) -> None:
        self.pool = setting.pool
        self.before = needed(cards, setting.pool.weights)

    def view(self, picture: Picture, case: Case | None = None) -> View | None:
        """The photo with its middle face alone; None where it has none."""
        outputs: dict[Task[Any], Output] = {}
        view = View(picture)
        for card in self.before:
            output = self.pool.run(card.name, view)
            if card.task == DETECTION:
                faces = middle(output.faces, picture)
                if not faces:
                    return None
                output = Output(faces=faces)
                view = View(picture, faces, outputs, case=case)
            outputs[card.task] = output
        return view


def middle(faces: Sequence[Face], picture: Picture) -> tuple[Face, ...]:
    """The face nearest to the photo's middle, alone; none where there is none."""
    place = picture.size[0] / 2, picture.size[1] / 2
    return tuple(sorted(faces, key=lambda face: dist(face.box.centre, place))[:1])


def trials(
    setting: Setting, cards: Sequence[ModelCard], samples: Sequence[Sample[None]], part: int
) -> Iterator[Trial]:
    """Of every person of that half, person by person.

    Raises:
        BadData: nobody there has photos enough.
    """
    looker = Looker(setting, cards)
    people = of_half(samples, part, setting.limit)
    chosen = [sample for photos in people.values() for sample in photos]
    known = list(read(setting, looker, chosen))
    by_person: dict[str, list[Known]] = {}
    for one in known:
        by_person.setdefault(one.person, []).append(one)
    for done, (person, photos) in enumerate(by_person.items()):
        setting.progress(done, len(by_person), "Making swaps and their controls")
        ordered = [next(p for p in photos if p.name == n) for n in stable([p.name for p in photos])]
        if len(ordered) > ENROLLED:
            yield from of_person(looker, person, ordered, known)


def of_half(
    samples: Sequence[Sample[None]], part: int, limit: int | None
) -> dict[str, list[Sample[None]]]:
    """The photos of each person of the half with more than ENROLLED of them; limit: of people."""
    people: dict[str, list[Sample[None]]] = {}
    for sample in samples:
        people.setdefault(sample.identity, []).append(sample)
    names = [p for p, own in people.items() if len(own) > ENROLLED and half(p) == part]
    if not names:
        raise BadData(f"Nobody has more than {ENROLLED} photos there: a folder a person is needed.")
    return {name: people[name] for name in stable(names)[:limit]}


def read(setting: Setting, looker: Looker, samples: Sequence[Sample[None]]) -> Iterator[Known]:
    """The photos whose face can be compared."""
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Looking at photos")
        view = None if picture is None else looker.view(picture)
        if view is None or not view.outputs[EMBEDDING].embeddings:
            continue
        pose, (code,) = view.data(POSE).poses[0], view.data(FACE_CODE).codes
        if pose is None or code is None:
            continue
        yield Known(
            sample.name, sample.photo, sample.identity, view, vector(view),
            np.array([pose.yaw, pose.pitch, pose.roll]), skin(view), code.male > 0.5,
        )  # fmt: skip


def of_person(
    looker: Looker, person: str, photos: Sequence[Known], known: Sequence[Known]
) -> Iterator[Trial]:
    references = tuple(Reference(one.view, 0, one.name) for one in photos[:ENROLLED])
    case = Case(photos[0].file, references=references)
    others = [one for one in known if one.person != person]
    for one in photos[ENROLLED : ENROLLED + TRIED]:
        yield Trial(Kind.GENUINE, person, one.name, with_case(one.view, case))
        yield from processed(looker, Kind.CONTROL, person, one, case)
        made = swapped(one, others)
        if made is not None:
            host, picture = made
            yield Trial(Kind.SWAP, person, one.name, looker.view(picture, case), host.name)
    for one in strangers(photos[:ENROLLED], others):
        yield Trial(Kind.STRANGER, person, one.name, with_case(one.view, case))
        yield from processed(looker, Kind.STRANGER_CONTROL, person, one, case)


def with_case(view: View, case: Case) -> View:
    return View(view.picture, view.faces, view.outputs, case=case)


def processed(looker: Looker, kind: Kind, person: str, one: Known, case: Case) -> Iterator[Trial]:
    """The photo with its own face put through warp, blend and JPEG, where that is possible."""
    draw = by_name(one.name)
    x, y = draw.uniform(0, 1, 2)
    made = swaps.control(one.seen, float(draw.uniform(*SCALES)), (float(x), float(y)))
    if made is not None:
        yield Trial(kind, person, one.name, looker.view(made, case))


def swapped(one: Known, others: Sequence[Known]) -> tuple[Known, Picture] | None:
    """The face on another's photo; None where it fits none of those drawn."""
    same = [other for other in others if other.male == one.male]
    same.sort(key=lambda other: float(np.abs(other.turn - one.turn).max()))
    near = sorted(same[:TURNED], key=lambda other: float(np.linalg.norm(other.skin - one.skin)))
    for number in by_name(one.name).permutation(len(near[:HOSTS])):
        made = swaps.swap(one.seen, near[number].seen)
        if made is not None:
            return near[number], made
    return None


def strangers(enrolled: Sequence[Known], others: Sequence[Known]) -> list[Known]:
    """The photos most like the enrolled ones, each of somebody else."""
    middle = np.mean([one.vector for one in enrolled], axis=0)
    nearest_of: dict[str, Known] = {}
    for one in sorted(others, key=lambda other: float(np.linalg.norm(other.vector - middle))):
        nearest_of.setdefault(one.person, one)
    return list(nearest_of.values())[:STRANGERS]


def by_name(name: str) -> np.random.Generator:
    return np.random.default_rng(int(sha256(name.encode()).hexdigest()[:8], 16))


def mesh_of(view: View) -> NDArray[np.float32]:
    mesh: NDArray[np.float32] | None = view.data(MESH).points[0]
    if mesh is None:
        raise LookupError("The face has no mesh.")
    return mesh


def vector(view: View) -> Floats:
    return view.outputs[EMBEDDING].embeddings[0].array.astype(np.float64)


def skin(view: View) -> Floats:
    """The median colour of cheeks and forehead, CIE Lab of 8 bits."""
    import cv2

    wide, high = view.picture.size
    places = np.clip(mesh_of(view)[SKIN, :2].round().astype(int), 2, [wide - 3, high - 3])
    lab: Any = cv2.cvtColor(view.picture.pixels, cv2.COLOR_RGB2LAB)
    seen = [lab[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3) for x, y in places]
    return np.median(np.vstack(seen).astype(np.float64), axis=0)
