"""What is asked of a job that makes people who do not exist, by what, and who judges it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from ml import registry
from ml.contracts import AGE, DETECTION, EMBEDDING, GENERATION, OUTPUT_CHECK
from ml.contracts.generators import Candidate, Floats, Generator, Pixels
from ml.errors import MLError
from ml.generation.choosing import takes_part, with_needs
from ml.generation.generate_judging import objection
from ml.generation.identities import Builder, Judge, Limits, Order
from ml.pipelines import Context
from ml.registry import ModelCard, Policy, Task, best
from ml.sequence import look
from ml.types import Picture

KIND = "identities"
KNOWN = 512  # values of the embeddings that all makers here go by
MANY = 4096  # drawn evenly in place of people's own: enough that they are spread alike
SEEDS = 2**31
# In turn, for makers that follow words.
PROMPTS = (
    "photo of a person's face, plain background",
    "photo of a person outdoors in daylight",
    "photo of a person in an office, smiling",
    "photo of a person in the evening, lamp light",
)
NO_AGES = "No model that reads how old faces look is installed: run manage.py models fetch."
NO_JUDGE = (
    "Nobody can judge who is who: no recogniser is installed that {} does not go by. An "
    "administrator can add one under Models."
)


def makers() -> tuple[str, ...]:
    """The names of makers that go by embeddings alone, installed or not, best first."""
    there = [card.name for card in registry.cards() if card.task == GENERATION]
    return tuple(name for name in there if maker(name).embedder and not maker(name).sees)


def maker(name: str) -> type[Generator]:
    return cast(type[Generator], registry.get(name))


@dataclass(frozen=True, slots=True)
class IdentitiesOptions:
    """How many people who do not exist, and how many pictures of each."""

    identities: int = field(default=10, metadata={"title": "People", "min": 1, "max": 100})
    variations: int = field(default=4, metadata={"title": "Pictures of each", "min": 2, "max": 20})
    engine: str = field(default="vec2face", metadata={"title": "Made by", "choices": makers})
    seed: int = field(
        default=0,
        metadata={"title": "Seed", "min": 0, "rare": True, "help": "0 takes one by chance."},
    )

    @property
    def pictures(self) -> int:
        return self.identities * self.variations


def judge_of(engine: str, policy: Policy, stored: Mapping[str, int]) -> ModelCard:
    """The recogniser that tells made people apart: none that the maker goes by, nor one that reads
    a file of it; of several the one that most faces here were measured by. stored: how many were,
    by recogniser.

    Raises:
        MLError: there is none.
    """
    took_part = [name for name in (maker(engine).embedder,) if name in names()]
    able = [
        card
        for card in registry.cards()
        if card.task == EMBEDDING
        and card.strangers
        and card.name != maker(engine).embedder
        and policy.allows(card)
        and not takes_part(card, took_part)
    ]
    if not able:
        raise MLError(NO_JUDGE.format(maker(engine).card.title))
    return max(able, key=lambda card: (stored.get(card.name, 0), card.rank))


def names() -> set[str]:
    return {card.name for card in registry.cards()}


def judging(card: ModelCard, policy: Policy, context: Context) -> Judge:
    """Measures the only face of a picture that nothing speaks against: none that looks under age.

    Raises:
        MLError: nobody could tell that.
    """
    ages = best(AGE, policy)
    if ages is None:
        raise MLError(NO_AGES)
    looked_over = [*with_needs(ages, policy), *all_of(OUTPUT_CHECK, policy)]
    models = with_needs(card, policy)
    if (finder := best(DETECTION, policy)) is not None and finder.name not in models:
        models.append(finder.name)
    quietly = Context(context.pool)

    def judge(pixels: Pixels) -> Floats | None:
        report, _ = look(Picture(pixels), models, quietly)
        seen = [one.array for one in report.embeddings if one.space.model == card.name]
        if len(report.faces) != 1 or not seen:
            return None
        if objection(Candidate(pixels, 0), looked_over, context.pool):
            return None
        return np.asarray(seen[0], np.float32)

    return judge


def all_of(task: Task[Any], policy: Policy) -> list[str]:
    return [card.name for card in registry.cards() if card.task == task and policy.allows(card)]


def built(
    options: IdentitiesOptions,
    judge: Judge,
    card: ModelCard,
    known: Mapping[str, Floats],
    finish: Callable[[Path], None],
    context: Context,
    folder: Path,
) -> Path:
    """The manifest of a set in LFW's layout. card: of the judge. known: embeddings by it, whom
    nobody made may be like. finish: done to each file. Embeddings are drawn evenly, of all
    directions there are: no measures of real people go into it.

    Raises:
        MLError: too few identities are within the limits; the sentence says why.
        Cancelled: somebody asked for that.
    """
    seed = options.seed or secrets.randbelow(SEEDS - 1) + 1
    order = Order(
        options.identities,
        options.variations,
        Limits(float(card.strangers or 0)),
        seed=seed,
        prompts=PROMPTS,
    )
    even = np.random.default_rng(seed).normal(size=(MANY, KNOWN)).astype(np.float32)
    engine = cast(Generator, context.pool.get(options.engine))
    builder = Builder(engine, even, judge, card.name, known, finish)
    return builder.build(order, folder, context.progress)
