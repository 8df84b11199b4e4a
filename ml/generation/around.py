"""Makers that draw somebody around an embedding, in one size and without words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, ClassVar

import numpy as np

from ml import runtimes
from ml.contracts.generators import Brief, Candidate, Floats, Generator, Made, Preview, unseen
from ml.errors import MLError, OutOfMemory
from ml.generation.conditioning import identity
from ml.generation.diffusion import checked
from ml.generation.room import Room, less
from ml.progress import Progress, silent
from ml.registry import Device
from ml.weights import Weights

FULL = "There is no room on any device for this model."
ONE_SIZE = "{0} makes pictures of {1} x {1} pixels and no others."
WORDLESS = "{} follows no words: the prompt was left out."
FROM_NOTHING = (
    "{} cannot begin from a picture, put the face where it is asked, wear what was learnt, nor be "
    "faster."
)


class Around(Generator):
    """Pictures are made one by one. side: of each, pixels."""

    wordy: ClassVar[bool] = False

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        import torch

        torch.set_num_threads(runtimes.threads())
        self._lock = Lock()
        self._networks = [one.to(device.value).eval() for one in self._load()]

    @property
    def where(self) -> Any:
        """The torch device that the networks are on."""
        return next(self._networks[0].parameters()).device

    @abstractmethod
    def _load(self) -> list[Any]:
        """The networks, on the processor."""

    @abstractmethod
    def _drawn(self, face: Floats, brief: Brief, seed: int, told: Told) -> Any:
        """3 x side x side, about -1..1. face: D values, of length 1."""

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        checked(brief)
        given = brief.picture, brief.landmarks, brief.learnt
        if brief.fast or any(one is not None for one in given):
            raise MLError(FROM_NOTHING.format(self.card.title))
        face = self._face(brief)
        notes = self._said(brief)
        room = Room(1, self.side, self.side, self.device)
        while True:
            try:
                with self._working():
                    return self._made(face, brief, Told(brief, progress, preview), notes)
            except OutOfMemory as error:
                # Neither fewer at once nor smaller ones are to be had.
                tried = less(Room(1, 0, 0, room.device), room)
                if tried is None:
                    raise OutOfMemory(FULL) from error
                room, note = tried
                notes.append(note)
                self.device = room.device
                self._networks = [one.to(self.device.value) for one in self._networks]

    def _face(self, brief: Brief) -> Floats:
        face = identity(brief, self.embedder, self.card.title)
        if brief.towards is None:
            return face
        moved = face + brief.towards
        return np.asarray(moved / np.linalg.norm(moved), np.float32)

    def _said(self, brief: Brief) -> list[str]:
        title = self.card.title
        other = (brief.width, brief.height) != (self.side, self.side)
        size = [ONE_SIZE.format(title, self.side)] if other else []
        return size + ([WORDLESS.format(title)] if brief.prompt else [])

    def _made(self, face: Floats, brief: Brief, told: Told, notes: list[str]) -> Made:
        seeds = range(brief.seed, brief.seed + brief.count)
        made = [Candidate(pixels(self._drawn(face, brief, seed, told)), seed) for seed in seeds]
        return Made(
            candidates=tuple(made),
            model=self.card.name,
            digest=self.card.digest,
            steps=told.each,
            guidance=1.0,
            width=self.side,
            height=self.side,
            batch=1,
            device=self.device.value,
            notes=tuple(notes),
        )

    @contextmanager
    def _working(self) -> Iterator[None]:
        import torch

        try:
            with self._lock, torch.inference_mode():
                yield
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            raise OutOfMemory(FULL) from error


class Told:
    """Steps told, and pictures shown. each: steps of a picture; whoever takes another number of
    them says so before the first."""

    def __init__(self, brief: Brief, progress: Progress, preview: Preview) -> None:
        self.each = brief.steps
        self.watched = preview is not unseen
        self._count, self._done = brief.count, 0
        self._progress, self._preview = progress, preview

    def step(self) -> None:
        """One more is done.

        Raises:
            Cancelled: somebody asked for that.
        """
        self._done += 1
        self._progress(self._done, self._count * self.each, "Making pictures")

    def show(self, drawn: Any) -> None:
        """What is half made, in half the size. drawn: 3 x side x side."""
        self._preview(pixels(drawn[:, ::2, ::2]))


def pixels(drawn: Any) -> Any:
    """H x W x 3, RGB, 0..255, of 3 x H x W, -1..1."""
    values = ((drawn.float() / 2 + 0.5).clamp(0, 1) * 255).round().permute(1, 2, 0)
    return np.asarray(values.cpu().numpy(), np.uint8)
