"""The job "passport": the photo as it is, in the size of an office, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import cast

import numpy as np

from ml import alignment, decode, matting
from ml.contracts import DETECTION, IRIS, MESH, PARSING, PERSON_MASK, POSE, View
from ml.contracts.portraits import Portrayer, Studios
from ml.errors import MLError
from ml.generation.backgrounds import FRINGE, drawn_in
from ml.generation.passport import Laid, Sight, laid
from ml.generation.passport_layouts import LAYOUTS, Layout
from ml.generation.passport_sheets import Paper, saved, sheet
from ml.generation.portraits_mesh import NAME
from ml.generation.seeing import Seen, needed, seen
from ml.pipelines import Context, Pipeline, register
from ml.types import Artifact, Box, Picture, Report

KIND = "passport"
SIDE = 1024  # pixels that the photo is laid out from
DRAWN_FROM = (MESH, POSE, IRIS, PARSING, PERSON_MASK)
BY_TITLE = {layout.title: layout for layout in LAYOUTS.values()}
OWN, PLAIN = "as in the photo", "plain"
CHOOSE = "Choose the one face whose passport photo is laid out."
NO_LAYOUT = "Choose the size: which office is the photo for?"
NOT_FOUND = "The chosen face was not found again on its photo. Look for faces again, then choose."
NO_FAULT = "nothing that is measured here"


@dataclass(frozen=True, slots=True)
class PassportOptions:
    """Whose photo, for which office, on what paper."""

    faces: tuple[str, ...] = field(
        default=(), metadata={"title": "Whose photo", "format": "faces", "most": 1}
    )
    layout: str = field(
        default="",
        metadata={
            "title": "Size",
            "help": "By country; read the office's own page before you hand it in.",
            "needed": NO_LAYOUT,
            "choices": tuple(BY_TITLE),
        },
    )
    background: str = field(
        default=OWN,
        metadata={
            "title": "Background",
            "help": "Many offices refuse photos whose background was replaced.",
            "choices": (OWN, PLAIN),
        },
    )
    paper: Paper = field(default=Paper.POSTCARD, metadata={"title": "Paper"})

    def __post_init__(self) -> None:
        if len(self.faces) > 1:
            raise ValueError(CHOOSE)


@dataclass(frozen=True, slots=True)
class PassportInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces: where
    the chosen one is; known_faces: where all are."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...]
    known_faces: tuple[Box, ...]


def passport(options: PassportOptions, inputs: PassportInputs, context: Context) -> Report:
    """The photo as PNG, and a sheet to be printed as PNG and PDF; their facts say what an office
    would not take. Nothing of the face is changed.

    Raises:
        MLError: no size was chosen, the face is not found again, or it is too small, or seen from
            the side.
    """
    if options.layout not in BY_TITLE:
        raise MLError(NO_LAYOUT)
    layout = BY_TITLE[options.layout]
    context.progress(0, 3, "Looking at the face")
    picture = decode.picture(inputs.photo)
    found = chosen(inputs, picture, context)
    portrayer = studio(picture, found, context)
    context.progress(1, 3, "Laying it out")
    made = laid(sight(options, layout, portrayer, found), layout)
    context.progress(2, 3, "Saving")
    files = () if context.scratch is None else written(made, layout, options.paper, context.scratch)
    return Report(picture.size, (found.face,), artifacts=files)


def chosen(inputs: PassportInputs, picture: Picture, context: Context) -> Seen:
    """
    Raises:
        MLError: none was chosen among several, or it is not there any more.
    """
    boxes = inputs.faces or inputs.known_faces
    if len(boxes) != 1:
        raise MLError(CHOOSE)
    found = seen(picture, boxes[0], needed(inputs.models, *DRAWN_FROM), context.pool)
    if found is None:
        raise MLError(NOT_FOUND)
    return found


def studio(picture: Picture, found: Seen, context: Context) -> Portrayer:
    """
    Raises:
        MLError: why the face cannot be laid out.
    """
    view = View(picture, (found.face,), {task: found.outputs[task] for task in DRAWN_FROM})
    studios = cast(Studios, context.pool.run(NAME, view).data)
    if why := studios.hindrance(0):
        raise MLError(why)
    return studios.portrayer(0, SIDE)


def sight(options: PassportOptions, layout: Layout, portrayer: Portrayer, found: Seen) -> Sight:
    """What is laid out: the photo's own pixels, before another background where that is wanted."""
    pixels = portrayer.pixels
    if options.background == PLAIN:
        front = matting.foreground(pixels, portrayer.alpha)
        plain = np.broadcast_to(
            np.array(layout.background, np.float32) / np.float32(255), pixels.shape
        )
        alpha = drawn_in(portrayer.alpha, FRINGE * portrayer.unit)
        pixels = matting.composed(front, alpha, plain)
    pose, mesh = found.pose, found.outputs[MESH].data.points[0]
    assert pose is not None and mesh is not None  # noqa: S101  nothing hinders this face
    return Sight(
        pixels,
        portrayer.alpha,
        portrayer.mesh,
        pose,
        found.outputs[IRIS].data.eyes[0],
        own=options.background == OWN,
        enlarged=portrayer.unit / alignment.eye_distance(mesh),
    )


def written(made: Laid, layout: Layout, paper: Paper, folder: Path) -> tuple[Artifact, ...]:
    """The photo, and the sheet twice."""
    faults = [one.words for one in made.faults]
    told: dict[str, str | float] = {
        "laid out for": layout.title,
        "size": f"{layout.wide:g} x {layout.high:g} mm",
        "head": f"{made.head:.0f} mm",
        "an office may refuse it for": " ".join(faults) or NO_FAULT,
        "asked for by": layout.source,
    }
    photo, printed = folder / "passport.png", sheet(made.photo, paper)
    saved(made.photo, photo)
    found = [artifact(photo, "passport-photo", "image/png", told)]
    for media_type in ("image/png", "application/pdf"):
        path = folder / f"passport-sheet.{media_type.rpartition('/')[2]}"
        saved(printed, path)
        found.append(artifact(path, "passport-sheet", media_type, {"paper": str(paper)}))
    return tuple(found)


def artifact(path: Path, kind: str, media_type: str, facts: dict[str, str | float]) -> Artifact:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    return Artifact(KIND, kind, media_type, path, digest, size, face=0, facts=facts)


register(
    Pipeline(
        KIND,
        "Passport photo",
        PassportOptions,
        PassportInputs,
        passport,
        tasks=(DETECTION, *DRAWN_FROM),
        help="The face as it is, in the size that an office asks for, on a sheet to be printed; "
        "says what the office may refuse it for.",
        rank=-1,
    )
)
