"""Fetching models, asked for on the admin's page of models."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from ml.errors import MLError
from ml.pipelines import Context
from webapp.chores import Chore, register
from webapp.models import Job
from webapp.selectors.models import FETCH
from webapp.services.models import LicenceNotAccepted, model_fetch


@dataclass(frozen=True, slots=True)
class ModelFetchOptions:
    """Which models; none: all that come with the installation."""

    names: tuple[str, ...] = field(
        default=(), metadata={"title": "Models", "help": "Their names; empty for the core."}
    )


def run(job_id: UUID, context: Context) -> None:
    """Install what is missing; called again it goes on with the package it stopped in.

    Raises:
        MLError: with a sentence for the administrator.
    """
    job = Job.objects.select_related("submitted_by").get(pk=job_id)

    def kilobytes(done: int, total: int, message: str = "") -> None:
        # A job's counts are 32-bit integers in PostgreSQL; models have more bytes than that.
        context.progress(done // 1000, total // 1000, message)

    try:
        model_fetch(names=job.options["names"], by=job.submitted_by, progress=kilobytes)
    except (LicenceNotAccepted, LookupError) as error:
        raise MLError(str(error.args[0])) from None


register(Chore(FETCH, "Fetch models", ModelFetchOptions, run, by_administrators=True))
