"""Seconds a picture and memory of the networks that pictures are made by, in full size with random
weights: `python -m tests.fitting.generation_speed [--reduced] [--steps N]`.

Nothing is fetched: sizes are those of the published configurations. Each step is computed with and
without the face, as guidance takes it; then one picture is decoded.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch

from ml import runtimes
from ml.evaluation.peak import Peak
from ml.registry import Device

REDUCED = 10  # times fewer channels
WORDS = 77
PER_LATENT = 8  # pixels


def sd15(thin: int) -> dict[str, Any]:
    return {
        "block_out_channels": (320 // thin, 640 // thin, 1280 // thin, 1280 // thin),
        "attention_head_dim": 8,
        "cross_attention_dim": 768,
    }


def sdxl(thin: int) -> dict[str, Any]:
    return {
        "block_out_channels": (320 // thin, 640 // thin, 1280 // thin),
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "transformer_layers_per_block": (1, 2, 10),
        "attention_head_dim": (5, 10, 20) if thin == 1 else 2,
        "cross_attention_dim": 2048,
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    }


# Name -> its network, pixels of a side, and whether a ControlNet runs beside it.
FAMILIES: dict[str, tuple[Callable[[int], dict[str, Any]], int, bool]] = {
    "Stable Diffusion 1.5": (sd15, 512, False),
    "Stable Diffusion 1.5 and landmark control": (sd15, 512, True),
    "Stable Diffusion XL and InstantID's control": (sdxl, 1024, True),
}


@torch.inference_mode()
def picture(parts: tuple[Any, Any, Any], side: int, steps: int, large: bool) -> None:
    """One, of noise. large: the network is told sizes, too."""
    network, control, decoder = parts
    like = next(network.parameters())
    small = side // PER_LATENT
    latents = torch.randn(2, 4, small, small).to(like)
    words = torch.randn(2, WORDS, network.config.cross_attention_dim).to(like)
    told = {"text_embeds": torch.randn(2, 1280).to(like), "time_ids": torch.ones(2, 6).to(like)}
    more: dict[str, Any] = {"added_cond_kwargs": told} if large else {}
    shown = torch.rand(2, 3, side, side).to(like)
    for step in range(steps):
        beside: dict[str, Any] = {}
        if control is not None:
            down, mid = control(latents, step, words, shown, return_dict=False, **more)
            beside = {"down_block_additional_residuals": down, "mid_block_additional_residual": mid}
        network(latents, step, words, **beside, **more)
    decoder.decode(latents[:1])
    if like.is_cuda:
        torch.cuda.synchronize()


def made(kind: Callable[[int], dict[str, Any]], controlled: bool, thin: int, on: Device) -> Any:
    from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel

    network = UNet2DConditionModel(**kind(thin))
    wide = tuple(width // (4 if thin > 1 else 1) for width in (128, 256, 512, 512))
    decoder = AutoencoderKL(
        block_out_channels=wide,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
    )
    control = ControlNetModel.from_unet(network) if controlled else None
    exact = runtimes.precision(on)
    return tuple(
        None if part is None else part.to(on.value, exact).eval()
        for part in (network, control, decoder)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reduced", action="store_true", help="small, to see that it works")
    parser.add_argument("--steps", type=int, default=25)
    asked = parser.parse_args()
    on = Device.CUDA if torch.cuda.is_available() else Device.CPU
    for name, (kind, side, controlled) in FAMILIES.items():
        side = 128 if asked.reduced else side
        parts = made(kind, controlled, REDUCED if asked.reduced else 1, on)
        picture(parts, side, 1, kind is sdxl)  # what is done once is not counted
        with Peak() as peak:
            began = perf_counter()
            picture(parts, side, asked.steps, kind is sdxl)
            spent = perf_counter() - began
        print(
            f"{name}: {spent:.1f} s a picture of {side} x {side} in {asked.steps} steps, "
            f"{peak.megabytes:,.0f} MB, {on.value}{', reduced' if asked.reduced else ''}"
        )


if __name__ == "__main__":
    main()
