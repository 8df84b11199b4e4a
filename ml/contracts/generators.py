"""What makes new pictures of a person from words and photos, and what it is asked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ml.contracts.portraits import Wish
from ml.contracts.views import Output, View
from ml.progress import Progress, silent
from ml.registry import Model

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Preview = Callable[[Pixels], None]


def unseen(pixels: Pixels) -> None:
    """Show what is half made to nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceAsked:
    """One photo's face of the person meant. chip: S x S x 3, RGB, 0..255, the face upright with
    some room around it. embeddings: name of the recogniser -> what it makes of this face (D values
    of any length). mesh: 468 x 3 in pixels of the chip, None where it was not measured."""

    chip: Pixels
    embeddings: Mapping[str, Floats] = field(default_factory=dict)
    mesh: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """What is to be made.

    prompt, negative: in words; what is to be seen, and what not. style: its name, for the record;
    its words stand in prompt and negative already. faces: of one person. strength: 0..1, how much
    the faces weigh against the words. seed: of the first picture; each one more takes the next.
    steps: of denoising. width, height: pixels, multiples of 64. guidance: how closely the words are
    followed; None takes the model's own. picture: H x W x 3, RGB, 0..255, to begin from. mask:
    H x W, 0..1, where the picture may change; None: everywhere. change: 0..1, how far a picture
    given is left behind. fast: few steps, and a decoder that is quicker and less exact. landmarks:
    468 x 3, where the mesh of the face is to be, in pixels of what is made; None: anywhere. learnt:
    a file of what was learnt of the person (ml.generation.person_lora); its rare word stands in the
    prompt. variation: 0..1, how far makers that draw somebody around an embedding stray from it.
    towards: D values, added to the embedding of length 1 by makers that are steered so.
    """

    prompt: str
    faces: tuple[FaceAsked, ...]
    negative: str = ""
    style: str = ""
    strength: float = 0.7
    seed: int = 0
    count: int = 1
    steps: int = 25
    width: int = 512
    height: int = 512
    guidance: float | None = None
    picture: Pixels | None = None
    mask: Floats | None = None
    change: float = 0.6
    fast: bool = False
    landmarks: NDArray[np.float64] | None = None
    learnt: Path | None = None
    variation: float = 0.5
    towards: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A picture made. pixels: H x W x 3, RGB, 0..255. seed: makes it again, with the same brief,
    files, device and number of pictures made at once. agreement: with the words, as a cosine; None
    where nobody asked."""

    pixels: Pixels
    seed: int
    agreement: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What came of a brief, and what a receipt needs beside the brief itself. model, digest: what
    made it. steps, guidance, width, height, batch, device: as they were in the end. notes:
    sentences on what had to be done otherwise than asked."""

    candidates: tuple[Candidate, ...]
    model: str
    digest: str
    steps: int
    guidance: float
    width: int
    height: int
    batch: int
    device: str
    notes: tuple[str, ...] = ()


class Generator(Model):
    """A model that makes pictures of a person. Its task is GENERATION.

    embedder: the recogniser whose embeddings it is conditioned on; "" for none. Whoever judges
    likeness takes another. wordy: it follows words. sees: it sees the face's chip beside its
    embedding. side: of the pictures it was taught on, pixels.
    """

    embedder: ClassVar[str] = ""
    wordy: ClassVar[bool] = True
    sees: ClassVar[bool] = False
    side: ClassVar[int] = 512

    @property
    def hasty(self) -> bool:
        """Whether briefs in fast mode can be made: it has one, and that is installed."""
        return False

    @abstractmethod
    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        """The pictures asked for. progress is told of every step; preview is shown some.

        Raises:
            MLError: it cannot be made; the sentence says why.
            OutOfMemory: no device has room, however small the picture.
            Cancelled: somebody asked for that; at most one step was computed after.
        """

    def stood(
        self, mesh: NDArray[np.float64], wish: Wish, width: int, height: int
    ) -> NDArray[np.float64] | None:
        """Brief.landmarks for a face (mesh: 468 x 3, of a photo) that does as wished in a picture
        of that size. None: it follows no pose, or what it takes for that is not installed."""
        return None

    def run(self, view: View) -> Output:
        """Nothing is made unasked."""
        return Output()


class Agreement(Model):
    """Tells how well pictures agree with words. Its task is GENERATION_PART."""

    @abstractmethod
    def agreement(self, pictures: Sequence[Pixels], prompt: str) -> Floats:
        """A cosine a picture (H x W x 3, RGB), -1..1: compare those of one prompt only."""
