"""What a reader gives: photos with what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

from ml.errors import MLError
from ml.types import XY

T = TypeVar("T")
L = TypeVar("L")
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".gif"}
UNKNOWN = ""
FITTED, REPORTED = 0, 1  # halves of the people: what is tuned on one is told of the other


class BadData(MLError):
    """The labelled data cannot be used as they are; the sentence says what is wrong where."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample(Generic[T]):
    """A photo and what is true of the person in it.

    name: unique in its set and the same on every machine. identity: whose photo it is; the name
    where the data do not say. groups: what people are told apart by -> label, for the report by
    group. near: where the meant face is, in pixels; None: in the middle. enlarge: how many times
    larger the photo is shown to the models, for crops that are too small to be photos.
    """

    name: str
    photo: Path
    truth: T
    identity: str
    groups: Mapping[str, str] = field(default_factory=dict)
    near: XY | None = None
    enlarge: int = 1


Reader = Callable[[Path], list[Sample[T]] | None]
"""Samples of a folder; None when it is laid out in another way."""


def read(folder: Path, readers: Sequence[Reader[T]], expects: str) -> list[Sample[T]]:
    """The samples of the first reader that knows the layout, by name.

    Raises:
        BadData: the folder is missing or empty, no reader knows it, or its labels are wrong.
    """

    def first(folder: Path) -> list[Sample[T]] | None:
        found = (reader(folder) for reader in readers)
        return next((samples for samples in found if samples is not None), None)

    return checked(folder, layout(folder, first, expects))


def layout(folder: Path, reader: Callable[[Path], L | None], expects: str) -> L:
    """What the reader gives.

    Raises:
        BadData: the folder is missing or empty, or laid out in a way the reader does not know.
    """
    if not folder.is_dir():
        raise BadData(f"{folder} is no folder.")
    if not any(folder.iterdir()):
        raise BadData(f"{folder} is empty.")
    found = reader(folder)
    if found is None:
        raise BadData(f"Nothing in {folder} can be read for this. It takes {expects}.")
    return found


def checked(folder: Path, samples: list[Sample[T]]) -> list[Sample[T]]:
    """The samples by name.

    Raises:
        BadData: there are none, a name stands twice, or a photo is not there.
    """
    if not samples:
        raise BadData(f"{folder} holds labels of no photo.")
    ordered = sorted(samples, key=lambda one: one.name)
    for one, other in pairwise(ordered):
        if one.name == other.name:
            raise BadData(f"{one.name} is labelled twice.")
    missing = [one for one in ordered if not one.photo.is_file()]
    if missing:
        raise BadData(
            f"{len(missing)} of {len(ordered)} photos are not there, first {missing[0].photo}."
        )
    return ordered


def part(samples: list[Sample[T]], limit: int | None) -> list[Sample[T]]:
    """At most `limit` of them, the same ones each time and a smaller part within a larger, in
    their order."""
    if limit is None or limit >= len(samples):
        return samples
    chosen = set(stable([one.name for one in samples])[:limit])
    return [one for one in samples if one.name in chosen]


def stable(names: Sequence[str]) -> list[str]:
    """The names in an order that depends on nothing but each of them."""
    return sorted(names, key=lambda name: sha256(name.encode()).digest())


def half(person: str) -> int:
    """FITTED or REPORTED, by the name alone."""
    return sha256(person.encode()).digest()[0] % 2


def pictures(folder: Path) -> list[Path]:
    """All pictures below a folder, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
