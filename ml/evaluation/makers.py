"""Makers of pictures of a person, asked in one way whatever they go by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from ml import likeness, registry
from ml.contracts import GENERATION
from ml.contracts.generators import Brief, FaceAsked, Generator, Pixels
from ml.contracts.portraits import Portrayer, Wish
from ml.evaluation.measuring import Setting
from ml.evaluation.portrayals import before, sitting
from ml.evaluation.readers.samples import Sample
from ml.types import Embedding, Picture

WORDS = "photo of a person, looking at the camera"
LOOKS: Mapping[str, str] = {
    "smile": "photo of a person, smiling",
    "laugh": "photo of a person, laughing out loud",
    "surprise": "photo of a person, looking surprised",
    "frown": "photo of a person, frowning angrily",
    "sad": "photo of a person, looking sad",
}
STEPS, SIDE = 25, 512
TURNED, RAISED = 12.0, 6.0  # degrees: how far pictures of a maker without chance stray


def words(wish: Wish) -> str:
    """What is said where words are followed."""
    return LOOKS.get(wish.expression, WORDS)


@dataclass(frozen=True, slots=True, eq=False)
class Sat:
    """One person before all makers. upright: SIDE x SIDE x 3, RGB, the photo's face with some room
    around it. face: as makers take it. codes: of the photo, by recogniser. yaw: degrees the head is
    seen at, by the judge; None where it cannot tell."""

    sample: Sample[None]
    picture: Picture
    upright: Pixels
    face: FaceAsked
    codes: Mapping[str, Embedding]
    yaw: float | None


class Maker(ABC):
    """Of one person. took_part: names of recognisers that it goes by."""

    took_part: tuple[str, ...] = ()

    @abstractmethod
    def follows(self, wish: Wish) -> bool:
        """Whether it can be asked for that."""

    @abstractmethod
    def made(self, wish: Wish, seed: int) -> Pixels:
        """S x S x 3, RGB, 0..255.

        Raises:
            MLError: it makes nothing of this person.
        """


class Drawn(Maker):
    """Portraits of the mesh: pose and expression as wished; by chance they turn a little."""

    def __init__(self, portrayer: Portrayer) -> None:
        self._portrayer = portrayer

    def follows(self, wish: Wish) -> bool:
        return True

    def made(self, wish: Wish, seed: int) -> Pixels:
        if wish == Wish():
            chance = np.random.default_rng(seed)
            wish = Wish(
                yaw=float(chance.uniform(-TURNED, TURNED)),
                pitch=float(chance.uniform(-RAISED, RAISED)),
            )
        pixels: NDArray[np.float32] = before(self._portrayer, wish)
        return (pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8)


class Painted(Maker):
    """By words and the face, and where the maker follows a mesh, by that."""

    largest: ClassVar[int] = 1024

    def __init__(self, engine: Generator, face: FaceAsked) -> None:
        self._engine, self._face = engine, face
        self._side = max(SIDE, min(engine.side, self.largest))
        self.took_part = (engine.embedder,) if engine.embedder else ()

    def follows(self, wish: Wish) -> bool:
        moved = wish.yaw or wish.pitch
        return self._stood(wish) is not None or (self._engine.wordy and not moved)

    def made(self, wish: Wish, seed: int) -> Pixels:
        asked = Brief(
            words(wish) if self._engine.wordy else "",
            (self._face,),
            seed=seed,
            steps=STEPS,
            width=self._side,
            height=self._side,
            landmarks=None if wish == Wish() else self._stood(wish),
        )
        return self._engine.make(asked).candidates[0].pixels

    def _stood(self, wish: Wish) -> NDArray[np.float64] | None:
        mesh = self._face.mesh
        return None if mesh is None else self._engine.stood(mesh, wish, self._side, self._side)


def maker(setting: Setting, name: str, sat: Sat) -> Maker | None:
    """None: no picture can be made of this person."""
    card = registry.get(name).card
    if card.task == GENERATION:
        return Painted(cast(Generator, setting.pool.get(name)), sat.face)
    studios = sitting(setting, name, sat.sample, sat.picture)
    return None if studios is None else Drawn(studios.portrayer(0, SIDE))


def impartial(judge: str, took_part: tuple[str, ...]) -> bool:
    """Whether a recogniser is none of those that took part, nor reads a file that one reads."""
    known = {card.name: card for card in registry.cards()}
    mine = known[judge]
    others = [known[name] for name in took_part if name in known]
    return judge not in took_part and not any(likeness.akin(mine, other) for other in others)
