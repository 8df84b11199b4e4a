"""The job "overhead": places on a map tile or aerial picture from which a photo may be taken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from math import cos, radians, sin
from pathlib import Path

from ml import decode
from ml.errors import MLError
from ml.geolocation.overhead import Camera, Candidate, candidates
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.types import Artifact, Picture, Report

KIND = "overhead"
NONE = "Choose the map tile or aerial picture: add it to the gallery first."
FINEST, COARSEST = 0.05, 2.0  # metres a pixel
MOST_METRES = 2_000.0  # along a side, so that every place of it is tried within minutes
LARGE = "The picture shows {:.0f} metres, and at most {:.0f} are searched: cut it."
ABOVE = "above"  # a fact: SHA-256 of the picture from above, whose pixels the file holds
DRAWN, ARROW = "overhead", 28.0  # the kind of file; pixels


@dataclass(frozen=True, slots=True)
class OverheadOptions:
    """The picture from above, and what is known of the camera."""

    above: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Seen from above",
            "help": "A map tile or aerial picture of your own in this gallery, north above.",
            "format": "photos",
            "most": 1,
            "needed": NONE,
        },
    )
    grain: float = field(
        default=0.3,
        metadata={
            "title": "Metres a pixel",
            "help": "Of the picture from above.",
            "min": FINEST,
            "max": COARSEST,
        },
    )
    view: float = field(
        default=65.0,
        metadata={
            "title": "The camera's view across",
            "help": "Degrees: about 65 for a phone, 45 for a normal lens.",
            "min": 20.0,
            "max": 120.0,
            "rare": True,
        },
    )
    height: float = field(
        default=1.6,
        metadata={
            "title": "Its height above the ground",
            "help": "Metres.",
            "min": 0.3,
            "max": 10.0,
            "rare": True,
        },
    )


@dataclass(frozen=True, slots=True)
class OverheadInputs:
    """photo: the file as uploaded. chosen: the pictures that the options name."""

    photo: Path
    chosen: tuple[Path, ...]


def overhead(options: OverheadOptions, inputs: OverheadInputs, context: Context) -> Report:
    """The picture from above with the candidates drawn on it, and they as JSON.

    Raises:
        MLError: no picture from above was chosen, or it shows too much. BadPicture: as for
            ml.decode.picture.
    """
    if len(inputs.chosen) != 1:
        raise MLError(NONE)
    context.progress(0, 3, "Reading both pictures")
    photo, above = decode.picture(inputs.photo), decode.picture(inputs.chosen[0])
    metres = options.grain * max(above.size)
    if metres > MOST_METRES:
        raise MLError(LARGE.format(metres, MOST_METRES))
    context.progress(1, 3, "Comparing lines and layout")
    camera = Camera(view=options.view, height=options.height)
    found = candidates(photo.pixels, above.pixels, options.grain, camera)
    context.progress(2, 3, "Drawing")
    with inputs.chosen[0].open("rb") as file:
        shown = file_digest(file, "sha256").hexdigest()
    files = () if context.scratch is None else written(found, above, shown, context.scratch)
    return Report(photo.size, artifacts=files)


def written(
    found: Sequence[Candidate], above: Picture, shown: str, folder: Path
) -> tuple[Artifact, ...]:
    """shown: SHA-256 of the file that `above` was read from."""
    table = folder / "candidates.json"
    rows = [
        {"rank": rank, "x": one.x, "y": one.y, "heading": one.heading, "score": one.score}
        for rank, one in enumerate(found, start=1)
    ]
    table.write_text(json.dumps(rows, indent=1))
    picture = folder / "candidates.png"
    drawn(found, above, picture)
    best: dict[str, str | float] = {}
    if found:
        best = {"likeliest heading, degrees": round(found[0].heading), "places": len(found)}
    return (
        artifact(picture, "image/png", best | {"experimental": "yes", ABOVE: shown}),
        artifact(table, "application/json", {}),
    )


def artifact(path: Path, media_type: str, facts: dict[str, str | float]) -> Artifact:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Artifact(KIND, DRAWN, media_type, path, digest, path.stat().st_size, facts=facts)


def drawn(found: Sequence[Candidate], above: Picture, path: Path) -> None:
    """Each place as a dot with its rank and an arrow for its heading; the likeliest in red."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.fromarray(above.pixels)
    pen, size = ImageDraw.Draw(image), max(ARROW, max(above.size) / 40)
    font = ImageFont.load_default(size * 0.7)
    for rank, one in reversed(list(enumerate(found, start=1))):
        colour = "#d81e1e" if rank == 1 else "#1565c0"
        turn = radians(one.heading)
        tip = (one.x + 2 * size * sin(turn), one.y - 2 * size * cos(turn))
        for width, ink in ((round(size / 3), "white"), (round(size / 6), colour)):
            pen.line((one.x, one.y, *tip), fill=ink, width=width)
        half = size / 2
        box = (one.x - half, one.y - half, one.x + half, one.y + half)
        pen.ellipse(box, fill=colour, outline="white", width=3)
        pen.text((one.x, one.y), str(rank), fill="white", font=font, anchor="mm")
    image.save(path)


register(
    Pipeline(
        KIND,
        "Find it from above (experimental)",
        OverheadOptions,
        OverheadInputs,
        overhead,
        urgency=Urgency.LATER,
        like=False,
        rank=-1,
        help="Lays the ground before the camera over a map tile or aerial picture of your own: "
        "places it may be taken from, and looking which way. A first step, and often wrong.",
    )
)
