"""InstantID: Stable Diffusion XL with a face's embedding, its five points, and words.

The published pipeline is a class of its own. Here its parts stand on diffusers' ControlNet pipeline
of Stable Diffusion XL: its image tokens are read as an IP-Adapter's, and the ControlNet, which was
taught to see the face's tokens instead of words, is given them by a hook.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ml import runtimes
from ml.contracts.generators import Brief
from ml.errors import MLError
from ml.generation.conditioning import identity
from ml.generation.diffusion import Diffusion, card
from ml.generation.diffusion_pins import INSTANT_ID, INSTANT_ID_ADAPTER, SDXL, hub
from ml.generation.fast import FastMode
from ml.generation.ip_adapter_faceid import adapter, told
from ml.generation.landmark_control import LandmarkControl
from ml.generation.landmark_picture import joined
from ml.generation.posing import placed
from ml.generation.room import Room
from ml.generation.starting import XL, Guide, quiet
from ml.registry import Commercial, register

NAME = "instant-id"
EMBEDDER = "antelopev2"
POINTS = 0.8  # how much the five points count, as published
NO_MESH = (
    "InstantID puts the eyes, nose and mouth where a face has them, and this face has no mesh."
)


@register(
    card(
        NAME,
        "InstantID",
        "Wang et al., InstantID: Zero-shot Identity-Preserving Generation in Seconds, 2024",
        on=hub(SDXL),
        sources=(hub(INSTANT_ID),),
        weights_licence="Apache-2.0 AND CreativeML OpenRAIL++-M",
        commercial_use=Commercial.UNKNOWN,
        memory_mb=14000,
        rank=10,
        limits=(
            "Pictures under 768 pixels are worse, for it was taught on 1024. It stands where the "
            "face of the photo does, unless a pose is asked for."
        ),
    )
)
class InstantId(Diffusion):
    """Who by the embedding, where by the points, the rest by words."""

    embedder: ClassVar[str] = EMBEDDER
    side: ClassVar[int] = 1024
    guided: ClassVar[float] = 5.0
    family: ClassVar[str] = XL
    quick: ClassVar[type[FastMode] | None] = None
    control: ClassVar[type[LandmarkControl] | None] = None

    def _load(self, folder: Path) -> Any:
        import torch
        from diffusers import ControlNetModel, StableDiffusionXLControlNetPipeline

        network: Any = ControlNetModel  # whose parts have no types
        whole: Any = StableDiffusionXLControlNetPipeline
        told_how = {
            "local_files_only": True,
            "use_safetensors": True,
            "low_cpu_mem_usage": False,
            "dtype": runtimes.precision(self.device),
        }
        points = network.from_pretrained(
            folder / INSTANT_ID, subfolder="ControlNetModel", **told_how
        )
        points.register_forward_pre_hook(self._show, with_kwargs=True)
        pipe = whole.from_pretrained(
            folder / SDXL,
            controlnet=points,
            image_encoder=None,
            feature_extractor=None,
            add_watermarker=False,
            **told_how,
        )
        pipe.scheduler = solver(pipe.scheduler)
        file = folder / INSTANT_ID / INSTANT_ID_ADAPTER
        adapter(pipe, torch.load(file, map_location="cpu", weights_only=True))
        return quiet(pipe)

    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        face = identity(brief, EMBEDDER, self.card.title)
        pipe = self._pipe
        pipe.set_ip_adapter_scale(brief.strength)
        known = told(pipe, face, self.guidance(brief) > 1)
        layer = pipe.unet.encoder_hid_proj.image_projection_layers[0]
        self._tokens = layer(known.flatten(0, 1))
        words = {"prompt": brief.prompt, "negative_prompt": brief.negative}
        return words | {"ip_adapter_image_embeds": [known]}, self._cut(brief)

    def _guide(self, brief: Brief, room: Room) -> Guide:
        from PIL import Image

        mesh = brief.landmarks
        if mesh is None:
            own = next((face.mesh for face in brief.faces if face.mesh is not None), None)
            if own is None:
                raise MLError(NO_MESH)
            mesh = placed(own, brief.width, brief.height)
        drawn = joined(mesh * (room.width / brief.width), room.width, room.height)
        return Guide(self._pipe.controlnet, Image.fromarray(drawn), POINTS)

    def _show(self, module: Any, given: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The face's tokens in the place of words, nobody's first, for each picture of a call."""
        each = len(given[0]) // len(self._tokens)
        return given, named | {"encoder_hidden_states": self._tokens.repeat_interleave(each, 0)}


def solver(scheduler: Any) -> Any:
    """One that needs few steps, with the settings of the model's own."""
    from diffusers import DPMSolverMultistepScheduler

    kind: Any = DPMSolverMultistepScheduler
    return kind.from_config(scheduler.config)
