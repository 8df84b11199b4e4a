"""Networks of a few thousand weights, random, that tiny diffusion models are made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HIDDEN = 512  # of the text encoder: an ArcFace embedding stands in for a word of it


def unet(**more: Any) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=8,
        **({"cross_attention_dim": HIDDEN} | more),
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


def text_encoder(words: Any, hidden: int = HIDDEN) -> Any:
    from transformers import CLIPTextModel

    return CLIPTextModel(told(words, hidden))


def told(words: Any, hidden: int) -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=hidden,
        projection_dim=hidden,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=8,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
    )


def autoencoder() -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        latent_channels=4,
    )


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
