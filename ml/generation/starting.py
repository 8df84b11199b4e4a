"""What a pipeline begins from: noise, a picture, or a part of one; and what guides where the face
comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.contracts.generators import Brief, Pixels
from ml.generation.room import Room
from ml.registry import Device

# Families of pipelines, as diffusers names them, and what each is told beside its parts.
SD15, XL = "StableDiffusion", "StableDiffusionXL"
TOLD = {SD15: {"requires_safety_checker": False}, XL: {"add_watermarker": False}}


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """network: a ControlNet. picture: what it sees, of Pillow, in the size that is made. weight:
    how much it counts."""

    network: Any
    picture: Any
    weight: float = 1.0


def begun(
    pipe: Any, family: str, brief: Brief, room: Room, guide: Guide | None
) -> tuple[Any, dict[str, Any]]:
    """A pipeline of the same parts for what the brief begins from, and its arguments for that."""
    size = {"width": room.width, "height": room.height}
    if brief.picture is None:
        return as_kind(pipe, family, "", guide), size | guided(guide, "image")
    start = {"image": fitted(brief.picture, room), "strength": brief.change}
    start |= guided(guide, "control_image")
    if brief.mask is None:
        return as_kind(pipe, family, "Img2Img", guide), start
    mask = fitted((brief.mask * 255).astype(np.uint8), room)
    return as_kind(pipe, family, "Inpaint", guide), start | size | {"mask_image": mask}


def guided(guide: Guide | None, name: str) -> dict[str, Any]:
    if guide is None:
        return {}
    return {name: guide.picture, "controlnet_conditioning_scale": guide.weight}


def as_kind(pipe: Any, family: str, kind: str, guide: Guide | None) -> Any:
    """kind: "", "Img2Img" or "Inpaint"."""
    import diffusers

    name = f"{family}{'ControlNet' if guide else ''}{kind}Pipeline"
    if type(pipe).__name__ == name:
        return pipe
    parts = pipe.components | ({"controlnet": guide.network} if guide else {})
    made: Any = getattr(diffusers, name)(**parts, **TOLD[family])
    return quiet(made)


def quiet(pipe: Any) -> Any:
    pipe.set_progress_bar_config(disable=True)
    return pipe


def fitted(pixels: Pixels, room: Room) -> Any:
    """A picture of Pillow in the size that is made."""
    from PIL import Image

    return Image.fromarray(pixels).resize((room.width, room.height), Image.Resampling.LANCZOS)


def kept(brief: Brief, made: Pixels) -> Pixels:
    """What was made, with all that the mask leaves out as the picture has it: the decoder changes
    every pixel a little."""
    if brief.picture is None or brief.mask is None:
        return made
    height, width = made.shape[:2]
    room = Room(1, width, height, Device.CPU)
    before = np.asarray(fitted(brief.picture, room), np.float32)
    share = np.asarray(fitted((brief.mask * 255).astype(np.uint8), room), np.float32)[..., None]
    mixed = before + (made - before) * (share / 255)
    return np.rint(mixed).astype(np.uint8)
