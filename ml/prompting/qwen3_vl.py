"""Qwen3-VL: for machines with a graphics processor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml import runtimes
from ml.prompting.vision_language import VisionLanguage, card
from ml.registry import register

IMAGE, BEGIN, END = "<|image_pad|>", "<|vision_start|>", "<|vision_end|>"
ASKED = f"<|im_start|>user\n{BEGIN}{{}}{END}{{}}<|im_end|>\n<|im_start|>assistant\n"


@register(
    card(
        "qwen3-vl-2b",
        "Qwen3-VL 2B",
        "Qwen/Qwen3-VL-2B-Instruct",
        "Apache-2.0",
        "Qwen team, Qwen3-VL technical report (2025)",
        rank=40,
        memory_mb=9000,
    )
)
class Qwen3VL(VisionLanguage):
    """Its processor wants a video processor, and that torchvision: so picture and words are laid
    out here, as its template does."""

    def _load(self, folder: str) -> None:
        from transformers import (
            AutoTokenizer,
            Qwen2VLImageProcessorPil,
            Qwen3VLForConditionalGeneration,
        )

        self._processor = Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True)
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = Qwen3VLForConditionalGeneration.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=runtimes.precision(self.device),
        )

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        seen = self._processor(images=[picture], return_tensors="pt")
        patches = int(seen["image_grid_thw"][0].prod())
        asked = ASKED.format(IMAGE * (patches // self._processor.merge_size**2), prompt)
        words = self._tokenizer(asked, return_tensors="pt", add_special_tokens=False)
        is_picture = words["input_ids"] == self._model.config.image_token_id
        return {
            "input_ids": words["input_ids"],
            "mm_token_type_ids": is_picture.int(),
            "pixel_values": seen["pixel_values"],
            "image_grid_thw": seen["image_grid_thw"],
        }
