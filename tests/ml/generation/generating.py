"""What tests of made pictures stand on: the job's models, a tiny back end, and one that echoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import registry
from ml.contracts import OUTPUT_CHECK
from ml.contracts.checking import OutputChecker
from ml.contracts.generators import Brief, Candidate, Generator, Made, Preview, unseen
from ml.evaluation.looking import installed
from ml.generation.diffusion import card
from ml.generation.generate import GENERATE_JOB
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.registry import Commercial, Device, ModelCard, best
from ml.weights import Weights
from tests.ml.generation.tiny_diffusion import loaded


def models(weights: Weights) -> tuple[str, ...]:
    """The best of every task of the job that is installed, and what they need."""
    here, found = installed(weights), set()
    waiting = [*GENERATE_JOB.tasks, *GENERATE_JOB.also]
    while waiting:
        one = best(waiting.pop(), here)
        if one is not None and one.name not in found:
            found.add(one.name)
            waiting += one.needs
    return tuple(found)


def stocked(folder: Path, real: Path, family: str, patch: pytest.MonkeyPatch) -> Pool:
    """Models of the real weights and of a tiny back end, with the parts that help it, installed in
    folder/weights under their own names."""
    weights = folder / "weights"
    weights.mkdir()
    for entry in real.iterdir():
        (weights / entry.name).symlink_to(entry)
    kind = type(loaded(family, folder))
    for one in (kind, kind.quick, kind.control):
        if one is not None:
            patch.setitem(registry._models, one.card.name, one)
    return Pool(Weights(weights))


class Echo(Generator):
    """Gives back what it is to begin from, or the picture it was given for that."""

    shows: ClassVar[NDArray[np.uint8]]
    asked: ClassVar[list[Brief]]

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        self.asked.append(brief)
        shown = self.shows if brief.picture is None else brief.picture
        preview(shown[::2, ::2])
        made = tuple(Candidate(shown.copy(), brief.seed + n) for n in range(brief.count))
        height, width = shown.shape[:2]
        return Made(made, self.card.name, "", brief.steps, 1.0, width, height, 1, "cpu", ("Said.",))


def echo(
    shows: NDArray[np.uint8], pool: Pool, patch: pytest.MonkeyPatch, embedder: str = ""
) -> type[Echo]:
    """An Echo among the installed ones, under the name "echo"."""
    about = replace(card("echo", "Echo", "none", weights_licence="none"), weights=(), memory_mb=0)
    fields = {"card": about, "shows": shows, "asked": [], "embedder": embedder}
    kind: type[Echo] = type("Echoing", (Echo,), fields)
    patch.setitem(registry._models, "echo", kind)
    patch.setitem(pool._models, "echo", kind(pool.weights, Device.CPU))
    return kind


def checker(objects: Sequence[str], patch: pytest.MonkeyPatch, pool: Pool) -> str:
    """A check of what was made that says so of one picture after the other; its name."""
    said = iter(objects)

    class Check(OutputChecker):
        def objection(self, pixels: NDArray[np.uint8]) -> str:
            return next(said)

    Check.card = ModelCard(
        name="check", title="Check", task=OUTPUT_CHECK, weights=(), code_licence="none",
        weights_licence="none", commercial_use=Commercial.YES, memory_mb=0, paper="none",
        known_limits="It says what a test wants.",
    )  # fmt: skip
    patch.setitem(registry._models, "check", Check)
    patch.setitem(pool._models, "check", Check(pool.weights, Device.CPU))
    return "check"
