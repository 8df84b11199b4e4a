"""What kinds of job there are: kind -> Pipeline(Options, Inputs, function)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from ml import registry
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.registry import Task
from ml.types import Report

O = TypeVar("O")
I = TypeVar("I")
PREVIEW = "preview"  # the kind of a made file that shows what is half made
MODULES = (
    "ml.analysis.pipeline",
    "ml.analysis.portrait",
    "ml.shape.pipeline",
    "ml.authenticity.pipeline",
    "ml.generation.portraits_pipeline",
    "ml.generation.animation_pipeline",
    "ml.generation.passport_pipeline",
    "ml.generation.generate",
    "ml.generation.find_mark",
    "ml.protection.clean_file",
    "ml.protection.disguise_pipelines",
    "ml.protection.anonymise",
    "ml.protection.make_safe",
    "ml.prompting.pipeline",
    "ml.prompting.search_pipeline",
    "ml.geolocation.pipeline",
    "ml.geolocation.journey",
    "ml.geolocation.overhead_pipeline",
)


class Urgency(StrEnum):
    """NOW: somebody waits for it (seconds). LATER: it may take minutes and wait for others."""

    NOW = "now"
    LATER = "later"


class Subjects(StrEnum):
    """How many photos of a gallery one job is about.

    NONE: none; a picture may come along with it. ONE: one; over several photos it is a parent
    with a job for each. MANY: all that were named, in one job.
    """

    NONE = "none"
    ONE = "one"
    MANY = "many"


class Whose(StrEnum):
    """Whose faces of a photo are measured and changed so that recognisers do not match them.
    CHOSEN: those that the options name as faces, all where they name none. OTHERS: all but these.
    """

    NOBODY = "nobody's"
    CHOSEN = "the chosen"
    OTHERS = "all others"


def disguises_nobody(options: Any) -> Whose:
    return Whose.NOBODY


def shows_faces(options: Any) -> bool:
    """Nobody's face is hidden, whatever the options."""
    return False


def unheard(report: Report) -> None:
    """Show provisional results to nobody."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a pipeline works with besides its options and inputs.

    scratch: the job's own folder for files it makes; None where nobody wants files.
    partial: shows a provisional report; it may be called often and drop some. Of its files only a
        PREVIEW is shown.
    """

    pool: Pool
    progress: Progress = silent
    partial: Callable[[Report], None] = unheard
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class Pipeline(Generic[O, I]):
    """A kind of job.

    options: a frozen dataclass of what a person may choose; each field's metadata may hold
        "title", "help", "min", "max", "choices" and "format". Serializer, form and schema follow
        from it. Where they have `tasks`, these name what its models read. Where they have
        `signed`, it says whether made pictures are signed; others always are.
    inputs: a frozen dataclass of ml values that the worker's store fills when it claims a job.
    tasks: what its models read, where its options do not name tasks. also: what they read besides,
        where that is installed and allowed.
    evidence: it runs every model that finds evidence. generative: a trained model makes its
        pictures, and does not only change them: they are signed as such.
    help: a sentence for people. fewest: photos it needs when it takes many.
    shareable: it makes a picture of one photo, and the first picture that it makes tells nothing
        of the original's metadata and may be shared alone.
    protects: it makes a photo tell less; pages offer it where they tell what a photo tells.
    portrays: it makes new pictures of a person, which takes that person's recorded consent; they
        take nothing along of the photo's own signed history, and have a page of their own.
    source_type: what its pictures are, by IPTC's name, where they change a photo.
    disguises: whose faces it measures and changes with such options: in an organisation's
        gallery that takes their people's consent.
    hides_faces: whether what it makes with such options shows nobody's face.
    like: the pictures it makes of no face alone show the whole photo, to be laid over it.
    rank: the higher, the earlier pages offer it.
    """

    kind: str
    title: str
    options: type[O]
    inputs: type[I]
    run: Callable[[O, I, Context], Report]
    urgency: Urgency = Urgency.NOW
    subjects: Subjects = Subjects.ONE
    tasks: tuple[Task[Any], ...] = ()
    also: tuple[Task[Any], ...] = ()
    evidence: bool = False
    generative: bool = False
    help: str = ""
    fewest: int = 1
    shareable: bool = False
    protects: bool = False
    portrays: bool = False
    source_type: str = ""
    disguises: Callable[[O], Whose] = disguises_nobody
    hides_faces: Callable[[O], bool] = shows_faces
    like: bool = True
    rank: int = 0

    @property
    def task_names(self) -> tuple[str, ...]:
        """What its models read, by name; some of it may not be installed."""
        names = tuple(task.name for task in self.tasks)
        return (*names, *registry.evidence()) if self.evidence else names


_pipelines: dict[str, Pipeline[Any, Any]] = {}


def register(pipeline: Pipeline[O, I]) -> Pipeline[O, I]:
    if pipeline.kind in _pipelines:
        raise ValueError(f"Two pipelines are of kind {pipeline.kind!r}.")
    _pipelines[pipeline.kind] = pipeline
    return pipeline


def discover(modules: Iterable[str] = MODULES) -> None:
    """Import the modules that register pipelines."""
    for module in modules:
        importlib.import_module(module)


def get(kind: str) -> Pipeline[Any, Any]:
    """The pipeline of that kind.

    Raises:
        LookupError: there is none.
    """
    try:
        return _pipelines[kind]
    except KeyError:
        there = ", ".join(sorted(_pipelines))
        raise LookupError(f"No job is of kind {kind!r}; there are {there}.") from None


def kinds() -> list[Pipeline[Any, Any]]:
    """All kinds, as pages offer them."""
    return sorted(_pipelines.values(), key=lambda pipeline: (-pipeline.rank, pipeline.kind))
