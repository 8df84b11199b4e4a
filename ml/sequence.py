"""Runs models over one photo, each after what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from time import perf_counter

from ml import registry
from ml.contracts import Case, Output, Said, View
from ml.pipelines import Context
from ml.registry import Task
from ml.types import Box, Face, Picture, Ran, Report

SAME = 0.4  # boxes that overlap so much (IoU) show the same face
UNSAID = Said()
Outputs = Mapping[Task[object], Output]


@dataclass(frozen=True, slots=True)
class Rest:
    """A person's own resting face (ml.facs.resting) and where that person is in the photo."""

    box: Box
    measures: Mapping[str, float]


def look(
    picture: Picture,
    models: Sequence[str],
    context: Context,
    *,
    rests: Sequence[Rest] = (),
    case: Case | None = None,
    said: Said = UNSAID,
) -> tuple[Report, Outputs]:
    """Run the named models in the order of their needs over an upright photo; also what each
    gave, by its task."""
    order = registry.in_order(models)
    report = Report(picture.size, notes=picture.notes)
    outputs: dict[Task[object], Output] = {}
    for done, name in enumerate(order, start=1):
        card = registry.get(name).card
        context.progress(done, len(order) + 1, card.title)
        seen = {task: outputs[task] for task in card.needs}
        resting = placed(report.faces, rests)
        view = View(picture, report.faces, seen, context.scratch, resting, case, said=said)
        began = perf_counter()
        output = context.pool.run(name, view)
        seconds = perf_counter() - began
        outputs[card.task] = output
        report = merged(
            report,
            output,
            Ran(name, card.task.name, card.digest, card.recipe, seconds, card.sensitive),
        )
        context.partial(report)
    context.progress(len(order) + 1, len(order) + 1)
    return report, outputs


def placed(faces: Sequence[Face], rests: Sequence[Rest]) -> dict[int, Mapping[str, float]]:
    """The resting measures of each face that lies where one of those people is."""
    found = {}
    for face, one in enumerate(faces):
        best = max(rests, key=lambda rest: rest.box.iou(one.box), default=None)
        if best is not None and best.box.iou(one.box) >= SAME:
            found[face] = best.measures
    return found


def merged(report: Report, output: Output, ran: Ran) -> Report:
    """The report with one more model's output."""
    return replace(
        report,
        faces=report.faces or output.faces,
        readings=tuple(chain(report.readings, output.readings)),
        marks=tuple(chain(report.marks, output.marks)),
        artifacts=tuple(chain(report.artifacts, output.artifacts)),
        embeddings=tuple(chain(report.embeddings, output.embeddings)),
        findings=tuple(chain(report.findings, output.findings)),
        runs=(*report.runs, ran),
    )
