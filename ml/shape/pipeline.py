"""The job "shape": several photos of one person made into one 3D model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import isfinite
from pathlib import Path
from statistics import median, stdev

import numpy as np

from ml import alignment, decode, registry
from ml.analysis.iris_mediapipe import MILLIMETRES, hindrance
from ml.contracts import IRIS, MESH, POSE, Output, View
from ml.errors import MLError
from ml.pipelines import Context, Pipeline, Subjects, Urgency, register
from ml.registry import Task
from ml.shape import cameras, files, texture
from ml.shape.surface import Points
from ml.shape.views import Fused, Seen, fused
from ml.types import Artifact, Face, Ran, Reading, Report

NAME = "shape"  # the kind of job, and whose word its readings are
ALONE = 0.08  # of one photo's ruler, as for the distance between the pupils
MOST = 12  # photos; more tell little and take long
FEWEST = 2
EYES_APART = 40.0  # pixels: below that skin shows too little to be found again
ONE_FACE = "At least two of the photos must show a face whose eyes are 40 pixels apart or more."
GUESS = "the photos differ too much in light or expression: guessed from each by itself"
NO_RULER = "no irises to measure by"
LENGTHS = {"face width": (234, 454), "face height": (168, 152), "nose length": (168, 2)}


@dataclass(frozen=True, slots=True)
class ShapeOptions:
    """What the photos were taken with, where that is known."""

    cameras: str = field(
        default="",
        metadata={
            "title": "Camera file",
            "help": "COLMAP's cameras.txt and images.txt joined, or JSON; in the order of the "
            "photos by name. Empty: cameras are found from the photos.",
            "format": "textarea",
        },
    )


@dataclass(frozen=True, slots=True)
class ShapeInputs:
    """photos: the files as uploaded, all of one person. models: as in ml.analysis.pipeline."""

    photos: tuple[Path, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The largest face of a photo. millimetres: a pixel, None where there is no ruler."""

    seen: Seen
    face: Face
    millimetres: float | None


def shape(options: ShapeOptions, inputs: ShapeInputs, context: Context) -> Report:
    """The person's shape: that the photos show one person is the asker's word.

    Raises:
        MLError: too few photos show a face, or the camera file does not fit the photos.
    """
    if len(inputs.photos) > MOST:
        raise MLError(f"At most {MOST} photos.")
    known = _cameras(options.cameras, len(inputs.photos))
    found = []
    for number, photo in enumerate(inputs.photos):
        context.progress(number, len(inputs.photos) + 1, "Reading the photos")
        one = look(photo, inputs.models, context, known[number])
        found += [one] if one else []
    if len(found) < FEWEST:
        raise MLError(ONE_FACE)
    context.progress(len(inputs.photos), len(inputs.photos) + 1, "Making one shape of them")
    together = fused([one.seen for one in found])
    front = found[together.reference]
    left_out = len(inputs.photos) - len(found)
    return Report(
        front.seen.picture.size,
        faces=(front.face,),
        readings=tuple(_readings(together, found)),
        artifacts=tuple(_artifacts(together, found, context.scratch)),
        runs=(Ran(NAME, NAME, "", 1),),
        notes=(f"Left out, for want of a face that is large enough: {left_out}.",) * bool(left_out),
    )


def look(
    photo: Path, models: Sequence[str], context: Context, camera: Points | None
) -> Found | None:
    """The largest face of a photo, None where there is none that is large enough."""
    picture = decode.picture(photo)
    outputs: dict[Task[object], Output] = {}
    faces: tuple[Face, ...] = ()
    for name in registry.in_order(models):
        card = registry.get(name).card
        needed: Mapping[Task[object], Output] = {task: outputs[task] for task in card.needs}
        outputs[card.task] = context.pool.run(name, View(picture, faces, needed))
        # Only the largest face is of interest from here on.
        faces = faces or tuple(sorted(outputs[card.task].faces, key=_smallness)[:1])
    view = View(picture, faces, outputs)
    meshes = alignment.legible(view.data(MESH), EYES_APART) if faces else {}
    if not meshes:
        return None
    eyes = [eye for eye in view.data(IRIS).eyes[0] or () if eye is not None]
    pose = view.data(POSE).poses[0]
    ruled = pose is not None and not hindrance(eyes, pose)
    scale = MILLIMETRES * len(eyes) / sum(eye.diameter for eye in eyes) if ruled else None
    return Found(Seen(picture, meshes[0], camera), faces[0], scale)


def _smallness(face: Face) -> float:
    return -face.box.area


def _cameras(text: str, count: int) -> list[Points | None]:
    """One a photo, in the order of their names in the file."""
    if not text.strip():
        return [None] * count
    found = cameras.read(text)
    if len(found) != count:
        raise MLError(f"The camera file names {len(found)} photos, the job {count}.")
    return [found[name] for name in sorted(found)]


def _units(together: Fused, found: Sequence[Found]) -> list[float]:
    """Millimetres a unit of the shape, as each photo with a ruler says."""
    return [
        one.millimetres * pixels
        for one, pixels in zip(found, together.pixels, strict=True)
        if one.millimetres is not None and isfinite(pixels)
    ]


def _readings(together: Fused, found: Sequence[Found]) -> list[Reading]:
    """Lengths with what the photos differ by, and how well the photos agree."""
    units = _units(together, found)
    made = [
        Reading(NAME, "photos of the shape", float(len(found)), face=0),
        Reading(NAME, "disagreement of the photos", round(100 * together.off, 2), face=0,
                unit="% of eye distance"),
        Reading(NAME, "depth", "measured" if together.measured else None, face=0,
                note="" if together.measured else GUESS),
    ]  # fmt: skip
    for name, (one, other) in LENGTHS.items():
        long = float(np.linalg.norm(together.points[one] - together.points[other]))
        if not units:
            made.append(Reading(NAME, name, None, face=0, unit="mm", note=NO_RULER))
            continue
        off = 2 * stdev(units) * long if len(units) > 1 else 2 * ALONE * long * units[0]
        value = long * median(units)
        ends = round(value - off, 1), round(value + off, 1)
        made.append(Reading(NAME, name, round(value, 1), None, 0, "mm", ends))
    return made


def _artifacts(together: Fused, found: Sequence[Found], scratch: Path | None) -> list[Artifact]:
    if scratch is None:
        return []
    front = found[together.reference].seen
    skin = texture.skin(front.picture.pixels, front.mesh.astype(np.float64)).pixels
    units = _units(together, found)
    scale, unit, metre = (median(units), "mm", "m") if units else (1.0, *("eye distances",) * 2)
    points = together.points * scale
    made = [
        ("3d-model", "model/gltf-binary", "face.glb",
         files.glb(points / (1000 if units else 1), skin, metre), metre),
        ("3d-model-obj", "application/zip", "face.zip", files.obj_zip(points, skin, unit), unit),
    ]  # fmt: skip
    kept = []
    for kind, media_type, name, content, its_unit in made:
        path = scratch / f"{NAME}-{name}"
        path.write_bytes(content)
        facts: dict[str, str | float] = {
            "unit": its_unit,
            "photos": len(found),
            "depth": "measured" if together.measured else "guessed",
        }
        kept.append(
            Artifact(
                NAME, kind, media_type, path, sha256(content).hexdigest(), len(content), 0, facts
            )
        )
    return kept


SHAPE = register(
    Pipeline(
        NAME,
        "One shape of several photos",
        ShapeOptions,
        ShapeInputs,
        shape,
        Urgency.LATER,
        Subjects.MANY,
        tasks=(MESH, POSE, IRIS),
        help="Makes one 3D model of the largest face of each photo: they must be of one person, "
        "with one expression. Where photos disagree, depth is guessed, and it says so.",
        fewest=FEWEST,
    )
)
