"""IP-Adapter FaceID-Plus v2: a recogniser's embedding says who, CLIP how the face looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ml import runtimes
from ml.contracts.generators import Brief
from ml.generation.conditioning import identity
from ml.generation.diffusion import Diffusion, base, card
from ml.generation.diffusion_pins import BY_BOTH, FACE_ID, IP_ADAPTER, hub
from ml.generation.ip_adapter_faceid import EMBEDDER, LICENCE, PAPER, attached, told
from ml.registry import Commercial, register

NAME = "ip-adapter-faceid-plus"


@register(
    card(
        NAME,
        "IP-Adapter FaceID-Plus v2",
        PAPER.format("its FaceID-Plus v2 weights"),
        sources=(hub(FACE_ID), hub(IP_ADAPTER)),
        weights_licence=f"{LICENCE} AND Apache-2.0",
        commercial_use=Commercial.NO,
        memory_mb=8000,
        rank=25,
    )
)
class FaceIdPlus(Diffusion):
    """Nearer to the photo than by the embedding alone; what CLIP sees is that of the first face."""

    embedder: ClassVar[str] = EMBEDDER
    sees: ClassVar[bool] = True

    def _load(self, folder: Path) -> Any:
        from transformers import CLIPVisionModelWithProjection

        encoder = CLIPVisionModelWithProjection.from_pretrained(
            folder / IP_ADAPTER,
            subfolder="models/image_encoder",
            local_files_only=True,
            dtype=runtimes.precision(self.device),
        )
        pipe = base(folder, self.device, image_encoder=encoder)
        self._changes = attached(pipe, folder / FACE_ID / BY_BOTH)
        self._layer: Any = pipe.unet.encoder_hid_proj.image_projection_layers[0]
        self._layer.shortcut = True  # which tells v2 from the first one
        self._layer.register_forward_pre_hook(self._show)
        return pipe

    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        from PIL import Image

        face = identity(brief, EMBEDDER, self.card.title)
        both = self.guidance(brief) > 1
        pipe = self._pipe
        pipe.set_ip_adapter_scale(brief.strength)
        chip = Image.fromarray(brief.faces[0].chip)
        seen, unseen = pipe.encode_image(chip, pipe.device, 1, True)
        self._looks = (unseen, seen) if both else (seen,)
        words = {"prompt": brief.prompt, "negative_prompt": brief.negative}
        return words | {"ip_adapter_image_embeds": [told(pipe, face, both)]}, self._cut(brief)

    def _show(self, layer: Any, given: Any) -> None:
        """Before the embeddings of a call, nobody's first, the looks that belong to each."""
        import torch

        each = len(given[0]) // len(self._looks)
        layer.clip_embeds = torch.cat([one for one in self._looks for _ in range(each)])[:, None]
