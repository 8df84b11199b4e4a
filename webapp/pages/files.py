"""Made files as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ml import pipelines, registry
from webapp.jobs.signing import UNSIGNED
from webapp.models import Artifact
from webapp.selectors.results import ShownFace

PREVIEWED = {"image/png", "image/jpeg", "image/webp"}  # browsers show them, and we made them


@dataclass(frozen=True, slots=True)
class Made:
    """A made file. by: what made it, in words. face: whom it is of, "" for the photo. comparable:
    a picture of the whole photo, to be laid over it. facts: what else is known of it."""

    id: UUID
    title: str
    by: str
    face: str
    size: int
    extension: str
    preview: bool
    comparable: bool
    facts: tuple[tuple[str, str], ...]


def made_files(artifacts: Iterable[Artifact], faces: Sequence[ShownFace]) -> tuple[Made, ...]:
    """The files, newest first."""
    titles = {card.name: card.title for card in registry.cards()}
    titles |= {pipeline.kind: pipeline.title for pipeline in pipelines.kinds()}
    names = {face.id: face.name or f"Face {face.number}" for face in faces}
    found = [
        Made(
            id=one.pk,
            title=one.kind.replace("-", " ").capitalize(),
            by=titles.get(one.run.model, one.run.model),
            face=names.get(one.face_id, "") if one.face_id else "",
            size=one.size,
            extension=str(one.file.name).rpartition(".")[2].upper(),
            preview=one.media_type in PREVIEWED,
            comparable=one.media_type in PREVIEWED and one.face_id is None,
            facts=tuple(
                (key.replace("_", " "), said(value))
                for key, value in one.facts.items()
                if key != UNSIGNED
            ),
        )
        for one in artifacts
    ]
    return tuple(reversed(found))


def said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
