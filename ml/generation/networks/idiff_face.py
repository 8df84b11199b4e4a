"""IDiff-Face's networks: one that takes noise from latents knowing a face's embedding, and the
decoder that draws what is left, 128 x 128 pixels.

Source: Boutros et al., IDiff-Face: Synthetic-based Face Recognition through Fizzy
Identity-conditioned Diffusion Models, ICCV 2023, and the names and sizes of its published weights
(cross-attention to the embedding); Rombach et al., High-Resolution Image Synthesis with Latent
Diffusion Models, CVPR 2022, for the decoder (VQ, f = 4).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention, silu

LATENTS = 3
HEAD = 32  # channels of a head, and tokens that the embedding is spread over
PERIOD = 10_000


class Time(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.lin1 = nn.Linear(width, 4 * width)
        self.lin2 = nn.Linear(4 * width, 4 * width)
        self.pairs = width // 2

    def forward(self, time: Tensor) -> Tensor:
        steps = torch.arange(self.pairs, device=time.device) / self.pairs
        angles = time[:, None].float() * torch.exp(-math.log(PERIOD) * steps)
        waves = torch.cat([angles.cos(), angles.sin()], 1).to(self.lin1.weight.dtype)
        out: Tensor = self.lin2(silu(self.lin1(waves)))
        return out


class Scaled(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width)


class Residual(nn.Module):
    def __init__(self, given: int, made: int, time: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(32, given)
        self.conv1 = nn.Conv2d(given, made, 3, padding=1)
        self.time_emb = nn.Sequential(nn.SiLU(), nn.Linear(time, made))
        self.scale_emb, self.shift_emb = nn.Linear(made, made), nn.Linear(made, made)
        self.norm2 = Scaled(made)
        self.conv2 = nn.Conv2d(made, made, 3, padding=1)
        self.shortcut = nn.Identity() if given == made else nn.Conv2d(given, made, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        made = self.conv1(silu(self.norm1(x)))
        when = self.time_emb(time)
        scale, shift = (part(when)[..., None, None] for part in (self.scale_emb, self.shift_emb))
        made = (1 + scale) * self.norm2.norm(made) + shift
        out: Tensor = self.conv2(silu(made)) + self.shortcut(x)
        return out


class Attention(nn.Module):
    def __init__(self, width: int, seen: int) -> None:
        super().__init__()
        self.to_q = nn.Conv1d(width, width, 1)
        self.to_k, self.to_v = nn.Conv1d(seen, width, 1), nn.Conv1d(seen, width, 1)
        self.proj_out = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        parts = self.to_q(x), self.to_k(seen), self.to_v(seen)
        query, key, value = (one.unflatten(1, (-1, HEAD)).transpose(2, 3) for one in parts)
        mixed = scaled_dot_product_attention(query, key, value)
        out: Tensor = self.proj_out(mixed.transpose(2, 3).flatten(1, 2))
        return out


class Seeing(nn.Module):
    """Looks at the picture, then at the face."""

    def __init__(self, width: int, face: int) -> None:
        super().__init__()
        self.x_proj_in, self.x_proj_out = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.self_attention = Attention(width, width)
        self.c_proj_in = nn.Linear(face, face * HEAD)
        self.cross_attention = Attention(width, face)
        self.x_norm, self.c_norm = nn.GroupNorm(32, width), nn.GroupNorm(32, face)
        self.ff = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, picture: Tensor, face: Tensor) -> Tensor:
        x = self.x_proj_in(picture).flatten(2)
        tokens = self.c_norm(self.c_proj_in(face).unflatten(1, (-1, HEAD)))
        known = self.x_norm(x)
        x = self.self_attention(known, known) + x
        x = self.cross_attention(self.x_norm(x), tokens) + x
        x = self.ff(self.x_norm(x).transpose(1, 2)).transpose(1, 2) + x
        out: Tensor = self.x_proj_out(x.unflatten(2, picture.shape[2:])) + picture
        return out


class Stage(nn.Module):
    def __init__(self, given: int, made: int, time: int, face: int | None) -> None:
        """face: width of its embedding; None: it is not looked at."""
        super().__init__()
        self.res = Residual(given, made, time)
        if face is not None:
            self.attn = Seeing(made, face)

    def forward(self, x: Tensor, time: Tensor, face: Tensor) -> Tensor:
        x = self.res(x, time)
        return self.attn(x, face) if hasattr(self, "attn") else x


class Smaller(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 2, 1)

    def forward(self, x: Tensor, time: Tensor, face: Tensor) -> Tensor:
        out: Tensor = self.conv(x)
        return out


class Larger(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(width, width, 4, 2, 1)

    def forward(self, x: Tensor, time: Tensor, face: Tensor) -> Tensor:
        out: Tensor = self.conv(x)
        return out


class Middle(nn.Module):
    def __init__(self, width: int, time: int, face: int) -> None:
        super().__init__()
        self.res1, self.res2 = Residual(width, width, time), Residual(width, width, time)
        self.attn = Seeing(width, face)

    def forward(self, x: Tensor, time: Tensor, face: Tensor) -> Tensor:
        out: Tensor = self.res2(self.attn(self.res1(x, time), face), time)
        return out


class Denoiser(nn.Module):
    """grows: how many times wider each level is than the one before. looks: which levels see the
    face. weights: what it is to hold, under the published names."""

    def __init__(
        self, weights: Mapping[str, Tensor], grows: Sequence[int], looks: Sequence[bool]
    ) -> None:
        super().__init__()
        width = len(weights["image_proj.weight"])
        face, known = weights["context_emb.weight"].shape
        time = 4 * width
        self.image_proj = nn.Conv2d(LATENTS, width, 3, padding=1)
        self.time_emb = Time(width)
        self.context_emb = nn.Linear(known, face)
        self.norm = nn.GroupNorm(32, width)
        self.final = nn.Conv2d(width, LATENTS, 3, padding=1)
        down: list[nn.Module] = []
        up: list[nn.Module] = []
        for n, (by, seen) in enumerate(zip(grows, looks, strict=True)):
            made, sight = width * by, face if seen else None
            down += [Stage(width, made, time, sight), Stage(made, made, time, sight)]
            level: list[nn.Module] = [Stage(2 * made, made, time, sight) for _ in range(2)]
            level.append(Stage(made + width, width, time, sight))
            if n < len(grows) - 1:
                down.append(Smaller(made))
            if n > 0:
                level.append(Larger(width))
            up = level + up
            width = made
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        self.middle = Middle(width, time, face)
        self.load_state_dict(dict(weights))

    def context(self, vector: Tensor, kept: Tensor, share: float) -> Tensor:
        """N x face of N x D. kept: face booleans, which of it is not dropped. share: 0..1, of what
        was to be dropped; what is kept is so much stronger, as when it was taught."""
        face: Tensor = self.context_emb(vector)
        return face * kept / (1 - share)

    def forward(self, latents: Tensor, time: Tensor, face: Tensor) -> Tensor:
        """The noise in N x 3 x h x w latents. time: N. face: what context() gave."""
        when = self.time_emb(time)
        x = self.image_proj(latents)
        passed = [x]
        for part in self.down:
            x = part(x, when, face)
            passed.append(x)
        x = self.middle(x, when, face)
        for part in self.up:
            if not isinstance(part, Larger):
                x = torch.cat([x, passed.pop()], 1)
            x = part(x, when, face)
        out: Tensor = self.final(silu(self.norm(x)))
        return out
