"""What one model found: facts, things to draw, and files."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from ml.types.picture import JSON, XY


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact that one model read of the photo, or of one of its faces.

    value: a number or a word; None when it could not be measured, and then `note` says why.
    score: the model's confidence, 0..1, None where it gives none.
    face: index into Report.faces; None for the photo as a whole.
    interval: low and high end around a number, in `unit`; what it covers is on the card.
    other: index of a second face where the fact is about two ("looks at": face towards other).
    """

    model: str
    name: str
    value: float | str | None
    score: float | None = None
    face: int | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    note: str = ""
    other: int | None = None

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {"interval": None if self.interval is None else list(self.interval)}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        low_high = data["interval"]
        interval = None if low_high is None else (low_high[0], low_high[1])
        return cls(**data | {"interval": interval})


class Claim(StrEnum):
    """What evidence speaks for or against. EDITED: pixels were changed after the file was first
    written. GENERATED: no camera took it. IDENTITY: the face is another's, or was changed: it is
    not the genuine face of whom the photo is said to show."""

    EDITED = "edited"
    GENERATED = "generated"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line in a ledger of evidence: what was looked at, and how strongly it speaks.

    name: what was looked at. value: what was found, in words; None when it could not be looked at,
    and then `note` says why. weight: the natural logarithm of how much likelier the finding is
    where the claim holds than where it does not, calibrated; below 0 it speaks against the claim;
    None where nobody knows how strongly it speaks: that is no evidence either way.
    reliability: how good the signal is known to be, as measured, in words. face: index into
    Report.faces. layer: the layer of marks that shows it, "" for none. group: findings of one group
    overlap in what they look at, and only the strongest of them counts.
    """

    model: str
    name: str
    value: str | None
    claim: Claim
    weight: float | None = None
    reliability: str = ""
    face: int | None = None
    layer: str = ""
    note: str = ""
    group: str = ""

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {"claim": self.claim.value}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data | {"claim": Claim(data["claim"])})


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
