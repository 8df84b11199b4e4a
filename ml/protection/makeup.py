"""Make-up whose colours vary a little over the skin, so that recognisers see somebody else.

Each region has its colour and a texture of at most 64 x 64 cells over the rolled out skin, which
moves colour and opacity within limits. Colours take the photo's shading, so that skin stays skin.
The base moves the skin's own colour up and down around its mean: nobody gets lighter or darker.
Textures move along what skin and pigments do, light and dark and warm and cool, never along green
or blue: unbounded colours work better and look like a soap bubble.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.protection.likeness_limits import ssim_slopes
from ml.protection.makeup_regions import REGIONS
from ml.protection.makeup_skin import LUMA, Patch, skin
from ml.protection.makeup_words import Layer
from ml.protection.places import Place

if TYPE_CHECKING:
    import torch

CELLS = 64  # of a texture, a side, at most
# Cells of each region's texture, how far it moves a colour (of 255), and how far its opacity.
ROOM: dict[str, tuple[int, float, float]] = {
    "lips": (32, 36, 0.2), "eye shadow": (32, 36, 0.3), "smoky eyes": (32, 30, 0.25),
    "eyeliner": (32, 20, 0.4), "brows": (32, 30, 0.6), "blush": (24, 30, 0.8),
    "contour": (32, 0, 0.8), "highlight": (32, 0, 0.8), "freckles": (64, 0, 0.9),
    "glasses": (32, 25, 0.0), "face paint": (48, 50, 0.2),
}  # fmt: skip
NO_LIGHTER = {"blush"}  # than the skin it is on: there it would look like chalk
WARM = (0.5, -0.15, -0.35)  # red, green, blue: what a texture adds where it is warm
OWN = {  # what becomes of the skin's own colour
    "contour": (0.66, 0.60, 0.56), "highlight": (1.22, 1.20, 1.16), "freckles": (0.62, 0.48, 0.40),
}  # fmt: skip
BASE_CELLS = 44
# By which part the base makes red, green and blue of the skin lighter or darker at most: shaded
# skin is warmer. And redder, as blood does (Tsumura et al., Independent-component analysis of skin
# color image, 1999, find two pigments).
SHADES, RED = (0.19, 0.22, 0.235), (0.05, -0.05, -0.04)
# The same part of a dark skin is less to see, and to recognisers: shades are widened so that they
# are worth what they are on skin as light as this, within limits.
LIGHT, WIDEST = 150.0, 1.7
COLDEST = -0.2  # of what is added where it is warm, taken away: more is the green of illness
# Of a pigment's distance from the skin, what is left of it on skin of no light at all: the same red
# that is a hint on light skin shouts on dark.
PIGMENTS, PALEST = {"blush", "lips"}, 0.35
STEP = 0.15  # of what a texture may be moved
ROUGH = 0.1  # what neighbouring cells that differ cost
ALIKE = 0.935  # SSIM below which likeness costs; what is asked for in the end is a little less
UNLIKE = 150.0  # what it costs
SHADE = 0.85  # how much of the photo's shading a colour takes


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """A layer with its texture: 1 x 3 x n x n, -1..1: lightness, warmth, opacity."""

    layer: Layer
    texture: torch.Tensor


class MakeUp:
    """ml.protection.attack.Disguise. layers: what was asked for. strength: 0..1, how strongly what
    was not asked for by name may show. alike: SSIM below which likeness costs."""

    def __init__(
        self,
        place: Place,
        layers: Sequence[Layer],
        strength: float = 1.0,
        alike: float = ALIKE,
    ) -> None:
        import torch

        order = list(REGIONS)
        worn = sorted(layers, key=lambda one: order.index(one.region))
        self._place, self._alike = place, alike
        self._patches: dict[int, dict[str, Patch]] = {}
        self._base = torch.zeros(1, 2, BASE_CELLS, BASE_CELLS)
        self._worn = [
            Worn(one, torch.zeros(1, 3, ROOM[one.region][0], ROOM[one.region][0])) for one in worn
        ]
        self.parameters = [self._base, *(one.texture for one in self._worn)]
        self.steps = [STEP] * len(self.parameters)
        self._strength, self._shades = 1.0, strength
        self._original = place.tensor()

    def on(self, place: Place) -> torch.Tensor:
        patches = self._laid(place)
        pixels = place.tensor() if place is not self._place else self._original
        if patch := patches.get("base"):
            pixels = _put(pixels, patch, self._moved(pixels, patch))
        for one in self._worn:
            if patch := patches.get(one.layer.region):
                pixels = _put(pixels, patch, self._painted(pixels, patch, one))
        return pixels.clamp(0, 255)

    def cost(self, pixels: torch.Tensor) -> torch.Tensor:
        left, top, right, bottom = self._place.box
        box = (..., slice(top, bottom), slice(left, right))
        alike = ssim_slopes(pixels[box], self._original[box])
        rough = sum(_roughness(texture) for texture in self.parameters)
        return UNLIKE * (self._alike - alike).clamp_min(0) + ROUGH * rough

    def confine(self) -> None:
        for one in self.parameters:
            one.clamp_(-1, 1)
            one[:, 1].clamp_(min=COLDEST)

    def weaken(self, factor: float) -> None:
        """First of all what was not asked for by name."""
        for one in self.parameters:
            one.mul_(factor)
        self._strength *= 1 - (1 - factor) / 4

    def _laid(self, place: Place) -> dict[str, Patch]:
        if id(place) not in self._patches:
            laid = skin(place)
            regions = ["base", *(one.layer.region for one in self._worn)]
            found = {region: laid.patch(region) for region in regions}
            self._patches[id(place)] = {name: one for name, one in found.items() if one}
        return self._patches[id(place)]

    def _moved(self, pixels: torch.Tensor, patch: Patch) -> torch.Tensor:
        """The skin's own colour, up and down, the same on the mean."""
        import torch

        part = pixels[(..., *patch.part)]
        gain = _over(self._base, patch)
        light, red = gain[:, :1], gain[:, 1:]
        light = light - (light * patch.mask).mean() / patch.mask.mean()
        shades, blood = (torch.tensor(one).view(1, 3, 1, 1) for one in (SHADES, RED))
        wider = min(max(LIGHT / max(_luma(patch.tone), 1.0), 1.0), WIDEST)
        return part + patch.mask * part * self._shades * (wider * shades * light + blood * red)

    def _painted(self, pixels: torch.Tensor, patch: Patch, worn: Worn) -> torch.Tensor:
        import torch

        region = worn.layer.region
        _, by_colour, by_opacity = ROOM[region]
        part, texture = pixels[(..., *patch.part)], _over(worn.texture, patch)
        if worn.layer.colour is None:
            own = torch.tensor(OWN.get(region, (0.7, 0.6, 0.55))).view(1, 3, 1, 1)
            colour = part * own
        else:
            colour = torch.tensor(worn.layer.colour, dtype=torch.float32)
            if region in NO_LIGHTER:
                colour = colour * min(1.0, _luma(patch.tone) / _luma(colour))
            if region in PIGMENTS:
                colour = suited(colour, patch.tone)
            flat = colour.view(1, 3, 1, 1)
            shade = 1 + SHADE * (patch.shading - 1)
            warm = texture[:, 1:2] * torch.tensor(WARM).view(1, 3, 1, 1)
            colour = (flat + by_colour * (texture[:, :1] + warm)) * shade
        opacity = worn.layer.opacity * self._strength * (1 + by_opacity * texture[:, 2:])
        return part + (patch.mask * opacity).clamp(0, 1) * (colour.clamp(0, 255) - part)


def suited(colour: torch.Tensor, tone: torch.Tensor) -> torch.Tensor:
    """A pigment's colour, the nearer to the tone of the skin or lips it goes on, the darker they
    are. 3, RGB, 0..255, each."""
    light = min(_luma(tone) / LIGHT, 1.0)
    return tone + (PALEST + (1 - PALEST) * light) * (colour - tone)


def _luma(colour: torch.Tensor) -> float:
    """Of three values, RGB."""
    return float(colour.numpy() @ LUMA)


def _put(pixels: torch.Tensor, patch: Patch, part: torch.Tensor) -> torch.Tensor:
    made = pixels.clone()
    made[(..., *patch.part)] = part
    return made


def _over(texture: torch.Tensor, patch: Patch) -> torch.Tensor:
    """The texture, smoothed, over the pixels of a patch."""
    from torch.nn import functional as F

    smooth = F.avg_pool2d(F.pad(texture, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return F.grid_sample(
        smooth, patch.grid, mode="bicubic", padding_mode="border", align_corners=True
    )


def _roughness(texture: torch.Tensor) -> torch.Tensor:
    """The mean squared difference of neighbouring cells."""
    across = (texture[..., 1:] - texture[..., :-1]).square().mean()
    down = (texture[..., 1:, :] - texture[..., :-1, :]).square().mean()
    return across + down
