"""A person's own LoRA: what Stable Diffusion learns of somebody from 5 to 20 photos.

Ruiz et al., DreamBooth, CVPR 2023, with the changes of Hu et al., LoRA, 2021, on the attention
layers alone. Every step's chance comes of the seed and the step's number, and where it stands is
written down every few steps: stopped and begun again it ends in the same file. The file is of the
person as much as their photos are: whoever stores it erases it with their consent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ml.contracts.generators import Pixels
from ml.errors import Cancelled, MLError, OutOfMemory
from ml.generation.low_rank import PREFIX, Pair, Worn
from ml.progress import Progress, silent

FEWEST, MOST = 5, 20
LAYERS = (".to_q", ".to_k", ".to_v", ".to_out.0")
FILE, HALFWAY = "person.safetensors", "halfway.pt"
COUNT = "A person is learnt from 5 to 20 photos, and these are {}."
OTHER = "The folder holds what was begun with other photos or settings: erase that first."
FULL = "The device has no room to learn in pictures of {0} x {0} pixels: choose smaller ones."


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is to be learnt. photos: side x side x 3 each, RGB, 0..255, of one person. sentence:
    what each photo is said to show; its rare word ("sks") comes to stand for the person. rank: of
    the changes. steps, rate: of learning. every: steps between two notes of where it stands."""

    photos: tuple[Pixels, ...]
    sentence: str = "photo of sks person"
    rank: int = 8
    steps: int = 500
    rate: float = 1e-4
    seed: int = 1
    every: int = 50

    @property
    def digest(self) -> str:
        """Two lessons with the same end in the same file."""
        told = f"{self.sentence} {self.rank} {self.steps} {self.rate} {self.seed}"
        whole = sha256(told.encode())
        for photo in self.photos:
            whole.update(str(photo.shape).encode() + photo.tobytes())
        return whole.hexdigest()


def learnt(pipe: Any, lesson: Lesson, folder: Path, progress: Progress = silent) -> Path:
    """The file that Brief.learnt takes. pipe: a pipeline of Stable Diffusion in single precision,
    used for nothing else meanwhile. folder: where the file comes, and the notes until it is there.

    Raises:
        MLError: too few or too many photos; or notes of another lesson are in the folder.
        OutOfMemory: the device has no room.
        Cancelled: somebody asked for that; begun again it goes on from here.
    """
    import torch

    if not FEWEST <= len(lesson.photos) <= MOST:
        raise MLError(COUNT.format(len(lesson.photos)))
    try:
        return Pupil(pipe, lesson, folder).learn(progress)
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise OutOfMemory(FULL.format(len(lesson.photos[0]))) from error


class Pupil:
    """One lesson under way."""

    def __init__(self, pipe: Any, lesson: Lesson, folder: Path) -> None:
        import torch
        from diffusers import DDPMScheduler

        plan: Any = DDPMScheduler  # whose parts have no types
        self._plan = plan.from_config(pipe.scheduler.config)
        self._pipe, self._lesson, self._folder = pipe, lesson, folder
        self._device = pipe.unet.device
        pipe.unet.requires_grad_(False)
        first = torch.Generator().manual_seed(lesson.seed)
        self._worn = Worn(pipe.unet, untaught(pipe.unet, lesson.rank, first), "pupil")
        self._weights = [
            weight.requires_grad_(True)
            for both in self._worn.layers.values()
            for weight in both.parameters()
        ]
        self._solver = torch.optim.AdamW(self._weights, lr=lesson.rate)
        with torch.no_grad():
            self._latents = torch.cat([self._seen(photo) for photo in lesson.photos])
            self._words = pipe.encode_prompt(lesson.sentence, self._device, 1, False)[0]

    def learn(self, progress: Progress) -> Path:
        self._worn.strength = 1.0
        try:
            self._steps(self._resumed(), progress)
            return self._finished()
        finally:
            self._worn.take_off()

    def _steps(self, begun: int, progress: Progress) -> None:
        lesson = self._lesson
        for step in range(begun, lesson.steps):
            try:
                progress(step, lesson.steps, "Learning a face")
            except Cancelled:
                self._note(step)
                raise
            self._step(step)
            if (step + 1) % lesson.every == 0:
                self._note(step + 1)
        progress(lesson.steps, lesson.steps, "Learning a face")

    def _step(self, step: int) -> None:
        import torch

        chance = torch.Generator().manual_seed(self._lesson.seed * 1_000_003 + step)
        which = int(torch.randint(len(self._latents), (1,), generator=chance))
        clean = self._latents[which : which + 1]
        noise = torch.randn(clean.shape, generator=chance).to(clean)
        plan = self._plan
        last = plan.config.num_train_timesteps
        time = torch.randint(last, (1,), generator=chance).to(clean.device)
        told = self._pipe.unet(plan.add_noise(clean, noise, time), time, self._words).sample
        loss = torch.nn.functional.mse_loss(told.float(), noise.float())
        self._solver.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._solver.step()

    def _seen(self, photo: Pixels) -> Any:
        """1 x 4 x h x w: what the encoder makes of a photo, without chance."""
        import torch

        vae = self._pipe.vae
        pixels = torch.from_numpy(photo.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        seen = vae.encode(pixels.to(self._device, vae.dtype)).latent_dist.mode()
        return seen * vae.config.scaling_factor

    def _note(self, step: int) -> None:
        """Where it stands, put in place at once: whoever is killed meanwhile keeps the last."""
        import torch

        told = {
            "lesson": self._lesson.digest,
            "step": step,
            "weights": [weight.detach().cpu() for weight in self._weights],
            "solver": self._solver.state_dict(),
        }
        self._folder.mkdir(parents=True, exist_ok=True)  # whoever erased the notes stops it later
        part = self._folder / f"{HALFWAY}.part"
        torch.save(told, part)
        part.replace(self._folder / HALFWAY)

    def _resumed(self) -> int:
        """The step to go on with.

        Raises:
            MLError: another lesson was begun here.
        """
        import torch

        path = self._folder / HALFWAY
        if not path.exists():
            return 0
        told = torch.load(path, map_location="cpu", weights_only=True)
        if told["lesson"] != self._lesson.digest:
            raise MLError(OTHER)
        with torch.no_grad():
            for weight, was in zip(self._weights, told["weights"], strict=True):
                weight.copy_(was)
        self._solver.load_state_dict(told["solver"])
        return int(told["step"])

    def _finished(self) -> Path:
        from safetensors.torch import save_file

        tensors: dict[str, Any] = {}
        for path, (down, up) in self._worn.layers.items():
            name = PREFIX + path.replace(".", "_")
            tensors[f"{name}.lora_down.weight"] = down.weight.detach().cpu().contiguous()
            tensors[f"{name}.lora_up.weight"] = up.weight.detach().cpu().contiguous()
        part = self._folder / f"{FILE}.part"
        save_file(tensors, part)
        part.replace(self._folder / FILE)
        (self._folder / HALFWAY).unlink(missing_ok=True)
        return self._folder / FILE


def untaught(network: Any, rank: int, chance: Any) -> dict[str, Pair]:
    """Changes of the attention layers that change nothing yet. chance: a torch generator."""
    import torch

    pairs: dict[str, Pair] = {}
    for path in attention(name for name, _ in network.named_modules()):
        high, wide = network.get_submodule(path).weight.shape
        down = torch.randn((rank, wide), generator=chance) / math.sqrt(rank)
        pairs[path] = Pair(down, torch.zeros((high, rank)))
    return pairs


def attention(paths: Iterable[str]) -> list[str]:
    """Layers of the blocks that look at the picture itself and at words."""
    return [path for path in paths if ".attn" in path and path.endswith(LAYERS)]
