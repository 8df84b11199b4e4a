"""What models that made nothing say of a made picture: may it be, is it the person, as asked?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml import likeness, registry
from ml.contracts import AGE, DETECTION, EMBEDDING, OUTPUT_CHECK, QUALITY
from ml.contracts.checking import OutputChecker
from ml.contracts.generators import Candidate
from ml.errors import Refused
from ml.generation import prompt_agreement
from ml.generation.generate_asked import NONE, GenerateOptions
from ml.generation.judging import NO, TURN, UNMEASURED, YES, Facts, alike, expressed, named, turned
from ml.generation.portraits_asked import Asked
from ml.generation.prompt_agreement import PromptAgreement
from ml.generation.seeing import Seen, needed, seen
from ml.pool import Pool
from ml.registry import Commercial, Model, Task
from ml.types import Picture

RULE = "output"
NOT_KEPT = "No picture is kept: the check of what was made objects to it ({}). (Rule: output.)"
LEFT_OUT = "{} of {} pictures are not kept: the check of what was made objects to them ({})."
CHILD = "somebody who may be under age"
GROWN = 18.0  # years that a made face must look at least
# What weighs as much as the way to a stranger in the order of the pictures; fitted to nothing.
QUALITY_AMISS, AGREEMENT_AMISS = 100.0, 0.1  # of 100; a cosine


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A picture and what was found. worse: 0 for perfect; sorts the pictures."""

    made: Candidate
    facts: Facts
    worse: float


def judged_by(
    models: Collection[str], embedder: str, pool: Pool, *tasks: Task[Any]
) -> tuple[str, ...]:
    """Those of the planned models that do these tasks, with a recogniser that has no part in what
    the maker goes by: another that is installed and free to use where the planned one has."""
    cards = {card.name: card for card in registry.cards()}
    planned = [name for name in models if cards[name].task == EMBEDDING]
    free = [
        card.name
        for card in registry.cards()
        if card.task == EMBEDDING
        and card.commercial_use is Commercial.YES
        and pool.weights.has(card.weights)
    ]
    taken = cards.get(embedder)
    able = [
        name
        for name in (*planned, *free)
        if taken is None or not (name == embedder or likeness.akin(cards[name], taken))
    ]
    others = [name for name in models if cards[name].task != EMBEDDING]
    return needed((*others, *able[:1]), *tasks, EMBEDDING)


def kept(
    made: Sequence[Candidate], models: Collection[str], pool: Pool
) -> tuple[list[Candidate], str]:
    """The pictures that nothing speaks against, and a sentence on the rest.

    Raises:
        Refused: none is left.
    """
    against = [(one, objection(one, models, pool)) for one in made]
    found = sorted({why for _, why in against if why})
    fine = [one for one, why in against if not why]
    if not fine:
        raise Refused(NOT_KEPT.format(", ".join(found)), RULE)
    gone = len(made) - len(fine)
    return fine, LEFT_OUT.format(gone, len(made), ", ".join(found)) if gone else ""


def objection(one: Candidate, models: Collection[str], pool: Pool) -> str:
    """What is not to be made and shows; "" for nothing."""
    for name in checkers(models):

        def ask(model: Model) -> str:
            return cast(OutputChecker, model).objection(one.pixels)

        if found := pool.using(name, ask):
            return found
    return CHILD if young(one.pixels, models, pool) else ""


def checkers(models: Collection[str]) -> list[str]:
    return [name for name in models if registry.get(name).card.task == OUTPUT_CHECK]


def young(pixels: NDArray[np.uint8], models: Collection[str], pool: Pool) -> bool:
    """Whether the largest face looks younger than GROWN; what was read is not kept."""
    face = seen(Picture(pixels), None, needed(models, DETECTION, AGE), pool)
    readings = () if face is None else face.outputs[AGE].readings
    ages = [one.value for one in readings if isinstance(one.value, int | float)]
    return bool(ages) and min(ages) < GROWN


def judged(
    options: GenerateOptions,
    made: Sequence[Candidate],
    source: Seen,
    judges: Collection[str],
    pool: Pool,
) -> list[Judged]:
    """All pictures, the best first. source: the photo's face, as the same judges see it."""
    told = with_agreement(made, options.prompt, pool)
    best = max((one.agreement or 0.0 for one in told), default=0.0)
    found = [verdict(options, one, source, judges, best, pool) for one in told]
    return sorted(found, key=lambda one: one.worse)


def verdict(
    options: GenerateOptions,
    one: Candidate,
    source: Seen,
    judges: Collection[str],
    best: float,
    pool: Pool,
) -> Judged:
    """best: how far the best of the pictures agrees with the words."""
    words: Facts = {}
    amiss = 0.0
    if one.agreement is not None:
        words = {
            "agreement with the words": round(one.agreement, 4),
            "judge of the words": prompt_agreement.NAME,
        }
        amiss = (best - one.agreement) / AGREEMENT_AMISS
    now = seen(Picture(one.pixels), None, judges, pool)
    if now is None:
        nobody: Facts = {"face found": NO, "same person": UNMEASURED}
        return Judged(one, nobody | words, float("inf"))
    facts: Facts = {"face found": YES, "detector's score": round(now.face.score, 3)}
    same, far = alike(source, now, judges)
    looks, poor = quality(now, judges)
    facts |= same | looks | words
    if options.posed:
        expression = "" if options.expression == NONE else options.expression
        asked = Asked(1, options.wish, expression, 1.0)
        turn, off = turned(asked, float(options.yaw), source, now, judges)
        facts |= turn | expressed(asked, now, judges)
        amiss += off / TURN
    return Judged(one, facts, far + poor + amiss)


def quality(now: Seen, judges: Collection[str]) -> tuple[Facts, float]:
    """Of the made face, 0 to 100; also how far it weighs against it."""
    if QUALITY not in now.outputs:
        return {}, 0.0
    score = now.outputs[QUALITY].data.scores[0]
    if score is None:
        return {"quality": UNMEASURED}, 1.0
    facts: Facts = {"quality": round(score, 1), "judge of quality": named(QUALITY, judges)}
    return facts, (100 - score) / QUALITY_AMISS


def with_agreement(made: Sequence[Candidate], prompt: str, pool: Pool) -> list[Candidate]:
    """With how far they agree with the words, where it is installed what tells that."""
    if not prompt or not pool.weights.has(registry.get(prompt_agreement.NAME).card.weights):
        return list(made)
    judge = cast(PromptAgreement, pool.get(prompt_agreement.NAME))
    cosines = judge.agreement([one.pixels for one in made], prompt)
    return [
        replace(one, agreement=float(cosine)) for one, cosine in zip(made, cosines, strict=True)
    ]
