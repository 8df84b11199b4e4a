"""What is wished of a disguise, what it is made with, and one face's making."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.contracts import FaceNetwork
from ml.contracts.disguising import IN_TURN, OTHER, OWN, TARGET
from ml.pipelines import Context
from ml.protection import disguise, recognisers
from ml.protection.attack import Effort
from ml.protection.faces_chosen import Chosen
from ml.protection.kinds import Make
from ml.protection.proof import Against
from ml.protection.recognisers import Judges, Vectors
from ml.registry import ModelCard

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What a person asked for, of either kind. make: the disguise. facts: for the file and the
    proof. hold_out: IN_TURN, NOTHING or a recogniser's name. strength: see disguise.made.
    others_used: whether other photos of the person take part in making; else the proof alone is
    told of them."""

    kind: str
    make: Make
    effort: Effort
    aim: str
    hold_out: str
    seed: int
    file: str
    strength: float = 1.0
    others_used: bool = True
    facts: dict[str, str | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """judges: all recognisers; networks: of those that the disguise is made against, used; others,
    target: vectors of the faces to compare with; others_used: see Wish."""

    judges: Judges
    networks: Mapping[str, FaceNetwork]
    used: tuple[ModelCard, ...]
    others: tuple[Vectors, ...]
    target: Vectors | None
    others_used: bool

    def against(self, own: Vectors) -> Against:
        faces = {OWN: own}
        if self.others:
            faces[OTHER] = self.others[0]
        if self.target is not None:
            faces[TARGET] = self.target
        return Against(faces)


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """A face that was disguised: its vectors before, the box quality is told of, seconds."""

    chosen: Chosen
    own: Vectors
    inner: tuple[int, int, int, int]
    seconds: float


def stepping(
    wish: Wish, shop: Workshop, context: Context, face: int, faces: int
) -> Callable[[int, int], None]:
    """Tells how far it is: first every face, then what is tried with each, step by step."""
    trials = len(shop.used) if in_turn(wish, shop) else 0
    total = faces * (1 + trials) * wish.effort.most + 1

    def told(round_: int, step: int) -> None:
        before = (faces + face * trials + round_ - 1) if round_ else face
        what = "Changing" if not round_ else "Proving what was made of"
        done = before * wish.effort.most + step
        context.progress(done, total, f"{what} face {face + 1} of {faces}")

    return told


def in_turn(wish: Wish, shop: Workshop) -> bool:
    return wish.hold_out == IN_TURN and len(shop.used) > 1 and wish.effort.most > 0


def made(
    wish: Wish,
    shop: Workshop,
    pixels: Pixels,
    one: Chosen,
    own: Vectors,
    used: Sequence[ModelCard],
    step_done: Callable[[int], None],
) -> disguise.Made | None:
    """None where the face is too small for all those recognisers."""
    names = [card.name for card in used if card.name in own]
    if not names:
        return None
    known = shop.others if shop.others_used else ()
    others = {name: [seen[name] for seen in known if name in seen] for name in names}
    towards = {name: shop.target[name] for name in names if shop.target and name in shop.target}
    limits = recognisers.limits(used)
    aim = disguise.aim({name: own[name] for name in names}, others, towards, limits)
    networks = {name: shop.networks[name] for name in names}
    return disguise.made(
        pixels, one.mesh, one.face.box, wish.make, networks, aim, wish.effort, wish.seed, step_done,
        wish.strength, one.head,
    )  # fmt: skip
