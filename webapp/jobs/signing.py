"""The pictures a job made, signed before they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from ml import pipelines
from ml.authenticity.signing import MOST, SIGNED, Action, Ingredient, Made, Signer
from ml.generation.generate_files import SOURCE
from ml.generation.marking import SourceType
from ml.types import Artifact, Report
from webapp.files import local
from webapp.models import Photo
from webapp.selectors.trust import signing_folder, trusted

UNSIGNED = "unsigned_sha256"  # a fact of a signed file: two that differ in no more are the same


def signed(kind: str, photos: Sequence[Photo], report: Report, scratch: Path) -> Report:
    """The report with each JPEG, PNG and WebP signed: what made it, and of which photos.

    kind: of the job. scratch: a folder for the signed files, gone after the job.
    """
    if not any(one.media_type in SIGNED for one in report.artifacts):
        return report
    signer, parts = Signer(signing_folder(), trusted()), tuple(_ingredients(kind, photos, scratch))
    made = (
        _signed(one, kind, parts, signer) if one.media_type in SIGNED else one
        for one in report.artifacts
    )
    return replace(report, artifacts=tuple(made))


def _ingredients(kind: str, photos: Sequence[Photo], scratch: Path) -> Iterator[Ingredient]:
    """What a model was shown, or the photo that was changed and what was joined with it. What may
    be shared alone takes nothing of the original along: its signed history may hold a small
    picture, places and names, and digests by which the original is known again."""
    pipeline = pipelines.get(kind)
    if pipeline.shareable or pipeline.portrays:
        yield Ingredient(None, "image/jpeg", "inputTo" if pipeline.generative else "parentOf")
        return
    generative = pipeline.generative
    for number, photo in enumerate(photos[:MOST]):
        relation = "inputTo" if generative else "componentOf" if number else "parentOf"
        with suppress(FileNotFoundError):  # erased meanwhile: what was made of it is not kept
            file = local(photo.original, scratch / str(photo.pk))
            yield Ingredient(file, photo.media_type, relation)


def _signed(
    artifact: Artifact, kind: str, parts: tuple[Ingredient, ...], signer: Signer
) -> Artifact:
    out = artifact.path.with_name(f"signed-{artifact.path.name}")
    pipeline = pipelines.get(kind)
    partly = artifact.facts.get(SOURCE) == SourceType.PARTLY_GENERATED
    if partly:  # the rest of the photo is as it was: it was changed, and not only shown to a model
        parts = tuple(replace(one, relation="parentOf") for one in parts)
    # They may be about the original.
    told = {} if pipeline.shareable or pipeline.portrays else artifact.facts
    facts = ", ".join(f"{name}: {value}" for name, value in told.items())
    words = f"{pipeline.title} ({facts})" if facts else pipeline.title
    made = pipeline.generative and not partly
    actions = () if made else (Action("c2pa.edited", words, pipeline.source_type),)
    title = artifact.kind.replace("-", " ")
    signer.sign(
        artifact.path, out, artifact.media_type, Made(title, actions, parts, pipeline.generative)
    )
    with out.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    facts_now = dict(artifact.facts) | {UNSIGNED: artifact.sha256}
    return replace(artifact, path=out, sha256=digest, size=out.stat().st_size, facts=facts_now)
