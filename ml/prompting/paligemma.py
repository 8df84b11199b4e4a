"""PaliGemma: made to be tuned to one task, as FaceScan does for attributes of faces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ml.prompting.prompted import Pixels
from ml.prompting.vision_language import VisionLanguage, card
from ml.registry import Commercial, register
from ml.types import Box

LICENCE = "Gemma terms of use"
GRID = 1024
PLACE = re.compile(r"(?:<loc\d{4}>){4}")


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
    """Asked as it was taught: the picture, a task ("answer en", "detect"), the answer."""

    task = "answer en "
    brief = True

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._processor(
            text=f"<image>{prompt}", images=[picture], return_tensors="pt"
        )
        return {name: tensor for name, tensor in found.items() if name != "labels"}

    def boxes(self, pixels: Pixels, phrase: str) -> list[Box]:
        """Where the phrase is, in words for places that the model was taught."""
        height, width = pixels.shape[:2]
        return places(self._continued(pixels, phrase, "detect "), width, height)


def places(text: str, width: int, height: int) -> list[Box]:
    """Boxes out of groups of four words: top, left, bottom, right, in 1024ths of the picture."""
    found = (map(int, re.findall(r"\d{4}", group)) for group in PLACE.findall(text))
    scaled = (
        Box(left * width / GRID, top * height / GRID, right * width / GRID, bottom * height / GRID)
        for top, left, bottom, right in found
    )
    return [box for box in scaled if box.area > 0]
