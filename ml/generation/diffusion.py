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

from ml import runtimes
from ml.contracts import GENERATION
from ml.contracts.generators import Brief, Candidate, Generator, Made, Pixels, Preview, unseen
from ml.errors import MLError, OutOfMemory
from ml.generation.diffusion_pins import BASE, hub
from ml.generation.room import Room, first, less
from ml.generation.steps import Steps
from ml.progress import Progress, silent
from ml.registry import Commercial, Device, ModelCard
from ml.weights import Source, Weights

GRID = 64  # pixels that a side is a multiple of
MOST_STEPS = 100
FULL = "There is no room on any device for a picture of {} x {} pixels, nor for a smaller one."
CUT = "The prompt is longer than the {} tokens the model reads; what comes after them was left out."
NO_FACE = "This model needs a face to go by."
SIZE = "The sides of a picture are multiples of 64 pixels, from 256 to 1024."
COUNTS = "Ask for 1 to 16 pictures in 1 to 100 steps."
UNTRIED = (
    "Not measured: never run with real weights where it was written. It repeats what its training "
    "pictures show of people; hands and text come out wrong. No safety checker is part of it."
)


def card(name: str, title: str, paper: str, **more: Any) -> ModelCard:
    """A card of a model on Stable Diffusion 1.5. sources: what it reads beside that."""
    beside: tuple[Source, ...] = more.pop("sources", ())
    given: dict[str, Any] = {"commercial_use": Commercial.YES, "memory_mb": 5000} | more
    return ModelCard(
        name=name,
        title=title,
        task=GENERATION,
        weights=(hub(BASE), *beside),
        code_licence="Apache-2.0",
        paper=paper,
        known_limits=UNTRIED,
        devices=(Device.CPU, Device.CUDA),
        **given,
    )


class Diffusion(Generator):
    """Pictures out of noise. guided: how closely words are followed where nobody says."""

    guided: ClassVar[float] = 7.5

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        import torch

        torch.set_num_threads(runtimes.threads())
        self._lock = Lock()  # the pipeline holds what it is conditioned on
        with TemporaryDirectory() as folder:
            weights.lay_out(self.card.weights, Path(folder), apart=True)
            self._pipe = self._load(Path(folder)).to(device.value)

    @abstractmethod
    def _load(self, folder: Path) -> Any:
        """The pipeline for words alone. folder: holds the repositories under their names."""

    @abstractmethod
    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Arguments of the pipeline for words and faces, and sentences on what was left out."""

    def guidance(self, brief: Brief) -> float:
        """How closely the words are followed; above 1 every step is computed with and without."""
        return self.guided if brief.guidance is None else brief.guidance

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
        words, cut = self._asked(brief)
        words |= {"guidance_scale": guidance, "num_inference_steps": brief.steps}
        pipe, start = self._from(brief, room)
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
            notes=(*notes, *cut),
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

    def _from(self, brief: Brief, room: Room) -> tuple[Any, dict[str, Any]]:
        """The pipeline for what it begins from, and that."""
        from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline

        other: Any = StableDiffusionImg2ImgPipeline  # whose parts have no types
        size = {"width": room.width, "height": room.height}
        if brief.picture is None:
            return self._pipe, size
        start = {"image": fitted(brief.picture, room), "strength": brief.change}
        parts = self._pipe.components
        if brief.mask is None:
            return quiet(other(**parts, requires_safety_checker=False)), start
        mask = fitted((brief.mask * 255).astype(np.uint8), room)
        other = StableDiffusionInpaintPipeline
        pipe = other(**parts, requires_safety_checker=False)
        return quiet(pipe), start | size | {"mask_image": mask}

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
                yield
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


def quiet(pipe: Any) -> Any:
    pipe.set_progress_bar_config(disable=True)
    return pipe


def fitted(pixels: Pixels, room: Room) -> Any:
    """A picture of Pillow in the size that is made."""
    from PIL import Image

    return Image.fromarray(pixels).resize((room.width, room.height), Image.Resampling.LANCZOS)


def kept(brief: Brief, made: Pixels) -> Pixels:
    """What was made, with all that the mask leaves out as the picture has it: the decoder changes
    every pixel a little."""
    if brief.picture is None or brief.mask is None:
        return made
    height, width = made.shape[:2]
    room = Room(1, width, height, Device.CPU)
    before = np.asarray(fitted(brief.picture, room), np.float32)
    share = np.asarray(fitted((brief.mask * 255).astype(np.uint8), room), np.float32)[..., None]
    mixed = before + (made - before) * (share / 255)
    return np.rint(mixed).astype(np.uint8)
