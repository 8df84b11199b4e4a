"""The jobs "analyse" and "report": every chosen model over one photo, each after what it needs.

Their results are the same; those of a report are told to whoever asked and stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ml import decode, registry
from ml.contracts import EMBEDDING
from ml.pipelines import Context, Pipeline, Subjects, register
from ml.registry import ModelCard, Sensitive
from ml.sequence import Rest, look
from ml.types import Picture, Report


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
    return look(picture, models, context, rests=rests)[0]


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
