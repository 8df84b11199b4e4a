"""Whoever a portrait is made of: the chosen face of a photo, old enough, and what draws it.

Age is looked at here, for that takes the photo; the other rules whoever submits jobs sees to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, cast

from ml import decode, registry
from ml.contracts import AGE, DETECTION, IRIS, MESH, PARSING, PERSON_MASK, POSE, View
from ml.contracts.portraits import Portrayer, Studios
from ml.errors import MLError
from ml.generation import minors
from ml.generation.judging import Facts
from ml.generation.marking import SourceType
from ml.generation.seeing import Seen, needed, seen
from ml.pipelines import Context
from ml.registry import Sensitive, Task
from ml.types import Box, Picture

DRAWN_FROM = (DETECTION, MESH, POSE, IRIS, PARSING, PERSON_MASK)
CHOOSE = "Choose the one face that portraits are made of."
NOT_FOUND = "The chosen face was not found again on its photo. Look for faces again, then choose."
OTHER_PHOTOS = "other photos"  # a fact: the digests of those that it was made of, too
INSTEAD = " It can still be analysed, covered and protected."
SOURCE_TYPE = SourceType.RE_RENDERED.value  # see ml.generation.marking


@dataclass(frozen=True, slots=True)
class PortraitsInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces: where
    the one is. allowed: what sensitive is turned on. adult: a record says that the person is.
    chosen: the other photo that is to be behind, where one is."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...]
    allowed: tuple[Sensitive, ...] = ()
    adult: bool = False
    chosen: tuple[Path, ...] = ()


def sitter(inputs: PortraitsInputs, context: Context, *tasks: Task[Any]) -> tuple[Picture, Seen]:
    """The photo and its chosen face as the models of these tasks see it; old enough as far as that
    is looked at: a record outranks looks.

    Raises:
        Refused: the face may be of somebody under age.
        MLError: none was chosen, or it is not found again.
    """
    if len(inputs.faces) != 1:
        raise MLError(CHOOSE)
    picture = decode.picture(inputs.photo)
    looks = () if inputs.adult else (AGE,)
    models = needed(inputs.models, *DRAWN_FROM, *tasks, *looks)
    found = seen(picture, inputs.faces[0], models, context.pool)
    if found is None:
        raise MLError(NOT_FOUND)
    if not inputs.adult:
        minors.check(found.outputs[AGE].readings)
    return picture, found


def portrayer_of(
    engine: str, side: int, picture: Picture, source: Seen, context: Context
) -> Portrayer:
    """Of the photo alone.

    Raises:
        MLError: no portrait can be made of the face, and why.
    """
    return studios_of(engine, picture, source, context).portrayer(0, side)


def studios_of(engine: str, picture: Picture, source: Seen, context: Context) -> Studios:
    """Of the one face.

    Raises:
        MLError: no portrait can be made of it, and why.
    """
    needs = registry.get(engine).card.needs
    view = View(picture, (source.face,), {task: source.outputs[task] for task in needs})
    studios = cast(Studios, context.pool.run(engine, view).data)
    if why := studios.hindrance(0):
        raise MLError(why + INSTEAD)
    return studios


def origin(engine: str, inputs: PortraitsInputs, source: Seen, *tasks: Task[Any]) -> Facts:
    """For the receipt: what made it, of what. tasks: what was looked at besides."""
    card, box = registry.get(engine).card, source.face.box
    corners = (box.left, box.top, box.right, box.bottom)
    return {
        "back end": card.name,
        "recipe": card.recipe,
        "weights": "; ".join(_digests(needed(inputs.models, *DRAWN_FROM, *tasks))),
        "photo": sha256_of(inputs.photo),
        "face": " ".join(f"{corner:.0f}" for corner in corners),
    }


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _digests(models: Collection[str]) -> list[str]:
    """Of the models that took part and were trained."""
    cards = [registry.get(name).card for name in models]
    return [f"{card.name} {card.digest}" for card in cards if card.digest]
