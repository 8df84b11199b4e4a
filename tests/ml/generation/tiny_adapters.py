"""Tiny adapters of Stable Diffusion 1.5, under the names they are published with."""

from __future__ import annotations

from pathlib import Path

import torch

from ml.generation.diffusion import Diffusion
from ml.generation.diffusion_pins import BY_BOTH, BY_IDENTITY, FACE_ID, IP_ADAPTER, PLUS_FACE
from ml.generation.ip_adapter import PlusFace
from ml.generation.ip_adapter_faceid import FaceId
from ml.generation.ip_adapter_faceid_plus import FaceIdPlus
from tests.ml.generation.tiny_parts import HIDDEN, unet

SEEN = 32  # of the picture encoder
KNOWN = 512  # of the recogniser
RANK = 4
Shapes = dict[str, tuple[int, ...]]


def resampler(width: int = 64, seen: int = SEEN, out: int = HIDDEN) -> dict[str, torch.Tensor]:
    """The adapter's network from seen picture to words, under the names it is published with."""
    shapes: dict[str, tuple[int, ...]] = {
        "latents": (1, 4, width),
        "proj_in.weight": (width, seen),
        "proj_in.bias": (width,),
        "proj_out.weight": (out, width),
        "proj_out.bias": (out,),
        "norm_out.weight": (out,),
        "norm_out.bias": (out,),
    }
    for n in range(4):
        for norm in ("0.norm1", "0.norm2", "1.0"):
            shapes |= {f"layers.{n}.{norm}.{part}": (width,) for part in ("weight", "bias")}
        shapes |= {
            f"layers.{n}.0.to_q.weight": (width, width),
            f"layers.{n}.0.to_kv.weight": (2 * width, width),
            f"layers.{n}.0.to_out.weight": (width, width),
            f"layers.{n}.1.1.weight": (4 * width, width),
            f"layers.{n}.1.3.weight": (width, 4 * width),
        }
    return {f"image_proj.{name}": torch.randn(shape) for name, shape in shapes.items()}


def picture_encoder(folder: Path) -> None:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=SEEN,
            intermediate_size=32,
            projection_dim=SEEN,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=32,
            patch_size=8,
        )
    ).save_pretrained(folder / IP_ADAPTER / "models" / "image_encoder")


def plus_face(folder: Path) -> type[Diffusion]:
    from safetensors.torch import save_file

    picture_encoder(folder)
    adapter = resampler()
    for n, name in enumerate(unet().attn_processors):
        if name.endswith("attn2.processor"):
            for half in "kv":
                adapter[f"ip_adapter.{n}.to_{half}_ip.weight"] = torch.randn(64, HIDDEN)
    save_file(adapter, folder / IP_ADAPTER / "models" / PLUS_FACE)
    return PlusFace


def face_id(folder: Path) -> type[Diffusion]:
    """A pickle, LoRA and all; its companion is there too, for a release pins both."""
    tokens: Shapes = {
        "proj.0.weight": (2 * KNOWN, KNOWN),
        "proj.0.bias": (2 * KNOWN,),
        "proj.2.weight": (4 * HIDDEN, 2 * KNOWN),
        "proj.2.bias": (4 * HIDDEN,),
        "norm.weight": (HIDDEN,),
        "norm.bias": (HIDDEN,),
    }
    (folder / FACE_ID).mkdir(parents=True)
    torch.save(
        {"image_proj": random(tokens), "ip_adapter": random(attention())},
        folder / FACE_ID / BY_IDENTITY,
    )
    (folder / FACE_ID / BY_BOTH).touch()
    return FaceId


def face_id_plus(folder: Path) -> type[Diffusion]:
    face_id(folder)
    picture_encoder(folder)
    (folder / IP_ADAPTER / "models" / PLUS_FACE).touch()
    looks = resampler(HIDDEN)
    perceiver = {
        name.replace("image_proj.", "perceiver_resampler."): value
        for name, value in looks.items()
        if "latents" not in name
    }
    tokens: Shapes = {
        "proj.0.weight": (2 * KNOWN, KNOWN),
        "proj.0.bias": (2 * KNOWN,),
        "proj.2.weight": (4 * HIDDEN, 2 * KNOWN),
        "proj.2.bias": (4 * HIDDEN,),
        "norm.weight": (HIDDEN,),
        "norm.bias": (HIDDEN,),
    }
    torch.save(
        {"image_proj": random(tokens) | perceiver, "ip_adapter": random(attention())},
        folder / FACE_ID / BY_BOTH,
    )
    return FaceIdPlus


def attention() -> Shapes:
    """Blocks are numbered in their order; every other one sees the face."""
    shapes: Shapes = {}
    for n, name in enumerate(unet().attn_processors):
        words = name.endswith("attn2.processor")
        for part in ("q", "k", "v", "out"):
            wide = HIDDEN if words and part in "kv" else 64
            shapes[f"{n}.to_{part}_lora.down.weight"] = (RANK, wide)
            shapes[f"{n}.to_{part}_lora.up.weight"] = (64, RANK)
        if words:
            shapes |= {f"{n}.to_{half}_ip.weight": (64, HIDDEN) for half in "kv"}
    return shapes


def random(shapes: Shapes) -> dict[str, torch.Tensor]:
    return {name: torch.randn(shape) / 8 for name, shape in shapes.items()}
