"""PaliGemma: made to be tuned to one task, as FaceScan does for attributes of faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.prompting.vision_language import VisionLanguage, card
from ml.registry import Commercial, register

LICENCE = "Gemma terms of use"


@register(
    card(
        "paligemma-3b",
        "PaliGemma 3B",
        "google/paligemma-3b-mix-224",
        LICENCE,
        "Beyer et al., PaliGemma: a versatile 3B VLM for transfer (2024)",
        rank=10,
        memory_mb=12000,
        commercial_use=Commercial.UNKNOWN,
    )
)
class PaliGemma(VisionLanguage):
    """Asked as it was taught: the picture, the task "answer en", a line's end, the answer."""

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._processor(
            text=f"<image>answer en {prompt}", images=[picture], return_tensors="pt"
        )
        return {name: tensor for name, tensor in found.items() if name != "labels"}
