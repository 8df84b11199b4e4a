"""Tiny parts that help Stable Diffusion 1.5, saved in the layout they are published in."""

from __future__ import annotations

from pathlib import Path

import torch

from ml.generation.diffusion_pins import LCM_LORA, LCM_LORA_FILE, MEDIAPIPE_FACE, TAESD
from ml.generation.fast import FastMode
from ml.generation.landmark_control import LandmarkControl
from tests.ml.generation.tiny_parts import unet

RANK = 4


def fast_mode(folder: Path) -> type[FastMode]:
    """Its LoRA changes attention and convolutions."""
    from diffusers import AutoencoderTiny
    from safetensors.torch import save_file

    network = unet()
    tensors = {}
    for path, layer in network.named_modules():
        if path.endswith((".to_q", ".conv1", ".proj_in")):
            key, shape = "lora_unet_" + path.replace(".", "_"), layer.weight.shape
            tensors[f"{key}.lora_down.weight"] = torch.randn((RANK, *shape[1:])) / 8
            tensors[f"{key}.lora_up.weight"] = torch.randn(
                (shape[0], RANK, *([1] * (len(shape) - 2)))
            )
            tensors[f"{key}.alpha"] = torch.tensor(float(RANK))
    (folder / LCM_LORA).mkdir(parents=True)
    save_file(tensors, folder / LCM_LORA / LCM_LORA_FILE)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    ).save_pretrained(folder / TAESD)
    return FastMode


def landmark_control(folder: Path) -> type[LandmarkControl]:
    """What it adds starts at nothing, as it is taught from: here it adds something."""
    from diffusers import ControlNetModel

    network = ControlNetModel.from_unet(unet(), conditioning_embedding_out_channels=(4, 4, 8, 8))
    with torch.no_grad():
        for part in (*network.controlnet_down_blocks, network.controlnet_mid_block):
            part.weight.normal_(std=0.5)
        network.controlnet_cond_embedding.conv_out.weight.normal_()
    network.save_pretrained(folder / MEDIAPIPE_FACE / "diffusion_sd15", variant="fp16")
    return LandmarkControl
