"""Prompting: typed questions about a folder of photos, put to each engine in the same words.

Wordings that have names (the column "prompt") are told side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml import decode, registry
from ml.contracts import Asked, Engine, View
from ml.evaluation.looking import installed, needed
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import quotients
from ml.evaluation.readers.questions import TABLE, Posed, celeba, questions
from ml.evaluation.readers.samples import Sample, part, read
from ml.pipelines import Context
from ml.registry import Sensitive, best
from ml.sequence import look
from ml.types import Answer
from ml.weights import Weights

Floats = NDArray[np.float64]
EXPECTS = (
    f"{TABLE} beside the photos: file, question, expected, and prompt, form, choices, ...; or "
    "CelebA's list_attr_celeba.txt"
)


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, (questions, celeba), EXPECTS), setting.limit)
    found = {name: list(told(setting, name, samples)) for name in setting.models}
    return {name: measured(samples, answers) for name, answers in found.items()}


def told(setting: Setting, name: str, samples: Sequence[Sample[Posed]]) -> Iterator[Answer]:
    """An answer a sample, photo by photo."""
    engine, models = cast(Engine, setting.pool.get(name)), before(name, setting.pool.weights)
    done = 0
    for photo, of_photo in groupby(samples, key=lambda one: one.photo):
        picture = decode.picture(photo)
        report, outputs = look(picture, models, Context(setting.pool))
        view = View(picture, report.faces, outputs)
        for one in of_photo:
            setting.progress(done, len(samples), f"Asking {name}")
            asked = Asked(
                [one.truth.question],
                described=one.truth.described,
                readings=report.readings,
                allowed=frozenset(Sensitive),
            )
            yield engine.answers(view, asked)[0]
            done += 1
    setting.progress(done, len(samples), f"Asking {name}")


def before(name: str, weights: Weights) -> tuple[str, ...]:
    """What is looked at first: what the engine needs; all that runs unasked for one without weights
    of its own, which has nothing but what others measured."""
    card = registry.get(name).card
    unasked = [] if card.weights else [one for one in registry.tasks().values() if one.unasked]
    cards = [one for task in unasked if (one := best(task, installed(weights)))]
    return tuple(dict.fromkeys(one.name for one in [*needed([card, *cards], weights), *cards]))


def measured(samples: Sequence[Sample[Posed]], answers: Sequence[Answer]) -> Measured:
    """accuracy: of all that was asked, a rightly declined question being right.
    answered_accuracy: of what was answered. agreement: mean share of wordings that agreed, where
    there were several. invalid_rate, declined_rate: of all. seconds: a question, on average."""
    right = np.array([one.truth.met(said) for one, said in zip(samples, answers, strict=True)])
    given = np.array([said.value is not None for said in answers])
    several = np.array([said.agreement is not None for said in answers])
    agreed = np.array([said.agreement or 0.0 for said in answers])
    invalid = np.array([bool(said.invalid) for said in answers])
    declined = np.array([bool(said.declined) for said in answers])
    seconds = np.array([said.seconds for said in answers])

    def score(weights: Floats) -> Mapping[str, float]:
        def share(of: NDArray[Any], among: NDArray[np.bool_]) -> float:
            counted = np.array([weights @ (of * among), weights @ among])
            return float(quotients(counted[:1], counted[1:])[0])

        every = np.ones_like(given)
        return {
            "accuracy": share(right, every),
            "answered_accuracy": share(right, given),
            "agreement": share(agreed, several),
            "invalid_rate": share(invalid, every),
            "declined_rate": share(declined, every),
            "seconds": share(seconds, every),
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=int(invalid.sum()),
        groups={by: tuple(one.groups[by] for one in samples) for by in samples[0].groups},
        samples=samples,
    )


PROMPTING = register(
    Benchmark(
        name="prompting",
        title="Answers to questions",
        asks="prompting",
        metrics=(
            *("accuracy", "answered_accuracy", "agreement", "invalid_rate", "declined_rate"),
            "seconds",
        ),
        reads=EXPECTS,
        run=run,
        by_group=("answered_accuracy", "invalid_rate"),
        asked="questions",
    )
)
