"""Diffusion models of a few thousand weights, random, saved in the layout they are published in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import torch

from ml.generation.arc2face import Arc2Face
from ml.generation.diffusion import Diffusion
from ml.generation.diffusion_pins import ARC2FACE, BASE, IP_ADAPTER, NAMES, PLUS_FACE
from ml.generation.ip_adapter import PlusFace
from ml.registry import Device
from ml.weights import Weights
from ml.weights.pinning import pinned

HIDDEN = 512  # of the text encoder: an ArcFace embedding stands in for a word of it
SEEN = 32  # of the picture encoder


def unet() -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=HIDDEN,
        attention_head_dim=8,
    )


def tokenizer() -> Any:
    """Letters are tokens, and so is the word "id"."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    ends = ["<|startoftext|>", "<|endoftext|>"]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "id</w>", *ends]
    return CLIPTokenizer(
        vocab={word: n for n, word in enumerate(words)},
        merges=[("i", "d</w>")],
        model_max_length=77,
    )


def text_encoder(words: Any) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(words),
            hidden_size=HIDDEN,
            intermediate_size=32,
            num_hidden_layers=1,
            num_attention_heads=8,
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
        )
    )


def stable_diffusion(folder: Path) -> None:
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline

    words = tokenizer()
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        latent_channels=4,
    )
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=text_encoder(words),
        tokenizer=words,
        unet=unet(),
        scheduler=PNDMScheduler(beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    spelled_out(folder / "tokenizer", words)


def spelled_out(folder: Path, words: Any) -> None:
    """A tokenizer in the files that it was published in, which transformers no longer writes."""
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(words.get_vocab()))
    (folder / "merges.txt").write_text("#version: 0.2\ni d</w>\n")
    ends = {
        "bos_token": words.bos_token,
        "eos_token": words.eos_token,
        "pad_token": words.eos_token,
    }
    (folder / "special_tokens_map.json").write_text(json.dumps(ends))
    config = ends | {"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def resampler(width: int = 64, queries: int = 4) -> dict[str, torch.Tensor]:
    """The adapter's network from seen picture to words, under the names it is published with."""
    shapes: dict[str, tuple[int, ...]] = {
        "latents": (1, queries, width),
        "proj_in.weight": (width, SEEN),
        "proj_in.bias": (width,),
        "proj_out.weight": (HIDDEN, width),
        "proj_out.bias": (HIDDEN,),
        "norm_out.weight": (HIDDEN,),
        "norm_out.bias": (HIDDEN,),
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


def plus_face(folder: Path) -> type[Diffusion]:
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    own = folder / IP_ADAPTER / "models"
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
    ).save_pretrained(own / "image_encoder")
    adapter = resampler()
    for n, name in enumerate(unet().attn_processors):
        if name.endswith("attn2.processor"):
            for half in "kv":
                adapter[f"ip_adapter.{n}.to_{half}_ip.weight"] = torch.randn(64, HIDDEN)
    save_file(adapter, own / PLUS_FACE)
    return PlusFace


def arc2face(folder: Path) -> type[Diffusion]:
    """Its encoder is a pickle, its names with the prefix that they were published with."""
    own = folder / ARC2FACE
    unet().save_pretrained(own / "arc2face")
    encoder = text_encoder(tokenizer())
    encoder.config.save_pretrained(own / "encoder")
    named = {
        name if name.startswith("text_model.") else f"text_model.{name}": value
        for name, value in encoder.state_dict().items()
    }
    torch.save(named, own / "encoder" / "pytorch_model.bin")
    return Arc2Face


FAMILIES = {"plus-face": plus_face, "arc2face": arc2face}


def loaded(family: str, folder: Path) -> Diffusion:
    """The tiny model, installed where fetching puts its files, and loaded by its back end: of what
    was saved, those files alone that a release pins."""
    torch.manual_seed(0)
    hub, weights = folder / "hub", Weights(folder / "weights")
    stable_diffusion(hub / BASE)
    kind = FAMILIES[family](hub)
    sources = []
    for source in kind.card.weights:
        repo = hub / source.label
        sources.append(pinned(source.label, "0" * 40, repo, NAMES[source.label]))
        for file in sources[-1].files:
            weights.where(file).parent.mkdir(parents=True, exist_ok=True)
            copyfile(repo / file.name, weights.where(file))
    tiny = type("Tiny", (kind,), {"card": replace(kind.card, weights=tuple(sources))})
    return tiny(weights, Device.CPU)
