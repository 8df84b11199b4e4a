"""A maker of people, a recogniser that judges them and a detector, which stand in for real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from ml import registry
from ml.contracts import AGE, DETECTION, EMBEDDING, Output, View
from ml.contracts.generators import Brief, Candidate, Generator, Made, Preview, unseen
from ml.progress import Progress, silent
from ml.registry import Commercial, Model, ModelCard, Sensitive
from ml.types import Box, Embedding, Face, Reading, Space

CELL, HIGH, WIDE = 4, 16, 32  # a picture has a cell of grey for each of 512 values
CARD = ModelCard(
    "judge", "Judge", EMBEDDING, (), "MIT", "MIT", Commercial.YES, 1, "none", "None.", rank=999,
    needs=(DETECTION,), strangers=1.0,
)  # fmt: skip


class Painter(Generator):
    """Paints an embedding, with some noise by the seed: Judge can read it."""

    embedder: ClassVar[str] = "arcface-r100-glint360k"
    wordy: ClassVar[bool] = False

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        values = brief.faces[0].embeddings[self.embedder].reshape(HIGH, WIDE)
        noise = np.random.default_rng(brief.seed).normal(size=(HIGH, WIDE)) * 4
        grey = (128 + 300 * values + noise).clip(0, 255).astype(np.uint8)
        whole = np.kron(grey, np.ones((CELL, CELL), np.uint8))[..., None]
        found = Candidate(np.repeat(whole, 3, 2), brief.seed)
        return Made((found,), "painter", "", 1, 1.0, *whole.shape[1::-1], 1, "cpu")


class Finder(Model):
    """One face, wherever it looks."""

    def run(self, view: View) -> Output:
        wide, high = view.picture.size
        return Output(faces=(Face(Box(0, 0, wide, high), 0.9),))


class Ager(Model):
    """Everybody looks forty."""

    years: ClassVar[float] = 40.0

    def run(self, view: View) -> Output:
        told = Reading(self.card.name, "apparent age", self.years, face=0)
        return Output(readings=(told,))


class Judge(Model):
    def run(self, view: View) -> Output:
        cells = view.picture.pixels[CELL // 2 :: CELL, CELL // 2 :: CELL, 0]
        values = (cells.astype(np.float32).ravel() - 128) / 300
        return Output(embeddings=(Embedding.of(0, space(), values),))


def space() -> Space:
    return Space(CARD.name, CARD.digest, CARD.recipe)


def stand_in(monkeypatch: pytest.MonkeyPatch, *, maker: bool = True) -> None:
    """In place of the real ones, and installed."""
    registry.discover()
    finder = replace(CARD, name="finder", task=DETECTION, needs=(), strangers=None)
    ager = replace(CARD, name="ager", task=AGE, strangers=None, sensitive=Sensitive.AGE)
    cards: list[tuple[type[Model], ModelCard]] = [
        (Judge, CARD), (Finder, finder), (Ager, ager)
    ]  # fmt: skip
    if maker:
        real = registry.get("vec2face").card
        cards.append(
            (Painter, replace(real, title="Painter", weights=(), commercial_use=Commercial.YES))
        )
    for kind, card in cards:
        monkeypatch.setattr(kind, "card", card, raising=False)
        monkeypatch.setitem(registry._models, card.name, kind)
