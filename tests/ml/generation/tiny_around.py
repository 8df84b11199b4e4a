"""Tiny random weights of Vec2Face and IDiff-Face, under the names they are published with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from ml.generation.around import Around
from ml.generation.idiff_face import IDiffFace
from ml.generation.vec2face import Vec2Face
from ml.registry import Device
from ml.weights import File, Weights
from ml.weights import Path as Brought
from ml.weights.store import digest

Shapes = dict[str, tuple[int, ...]]
WIDE, KNOWN, FACE = 64, 512, 32


def convolution(name: str, given: int, made: int, size: int = 3, *, bias: bool = True) -> Shapes:
    shapes: Shapes = {f"{name}.weight": (made, given, size, size)}
    return shapes | ({f"{name}.bias": (made,)} if bias else {})


def linear(name: str, given: int, made: int) -> Shapes:
    return {f"{name}.weight": (made, given), f"{name}.bias": (made,)}


def norm(name: str, wide: int) -> Shapes:
    return {f"{name}.weight": (wide,), f"{name}.bias": (wide,)}


def block(name: str, wide: int) -> Shapes:
    return (
        norm(f"{name}.norm1", wide)
        | linear(f"{name}.attn.qkv", wide, 3 * wide)
        | linear(f"{name}.attn.proj", wide, wide)
        | norm(f"{name}.norm2", wide)
        | linear(f"{name}.mlp.fc1", wide, 4 * wide)
        | linear(f"{name}.mlp.fc2", 4 * wide, wide)
    )


def residual(name: str, given: int, made: int, *, bias: bool) -> Shapes:
    """Without bias its shortcut is of what was computed: made to made."""
    shapes = (
        norm(f"{name}.norm1", given)
        | convolution(f"{name}.conv1", given, made, bias=bias)
        | norm(f"{name}.norm2", made)
        | convolution(f"{name}.conv2", made, made, bias=bias)
    )
    if given != made:
        shapes |= convolution(f"{name}.nin_shortcut", given if bias else made, made, 1, bias=bias)
    return shapes


def decoder(name: str, seen: int, widths: list[int], blocks: int, *, bias: bool) -> Shapes:
    last = widths[-1]
    shapes = convolution(f"{name}.conv_in", seen, last) | norm(f"{name}.norm_out", widths[0])
    shapes |= convolution(f"{name}.conv_out", widths[0], 3)
    for part in ("block_1", "block_2"):
        shapes |= residual(f"{name}.mid.{part}", last, last, bias=bias)
    given = last
    for n in reversed(range(len(widths))):
        for m in range(blocks):
            shapes |= residual(f"{name}.up.{n}.block.{m}", given, widths[n], bias=bias)
            given = widths[n]
        if n:
            shapes |= convolution(f"{name}.up.{n}.upsample.conv", given, given)
    return shapes


def vec2face(folder: Path) -> list[Path]:
    shapes = (
        {"token_emb.position_embeddings.weight": (50, WIDE)}
        | norm("token_emb.LayerNorm", WIDE)
        | linear("latent_prior_proj_f", KNOWN, WIDE)
        | linear("feature_token", 1, 49)
        | linear("center_token", WIDE, 49)
        | convolution("patch_embed.proj", 3, WIDE, 16)
        | block("blocks.0", WIDE)
        | block("blocks.1", WIDE)
        | norm("norm", WIDE)
        | linear("decoder_embed", WIDE, WIDE)
        | {"decoder_pos_embed_learned": (1, 50, WIDE)}
        | block("decoder_blocks.0", WIDE)
        | norm("decoder_norm", WIDE)
        | linear("im_decoder_proj", WIDE, 16)
        | decoder("im_decoder", 16, [32, 32, 32, 32, 64], 2, bias=False)
    )
    weights = random(shapes) | {"token_emb.position_ids": torch.arange(50)[None]}
    torch.save({"model_vec2face": weights}, folder / "vec2face_generator.pth")
    return [folder / "vec2face_generator.pth"]


def seeing(name: str, wide: int) -> Shapes:
    shapes = linear(f"{name}.c_proj_in", FACE, 32 * FACE)
    for part in ("x_proj_in", "x_proj_out"):
        shapes |= convolution(f"{name}.{part}", wide, wide, 1)
    for part, seen in (("self_attention", wide), ("cross_attention", FACE)):
        for layer, given in (("to_q", wide), ("to_k", seen), ("to_v", seen), ("proj_out", wide)):
            shapes[f"{name}.{part}.{layer}.weight"] = (wide, given, 1)
            shapes[f"{name}.{part}.{layer}.bias"] = (wide,)
    shapes |= norm(f"{name}.x_norm", wide) | norm(f"{name}.c_norm", FACE)
    return shapes | linear(f"{name}.ff.0", wide, 4 * wide) | linear(f"{name}.ff.2", 4 * wide, wide)


def timed(name: str, given: int, made: int, time: int) -> Shapes:
    shapes = (
        norm(f"{name}.norm1", given)
        | convolution(f"{name}.conv1", given, made)
        | linear(f"{name}.time_emb.1", time, made)
        | linear(f"{name}.scale_emb", made, made)
        | linear(f"{name}.shift_emb", made, made)
        | norm(f"{name}.norm2.norm", made)
        | convolution(f"{name}.conv2", made, made)
    )
    return shapes | (convolution(f"{name}.shortcut", given, made, 1) if given != made else {})


def denoiser() -> Shapes:
    """Two levels, the smaller twice as wide and looking at the face."""
    wide, twice, time = 32, 64, 128
    shapes = convolution("image_proj", 3, wide) | convolution("final", wide, 3) | norm("norm", wide)
    shapes |= linear("time_emb.lin1", wide, time) | linear("time_emb.lin2", time, time)
    shapes |= linear("context_emb", KNOWN, FACE)
    down = [(wide, wide), (wide, wide), None, (wide, twice), (twice, twice)]
    up = [(2 * twice, twice), (2 * twice, twice), (twice + wide, wide), None]
    up += [(2 * wide, wide)] * 3
    for path, stages, looking in (("down", down, (3, 4)), ("up", up, (0, 1, 2))):
        for n, stage in enumerate(stages):
            if stage is None:
                size = 3 if path == "down" else 4
                shapes |= convolution(f"{path}.{n}.conv", wide, wide, size)
                continue
            shapes |= timed(f"{path}.{n}.res", *stage, time)
            shapes |= seeing(f"{path}.{n}.attn", stage[1]) if n in looking else {}
    for part in ("res1", "res2"):
        shapes |= timed(f"middle.{part}", twice, twice, time)
    return shapes | seeing("middle.attn", twice)


def idiff_face(folder: Path) -> list[Path]:
    files = [folder / "ema_averaged_model.ckpt", folder / "first_stage_decoder_state_dict.pt"]
    noise = {f"eps_model.{name}": value for name, value in random(denoiser()).items()}
    noise["eps_model.context_emb.weight"] *= 4  # embeddings are of length 1
    torch.save(noise | {"betas": torch.zeros(1000)}, files[0])
    drawn = decoder("decoder", 3, [32, 32, 64], 3, bias=True)
    for part in ("q", "k", "v", "proj_out"):
        drawn |= convolution(f"decoder.mid.attn_1.{part}", 64, 64, 1)
    drawn |= norm("decoder.mid.attn_1.norm", 64) | convolution("post_quant_conv", 3, 3, 1)
    drawn["quantize.embedding.weight"] = (2000, 3)
    torch.save(random(drawn), files[1])
    return files


def random(shapes: Shapes) -> dict[str, torch.Tensor]:
    """What is computed stays about as large as it is: else faces would not be told apart in it."""
    return {name: at_random(shape) for name, shape in shapes.items()}


def at_random(shape: tuple[int, ...]) -> torch.Tensor:
    if len(shape) == 1:
        return 1 + torch.randn(shape) / 4
    return torch.randn(shape) / torch.Size(shape[1:]).numel() ** 0.5


class TinyIDiff(IDiffFace):
    grows, looks = (1, 2), (False, True)


AROUND = {"vec2face": (vec2face, Vec2Face), "idiff-face": (idiff_face, TinyIDiff)}


def around(name: str, folder: Path) -> Around:
    torch.manual_seed(0)
    saved, kind = AROUND[name]
    weights = Weights(folder / "weights")
    files = []
    for path in saved(folder):
        files.append(File(path.name, digest(path), path.stat().st_size))
        weights.where(files[-1]).parent.mkdir(parents=True)
        path.rename(weights.where(files[-1]))
    source = Brought("a folder", tuple(files))
    tiny = type("Tiny", (kind,), {"card": replace(kind.card, weights=(source,))})
    engine: Around = tiny(weights, Device.CPU)
    torch.set_num_threads(1)
    return engine
