"""Steps of a diffusion pipeline: told, shown, and stopped at."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.contracts.generators import Pixels, Preview, unseen
from ml.errors import Cancelled
from ml.progress import Progress

EVERY = 5  # steps from one preview to the next: decoding one costs about as much as a step


class Steps:
    """What is called after every step. calls: of the pipeline, in all. each: steps of a call."""

    def __init__(self, progress: Progress, preview: Preview) -> None:
        self.calls = 1
        self.each = 0
        self._progress = progress
        self._preview = preview
        self._before = 0
        self._stopped: Cancelled | None = None

    def step(self, pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """As diffusers calls it. An error raised here would leave the pipeline's hooks undone, so
        it is told to skip what is left, and end_call raises."""
        self.each = pipe.num_timesteps
        done = self._before + step + 1
        try:
            self._progress(done, self.calls * self.each, "Making pictures")
            if self._preview is not unseen and (step + 1) % EVERY == 0:
                self._preview(self.decoded(pipe, tensors["latents"][:1], halved=True))
        except Cancelled as error:
            self._stopped = error
            pipe._interrupt = True
        return {}

    def end_call(self) -> None:
        """
        Raises:
            Cancelled: somebody asked for that during the call.
        """
        if self._stopped is not None:
            raise self._stopped
        self._before += self.each

    def decoded(self, pipe: Any, latents: Any, *, halved: bool = False) -> Pixels:
        """The picture, H x W x 3, of 1 x 4 x h x w latents. halved: in half the size."""
        import torch

        if halved:
            latents = torch.nn.functional.avg_pool2d(latents, 2)
        vae, half = pipe.vae, pipe.vae.dtype
        exact = half is torch.float16 and vae.config.force_upcast  # it would overflow
        if exact:
            vae.to(torch.float32)
        scaled = latents.to(vae.dtype) / vae.config.scaling_factor
        drawn = vae.decode(scaled).sample[0].float()
        if exact:
            vae.to(half)
        values = ((drawn / 2 + 0.5).clamp(0, 1) * 255).round().permute(1, 2, 0)
        return np.asarray(values.cpu().numpy(), np.uint8)
