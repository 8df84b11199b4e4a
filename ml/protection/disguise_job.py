"""One photo's disguises: every chosen face, the file, and the proof of how far it reaches.

The proof is of the file: what recognisers make of it once it is saved and opened again, with all
faces disguised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.contracts import KnownFace
from ml.contracts.disguising import HIDE, IN_TURN, NOTHING, PASS_FOR
from ml.errors import MLError
from ml.pipelines import Context
from ml.protection import disguise, faces_chosen, proving, recognisers, records, workshop
from ml.protection.faces_chosen import Chosen
from ml.protection.recognisers import Judges, Vectors, akin
from ml.protection.workshop import Wish, Worked, Workshop
from ml.registry import ModelCard
from ml.types import Box, Picture, Ran, Report

Pixels = NDArray[np.uint8]
UNREAD = (
    "Face {number} is too small for every recogniser that a photo could be changed against. Blur "
    "it instead."
)
TOO_MUCH = (
    "Face {number} shows more of it than the limit allows: what was asked for changes that much by "
    "itself."
)


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
    shop = workshop_for(wish, inputs, context)
    pixels, worked, notes = picture.pixels, [], [*wish.notes, *found.left_out, *picture.notes]
    for count, one in enumerate(found.chosen):
        told = workshop.stepping(wish, shop, context, count, len(found.chosen))
        made, work = _worked(wish, shop, picture, pixels, one, told)
        pixels = made.pixels
        worked.append(work)
        notes += [TOO_MUCH.format(number=one.number + 1)] * (not made.within)
    photo = records.saved(wish.file, pixels)
    sheets = []

    def opened(pixels: Pixels) -> Pixels:
        return records.saved(wish.file, pixels).pixels

    for count, work in enumerate(worked):
        told = workshop.stepping(wish, shop, context, count, len(worked))
        sheets.append(proving.sheet(wish, shop, picture, photo.pixels, work, told, opened))
    report = Report(
        picture.size, found.faces, notes=tuple(notes), runs=(Ran(wish.kind, wish.kind, "", 1),)
    )
    return records.told(report, wish.kind, photo, wish.facts, picture.pixels, sheets,
                        context.scratch)  # fmt: skip


def check(wish: Wish, inputs: DisguiseInputs) -> None:
    """Raises:
    MLError: the aim and the faces given contradict each other.
    """
    if wish.aim == PASS_FOR and inputs.target is None:
        raise MLError("Choose whose face it is to be taken for.")
    if wish.aim == HIDE and inputs.target is not None:
        raise MLError("A face to be taken for was chosen, but the aim is not to be recognised.")


def workshop_for(wish: Wish, inputs: DisguiseInputs, context: Context) -> Workshop:
    """What such a wish is worked with.

    Raises:
        MLError: the recogniser to hold out is not here, or none is left to work against.
    """
    cards = recognisers.present(context.pool, inputs.models)
    held = [card for card in cards if card.name == wish.hold_out]
    if wish.hold_out not in (IN_TURN, NOTHING) and not held:
        raise MLError(f"{wish.hold_out} is not installed here.")
    able = recognisers.followable(cards)
    used = [card for card in able if not akin(card, held)]
    if able and not used:
        raise MLError("Nothing is left to make it against: hold out less.")
    networks = recognisers.followed(context.pool, used)
    judges = Judges(context.pool, tuple(cards), inputs.models)
    asked = [*inputs.others, *([inputs.target] if inputs.target else ())]
    known = tuple(faces_chosen.known(one, judges, inputs.models, context) for one in asked)
    count = len(inputs.others)
    target = known[count] if inputs.target else None
    return Workshop(judges, networks, tuple(used), known[:count], target, wish.others_used)


def _worked(
    wish: Wish,
    shop: Workshop,
    picture: Picture,
    pixels: Pixels,
    one: Chosen,
    told: Callable[[int, int], None],
) -> tuple[disguise.Made, Worked]:
    """One face more."""
    began = perf_counter()
    own = shop.judges.vectors(picture, one.face)
    if shop.target is not None:
        _differ(own, shop.target, shop.used)
    made = workshop.made(wish, shop, pixels, one, own, shop.used, lambda step: told(0, step))
    if made is None:
        raise MLError(UNREAD.format(number=one.number + 1))
    return made, Worked(one, own, made.inner, perf_counter() - began)


def _differ(own: Vectors, target: Vectors, used: Sequence[ModelCard]) -> None:
    """Raises:
    MLError: a recogniser takes the face and the target for one person already.
    """
    for card in used:
        limit = recognisers.decision(card)
        there = card.name in own and card.name in target
        if there and limit and recognisers.distance(own[card.name], target[card.name]) < limit:
            raise MLError("The face to be taken for is the same person's. Choose another's.")
