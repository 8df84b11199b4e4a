"""Diffusion models of the hub: loading them, and making pictures that can be watched and stopped.

Nothing here was run with published weights where it was written; tests run the real pipelines of
diffusers on tiny random components saved in the published layout.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ml import runtimes
from ml.contracts import GENERATION
from ml.contracts.generators import Brief, Candidate, Generator, Made, Preview, unseen
from ml.contracts.portraits import Wish
from ml.errors import MLError, OutOfMemory
from ml.generation import fast
from ml.generation.diffusion_pins import BASE, hub
from ml.generation.fast import FastMode
from ml.generation.landmark_control import LandmarkControl
from ml.generation.landmark_picture import contours
from ml.generation.low_rank import Worn, published
from ml.generation.posing import placed, posed
from ml.generation.room import Room, first, less
from ml.generation.starting import SD15, Guide, begun, kept, quiet
from ml.generation.steps import Steps
from ml.progress import Progress, silent
from ml.registry import Commercial, Device, ModelCard
from ml.weights import Source, Weights

GRID = 64  # pixels that a side is a multiple of
MOST_STEPS = 100
FULL = "There is no room on any device for a picture of {} x {} pixels, nor for a smaller one."
CUT = "The prompt is longer than the {} tokens the model reads; what comes after them was left out."
HASTY = "Fast mode needs no more than {} steps: so many were made."
NO_HURRY = "{} has no fast mode."
NO_FACE = "This model needs a face to go by."
SIZE = "The sides of a picture are multiples of 64 pixels, from 256 to 1024."
COUNTS = "Ask for 1 to 16 pictures in 1 to 100 steps."
UNTRIED = (
    "Not measured: never run with real weights where it was written. It repeats what its training "
    "pictures show of people; hands and text come out wrong. No safety checker is part of it."
)


def card(name: str, title: str, paper: str, **more: Any) -> ModelCard:
    """A card. on: what it stands on, if not Stable Diffusion 1.5. sources: what it reads besides.
    limits: what is to be said beside what all of them have in common."""
    beside: tuple[Source, ...] = more.pop("sources", ())
    on: Source = more.pop("on", hub(BASE))
    limits = f"{UNTRIED} {more.pop('limits', '')}".strip()
    given: dict[str, Any] = {"commercial_use": Commercial.YES, "memory_mb": 5000} | more
    return ModelCard(
        name=name,
        title=title,
        task=GENERATION,
        weights=(on, *beside),
        code_licence="Apache-2.0",
        paper=paper,
        known_limits=limits,
        devices=(Device.CPU, Device.CUDA),
        **given,
    )


class Diffusion(Generator):
    """Pictures out of noise. guided: how closely words are followed where nobody says. family: of
    pipelines. quick: what is loaded for briefs in fast mode; None: it has none. control: what is
    loaded for landmarks; None: it sees them itself."""

    guided: ClassVar[float] = 7.5
    family: ClassVar[str] = SD15
    quick: ClassVar[type[FastMode] | None] = FastMode
    control: ClassVar[type[LandmarkControl] | None] = LandmarkControl

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        import torch

        torch.set_num_threads(runtimes.threads())
        self._lock = Lock()  # the pipeline holds what it is conditioned on
        with TemporaryDirectory() as folder:
            weights.lay_out(self.card.weights, Path(folder), apart=True)
            self._pipe = self._load(Path(folder)).to(device.value)
        self._usual = self._pipe.vae, self._pipe.scheduler
        self._fast: FastMode | None = None
        self._control: LandmarkControl | None = None
        self._learnt: Worn | None = None

    @abstractmethod
    def _load(self, folder: Path) -> Any:
        """The pipeline for words alone. folder: holds the repositories under their names."""

    @abstractmethod
    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Arguments of the pipeline for words and faces, and sentences on what was left out."""

    @property
    def hasty(self) -> bool:
        return self.quick is not None and self.weights.has(self.quick.card.weights)

    def stood(
        self, mesh: NDArray[np.float64], wish: Wish, width: int, height: int
    ) -> NDArray[np.float64] | None:
        if self.control is not None and not self.weights.has(self.control.card.weights):
            return None
        return placed(posed(mesh, wish), width, height)

    def guidance(self, brief: Brief) -> float:
        """How closely the words are followed; above 1 every step is computed with and without."""
        usual = fast.GUIDED if brief.fast else self.guided
        return usual if brief.guidance is None else brief.guidance

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        checked(brief)
        asked = room = first(brief.count, brief.width, brief.height, self.device)
        notes: list[str] = []
        while True:
            try:
                with self._working():
                    return self._made(brief, room, Steps(progress, preview), notes)
            except OutOfMemory as error:
                tried = less(room, asked)
                if tried is None:
                    raise OutOfMemory(FULL.format(asked.width, asked.height)) from error
                room, note = tried
                notes.append(note)
                self._move(room.device)

    def _made(self, brief: Brief, room: Room, steps: Steps, notes: list[str]) -> Made:
        guidance = self.guidance(brief)
        said = self._mode(brief)
        self._wear(brief.learnt)
        words, cut = self._asked(brief)
        count = min(brief.steps, fast.MOST) if brief.fast else brief.steps
        words |= {"guidance_scale": guidance, "num_inference_steps": count}
        pipe, start = begun(self._pipe, self.family, brief, room, self._guide(brief, room))
        seeds = list(range(brief.seed, brief.seed + brief.count))
        parts = [seeds[at : at + room.batch] for at in range(0, len(seeds), room.batch)]
        steps.calls = len(parts)
        made = [one for part in parts for one in self._batch(pipe, words | start, part, steps)]
        made = [replace(one, pixels=kept(brief, one.pixels)) for one in made]
        return Made(
            candidates=tuple(made),
            model=self.card.name,
            digest=self.card.digest,
            steps=steps.each,
            guidance=guidance,
            width=room.width,
            height=room.height,
            batch=room.batch,
            device=room.device.value,
            notes=(*notes, *said, *cut),
        )

    def _batch(
        self, pipe: Any, asked: dict[str, Any], seeds: list[int], steps: Steps
    ) -> list[Candidate]:
        """Latents, then pictures one by one: the decoder needs most room."""
        import torch

        latents = pipe(
            **asked,
            num_images_per_prompt=len(seeds),
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
            callback_on_step_end=steps.step,
            callback_on_step_end_tensor_inputs=["latents"],
            output_type="latent",
        ).images
        steps.end_call()
        return [
            Candidate(steps.decoded(pipe, latents[n : n + 1]), seed) for n, seed in enumerate(seeds)
        ]

    def _mode(self, brief: Brief) -> tuple[str, ...]:
        """The decoder, solver and changes of the network that the brief asks for, put in place."""
        decoder, solver = self._usual
        if brief.fast and self.quick is None:
            raise MLError(NO_HURRY.format(self.card.title))
        if brief.fast and self._fast is None and self.quick is not None:
            self._fast = self.quick(self.weights, self.device)
            self._worn, self._solver = self._fast.attached(self._pipe)
        if self._fast is not None:
            self._worn.strength = float(brief.fast)
        if self._fast is not None and brief.fast:
            decoder, solver = self._fast.decoder, self._solver
        self._pipe.vae, self._pipe.scheduler = self._here(decoder), solver
        return (HASTY.format(fast.MOST),) if brief.fast and brief.steps > fast.MOST else ()

    def _wear(self, file: Path | None) -> None:
        """What was learnt of one person beside the network; None: of nobody."""
        from safetensors.torch import load_file

        if self._learnt is not None:
            self._learnt.take_off()
            self._learnt = None
        if file is not None:
            unet = self._pipe.unet
            self._learnt = Worn(unet, published(unet, load_file(file)), "person")
            self._learnt.strength = 1.0

    def _guide(self, brief: Brief, room: Room) -> Guide | None:
        if brief.landmarks is None or self.control is None:
            return None
        self._control = self._control or self.control(self.weights, self.device)
        from PIL import Image

        mesh = brief.landmarks * (room.width / brief.width)
        drawn = Image.fromarray(contours(mesh, room.width, room.height))
        return Guide(self._here(self._control.network), drawn)

    def _here(self, network: Any) -> Any:
        """The network, where that is which makes the pictures: it moves when memory is short."""
        maker = self._pipe.unet
        there = maker.device, maker.dtype
        return network if (network.device, network.dtype) == there else network.to(*there)

    def _cut(self, brief: Brief) -> tuple[str, ...]:
        most = self._pipe.tokenizer.model_max_length
        long = len(self._pipe.tokenizer(brief.prompt)["input_ids"]) > most
        return (CUT.format(most),) if long else ()

    def _move(self, device: Device) -> None:
        if device is not self.device:
            self._pipe = self._pipe.to(device.value, runtimes.precision(device))
            self.device = device

    @contextmanager
    def _working(self) -> Iterator[None]:
        import torch

        try:
            with self._lock, torch.inference_mode():
                try:
                    yield
                finally:
                    self._wear(None)  # what was learnt of a person is kept no longer
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            raise OutOfMemory("The device has no room for these pictures.") from error


def checked(brief: Brief) -> None:
    """
    Raises:
        MLError: the brief asks for what no model here can make.
    """
    sides = brief.width, brief.height
    if any(side % GRID or not 256 <= side <= 1024 for side in sides):
        raise MLError(SIZE)
    if not (1 <= brief.count <= 16 and 1 <= brief.steps <= MOST_STEPS):
        raise MLError(COUNTS)
    if not brief.faces:
        raise MLError(NO_FACE)


def base(folder: Path, device: Device, **parts: Any) -> Any:
    """Stable Diffusion 1.5, with some of its parts changed, and a solver that needs few steps."""
    from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

    whole: Any = StableDiffusionPipeline  # whose parts have no types
    solver: Any = DPMSolverMultistepScheduler
    absent = {"safety_checker": None, "feature_extractor": None, "image_encoder": None}
    pipe = whole.from_pretrained(
        folder / BASE,
        local_files_only=True,
        use_safetensors=True,
        low_cpu_mem_usage=False,
        requires_safety_checker=False,
        dtype=runtimes.precision(device),
        **(absent | parts),
    )
    pipe.scheduler = solver.from_config(pipe.scheduler.config)
    return quiet(pipe)
