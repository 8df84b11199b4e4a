"""All that a job found out, and which models looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ml.registry import Sensitive
from ml.types.asked import Answer
from ml.types.embedding import Embedding
from ml.types.found import Artifact, Finding, Mark, Reading
from ml.types.picture import JSON, Face

LISTS = ("faces", "readings", "marks", "artifacts", "embeddings", "findings", "answers", "runs")


@dataclass(frozen=True, slots=True)
class Ran:
    """That a model ran, even when it found nothing. seconds: wall time of its call.

    sensitive: what it reads, as its card said then; it outlives the card.
    """

    model: str
    task: str
    digest: str
    recipe: int
    seconds: float = 0.0
    sensitive: Sensitive = Sensitive.NOT

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {"sensitive": self.sensitive.value}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data | {"sensitive": Sensitive(data["sensitive"])})


@dataclass(frozen=True, slots=True)
class Report:
    """All that a job found out. size: width and height of the upright photo in pixels."""

    size: tuple[int, int]
    faces: tuple[Face, ...] = ()
    readings: tuple[Reading, ...] = ()
    marks: tuple[Mark, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    findings: tuple[Finding, ...] = ()
    answers: tuple[Answer, ...] = ()
    runs: tuple[Ran, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> JSON:
        lists = {name: [value.to_json() for value in getattr(self, name)] for name in LISTS}
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
            findings=tuple(map(Finding.from_json, data.get("findings", ()))),
            answers=tuple(map(Answer.from_json, data.get("answers", ()))),
            runs=tuple(map(Ran.from_json, data["runs"])),
            notes=tuple(data["notes"]),
        )
