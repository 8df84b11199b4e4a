"""What kinds of evidence there are: each in one file beside this one, `evidence_<source>.py`.

Adding a source is adding a file. A source looks at what is known of the photo and gives clues.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ml.contracts import Line, Said
from ml.geolocation.cells import Floats
from ml.geolocation.clues import Clue, Country, Disc, Raster
from ml.geolocation.sights import Sight
from ml.types import Box

COVER_TEXT = "Cover the writing"
CLEAN_FILE = "Clean the file"
CROP = "Crop or cover that part"
NOTHING = "Nothing in the photo: leave it unsaid"


UNSAID = Said()


@dataclass(frozen=True, slots=True)
class Seen:
    """What sources look at.

    exif: as Picture.exif, {} where the file's own word is not to be heard. lines: what is written.
    said: a person's word. looks: clues that models of places gave. sights: what an engine that
    sees answered, () where none was asked. land: what covers each cell (ml.geolocation.land_cover),
    None where no raster is installed.
    """

    exif: Mapping[int, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    said: Said = UNSAID
    looks: tuple[Clue, ...] = ()
    sights: tuple[Sight, ...] = ()
    land: Floats | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """name: a slug. title: for people. removal: the act that takes such clues out. basis: where
    what it knows comes from."""

    name: str
    title: str
    removal: str
    basis: str
    find: Callable[[Seen], Iterable[Clue]]

    def clues(self, seen: Seen) -> Iterator[Clue]:
        """With names that stay the same when the photo is looked at again."""
        used: dict[str, int] = {}
        for clue in self.find(seen):
            used[clue.saw] = used.get(clue.saw, 0) + 1
            again = f" ({used[clue.saw]})" if used[clue.saw] > 1 else ""
            name = f"{self.name}: {clue.saw[:60]}{again}"
            yield replace(clue, name=name, source=self.name, title=self.title, removal=self.removal)


_sources: dict[str, Source] = {}


def register(
    name: str, title: str, removal: str, basis: str
) -> Callable[[Callable[[Seen], Iterable[Clue]]], Callable[[Seen], Iterable[Clue]]]:
    """Make a function known as a source of clues."""

    def decorator(find: Callable[[Seen], Iterable[Clue]]) -> Callable[[Seen], Iterable[Clue]]:
        if name in _sources:
            raise ValueError(f"Two sources are named {name!r}.")
        _sources[name] = Source(name, title, removal, basis, find)
        return find

    return decorator


def sources() -> list[Source]:
    """All of them, by name."""
    package = importlib.import_module("ml.geolocation")
    for info in pkgutil.iter_modules(package.__path__, "ml.geolocation."):
        if info.name.startswith("ml.geolocation.evidence_"):
            importlib.import_module(info.name)
    return [_sources[name] for name in sorted(_sources)]


def gathered(seen: Seen) -> tuple[Clue, ...]:
    """The clues of every source, and those that a model of places gave."""
    return (*(clue for source in sources() for clue in source.clues(seen)), *seen.looks)


def clue(
    saw: str,
    tells: str,
    points: Sequence[Disc | Country | Raster],
    floor: float,
    *,
    weight: float = 1.0,
    box: Box | None = None,
) -> Clue:
    """A clue whose source names it."""
    return Clue("", "", "", saw, tells, box, tuple(points), floor, weight)


def unread(saw: str, note: str, box: Box | None = None) -> Clue:
    """What was looked for, and why it says nothing."""
    return Clue("", "", "", saw, box=box, note=note)


def around(line: Line) -> Box:
    """The upright box of a line."""
    xs, ys = zip(*line.corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))
