"""Vec2Face's network: from a recogniser's embedding to a face of 112 x 112 pixels.

Source: Wu et al., Vec2Face: Scaling Face Dataset Generation with Loosely Constrained Vectors, ICLR
2025, and the names and sizes of its published weights. The embedding is spread over a map of 7 x 7
tokens, part of which is masked by chance; a transformer encodes what is left, another fills the
map, and a decoder of convolutions draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, scaled_dot_product_attention, silu

SIDE = 7
TOKENS = SIDE * SIDE
HEAD, DECODER_HEADS = 64, 16
DROPPED = 0.1  # of the tokens the encoder never sees; the least share that is masked
MASKED, SPREAD, MOST = 0.15, 0.25, 1.0  # the share masked: mean, deviation, most
UNUSED = ("patch_embed.", "center_token.")  # of training


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        count, long, width = x.shape
        split = self.qkv(x).view(count, long, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(query, key, value)
        out: Tensor = self.proj(mixed.transpose(1, 2).reshape(count, long, width))
        return out


class Perceptron(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc2(nn.functional.gelu(self.fc1(x)))
        return out


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Perceptron(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class Places(nn.Module):
    """Adds where each token stands."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.position_embeddings = nn.Embedding(TOKENS + 1, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-6)
        self.register_buffer("position_ids", torch.arange(TOKENS + 1)[None])

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.LayerNorm(x + self.position_embeddings(self.position_ids))
        return out


class Residual(nn.Module):
    """Its shortcut, where it has one, is of what was computed: so it was taught."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = (nn.GroupNorm(32, wide, eps=1e-6) for wide in (given, made))
        self.conv1 = nn.Conv2d(given, made, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(made, made, 3, padding=1, bias=False)
        if given != made:
            self.nin_shortcut = nn.Conv2d(made, made, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.conv2(silu(self.norm2(self.conv1(silu(self.norm1(x))))))
        short: Tensor = self.nin_shortcut(made) if hasattr(self, "nin_shortcut") else x
        return short + made


class Upsample(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(interpolate(x, scale_factor=2.0, mode="nearest"))
        return out


class Level(nn.Module):
    def __init__(self, given: int, made: int, blocks: int, larger: bool) -> None:
        super().__init__()
        wide = [given, *[made] * (blocks - 1)]
        self.block = nn.ModuleList(Residual(one, made) for one in wide)
        self.upsample = Upsample(made) if larger else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        out: Tensor = self.upsample(x)
        return out


class Middle(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.block_1, self.block_2 = Residual(width, width), Residual(width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.block_2(self.block_1(x))
        return out


class Decoder(nn.Module):
    """seen: channels that it is given. widths: of its levels, the largest picture's first."""

    def __init__(self, seen: int, widths: list[int], blocks: int) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(seen, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1])
        given = [*widths[1:], widths[-1]]
        self.up = nn.ModuleList(
            Level(one, made, blocks, n > 0)
            for n, (one, made) in enumerate(zip(given, widths, strict=True))
        )
        self.norm_out = nn.GroupNorm(32, widths[0], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.mid(self.conv_in(x))
        for level in reversed(self.up):
            x = level(x)
        out: Tensor = self.conv_out(silu(self.norm_out(x)))
        return out


class Vec2FaceNetwork(nn.Module):
    """Sizes are those of the weights it is to hold."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        width, known = weights["latent_prior_proj_f.weight"].shape
        inner = len(weights["decoder_embed.weight"])
        levels = counted(weights, "im_decoder.up.")
        widths = [len(weights[f"im_decoder.up.{n}.block.0.conv1.weight"]) for n in range(levels)]
        self.known = known
        self.token_emb = Places(width)
        self.latent_prior_proj_f = nn.Linear(known, width)
        self.feature_token = nn.Linear(1, TOKENS)
        self.blocks = nn.ModuleList(
            Block(width, width // HEAD) for _ in range(counted(weights, "blocks."))
        )
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_embed = nn.Linear(width, inner)
        self.decoder_pos_embed_learned = nn.Parameter(torch.zeros(1, TOKENS + 1, inner))
        self.decoder_blocks = nn.ModuleList(
            Block(inner, DECODER_HEADS) for _ in range(counted(weights, "decoder_blocks."))
        )
        self.decoder_norm = nn.LayerNorm(inner, eps=1e-6)
        seen = len(weights["im_decoder_proj.weight"])
        self.im_decoder_proj = nn.Linear(inner, seen)
        self.im_decoder = Decoder(seen, widths, counted(weights, "im_decoder.up.0.block."))
        self.load_state_dict(
            {name: value for name, value in weights.items() if not name.startswith(UNUSED)}
        )

    def forward(self, vector: Tensor, chance: torch.Generator) -> Tensor:
        """1 x 3 x 112 x 112, about -1..1, of 1 x D. chance: a generator of the processor's."""
        dropped, masked = mask(chance, vector.device)
        face = self.latent_prior_proj_f(vector)[:, None]
        spread = self.feature_token(face.transpose(1, 2)).transpose(1, 2)
        spread = torch.where(masked[None, 1:, None], face, spread)
        placed = self.token_emb(torch.cat([face, spread], 1))
        x = placed[:, ~dropped]
        for block in self.blocks:
            x = block(x)
        x = self.decoder_embed(self.norm(x))
        whole = x[:, :1].repeat(1, TOKENS + 1, 1)
        whole[:, ~dropped] = x
        whole = torch.where(masked[None, :, None], x[:, :1], whole)
        whole = whole + self.decoder_pos_embed_learned
        for block in self.decoder_blocks:
            whole = block(whole)
        drawn = self.im_decoder_proj(self.decoder_norm(whole)[:, 1:])
        out: Tensor = self.im_decoder(drawn.transpose(1, 2).unflatten(2, (SIDE, SIDE)))
        return out


def mask(chance: torch.Generator, device: torch.device) -> tuple[Tensor, Tensor]:
    """Which of the 50 tokens (the face's own first) are dropped, and which masked."""
    share = -1.0
    while not DROPPED <= share <= MOST:
        share = MASKED + SPREAD * float(torch.randn(1, generator=chance))
    order = torch.rand(TOKENS, generator=chance).argsort().argsort()
    counts = ceil(TOKENS * DROPPED), ceil(TOKENS * share)
    own = torch.zeros(1, dtype=torch.bool)
    dropped, masked = (torch.cat([own, order < count]).to(device) for count in counts)
    return dropped, masked


def counted(weights: Mapping[str, Tensor], prefix: str) -> int:
    """How many parts have numbers after the prefix."""
    numbers = {
        name.removeprefix(prefix).partition(".")[0] for name in weights if name.startswith(prefix)
    }
    return len(numbers)
