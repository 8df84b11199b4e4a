"""One photo's disguises: every chosen face, the file, and the proof of how far it reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.contracts import FaceNetwork, KnownFace
from ml.errors import MLError
from ml.pipelines import Context
from ml.protection import disguise, faces_chosen, proof, recognisers, records, skin_tone
from ml.protection.attack import Effort
from ml.protection.faces_chosen import Chosen
from ml.protection.kinds import Make
from ml.protection.proof import OTHER, OWN, TARGET, Against
from ml.protection.recognisers import Judges, Vectors, akin
from ml.registry import ModelCard
from ml.types import JSON, Box, Picture, Ran, Report

Pixels = NDArray[np.uint8]
IN_TURN, NOTHING = "each in turn", "nothing"
HIDE, PASS_FOR = "not to be recognised", "to be taken for another face"
TRIED = ("as it is", "JPEG 75", "half size, JPEG 75")  # journeys of what was made without one


@dataclass(frozen=True, slots=True)
class DisguiseInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces:
    which to protect, () for all that are fit for it. others: the person's face on other photos,
    for a photo with one chosen face. target: whom to be taken for."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    others: tuple[KnownFace, ...] = ()
    target: KnownFace | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What a person asked for, of either kind. make: the disguise. facts: for the file and the
    proof. hold_out: IN_TURN, NOTHING or a recogniser's name. strength: see disguise.made."""

    kind: str
    make: Make
    effort: Effort
    aim: str
    hold_out: str
    seed: int
    file: str
    strength: float = 1.0
    facts: dict[str, str | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """judges: all recognisers; networks: of those that can be followed; used: those that the
    disguise is made against; others, target: vectors of the faces to compare with."""

    judges: Judges
    networks: dict[str, FaceNetwork]
    used: tuple[ModelCard, ...]
    others: tuple[Vectors, ...]
    target: Vectors | None

    def against(self, own: Vectors) -> Against:
        faces = {OWN: own}
        if self.others:
            faces[OTHER] = self.others[0]
        if self.target is not None:
            faces[TARGET] = self.target
        return Against(faces)


def disguised(wish: Wish, inputs: DisguiseInputs, context: Context) -> Report:
    """The photo with its faces disguised, and the proof.

    Raises:
        MLError: what hinders it, in a sentence.
    """
    check(wish, inputs)
    picture = decode.picture(inputs.photo)
    found = faces_chosen.found(picture, inputs.faces, inputs.models, context)
    if inputs.others and len(found.chosen) > 1:
        raise MLError("Other photos of a person go with one chosen face: choose one.")
    shop = _workshop(wish, inputs, context)
    pixels, sheets = picture.pixels, []
    for count, one in enumerate(found.chosen):
        told = _stepping(wish, shop, context, count, len(found.chosen))
        pixels, sheet = _one(wish, shop, picture, pixels, one, told)
        sheets.append(sheet)
    notes = (*wish.notes, *found.left_out, *picture.notes)
    report = Report(
        picture.size, found.faces, notes=notes, runs=(Ran(wish.kind, wish.kind, "", 1),)
    )
    return records.told(report, wish.kind, wish.file, wish.facts, picture.pixels, pixels, sheets,
                        context.scratch)  # fmt: skip


def check(wish: Wish, inputs: DisguiseInputs) -> None:
    """Raises:
    MLError: the aim and the faces given contradict each other.
    """
    if wish.aim == PASS_FOR and inputs.target is None:
        raise MLError("Choose whose face it is to be taken for.")
    if wish.aim == HIDE and inputs.target is not None:
        raise MLError("A face to be taken for was chosen, but the aim is not to be recognised.")


def _workshop(wish: Wish, inputs: DisguiseInputs, context: Context) -> Workshop:
    cards = recognisers.present(context.pool, inputs.models)
    networks = recognisers.followed(context.pool, cards)
    held = [card for card in cards if card.name == wish.hold_out]
    if wish.hold_out not in (IN_TURN, NOTHING) and not held:
        raise MLError(f"{wish.hold_out} is not installed here.")
    used = [card for card in cards if card.name in networks and not akin(card, held)]
    if not used:
        raise MLError("Nothing is left to make it against: hold out less.")
    judges = Judges(context.pool, tuple(cards))
    asked = [*inputs.others, *([inputs.target] if inputs.target else ())]
    known = tuple(faces_chosen.known(one, judges, inputs.models, context) for one in asked)
    count = len(inputs.others)
    target = known[count] if inputs.target else None
    return Workshop(judges, networks, tuple(used), known[:count], target)


def _stepping(
    wish: Wish, shop: Workshop, context: Context, face: int, faces: int
) -> Callable[[int, int], None]:
    """Tells how far it is: round by round of a face, step by step."""
    rounds = 1 + (len(shop.used) if in_turn(wish, shop) else 0)
    total = faces * rounds * wish.effort.steps + 1

    def told(round_: int, step: int) -> None:
        done = (face * rounds + round_) * wish.effort.steps + step
        what = "Changing" if not round_ else "Trying without one recogniser: changing"
        context.progress(done, total, f"{what} face {face + 1} of {faces}")

    return told


def in_turn(wish: Wish, shop: Workshop) -> bool:
    return wish.hold_out == IN_TURN and len(shop.used) > 1


def _one(
    wish: Wish,
    shop: Workshop,
    picture: Picture,
    pixels: Pixels,
    one: Chosen,
    told: Callable[[int, int], None],
) -> tuple[Pixels, JSON]:
    """One face more, and its sheet."""
    began = perf_counter()
    own = shop.judges.vectors(picture, one.face)
    if shop.target is not None:
        _differ(own, shop.target, shop.used)
    made = _made(wish, shop, pixels, one, own, shop.used, lambda step: told(0, step))
    seconds = perf_counter() - began
    against = shop.against(own)
    lines = proof.judged(shop.judges, shop.used, picture, made.pixels, one.face, against)
    tried: list[JSON] = []
    for round_, left in enumerate(shop.used if in_turn(wish, shop) else (), start=1):
        tried += _without(wish, shop, picture, pixels, one, own, left,
                          lambda step, at=round_: told(at, step))  # type: ignore[misc]  # fmt: skip
    return made.pixels, {
        "face": one.number,
        "box": one.face.box.to_json(),
        "inner": list(made.inner),
        "aim": wish.aim,
        "psnr": round(made.psnr, 2),
        "ssim": round(made.ssim, 4),
        "skin tone": {
            "before": rounded(skin_tone.ita(picture.pixels, one.mesh)),
            "after": rounded(skin_tone.ita(made.pixels, one.mesh)),
        },
        "seconds": round(seconds, 1),
        "recognisers": lines,
        "made again without one": tried,
        "warning": proof.UNPROVEN if proof.unproven([*lines, *tried]) else "",
    }


def rounded(angle: float) -> float | None:
    """Degrees (ml.protection.skin_tone); None where no cheek is in the photo."""
    return None if isnan(angle) else round(angle, 1)


def _made(
    wish: Wish,
    shop: Workshop,
    pixels: Pixels,
    one: Chosen,
    own: Vectors,
    used: Sequence[ModelCard],
    step_done: Callable[[int], None],
) -> disguise.Made:
    names = [card.name for card in used if card.name in own]
    others = {name: [seen[name] for seen in shop.others if name in seen] for name in names}
    towards = {name: shop.target[name] for name in names if shop.target and name in shop.target}
    limits = recognisers.limits(used)
    aim = disguise.aim({name: own[name] for name in names}, others, towards, limits)
    networks = {name: shop.networks[name] for name in names}
    return disguise.made(
        pixels, one.mesh, one.face.box, wish.make, networks, aim, wish.effort, wish.seed, step_done,
        wish.strength,
    )  # fmt: skip


def _without(
    wish: Wish,
    shop: Workshop,
    picture: Picture,
    pixels: Pixels,
    one: Chosen,
    own: Vectors,
    left: ModelCard,
    step_done: Callable[[int], None],
) -> list[JSON]:
    """What the recogniser left out says of a disguise that was made against the others alone."""
    used = [card for card in shop.used if card != left and not akin(card, [left])]
    made = _made(wish, shop, pixels, one, own, used, step_done)
    judges = Judges(shop.judges.pool, (left,))
    lines = proof.judged(judges, used, picture, made.pixels, one.face, shop.against(own), TRIED)
    return [line | {"psnr": round(made.psnr, 2), "ssim": round(made.ssim, 4)} for line in lines]


def _differ(own: Vectors, target: Vectors, used: Sequence[ModelCard]) -> None:
    """Raises:
    MLError: a recogniser takes the face and the target for one person already.
    """
    for card in used:
        limit = recognisers.decision(card)
        there = card.name in own and card.name in target
        if there and limit and recognisers.distance(own[card.name], target[card.name]) < limit:
            raise MLError("The face to be taken for is the same person's. Choose another's.")
