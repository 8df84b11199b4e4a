"""Made files as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ml import pipelines, registry
from ml.contracts.disguising import PROOF
from ml.protection.records import PHOTO_OF
from webapp.jobs.made import ASKED, STRENGTH, asked
from webapp.jobs.signing import UNSIGNED
from webapp.models import Artifact
from webapp.selectors.proofs import unsigned
from webapp.selectors.results import ShownFace

PREVIEWED = {"image/png", "image/jpeg", "image/webp"}  # browsers show them, and we made them


@dataclass(frozen=True, slots=True)
class Made:
    """A made file. by: what made it, in words. face: whom it is of, "" for the photo. comparable:
    a picture of the whole photo, to be laid over it. protects: it tells less than the photo.
    proof: whether one came with it. facts: what else is known of it. job: what kind made it.
    strength: of the change, in %, where it can be made again weaker; options: the others that it
    was made with."""

    id: UUID
    title: str
    by: str
    face: str
    size: int
    extension: str
    preview: bool
    comparable: bool
    protects: bool
    proof: bool
    facts: tuple[tuple[str, str], ...]
    job: str
    options: tuple[tuple[str, str], ...]
    strength: int | None


def made_files(artifacts: Iterable[Artifact], faces: Sequence[ShownFace]) -> tuple[Made, ...]:
    """The files, newest first; what was made along with one of them is reached through it."""
    titles = {card.name: card.title for card in registry.cards()}
    titles |= {pipeline.kind: pipeline.title for pipeline in pipelines.kinds()}
    names = {face.id: face.name or f"Face {face.number}" for face in faces}
    rows = list(artifacts)
    kinds, unlike = protecting(), {one.kind for one in pipelines.kinds() if not one.like}
    proven = {one.facts.get(PHOTO_OF) for one in rows if one.kind == PROOF}
    found = [
        Made(
            id=one.pk,
            title=one.kind.replace("-", " ").capitalize(),
            by=titles.get(one.run.model, one.run.model),
            face=names.get(one.face_id, "") if one.face_id else "",
            size=one.size,
            extension=str(one.file.name).rpartition(".")[2].upper(),
            preview=one.media_type in PREVIEWED,
            comparable=one.media_type in PREVIEWED
            and one.face_id is None
            and one.run.model not in unlike,
            protects=one.run.model in kinds,
            proof=unsigned(one) in proven,
            facts=tuple(
                (key.replace("_", " "), said(value))
                for key, value in one.facts.items()
                if key not in (UNSIGNED, ASKED)
            ),
            job=one.run.model,
            options=options_of(one),
            strength=int(one.facts[STRENGTH]) if options_of(one) else None,
        )
        for one in rows
        if PHOTO_OF not in one.facts
    ]
    return tuple(reversed(found))


def on_whole(made: Artifact) -> bool:
    """Whether it is a picture, and of no face alone."""
    return made.media_type in PREVIEWED and made.face_id is None


def options_of(made: Artifact) -> tuple[tuple[str, str], ...]:
    """The options of the job that made it, but for strength; none where that is not the newest of
    its kind, whose options alone are kept."""
    job = made.run.job if ASKED in made.facts else None
    if job is None or asked(job.options) != made.facts[ASKED]:
        return ()
    pairs = ((name, value) for name, value in job.options.items() if name != STRENGTH)
    return tuple(
        (name, str(one))
        for name, value in pairs
        for one in (value if isinstance(value, list) else [value])
        if one not in (None, False)
    )


def protecting() -> set[str]:
    """The kinds of job that make a photo tell less."""
    return {pipeline.kind for pipeline in pipelines.kinds() if pipeline.protects}


def portraying() -> set[str]:
    """The kinds of job whose pictures have a tab of their own."""
    return {pipeline.kind for pipeline in pipelines.kinds() if pipeline.portrays}


def said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
