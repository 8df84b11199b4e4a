"""A tiny Stable Diffusion XL with InstantID, saved in the layout they are published in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ml.generation.diffusion import Diffusion
from ml.generation.diffusion_pins import INSTANT_ID, INSTANT_ID_ADAPTER, SDXL
from ml.generation.instant_id import InstantId
from tests.ml.generation.tiny_adapters import KNOWN, random, resampler
from tests.ml.generation.tiny_parts import (
    autoencoder,
    spelled_out,
    text_encoder,
    tokenizer,
    told,
    unet,
)

HALF = 32  # of what each of the two text encoders says of a word


def network() -> Any:
    return unet(
        cross_attention_dim=2 * HALF,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + HALF,
    )


def stable_diffusion(folder: Path) -> None:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
    from transformers import CLIPTextModelWithProjection

    words = tokenizer()
    StableDiffusionXLPipeline(
        vae=autoencoder(),
        text_encoder=text_encoder(words, HALF),
        text_encoder_2=CLIPTextModelWithProjection(told(words, HALF)),
        tokenizer=words,
        tokenizer_2=words,
        unet=network(),
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", steps_offset=1),
        add_watermarker=False,
    ).save_pretrained(folder)
    spelled_out(folder / "tokenizer", words)
    spelled_out(folder / "tokenizer_2", words)


def instant_id(folder: Path) -> type[Diffusion]:
    """Its tokens are drawn from an embedding; its ControlNet adds something, which one that was
    never taught does not."""
    from diffusers import ControlNetModel

    stable_diffusion(folder / SDXL)
    points = ControlNetModel.from_unet(network(), conditioning_embedding_out_channels=(4, 4, 8, 8))
    with torch.no_grad():
        for part in (*points.controlnet_down_blocks, points.controlnet_mid_block):
            part.weight.normal_(std=0.5)
        points.controlnet_cond_embedding.conv_out.weight.normal_()
    points.save_pretrained(folder / INSTANT_ID / "ControlNetModel")
    tokens = resampler(64, KNOWN, 2 * HALF)
    blocks = [
        n for n, name in enumerate(unet().attn_processors) if name.endswith("attn2.processor")
    ]
    seen = random({f"{n}.to_{half}_ip.weight": (64, 2 * HALF) for n in blocks for half in "kv"})
    named = {name.removeprefix("image_proj."): value for name, value in tokens.items()}
    torch.save({"image_proj": named, "ip_adapter": seen}, folder / INSTANT_ID / INSTANT_ID_ADAPTER)
    return InstantId
