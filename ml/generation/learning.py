"""What is asked of a job that learns a person, of which photos, and on what network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ml import decode, registry, runtimes
from ml.contracts import AGE, DETECTION, GENERATION
from ml.contracts.generators import Pixels
from ml.errors import MLError
from ml.generation import minors
from ml.generation.diffusion import GRID, Diffusion, base
from ml.generation.diffusion_pins import BASE
from ml.generation.person_lora import HALFWAY, Lesson, learnt
from ml.generation.seeing import needed, seen
from ml.generation.training_set import portrait
from ml.pipelines import Context
from ml.registry import Device, ModelCard, Policy
from ml.types import Box, Picture
from ml.weights import Source, Weights

KIND = "learn-person"
WORD = "sks"  # comes to stand for the person; short, and no word of its own
SENTENCE = f"photo of {WORD} person"
NO_NETWORK = (
    "No back end that could wear what is learnt is installed: an administrator can add one that "
    "stands on Stable Diffusion 1.5 under Models."
)
NO_FACE = "A photo's face was not found again on it: choose photos that show it well."


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """Of whom, and how long."""

    person: str = field(default="", metadata={"title": "Person", "format": "person"})
    steps: int = field(default=500, metadata={"title": "Steps", "min": 1, "max": 3000})
    side: int = field(
        default=512,
        metadata={"title": "Size of the photos learnt from", "min": 64, "max": 768, "rare": True},
    )
    anyway: bool = field(
        default=False,
        metadata={
            "title": "It may take many hours, or days",
            "help": "As it does without a graphics processor.",
        },
    )

    def __post_init__(self) -> None:
        if self.side % GRID:
            raise ValueError(f"The size is a multiple of {GRID} pixels.")


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of the person, and where on it."""

    photo: Path
    box: Box


def wearers() -> list[ModelCard]:
    """The cards of makers that follow words and can wear what is learnt, best first."""
    cards = [card for card in registry.cards() if card.task == GENERATION]
    return [card for card in cards if can_wear(card)]


def can_wear(card: ModelCard) -> bool:
    """Whether a maker follows words, and its network is the one that persons are learnt on."""
    kind = registry.get(card.name)
    return issubclass(kind, Diffusion) and kind.wordy and source(card) is not None


def source(card: ModelCard) -> Source | None:
    """Where Stable Diffusion 1.5 is among what a maker reads."""
    return next((one for one in card.weights if one.label == BASE), None)


def wearer(policy: Policy) -> ModelCard | None:
    """The best of those that are installed and allowed: its network is learnt on."""
    return next((card for card in wearers() if policy.allows(card)), None)


def checked(faces: Sequence[Shot], models: Sequence[str], context: Context) -> None:
    """See that no face looks as if it might be of somebody under age; what is read is not kept.

    Raises:
        Refused: one does, or nobody could tell.
        MLError: one is not found again.
    """
    wanted = needed(models, DETECTION, AGE)
    for one in faces:
        found = seen(decode.picture(one.photo), one.box, wanted, context.pool)
        if found is None:
            raise MLError(NO_FACE)
        minors.check(found.outputs[AGE].readings)


def lesson(options: LearnOptions, faces: Sequence[Shot]) -> Lesson:
    """Of the square around each face."""
    photos = tuple(fitted(decode.picture(one.photo), one.box, options.side) for one in faces)
    return Lesson(photos, SENTENCE, steps=options.steps)


def fitted(picture: Picture, box: Box, side: int) -> Pixels:
    from PIL import Image

    cut = Image.fromarray(portrait(picture, box).pixels)
    return np.asarray(cut.resize((side, side), Image.Resampling.LANCZOS))


def learn(one: Lesson, card: ModelCard, context: Context, folder: Path) -> Path:
    """The file that was learnt, on the network that the card's maker stands on. folder: keeps where
    it stands between two attempts.

    Raises:
        OutOfMemory: the device has no room.
        Cancelled: somebody asked for that; begun again it goes on from there.
    """
    device = context.pool.devices[0]
    return learnt(network(card, context.pool.weights, device), one, folder, context.progress)


def network(card: ModelCard, weights: Weights, device: Device) -> Any:
    """Stable Diffusion 1.5 in single precision."""
    import torch

    torch.set_num_threads(runtimes.threads())
    there = source(card)
    if there is None:
        raise MLError(NO_NETWORK)
    with TemporaryDirectory() as folder:
        weights.lay_out((there,), Path(folder), apart=True)
        pipe = base(Path(folder), Device.CPU)
    return pipe.to(device.value)


def stands(folder: Path) -> bool:
    """Whether a lesson was begun there and not ended."""
    return (folder / HALFWAY).exists()
