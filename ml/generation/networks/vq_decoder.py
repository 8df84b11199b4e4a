"""The decoder of latent diffusion's quantised autoencoder.

Source: Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, CVPR 2022, and
the names of its published weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, silu


class Residual(nn.Module):
    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = (nn.GroupNorm(32, wide, eps=1e-6) for wide in (given, made))
        self.conv1 = nn.Conv2d(given, made, 3, padding=1)
        self.conv2 = nn.Conv2d(made, made, 3, padding=1)
        if given != made:
            self.nin_shortcut = nn.Conv2d(given, made, 1)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.conv2(silu(self.norm2(self.conv1(silu(self.norm1(x))))))
        return made + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.q, self.k, self.v = (nn.Conv2d(width, width, 1) for _ in range(3))
        self.proj_out = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        known = self.norm(x)
        parts = (part(known).flatten(2).transpose(1, 2) for part in (self.q, self.k, self.v))
        mixed = nn.functional.scaled_dot_product_attention(*parts)
        out: Tensor = x + self.proj_out(mixed.transpose(1, 2).reshape(x.shape))
        return out


class Upsample(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(interpolate(x, scale_factor=2.0, mode="nearest"))
        return out


class Middle(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.block_1, self.block_2 = Residual(width, width), Residual(width, width)
        self.attn_1 = Attention(width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return out


class Level(nn.Module):
    def __init__(self, given: int, made: int, larger: bool) -> None:
        super().__init__()
        self.block = nn.ModuleList(Residual(one, made) for one in (given, made, made))
        self.upsample = Upsample(made) if larger else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        out: Tensor = self.upsample(x)
        return out


class Drawing(nn.Module):
    def __init__(self, seen: int, widths: list[int]) -> None:
        """widths: of its levels, the largest picture's first."""
        super().__init__()
        self.conv_in = nn.Conv2d(seen, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1])
        given = [*widths[1:], widths[-1]]
        self.up = nn.ModuleList(
            Level(one, made, n > 0) for n, (one, made) in enumerate(zip(given, widths, strict=True))
        )
        self.norm_out = nn.GroupNorm(32, widths[0], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.mid(self.conv_in(x))
        for level in reversed(self.up):
            x = level(x)
        out: Tensor = self.conv_out(silu(self.norm_out(x)))
        return out


class Quantiser(nn.Module):
    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)

    def forward(self, latents: Tensor) -> Tensor:
        """Each of N x 3 x h x w exchanged for the nearest that there is."""
        flat = latents.permute(0, 2, 3, 1)
        near = torch.cdist(flat.flatten(0, 2), self.embedding.weight).argmin(1)
        out: Tensor = self.embedding(near).view(flat.shape).permute(0, 3, 1, 2)
        return out


class VqDecoder(nn.Module):
    """Sizes are those of the weights it is to hold."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        levels = sum(name.endswith("block.0.conv1.weight") for name in weights)
        widths = [len(weights[f"decoder.up.{n}.block.0.conv1.weight"]) for n in range(levels)]
        self.quantize = Quantiser(*weights["quantize.embedding.weight"].shape)
        seen, given = weights["post_quant_conv.weight"].shape[:2]
        self.post_quant_conv = nn.Conv2d(given, seen, 1)
        self.decoder = Drawing(seen, widths)
        self.load_state_dict(dict(weights))

    def forward(self, latents: Tensor) -> Tensor:
        """N x 3 x H x W, about -1..1."""
        out: Tensor = self.decoder(self.post_quant_conv(self.quantize(latents)))
        return out
