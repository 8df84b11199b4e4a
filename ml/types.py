"""The values that travel through every pipeline: immutable, and JSON-safe on demand.

Coordinates are pixels of the upright photo, origin at its top left corner, x to the right, y down.
Colours are RGB. `from_json(to_json(x)) == x` holds for every value that has both.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.errors import SpaceMismatch

JSON = dict[str, Any]
XY = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An upright photo in memory. Never serialised, never compared.

    pixels: H x W x 3, uint8, RGB, EXIF orientation already applied.
    exif: EXIF tag number -> value, as Pillow reads them; GPS and Exif sub-directories under
        their tag numbers (34853, 34665).
    notes: sentences about what was done to show it ("Only the first of 12 frames is shown.").
    halves: the pixels halved once, twice ..., as far as they were needed (ml.geometry.level).
    """

    pixels: NDArray[np.uint8]
    exif: Mapping[int, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    halves: list[NDArray[np.uint8]] = field(default_factory=list, init=False, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright photo. It may reach beyond the photo's border."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> XY:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1 (0 for empty boxes)."""
        shared = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area
        return shared / (self.area + other.area - shared) if shared else 0.0

    def to_json(self) -> list[float]:
        return [self.left, self.top, self.right, self.bottom]

    @classmethod
    def from_json(cls, data: Sequence[float]) -> Self:
        return cls(*data)


@dataclass(frozen=True, slots=True)
class Points:
    """Named-by-scheme landmarks, e.g. scheme "centerface-5": eyes, nose, mouth corners."""

    scheme: str
    xy: tuple[XY, ...]

    def to_json(self) -> JSON:
        return {"scheme": self.scheme, "xy": [list(point) for point in self.xy]}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(data["scheme"], tuple((x, y) for x, y in data["xy"]))


@dataclass(frozen=True, slots=True)
class Face:
    """A face a detector found. What is read of it hangs in Readings, never here.

    score: the detector's confidence, 0..1.
    """

    box: Box
    score: float
    points: Points | None = None

    def to_json(self) -> JSON:
        points = None if self.points is None else self.points.to_json()
        return {"box": self.box.to_json(), "score": self.score, "points": points}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        points = None if data["points"] is None else Points.from_json(data["points"])
        return cls(Box.from_json(data["box"]), data["score"], points)


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact that one model read of the photo, or of one of its faces.

    value: a number or a word; None when it could not be measured, and then `note` says why.
    score: the model's confidence, 0..1, None where it gives none.
    face: index into Report.faces; None for the photo as a whole.
    interval: low and high end around a number, in `unit`; what it covers is on the card.
    """

    model: str
    name: str
    value: float | str | None
    score: float | None = None
    face: int | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    note: str = ""

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {"interval": None if self.interval is None else list(self.interval)}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        low_high = data["interval"]
        interval = None if low_high is None else (low_high[0], low_high[1])
        return cls(**data | {"interval": interval})


class MarkKind(StrEnum):
    BOX = "box"
    POINTS = "points"
    LINE = "line"
    MASK = "mask"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to draw over the photo.

    layer: the switch it hangs from, in plain words ("Boxes", "Mesh").
    paths: BOX one path of two corners; POINTS one path, a dot each; LINE polylines.
    raster: MASK (8-bit grey, 255 = inside) or HEAT (8-bit grey, 255 = hottest) as PNG bytes,
        stretched over the box given by the two corners in `paths`.
    tone: "accent", "x", "y", "z", "warm" or "cool"; page and ml.draw choose the colours.
    on: whether the layer is shown before the user chose.
    """

    model: str
    layer: str
    kind: MarkKind
    paths: tuple[tuple[XY, ...], ...] = ()
    face: int | None = None
    raster: bytes = b""
    label: str = ""
    tone: str = "accent"
    on: bool = False

    def to_json(self) -> JSON:
        return {
            "model": self.model,
            "layer": self.layer,
            "kind": self.kind.value,
            "paths": [[list(point) for point in path] for path in self.paths],
            "face": self.face,
            "raster": b64encode(self.raster).decode(),
            "label": self.label,
            "tone": self.tone,
            "on": self.on,
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        paths = tuple(tuple((x, y) for x, y in path) for path in data["paths"])
        changed = {
            "kind": MarkKind(data["kind"]),
            "paths": paths,
            "raster": b64decode(data["raster"]),
        }
        return cls(**data | changed)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file a model made, in the job's scratch folder until the job is finished.

    kind: a word programs can match on, e.g. "depth-map". facts: what else to say of it.
    sha256, size: of the file's bytes.
    """

    model: str
    kind: str
    media_type: str
    path: Path
    sha256: str
    size: int
    face: int | None = None
    facts: Mapping[str, str | float] = field(default_factory=dict)

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {"path": str(self.path), "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data | {"path": Path(data["path"])})


@dataclass(frozen=True, slots=True)
class Space:
    """Where an embedding lives. Distances between two spaces mean nothing.

    digest: sha256 of the source weights; an exported copy of them is the same space.
    recipe: the card's integer, raised when crop, alignment, colour, normalisation or
        averaging changes.
    """

    model: str
    digest: str
    recipe: int

    def to_json(self) -> JSON:
        return {"model": self.model, "digest": self.digest, "recipe": self.recipe}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Embedding:
    """A face as a vector. `vector`: little-endian float32 bytes, so that values compare exactly."""

    face: int
    space: Space
    vector: bytes

    @classmethod
    def of(cls, face: int, space: Space, array: NDArray[Any]) -> Self:
        return cls(face, space, np.asarray(array, "<f4").tobytes())

    @property
    def array(self) -> NDArray[np.float32]:
        return np.frombuffer(self.vector, "<f4")

    def distance(self, other: Embedding) -> float:
        """Euclidean distance.

        Raises:
            SpaceMismatch: the two come from different spaces.
        """
        if self.space != other.space:
            raise SpaceMismatch(
                f"Faces read by {self.space.model} and by {other.space.model} "
                "cannot be compared: their measures differ."
            )
        return float(np.linalg.norm(self.array - other.array))

    def to_json(self) -> JSON:
        vector = b64encode(self.vector).decode()
        return {"face": self.face, "space": self.space.to_json(), "vector": vector}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(data["face"], Space.from_json(data["space"]), b64decode(data["vector"]))


@dataclass(frozen=True, slots=True)
class Ran:
    """That a model ran, even when it found nothing. seconds: wall time of its call."""

    model: str
    task: str
    digest: str
    recipe: int
    seconds: float = 0.0

    def to_json(self) -> JSON:
        return {slot: getattr(self, slot) for slot in self.__slots__}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Report:
    """All that a job found out. size: width and height of the upright photo in pixels."""

    size: tuple[int, int]
    faces: tuple[Face, ...] = ()
    readings: tuple[Reading, ...] = ()
    marks: tuple[Mark, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    runs: tuple[Ran, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> JSON:
        lists = {
            name: [value.to_json() for value in getattr(self, name)]
            for name in ("faces", "readings", "marks", "artifacts", "embeddings", "runs")
        }
        return {"size": list(self.size), **lists, "notes": list(self.notes)}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(
            size=(data["size"][0], data["size"][1]),
            faces=tuple(map(Face.from_json, data["faces"])),
            readings=tuple(map(Reading.from_json, data["readings"])),
            marks=tuple(map(Mark.from_json, data["marks"])),
            artifacts=tuple(map(Artifact.from_json, data["artifacts"])),
            embeddings=tuple(map(Embedding.from_json, data["embeddings"])),
            runs=tuple(map(Ran.from_json, data["runs"])),
            notes=tuple(data["notes"]),
        )
