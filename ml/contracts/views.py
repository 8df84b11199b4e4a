"""What a model is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from ml.registry import Task
from ml.types import (
    XY,
    Answer,
    Artifact,
    Box,
    Embedding,
    Face,
    Finding,
    Mark,
    Picture,
    Question,
    Reading,
)

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Output:
    """What one model found. `faces`: filled by detectors only. `data`: the task's typed value."""

    faces: tuple[Face, ...] = ()
    readings: tuple[Reading, ...] = ()
    marks: tuple[Mark, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    findings: tuple[Finding, ...] = ()
    answers: tuple[Answer, ...] = ()
    data: Any = None


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face on another photo. box: where; None for the largest one."""

    photo: Path
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A photo known to show a person, as models see it. view: its pixels around the face, its
    faces, and what the same models gave as for the photo in question. face: index of the person's
    face in it, None where none was found. name: the file's, for telling people which. taken: when,
    where that is known.
    """

    view: View
    face: int | None
    name: str
    taken: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged of a photo besides its pixels.

    file: as it came. trust: certificates (PEM) that an administrator trusts. references: true
    photos of the person it is said to show, () when nobody was named. taken: when it is said to
    have been taken. ask: puts questions about a picture to a language model that sees, an answer a
    question; None where nobody asked for one.
    """

    file: Path
    trust: tuple[Path, ...] = ()
    references: tuple[Reference, ...] = ()
    taken: date | None = None
    ask: Callable[[Picture, Sequence[Question]], Sequence[Answer]] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of where the photo was taken, besides what it shows.

    place: a country or a town, in their words; "" for nothing. shadow: three points of the photo:
    the foot of something upright, its top, and the end of its shadow; () for none. moment: when it
    was taken, in UTC; None where nobody knows. ask: puts questions about a picture to an engine
    that they chose; None where they chose none.
    """

    place: str = ""
    shadow: tuple[XY, ...] = ()
    moment: datetime | None = None
    ask: Callable[[Picture, Sequence[Question]], Sequence[Answer]] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a model may look at: the photo, its faces, and what the tasks it needs gave.

    scratch: a folder for the files it makes; None where nobody wants files.
    rests: by face, what ml.facs measures in that person's own resting face, where it is known.
    case: for models that judge whether a photo is genuine; None where nobody asked that.
    seed: of every random choice of models that make some; None: drawn anew each time.
    said: what a person says of the place, for models that ask where it is.
    """

    picture: Picture
    faces: tuple[Face, ...] = ()
    outputs: Mapping[Task[Any], Output] = field(default_factory=dict)
    scratch: Path | None = None
    rests: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    case: Case | None = None
    seed: int | None = None
    said: Said = Said()

    def data(self, task: Task[D]) -> D:
        """The typed data of a needed task.

        Raises:
            KeyError: the card does not name the task in `needs`.
        """
        value = self.outputs[task].data
        if not isinstance(value, task.data):
            raise TypeError(f"{task.name} promised {task.data.__name__}, gave {type(value)}.")
        return value
