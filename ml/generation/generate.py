"""The job "generate": pictures of a person from words and photos of their face, made by a trained
model and judged by others.

Who may ask for it, of whom, whoever submits jobs sees to; age alone is looked at here, for that
takes the photo.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from ml import registry
from ml.contracts import (
    AGE,
    DETECTION,
    EMBEDDING,
    EXPRESSION,
    MARK,
    MESH,
    OUTPUT_CHECK,
    POSE,
    QUALITY,
    KnownFace,
)
from ml.contracts.generators import Generator, Pixels, Preview, unseen
from ml.errors import MLError
from ml.generation import prompt_rules
from ml.generation.generate_asked import NONE, GenerateOptions, expressions
from ml.generation.generate_brief import LearntFile, briefed, reading, wearing
from ml.generation.generate_files import KIND, LEARNT_PHOTOS, Saving, shown_by
from ml.generation.generate_judging import checkers, judged, judged_by, kept, young
from ml.generation.generate_offered import lacking, maker
from ml.generation.judging import Facts
from ml.generation.marking import SourceType
from ml.generation.prompt_list import RULES, Rule
from ml.generation.seeing import Seen
from ml.generation.sitting import OTHER_PHOTOS, PortraitsInputs, origin, sha256_of, sitter
from ml.generation.styles import STYLES
from ml.generation.styling import Style, named
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.registry import ModelCard, Sensitive, Task
from ml.types import Artifact, Ran, Report

NO_EXPRESSION = "No expression is named {!r}. There are: {}."
READ: tuple[Task[Any], ...] = (DETECTION, MESH, POSE)


@dataclass(frozen=True, slots=True)
class GenerateInputs(PortraitsInputs):
    """others: more photos of the person. rules: what a prompt may not ask for. learnt: of the
    person, where the options want that."""

    others: tuple[KnownFace, ...] = ()
    rules: tuple[Rule, ...] = RULES
    learnt: LearntFile | None = None


def generate(options: GenerateOptions, inputs: GenerateInputs, context: Context) -> Report:
    """A PNG a picture, the best first; its facts hold what a receipt needs of how it was made.

    Raises:
        PromptRefused: a rule refuses the words.
        Refused: the face, or each that was made, may be of somebody under age, or the check of
            what was made objects.
        MLError: no such style, the back end is not installed, the face is not found again, ...
        Cancelled: somebody asked for that.
    """
    style = allowed(options, inputs.rules)
    has = context.pool.weights.has
    if why := lacking(options, lambda card: has(card.weights)):
        raise MLError(why)
    context.progress(0, 1, "Looking at the face")
    tasks = judging(inputs)
    judges = judged_by(inputs.models, maker(options.engine).embedder, context.pool, *tasks)
    picture, source = sitter(with_judges(inputs, judges), context, *tasks, EMBEDDING)
    others = inputs.others if options.others else ()
    readers = reading(inputs.models, maker(options.engine).embedder)
    brief, notes = briefed(options, style, (picture, source), others, readers, context)
    brief = wearing(brief, inputs.learnt)
    engine = cast(Generator, context.pool.get(options.engine))
    made = engine.make(brief, context.progress, previewing(inputs.models, context))
    context.progress(0, 1, "Looking at what was made")
    fine, said = kept(made.candidates, inputs.models, context.pool)
    best = judged(options, fine, source, judges, context.pool)
    notes = (*notes, *made.notes, *((said,) if said else ()))
    files: Sequence[Artifact] = ()
    if context.scratch is not None:
        about = shared(options, inputs, source, judges, notes)
        save = Saving(options, brief, made, about, inputs.models, context.pool, context.scratch)
        files = [save.saved(number, one) for number, one in enumerate(best, start=1)]
    ran = ran_as(engine.card)
    return Report(picture.size, (source.face,), artifacts=tuple(files), runs=(ran,), notes=notes)


def previewing(models: Collection[str], context: Context) -> Preview:
    """What shows pictures half made, but for faces that look under age; nothing where a check of
    what was made is installed, for that looks at finished ones."""
    if context.scratch is None or checkers(models):
        return unseen
    show = shown_by(context, context.scratch)

    def preview(pixels: Pixels) -> None:
        if not young(pixels, models, context.pool):
            show(pixels)

    return preview


def allowed(options: GenerateOptions, rules: Sequence[Rule]) -> Style | None:
    """The style, where words, style and expression are to be had.

    Raises:
        PromptRefused: a rule refuses the words. MLError: there is no such style or expression; the
            sentence offers those there are.
    """
    for words in (options.prompt, options.negative):
        prompt_rules.check(words, rules)
    if options.expression not in expressions():
        offer = ", ".join(expressions())
        raise MLError(NO_EXPRESSION.format(options.expression[:40], offer))
    return None if options.style == NONE else named(options.style, STYLES)


def judging(inputs: PortraitsInputs) -> tuple[Task[Any], ...]:
    """By what made pictures are judged; expression only where it is read of photos, too."""
    reads = Sensitive.EMOTION in inputs.allowed
    return (DETECTION, POSE, QUALITY, *((EXPRESSION,) if reads else ()))


def with_judges(inputs: GenerateInputs, judges: Sequence[str]) -> GenerateInputs:
    """The same, with the judges' recogniser in the place of the planned one."""
    task = {card.name: card.task for card in registry.cards()}
    rest = [name for name in inputs.models if task[name] != EMBEDDING]
    return replace(inputs, models=(*rest, *(one for one in judges if one not in rest)))


def shared(
    options: GenerateOptions,
    inputs: GenerateInputs,
    source: Seen,
    judges: Sequence[str],
    notes: Sequence[str],
) -> Facts:
    """What holds for every picture."""
    card = registry.get(options.engine).card
    told = origin(options.engine, with_judges(inputs, judges), source, *judging(inputs), EMBEDDING)
    others = inputs.others if options.others else ()
    more: Facts = {}
    if others:
        more[OTHER_PHOTOS] = "; ".join(sha256_of(one.photo) for one in others)
    if inputs.learnt is not None:
        more[LEARNT_PHOTOS] = "; ".join(inputs.learnt.photos)
    if notes:
        more["made otherwise"] = "; ".join(notes)
    weights = "; ".join(
        part for part in (f"{card.name} {card.digest}", str(told["weights"])) if part
    )
    return told | {"weights": weights, "source faces": 1 + len(others)} | more


def ran_as(card: ModelCard) -> Ran:
    return Ran(card.name, card.task.name, card.digest, card.recipe)


GENERATE_JOB = register(
    Pipeline(
        KIND,
        "Pictures by words (made by a model)",
        GenerateOptions,
        GenerateInputs,
        generate,
        urgency=Urgency.LATER,
        tasks=(*READ, EMBEDDING, AGE),
        also=(QUALITY, EXPRESSION, MARK, OUTPUT_CHECK),
        generative=True,
        help="Makes pictures of a person who agreed, from words and photos of their face, by a "
        "trained model; each is marked as made.",
        portrays=True,
        source_type=SourceType.GENERATED.value,
    )
)
