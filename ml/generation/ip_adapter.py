"""IP-Adapter plus-face: words say what is to be seen, photos of a face who."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml.contracts.generators import Brief
from ml.generation.diffusion import Diffusion, base, card
from ml.generation.diffusion_pins import IP_ADAPTER, PLUS_FACE, hub
from ml.registry import register

NAME = "ip-adapter-plus-face"


@register(
    card(
        NAME,
        "IP-Adapter plus-face",
        "Ye et al., IP-Adapter: Text Compatible Image Prompt Adapter for Text-to-Image Diffusion "
        "Models, 2023",
        sources=(hub(IP_ADAPTER),),
        weights_licence="Apache-2.0 AND CreativeML OpenRAIL-M",
        memory_mb=7500,
        rank=30,
    )
)
class PlusFace(Diffusion):
    """Faces are seen by CLIP: their look more than their identity is kept."""

    def _load(self, folder: Path) -> Any:
        pipe = base(folder, self.device)
        pipe.load_ip_adapter(
            folder / IP_ADAPTER,
            subfolder="models",
            weight_name=PLUS_FACE,
            image_encoder_folder="image_encoder",
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
        return pipe

    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        from PIL import Image

        self._pipe.set_ip_adapter_scale(brief.strength)
        words = {"prompt": brief.prompt, "negative_prompt": brief.negative}
        chips = [Image.fromarray(face.chip) for face in brief.faces]
        return words | {"ip_adapter_image": [chips]}, self._cut(brief)
