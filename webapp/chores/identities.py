"""People who do not exist, as a ZIP in LFW's layout with a manifest that proves its claims."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from ml.errors import MLError, Refused
from ml.generation.identities_asked import KIND, IdentitiesOptions, maker
from ml.pipelines import Context
from ml.registry import ModelCard
from webapp.chores import Chore, register
from webapp.jobs.folders import scratch
from webapp.jobs.options import parse
from webapp.models import Export, Job
from webapp.selectors.identities import refusal
from webapp.services.audit import audit_write
from webapp.services.exports import export_keep
from webapp.services.identities import identities_build, identities_check

LEFT = "Whoever asked for this may no longer do so."
GONE = "The gallery is no longer what it was when this was asked for: ask again."


def run(job_id: UUID, context: Context) -> None:
    """Make the set and offer it as a ZIP; called again after its worker was killed it begins anew,
    unless the ZIP is offered already.

    Raises:
        Refused: a rule forbids it by now.
        MLError: too few are within the limits, or the maker is gone; with a sentence.
        Cancelled: somebody asked for that.
    """
    job = Job.objects.select_related("gallery", "submitted_by").get(pk=job_id)
    if Export.objects.filter(job=job).exists():
        return
    if job.submitted_by is None:
        raise MLError(LEFT)
    options = parse(IdentitiesOptions, job.options)
    if forbidden := refusal(options, job.gallery, job.submitted_by, job):
        raise Refused(forbidden.sentence, forbidden.rule)
    folder = scratch(job) / str(job.attempt) / "set"
    manifest = identities_build(
        options=options, gallery=job.gallery, context=context, folder=folder
    )
    packed = zipped(manifest, folder.with_name("identities.zip"))
    if export_keep(job=job, by=job.submitted_by, photos=[], sensitive=(), file=packed) is None:
        raise MLError(GONE)
    audit_write(
        actor=job.submitted_by, verb="identities-make", subject=f"gallery:{job.gallery_id}",
        gallery=job.gallery_id, detail=f"{options.identities} people, {options.engine}",
    )  # fmt: skip


def zipped(manifest: Path, out: Path) -> Path:
    """All that lies beside the manifest, which comes first; pictures are small as they are."""
    folder = manifest.parent
    with ZipFile(out, "w", ZIP_STORED) as packed:
        packed.write(manifest, manifest.name)
        for path in sorted(folder.glob("*/*.jpg")):
            packed.write(path, path.relative_to(folder).as_posix())
    shutil.rmtree(folder)
    return out


def _engine(options: IdentitiesOptions) -> ModelCard:
    return maker(options.engine).card


register(
    Chore(
        KIND,
        "People who do not exist",
        IdentitiesOptions,
        run,
        check=identities_check,
        engine=_engine,
    )
)
