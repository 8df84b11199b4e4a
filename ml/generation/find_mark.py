"""The job "find-mark": numbers that may be hidden in a picture, as an answer that nobody keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ml import decode
from ml.contracts import MARK
from ml.contracts.marks import Marker
from ml.pipelines import Context, Pipeline, Subjects, register
from ml.registry import Model
from ml.types import Reading, Report

KIND = "find-mark"
READING = "hidden number"


@dataclass(frozen=True, slots=True)
class FindMarkOptions:
    """Nothing to choose."""


@dataclass(frozen=True, slots=True)
class FindMarkInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted."""

    photo: Path
    models: tuple[str, ...]


def find_mark(options: FindMarkOptions, inputs: FindMarkInputs, context: Context) -> Report:
    """A reading a number, in hexadecimal; a picture without a mark gives some numbers, too.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    picture = decode.picture(inputs.photo)

    def read(model: Model) -> tuple[int, ...]:
        return cast(Marker, model).read(picture.pixels)

    (name,) = inputs.models
    numbers = context.pool.using(name, read)
    return Report(
        picture.size, readings=tuple(Reading(name, READING, f"{one:08x}") for one in numbers)
    )


register(
    Pipeline(
        KIND,
        "Look for a hidden number",
        FindMarkOptions,
        FindMarkInputs,
        find_mark,
        subjects=Subjects.NONE,
        tasks=(MARK,),
        help="Whether a number is hidden in a picture that says which portrait it is.",
    )
)
