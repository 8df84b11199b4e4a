"""What can be done with photos on request: tasks that run on demand, and jobs that make files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ml import pipelines, registry
from ml.geolocation.pipeline import KIND as LOCATE
from ml.pipelines import Pipeline, Subjects
from ml.prompting.pipeline import KIND as ASK
from ml.registry import ModelCard, best
from webapp.models import Gallery
from webapp.selectors.capabilities import policy_for
from webapp.selectors.jobs import REPORT

ANALYSE = "analyse"


@dataclass(frozen=True, slots=True)
class OnDemand:
    """A task that runs when it is asked for. card: of the model that would run."""

    task: registry.Task[object]
    card: ModelCard


def on_demand(gallery: Gallery) -> list[OnDemand]:
    """The tasks that may be asked for on the gallery's photos."""
    policy = policy_for(gallery)
    asked = (task for task in registry.tasks().values() if task.on_demand)
    found = ((task, best(task, policy)) for task in asked)
    return [OnDemand(task, card) for task, card in found if card is not None]


def makers(
    gallery: Gallery, photos: int, *, protects: bool | None = None
) -> list[Pipeline[Any, Any]]:
    """The kinds of job that can be asked for of so many photos, and whose models may run here.
    protects: only those that do, or do not."""
    policy = policy_for(gallery)
    return [
        kind
        for kind in pipelines.kinds()
        if kind.kind not in {ANALYSE, REPORT, ASK, LOCATE}
        and not (kind.evidence and photos == 1)  # one photo has a tab for it
        and not kind.portrays  # these have a tab, too
        and protects in (None, kind.protects)
        and _takes(kind, photos)
        and all(best(task, policy) for task in kind.tasks)
    ]


def _takes(kind: Pipeline[Any, Any], photos: int) -> bool:
    if kind.subjects is Subjects.MANY:
        return photos >= kind.fewest
    return kind.subjects is Subjects.ONE
