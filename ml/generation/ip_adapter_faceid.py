"""IP-Adapter FaceID: words say what is to be seen, a recogniser's embedding who."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ml.contracts.generators import Brief, Floats
from ml.generation.conditioning import identity
from ml.generation.diffusion import Diffusion, base, card
from ml.generation.diffusion_pins import BY_IDENTITY, FACE_ID, hub
from ml.generation.low_rank import Worn, of_face_id
from ml.registry import Commercial, register

NAME = "ip-adapter-faceid"
EMBEDDER = "buffalo_l"
LICENCE = "Research only (h94/IP-Adapter-FaceID) AND CreativeML OpenRAIL-M"
PAPER = (
    "Ye et al., IP-Adapter: Text Compatible Image Prompt Adapter for Text-to-Image Diffusion "
    "Models, 2023; {}, published in December 2023"
)


@register(
    card(
        NAME,
        "IP-Adapter FaceID",
        PAPER.format("its FaceID weights"),
        sources=(hub(FACE_ID),),
        weights_licence=LICENCE,
        commercial_use=Commercial.NO,
        memory_mb=5500,
        rank=15,
    )
)
class FaceId(Diffusion):
    """Who somebody is more than how they look: light, hair and expression are left to the words."""

    embedder: ClassVar[str] = EMBEDDER

    def _load(self, folder: Path) -> Any:
        pipe = base(folder, self.device)
        self._changes = attached(pipe, folder / FACE_ID / BY_IDENTITY)
        return pipe

    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        face = identity(brief, EMBEDDER, self.card.title)
        self._pipe.set_ip_adapter_scale(brief.strength)
        words = {"prompt": brief.prompt, "negative_prompt": brief.negative}
        asked = words | {"ip_adapter_image_embeds": [self._told(face, brief)]}
        return asked, self._cut(brief)

    def _told(self, face: Floats, brief: Brief) -> Any:
        """1 or 2 x 1 x 1 x D: nobody first, where steps are computed without the face too."""
        return told(self._pipe, face, self.guidance(brief) > 1)


def attached(pipe: Any, file: Path) -> Worn:
    """The adapter read into the pipeline, and its LoRA, worn fully: it was taught with it."""
    import torch

    tensors = torch.load(file, map_location="cpu", weights_only=True)
    named = tensors["ip_adapter"]
    changes = of_face_id(pipe.unet, named)  # before the adapter brings attention of its own
    plain = {name: value for name, value in named.items() if "_lora." not in name}
    adapter(pipe, {"image_proj": tensors["image_proj"], "ip_adapter": plain})
    worn = Worn(pipe.unet, changes, "faceid")
    worn.strength = 1.0
    return worn


def adapter(pipe: Any, tensors: dict[str, Any]) -> None:
    """An adapter without a picture encoder of its own, read into the pipeline."""
    pipe.load_ip_adapter(
        tensors,
        subfolder="",
        weight_name="",
        image_encoder_folder=None,
        low_cpu_mem_usage=False,
    )


def told(pipe: Any, face: Floats, both: bool) -> Any:
    """The embedding as the pipeline takes it: 1 x 1 x 1 x D, after nobody's where both are told."""
    import torch

    known = torch.from_numpy(face).to(pipe.device, pipe.unet.dtype)[None, None, None]
    return torch.cat([torch.zeros_like(known), known]) if both else known
