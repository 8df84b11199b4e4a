"""A tiny random CLIP, saved in the layout it is published in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml.generation.diffusion_pins import CLIP
from ml.generation.prompt_agreement import PromptAgreement
from tests.ml.generation.tiny_parts import spelled_out, tokenizer, told


def prompt_agreement(folder: Path) -> type[PromptAgreement]:
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPVisionConfig

    words = tokenizer()
    seen = CLIPVisionConfig(
        hidden_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=4,
        image_size=32, patch_size=8, projection_dim=32,
    )  # fmt: skip
    both: Any = CLIPConfig(text_config=told(words, 32), vision_config=seen, projection_dim=32)
    CLIPModel(both).save_pretrained(folder / CLIP)
    words.save_pretrained(folder / CLIP)
    spelled_out(folder / CLIP, words)
    CLIPImageProcessor(size=32, crop_size=32).save_pretrained(folder / CLIP)
    return PromptAgreement
