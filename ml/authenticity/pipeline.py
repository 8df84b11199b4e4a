"""The job "authenticate": every model that finds evidence, over one photo and its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ml import decode, registry
from ml.contracts import Case, Reference, View
from ml.errors import MLError
from ml.pipelines import Context, Pipeline, register
from ml.registry import Group
from ml.sequence import SAME, look
from ml.types import Box, Picture, Report

KIND = "authenticate"
AROUND = 1.0  # so many sides of a face are kept around it of a reference
LARGEST = 512  # pixels of a face of a reference; no model looks at more, and 20 of 24 MP are heavy
MOST = 20  # references; more tell little and take long


@dataclass(frozen=True, slots=True)
class AuthenticateOptions:
    """What the photo claims."""

    person: str = field(
        default="",
        metadata={
            "title": "Said to show",
            "help": "A protected person of this gallery, by id; empty when nobody is named.",
            "format": "person",
        },
    )
    taken: str = field(
        default="",
        metadata={
            "title": "Said to be taken on",
            "help": "YYYY-MM-DD; empty when not known.",
            "format": "date",
        },
    )


@dataclass(frozen=True, slots=True)
class TrueFace:
    """A face known to be a person's: the photo's file, where on it, the file's name, and when it
    was taken where that is known."""

    photo: Path
    box: Box
    name: str
    taken: date | None = None


@dataclass(frozen=True, slots=True)
class AuthenticateInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. true_faces:
    of the person it is said to show. trust: certificates that an administrator trusts."""

    photo: Path
    models: tuple[str, ...]
    true_faces: tuple[TrueFace, ...] = ()
    trust: tuple[Path, ...] = ()


def authenticate(
    options: AuthenticateOptions, inputs: AuthenticateInputs, context: Context
) -> Report:
    """A report with findings, each by the model that made it.

    Raises:
        MLError: the date is none, or too many true photos were given.
    """
    taken = date_of(options.taken)
    if len(inputs.true_faces) > MOST:
        raise MLError(f"At most {MOST} true photos of a person are compared.")
    picture = decode.picture(inputs.photo)
    before = tuple(
        name for name in inputs.models if registry.get(name).card.task.group is not Group.EVIDENCE
    )
    references = []
    count = len(inputs.true_faces)
    for number, one in enumerate(inputs.true_faces):
        context.progress(number, count + 1, f"Reading true photo {number + 1} of {count}")
        true = decode.picture(one.photo)
        references += [reference(true, one, before, Context(context.pool))]
    case = Case(inputs.photo, inputs.trust, tuple(references), taken)
    return look(picture, inputs.models, context, case=case)[0]


def date_of(text: str) -> date | None:
    """The date of "YYYY-MM-DD", None of "".

    Raises:
        MLError: it is no date.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise MLError(f"{text[:20]!r} is no date: write YYYY-MM-DD.") from None


def reference(
    picture: Picture, one: TrueFace, models: tuple[str, ...], context: Context
) -> Reference:
    """A true face as the models see it, with what is around it on its photo and no more."""
    near, inside = cut_out(picture, one.box)
    report, outputs = look(near, models, context)
    view = View(near, report.faces, outputs)
    best = max(
        range(len(report.faces)), key=lambda i: report.faces[i].box.iou(inside), default=None
    )
    found = best is not None and report.faces[best].box.iou(inside) >= SAME
    return Reference(view, best if found else None, one.name, one.taken)


def cut_out(picture: Picture, box: Box) -> tuple[Picture, Box]:
    """The part of the photo around a face, and the box in it; in the photo's own pixels where the
    face is no larger than LARGEST, else shrunk by averaging until it is."""
    import cv2

    width, height = picture.size
    side = AROUND * max(box.width, box.height)
    left, top = max(int(box.left - side), 0), max(int(box.top - side), 0)
    right, bottom = min(int(box.right + side) + 1, width), min(int(box.bottom + side) + 1, height)
    pixels: Any = picture.pixels[top:bottom, left:right].copy()
    scale = min(1.0, LARGEST / max(box.width, box.height))
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sides = box.left - left, box.top - top, box.right - left, box.bottom - top
    return Picture(pixels), Box(*(scale * one for one in sides))


AUTHENTICATE = register(
    Pipeline(
        KIND,
        "Check whether it is genuine",
        AuthenticateOptions,
        AuthenticateInputs,
        authenticate,
        evidence=True,
        help="Looks for signs that the photo was made or changed, in its file and its pixels, and "
        "compares a face with true photos of a protected person. Evidence, never a verdict.",
    )
)
