"""Language models of a few hundred weights, random, saved in the layout they are published in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from ml.prompting.florence2 import Florence2
from ml.prompting.paligemma import PaliGemma
from ml.prompting.qwen3_vl import Qwen3VL
from ml.prompting.smolvlm import SmolVLM256
from ml.prompting.vision_language import VisionLanguage
from ml.registry import Device
from ml.weights import File, Hub, Weights

TEXT = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
}
VISION = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
}
CHAT = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}:"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
    "{% else %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


def tokenizer(*special: str, **named: Any) -> Any:
    """Every byte is a token; special: tokens more."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    every = ["<pad>", "<s>", "</s>", "<unk>", *letters]
    plain = Tokenizer(models.BPE({word: n for n, word in enumerate(every)}, [], unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    ends = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    whole = PreTrainedTokenizerFast(tokenizer_object=plain, **ends, **named)
    whole.add_special_tokens({"additional_special_tokens": list(special)})
    return whole


def idefics3(folder: Path) -> type[VisionLanguage]:
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        Idefics3ImageProcessorPil,
        Idefics3Processor,
    )

    rows = [f"<row_{i}_col_{j}>" for i in range(1, 7) for j in range(1, 7)]
    speech = ("<|im_start|>", "<fake_token_around_image>", "<image>", "<end_of_utterance>")
    words = tokenizer(*speech, "<global-img>", *rows)
    pictures = Idefics3ImageProcessorPil(
        size={"longest_edge": 64}, max_image_size={"longest_edge": 32}
    )
    Idefics3Processor(pictures, words, image_seq_len=4, chat_template=CHAT).save_pretrained(folder)
    config = Idefics3Config(
        vision_config=VISION | {"image_size": 32, "patch_size": 8},
        text_config=TEXT | {"model_type": "llama", "vocab_size": len(words), "pad_token_id": 0},
        image_token_id=words.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    Idefics3ForConditionalGeneration(config).save_pretrained(folder)
    return SmolVLM256


def qwen3_vl(folder: Path) -> type[VisionLanguage]:
    from transformers import (
        Qwen2VLImageProcessorPil,
        Qwen3VLConfig,
        Qwen3VLForConditionalGeneration,
    )

    speech = ("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
    words = tokenizer(*speech, "<|video_pad|>")
    words.save_pretrained(folder)
    Qwen2VLImageProcessorPil(
        patch_size=8, size={"shortest_edge": 256, "longest_edge": 4096}
    ).save_pretrained(folder)
    seen = {"depth": 2, "hidden_size": 32, "num_heads": 2, "intermediate_size": 32}
    seen |= {"patch_size": 8, "out_hidden_size": 32, "num_position_embeddings": 64}
    rope = {"rope_type": "default", "mrope_section": [4, 2, 2], "rope_theta": 10000.0}
    config = Qwen3VLConfig(
        vision_config=seen | {"deepstack_visual_indexes": [0]},
        text_config=TEXT | {"vocab_size": len(words), "rope_parameters": rope},
        **{
            f"{name}_id": words.convert_tokens_to_ids(token)
            for name, token in (
                ("image_token", "<|image_pad|>"),
                ("video_token", "<|video_pad|>"),
                ("vision_start_token", "<|vision_start|>"),
                ("vision_end_token", "<|vision_end|>"),
            )
        },
    )
    Qwen3VLForConditionalGeneration(config).save_pretrained(folder)
    return Qwen3VL


def paligemma(folder: Path) -> type[VisionLanguage]:
    from transformers import (
        PaliGemmaConfig,
        PaliGemmaForConditionalGeneration,
        PaliGemmaProcessor,
        SiglipImageProcessorPil,
    )

    words = tokenizer("<image>")
    pictures = SiglipImageProcessorPil(size={"height": 16, "width": 16})
    pictures.image_seq_length = 4
    PaliGemmaProcessor(pictures, words).save_pretrained(folder)
    size = len(words)
    seen = VISION | {"image_size": 16, "patch_size": 8, "vision_use_head": False}
    config = PaliGemmaConfig(
        vision_config=seen | {"model_type": "siglip_vision_model"},
        text_config=TEXT | {"model_type": "gemma", "vocab_size": size, "pad_token_id": 0},
        image_token_index=words.convert_tokens_to_ids("<image>"),
        vocab_size=size,
        projection_dim=32,
        hidden_size=32,
    )
    PaliGemmaForConditionalGeneration(config).save_pretrained(folder)
    return PaliGemma


def florence2(folder: Path) -> type[VisionLanguage]:
    from transformers import (
        CLIPImageProcessorPil,
        Florence2Config,
        Florence2ForConditionalGeneration,
        Florence2Processor,
    )

    places = [f"<loc_{n}>" for n in range(1000)]
    words = tokenizer(*places, extra_special_tokens={"image_token": "<image>"})
    pictures = CLIPImageProcessorPil(
        size={"height": 32, "width": 32}, crop_size={"height": 32, "width": 32}
    )
    pictures.image_seq_length = 2
    Florence2Processor(pictures, words).save_pretrained(folder)
    seen = {"depths": [1, 1, 1, 1], "embed_dim": [8, 8, 8, 8], "num_heads": [1, 1, 1, 1]}
    seen |= {"num_groups": [1, 1, 1, 1], "window_size": 4, "projection_dim": 32}
    said = {"model_type": "bart", "d_model": 32, "vocab_size": len(words)}
    for half in ("encoder", "decoder"):
        said |= {f"{half}_layers": 1, f"{half}_attention_heads": 2, f"{half}_ffn_dim": 32}
    ends = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "decoder_start_token_id": 2}
    config = Florence2Config(
        vision_config=seen,
        text_config=said | ends,
        image_token_id=words.convert_tokens_to_ids("<image>"),
        **ends,
    )
    Florence2ForConditionalGeneration(config).save_pretrained(folder)
    return Florence2


FAMILIES: dict[str, Callable[[Path], type[VisionLanguage]]] = {
    "idefics3": idefics3,
    "qwen3-vl": qwen3_vl,
    "paligemma": paligemma,
    "florence-2": florence2,
}


def loaded(make: Callable[[Path], type[VisionLanguage]], folder: Path) -> VisionLanguage:
    """The tiny model, installed where fetching puts its files, and loaded by its engine."""
    torch.manual_seed(0)
    repository, weights = folder / "repository", Weights(folder / "weights")
    engine = make(repository)
    files = []
    for path in sorted(repository.iterdir()):
        content = path.read_bytes()
        file = File(path.name, sha256(content).hexdigest(), len(content))
        weights.where(file).parent.mkdir(parents=True, exist_ok=True)
        weights.where(file).write_bytes(content)
        files.append(file)
    source = Hub("somebody/tiny", "0" * 40, tuple(files))
    kind = type("Tiny", (engine,), {"card": replace(engine.card, weights=(source,))})
    return kind(weights, Device.CPU)
