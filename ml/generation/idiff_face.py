"""IDiff-Face: faces of an embedding that is partly forgotten, so that they differ as photos do."""

from __future__ import annotations

from typing import Any, ClassVar

from ml.contracts import GENERATION
from ml.contracts.generators import Brief, Floats
from ml.generation.around import Around, Told
from ml.registry import Commercial, Device, ModelCard, register
from ml.weights import Path

NAME = "idiff-face"
EMBEDDER = "elasticface-arc"
SOURCE = Path(
    "ema_averaged_model.ckpt and first_stage_decoder_state_dict.pt, linked from "
    "github.com/fdbtrs/IDiff-Face",
    (),
)
NOISES = 1000  # steps that it was taught with
PREFIX = "eps_model."
EVERY = 5  # steps from one preview to the next
MOST = 0.5  # of the identity is dropped at the greatest variation, the most it was taught with


@register(
    ModelCard(
        name=NAME,
        title="IDiff-Face",
        task=GENERATION,
        weights=(SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="CC-BY-NC-SA-4.0",
        commercial_use=Commercial.NO,
        memory_mb=1800,
        paper=(
            "Boutros et al., IDiff-Face: Synthetic-based Face Recognition through Fizzy "
            "Identity-conditioned Diffusion Models, ICCV 2023"
        ),
        known_limits=(
            "Not measured: never run with real weights where it was written. It makes faces of "
            "128 pixels; its authors took 1000 steps, and here at most 100 are taken. It repeats "
            "what FFHQ shows of people."
        ),
        devices=(Device.CPU, Device.CUDA),
        rank=4,
    )
)
class IDiffFace(Around):
    """Brief.variation times a half is the share of the identity's values that are dropped. grows,
    looks: see ml.generation.networks.idiff_face.Denoiser."""

    embedder: ClassVar[str] = EMBEDDER
    side: ClassVar[int] = 128
    grows: ClassVar[tuple[int, ...]] = (1, 2, 2, 2)
    looks: ClassVar[tuple[bool, ...]] = (False, True, True, True)

    def _load(self) -> list[Any]:
        import torch

        from ml.generation.networks.idiff_face import Denoiser
        from ml.generation.networks.vq_decoder import VqDecoder

        whole, drawn = (
            torch.load(self.weights.path(file), map_location="cpu", weights_only=True)
            for file in self.card.weights[0].files
        )
        own = {
            name.removeprefix(PREFIX): value
            for name, value in whole.items()
            if name.startswith(PREFIX)
        }
        return [Denoiser(own, self.grows, self.looks), VqDecoder(drawn)]

    def _drawn(self, face: Floats, brief: Brief, seed: int, told: Told) -> Any:
        """Ancestral sampling with the greatest variance, as its authors do."""
        import torch
        from diffusers import DDPMScheduler

        network, decoder = self._networks
        plan: Any = DDPMScheduler(  # type: ignore[no-untyped-call]
            NOISES, beta_end=0.02, variance_type="fixed_large", clip_sample=False
        )
        plan.set_timesteps(brief.steps)
        chance = torch.Generator().manual_seed(seed)
        device = self.where
        vector = torch.from_numpy(face)[None].to(device)
        wide = len(network.context_emb.bias)
        share = brief.variation * MOST
        kept = torch.rand(wide, generator=chance) >= share
        known = network.context(vector, kept.to(device), share)
        latents = torch.randn((1, 3, self.side // 4, self.side // 4), generator=chance)
        for step, time in enumerate(plan.timesteps, 1):
            noise = network(latents.to(device), time[None].to(device), known).cpu()
            latents = plan.step(noise, time, latents, generator=chance).prev_sample
            told.step()
            if step % EVERY == 0 and told.watched:
                told.show(decoder(latents.to(device))[0])
        return decoder(latents.to(device))[0]
