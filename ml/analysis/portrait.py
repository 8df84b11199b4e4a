"""The job "portrait": people cut out of a photo, before another background, in even light."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np

from ml import decode, matting, registry
from ml.contracts import PERSON_MASK, View
from ml.errors import MLError
from ml.matting import Floats
from ml.pipelines import Context, Pipeline, register
from ml.types import Artifact, Report

KIND = "portrait"
TRANSPARENT, BLURRED, COLOUR, AS_IT_IS = "transparent", "blurred", "colour", "as-it-is"
LEAST = 0.002  # of the photo that people must cover
QUALITY = 92


@dataclass(frozen=True, slots=True)
class PortraitOptions:
    """What to do with people and with what is behind them."""

    background: str = field(
        default=TRANSPARENT,
        metadata={
            "title": "Background",
            "help": "Transparent gives a cut-out as PNG; the others a JPEG.",
            "choices": (TRANSPARENT, BLURRED, COLOUR, AS_IT_IS),
        },
    )
    colour: str = field(default="#e6e6e6", metadata={"title": "Colour of the background"})
    blur: int = field(
        default=50, metadata={"title": "Blur", "min": 1, "max": 100, "help": "1 to 100."}
    )
    light: int = field(
        default=0,
        metadata={
            "title": "Even light",
            "min": 0,
            "max": 100,
            "help": "How far shadows on people are lifted and glare is lowered; 0 leaves it.",
        },
    )


@dataclass(frozen=True, slots=True)
class PortraitInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted."""

    photo: Path
    models: tuple[str, ...]


def portrait(options: PortraitOptions, inputs: PortraitInputs, context: Context) -> Report:
    """One made file, of the photo's own size, without metadata.

    Raises:
        MLError: there are no people on it, or the colour is none.
    """
    behind = colour(options.colour)
    context.progress(0, 3, "Reading the photo")
    picture = decode.picture(inputs.photo)
    context.progress(1, 3, "Looking for people")
    (name,) = (n for n in inputs.models if registry.get(n).card.task == PERSON_MASK)
    soft = context.pool.run(name, View(picture)).data.soft
    if float((soft > 0.5).mean()) < LEAST:
        raise MLError("No people were found on this photo to cut out.")
    context.progress(2, 3, "Cutting them out")
    pixels = picture.pixels.astype(np.float32) / np.float32(255)
    made = worked(options, pixels, matting.refined(soft, pixels), behind)
    context.progress(3, 3)
    artifacts = () if context.scratch is None else (saved(made, options, context.scratch),)
    return Report(picture.size, artifacts=artifacts)


def worked(options: PortraitOptions, pixels: Floats, alpha: Floats, behind: Floats) -> Floats:
    """H x W x 3, or x 4 with the cut-out's alpha."""
    if options.light:
        pixels = matting.even_light(pixels, alpha, options.light / 100)
    if options.background == AS_IT_IS:
        return pixels
    front = matting.foreground(pixels, alpha)
    if options.background == TRANSPARENT:
        return np.dstack([front, alpha])
    if options.background == BLURRED:
        return matting.composed(front, alpha, matting.background(pixels, alpha, options.blur / 100))
    return matting.composed(front, alpha, np.broadcast_to(behind, pixels.shape))


def saved(made: Floats, options: PortraitOptions, scratch: Path) -> Artifact:
    """The picture as a file in the scratch folder."""
    from PIL import Image

    cut_out = made.shape[2] == 4
    path = scratch / ("portrait.png" if cut_out else "portrait.jpg")
    image = Image.fromarray((made.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    how: dict[str, Any] = {} if cut_out else {"quality": QUALITY, "subsampling": 0}
    image.save(path, **how)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    facts: dict[str, str | float] = {"background": options.background.replace("-", " ")}
    if options.light:
        facts["even light"] = float(options.light)
    media_type = "image/png" if cut_out else "image/jpeg"
    kind = "cut-out" if cut_out else "portrait"
    size = path.stat().st_size
    return Artifact(KIND, kind, media_type, path, digest, size, facts=facts)


def colour(text: str) -> Floats:
    """RGB, 0..1, of "#rrggbb" or a name that CSS knows.

    Raises:
        MLError: it is no colour.
    """
    from PIL import ImageColor

    try:
        rgb = ImageColor.getrgb(text)[:3]
    except ValueError:
        raise MLError(f"{text[:30]!r} is no colour.") from None
    return np.array(rgb, np.float32) / np.float32(255)


PORTRAIT = register(
    Pipeline(
        KIND,
        "Cut out people",
        PortraitOptions,
        PortraitInputs,
        portrait,
        tasks=(PERSON_MASK,),
        shareable=True,
        help="Takes the people out of the photo, blurs or replaces what is behind them, and evens "
        "the light on them.",
    )
)
