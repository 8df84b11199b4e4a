"""What was measured of a photo, looked up by what is asked, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml.contracts import View
from ml.types import Box, Reading, Source
from ml.types.asked import Value

UNSURE = "unsure"
NOT_INSTALLED = "Nothing here measures that: its model is not installed, or is switched off."
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer before it is one. value None: `declined` says why."""

    value: Value | None
    sources: tuple[Source, ...] = ()
    score: float | None = None
    declined: str = ""
    interval: tuple[float, float] | None = None
    boxes: tuple[Box, ...] = ()
    odds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """view: the photo and its faces. readings: all that was measured of them."""

    view: View
    readings: Sequence[Reading]

    @property
    def faces(self) -> int:
        return len(self.view.faces)

    def reading(self, name: str, face: int | None = None) -> Reading | None:
        """The one of that name, of that face or of the photo."""
        return next((r for r in self.readings if r.name == name and r.face == face), None)

    def word(self, name: str, face: int, words: tuple[str, ...]) -> Reading | None:
        """The one of that name and face that says one of the words; else one that is not sure;
        two models may use one name for two things."""
        alike = [r for r in self.readings if r.name == name and r.face == face]
        telling = [r for r in alike if r.value in words]
        return next(iter([*telling, *(r for r in alike if r.value in (None, UNSURE))]), None)

    def of_all(self, name: str) -> list[Reading]:
        return [reading for reading in self.readings if reading.name == name]

    def box(self, face: int) -> Box:
        return self.view.faces[face].box

    def exif(self, tag: int, part: int | None = None) -> Any:
        """A value of the file's EXIF; part: the directory it stands in."""
        whole = self.view.picture.exif
        within = whole.get(part, {}) if part is not None else whole
        return within.get(tag)

    def called(self, face: int) -> str:
        """ "the second person from the left", "the only person"."""
        if self.faces == 1:
            return "the only person"
        across = sorted(range(self.faces), key=lambda one: self.box(one).centre[0])
        place = across.index(face)
        if place == self.faces - 1:
            return "the person on the right"
        if place == 0:
            return "the person on the left"
        named = ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"
        return f"the {named} person from the left"


def source(reading: Reading) -> Source:
    """The reading as a source to point at."""
    value = reading.value
    if isinstance(value, float):
        shown = f"{value:g} {reading.unit}".strip()
    else:
        shown = value if value is not None else f"not measured: {reading.note}"
    return Source(reading.model, reading.name, str(shown), reading.face)


def declined(why: str, *readings: Reading) -> Said:
    return Said(None, tuple(map(source, readings)), declined=why)


def unmeasured(reading: Reading | None) -> Said | None:
    """Why there is no answer from a reading; None where it says something."""
    if reading is None:
        return declined(NOT_INSTALLED)
    if reading.value is None:
        return declined(f"Not measured: {reading.note or 'the photo does not show it'}.", reading)
    if reading.value == UNSURE:
        return declined("Measured, but not sure enough to say.", reading)
    return None
