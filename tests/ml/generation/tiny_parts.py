"""Networks of a few thousand weights, random, that tiny diffusion models are made of."""

from __future__ import annotations

from typing import Any

HIDDEN = 512  # of the text encoder: an ArcFace embedding stands in for a word of it


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
