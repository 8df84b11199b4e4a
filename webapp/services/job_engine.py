"""Which one model does a job's work, where one does, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml.pipelines import Pipeline
from ml.registry import ModelCard
from webapp.chores import Chore
from webapp.models import Gallery, Photo, User
from webapp.services.question_choice import engine_of


def engine_for(
    work: Pipeline[Any, Any] | Chore,
    chosen: Any,
    gallery: Gallery,
    photos: Sequence[Photo],
    by: User,
) -> ModelCard | None:
    """What answers, or makes what is asked for; None where no one model does. chosen: the options.

    Raises:
        ValidationError: it is not here, or may not do that.
    """
    if isinstance(work, Chore):
        work.check(chosen, gallery, by)
        return work.engine(chosen)
    return engine_of(chosen, gallery, photos)
