"""SmolVLM: Idefics3's classes, small enough for a processor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.prompting.vision_language import VisionLanguage, card
from ml.registry import register

PAPER = "Marafioti et al., SmolVLM: Redefining small and efficient multimodal models (2025)"


class SmolVLM(VisionLanguage):
    """Answers in the conversation that its repository's template lays out."""

    lead = " "

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        content = [{"type": "image"}, {"type": "text", "text": prompt}]
        asked = self._processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        found: Mapping[str, Any] = self._processor(
            text=asked, images=[picture], return_tensors="pt"
        )
        return found


@register(
    card(
        "smolvlm-256m",
        "SmolVLM 256M",
        "HuggingFaceTB/SmolVLM-256M-Instruct",
        "Apache-2.0",
        PAPER,
        rank=20,
    )
)
class SmolVLM256(SmolVLM):
    """The small one."""


@register(
    card(
        "smolvlm-500m",
        "SmolVLM 500M",
        "HuggingFaceTB/SmolVLM-500M-Instruct",
        "Apache-2.0",
        PAPER,
        rank=30,
        memory_mb=2500,
    )
)
class SmolVLM500(SmolVLM):
    """The larger one."""
