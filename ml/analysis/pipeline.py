"""The jobs "analyse" and "report": every chosen model over one photo, each after what it needs.

Their results are the same; those of a report are told to whoever asked and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from time import perf_counter

from ml import decode, registry
from ml.contracts import EMBEDDING, Output, View
from ml.pipelines import Context, Pipeline, Subjects, register
from ml.registry import ModelCard, Sensitive, Task
from ml.types import Box, Face, Picture, Ran, Report

SAME = 0.4  # boxes that overlap so much (IoU) show the same face


@dataclass(frozen=True, slots=True)
class AnalyseOptions:
    """What to look for; empty: everything that is installed, allowed and turned on."""

    tasks: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Look for",
            "help": "Task names; empty for all allowed.",
            "choices": registry.tasks,
        },
    )


@dataclass(frozen=True, slots=True)
class ReportOptions(AnalyseOptions):
    """What to tell of a photo that is not kept."""

    embeddings: bool = field(
        default=False,
        metadata={"title": "Embeddings", "help": "Add each face as a vector of numbers."},
    )
    sensitive: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Sensitive",
            "help": "Kinds to read that nobody reads unasked.",
            "choices": tuple(kind.value for kind in Sensitive if kind),
        },
    )


@dataclass(frozen=True, slots=True)
class Rest:
    """A person's own resting face (ml.facs.resting) and where that person is in the photo."""

    box: Box
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AnalyseInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted.

    rests: of people known to be in the photo.
    """

    photo: Path
    models: tuple[str, ...]
    rests: tuple[Rest, ...] = ()


def analyse(options: AnalyseOptions, inputs: AnalyseInputs, context: Context) -> Report:
    """Decode the photo and run the planned models over it."""
    context.progress(0, len(inputs.models) + 1, "Reading the photo")
    picture = decode.picture(inputs.photo)
    return analyse_picture(picture, inputs.models, context, inputs.rests)


def report(options: ReportOptions, inputs: AnalyseInputs, context: Context) -> Report:
    """The same, leaving out the embeddings unless they were asked for."""
    names = tuple(
        name for name in inputs.models if options.embeddings or not _embeds(registry.get(name).card)
    )
    found = analyse(options, replace(inputs, models=names), context)
    return found if options.embeddings else replace(found, embeddings=())


def _embeds(card: ModelCard) -> bool:
    """Whether it makes embeddings, or reads of them."""
    return EMBEDDING in (card.task, *card.needs)


def analyse_picture(
    picture: Picture, models: tuple[str, ...], context: Context, rests: tuple[Rest, ...] = ()
) -> Report:
    """Run the named models in the order of their needs over an upright photo."""
    order = registry.in_order(models)
    report = Report(picture.size, notes=picture.notes)
    outputs: dict[Task[object], Output] = {}
    for done, name in enumerate(order, start=1):
        card = registry.get(name).card
        context.progress(done, len(order) + 1, card.title)
        seen = {task: outputs[task] for task in card.needs}
        view = View(picture, report.faces, seen, context.scratch, placed(report.faces, rests))
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
    return report


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
        runs=(*report.runs, ran),
    )


ANALYSE = register(Pipeline("analyse", "Analyse faces", AnalyseOptions, AnalyseInputs, analyse))
# The same for a picture nobody keeps: what it says is the job's answer.
REPORT = register(
    Pipeline(
        "report",
        "Analyse without keeping",
        ReportOptions,
        AnalyseInputs,
        report,
        subjects=Subjects.NONE,
    )
)
